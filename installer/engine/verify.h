/* SPDX-License-Identifier: Apache-2.0
 * Postconditions of an install: what was put there is still there, and the PKCS#11 module loads. */
#ifndef CE_ENGINE_VERIFY_H
#define CE_ENGINE_VERIFY_H

#include "engine/engine.h"
#include "model/receipt.h"

/* Looks after the triggers. OK; ATTENTION, naming the first path, when files are gone or changed already. A
 * module that does not load, or a service that does not run, is a WARNING event. */
CE_MUST_USE enum ce_code ce_verify_installed(const struct ce_engine *engine, const struct ce_receipt *receipt,
                                             struct ce_error *err);

#endif
