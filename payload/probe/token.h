/* SPDX-License-Identifier: Apache-2.0
 * A token and the certificates that it shows without a login, as JSON. */
#ifndef CE_PROBE_TOKEN_H
#define CE_PROBE_TOKEN_H

#include "base/json.h"

#include <p11-kit/pkcs11.h>

#define CE_PROBE_CERTIFICATES_MAX 256

/* The flags of the user's PIN and of the security officer's: {locked, final_try, count_low, to_be_changed},
 * and initialized of the user's. NULL: out of memory. */
json_t *ce_token_pin_json(CK_FLAGS flags);
json_t *ce_token_so_pin_json(CK_FLAGS flags);
/* A new object: label, manufacturer, model, serial, initialized, login_required, pin and so_pin
 * {initialized (pin only), locked, final_try, count_low, to_be_changed}, pin_min, pin_max (characters),
 * certificates, certificates_left_off (true when there are more than CE_PROBE_CERTIFICATES_MAX). A
 * certificate has id (CKA_ID in hexadecimal), label, and what ce_certificate_describe() tells, or "error".
 * A token whose certificates cannot be listed has "error" beside an empty list. */
CE_MUST_USE enum ce_code ce_token_describe(CK_FUNCTION_LIST *module, CK_SLOT_ID slot, int64_t now_s,
                                           json_t **ret, struct ce_error *err);

#endif
