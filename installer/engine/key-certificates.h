/* SPDX-License-Identifier: Apache-2.0
 * The last step of an install: what the key that is ready holds, as the module that was registered for it
 * sees it. */
#ifndef CE_ENGINE_KEY_CERTIFICATES_H
#define CE_ENGINE_KEY_CERTIFICATES_H

#include "engine/keys.h"
#include "model/receipt.h"

/* Tells each certificate with the days that it is still valid (event KEY, name "certificate"), or why there
 * is none. A module that crashes or hangs is a warning. */
void ce_key_certificates_tell(const struct ce_engine *engine, const struct ce_keys *keys,
                              const struct ce_key_found *found, const struct ce_receipt *receipt);

/* The same for certenv-probe's report. */
void ce_key_certificates_tell_report(const struct ce_sink *sink, const struct json_t *report,
                                     const struct ce_key_found *found);

#endif
