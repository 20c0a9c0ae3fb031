/* SPDX-License-Identifier: Apache-2.0
 * The slots of a module with their tokens, as JSON. */
#ifndef CE_PROBE_SLOT_H
#define CE_PROBE_SLOT_H

#include "base/json.h"

#include <p11-kit/pkcs11.h>

#include <stdbool.h>

#define CE_PROBE_SLOTS_MAX 64

/* The ids of all slots, or of those with a token, malloc'ed. Looks for readers and cards that came back
 * (PKCS#11 2.40, section 5.5: a call without a list does). */
CE_MUST_USE enum ce_code ce_slots_list(CK_FUNCTION_LIST *module, bool with_token, CK_SLOT_ID **ret,
                                       size_t *ret_count, struct ce_error *err);
/* A new array, one object a slot: id, description, manufacturer, token_present, hardware, removable, and
 * token where one is present. A slot that fails has "error" instead of what could not be read; the others
 * are listed all the same. *ret_left_off is the count of slots beyond CE_PROBE_SLOTS_MAX. */
CE_MUST_USE enum ce_code ce_slots_describe(CK_FUNCTION_LIST *module, int64_t now_s, json_t **ret,
                                           size_t *ret_left_off, struct ce_error *err);

#endif
