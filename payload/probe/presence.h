/* SPDX-License-Identifier: Apache-2.0
 * Which tokens are there now. Modules go on saying OK for a while after a token was pulled out; what counts
 * is a fresh list of slots. */
#ifndef CE_PROBE_PRESENCE_H
#define CE_PROBE_PRESENCE_H

#include "device/token-request.h"

#include <p11-kit/pkcs11.h>

#include <stdbool.h>

/* How long PC/SC may take to notice that a token has gone, after a call failed for that. */
#define CE_PRESENCE_NOTICE_MS 1500

/* The slot that holds the token which the request means, and what the module says of it. False: none does. */
bool ce_presence_find(CK_FUNCTION_LIST *module, const struct ce_token_request *request, CK_SLOT_ID *ret_slot,
                      CK_TOKEN_INFO *ret_info);
/* True once that token is not there, at the latest after notice_ms. */
bool ce_presence_gone(CK_FUNCTION_LIST *module, const struct ce_token_request *request, int64_t notice_ms);

#endif
