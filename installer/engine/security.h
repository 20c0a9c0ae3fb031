/* SPDX-License-Identifier: Apache-2.0
 * The part of security software in a run: a look before anything is touched, what is told of it, and the
 * question that the person answers. */
#ifndef CE_ENGINE_SECURITY_H
#define CE_ENGINE_SECURITY_H

#include "engine/engine.h"

/* Where the root is the running system: looks, tells each finding as an event, and when one is a warning or a
 * fault, asks by options->security until the person goes on or nothing is left to warn of. Codes of
 * options->security; BLOCKED where options->strict forbids to go on, with the products as the error's
 * subject; CANCELLED by the person or a signal; MEMORY. */
CE_MUST_USE enum ce_code ce_security_check(const struct ce_engine *engine,
                                           const struct ce_run_options *options, struct ce_error *err);

#endif
