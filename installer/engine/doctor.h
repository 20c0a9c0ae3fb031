/* SPDX-License-Identifier: Apache-2.0
 * The doctor: everything that decides whether the environment and the key can work on this machine, looked at
 * once. It changes nothing and needs no rights; what cannot be looked at without them is said. */
#ifndef CE_ENGINE_DOCTOR_H
#define CE_ENGINE_DOCTOR_H

#include "engine/check.h"
#include "engine/engine.h"

/* Fills the list group by group. engine->program may carry a bundle: what its package needs counts where
 * nothing is installed. At most as long as PC/SC may take to answer. MEMORY, IO. */
CE_MUST_USE enum ce_code ce_doctor_look(const struct ce_engine *engine, struct ce_check_list *ret,
                                        struct ce_error *err);

#endif
