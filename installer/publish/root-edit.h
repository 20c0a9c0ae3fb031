/* SPDX-License-Identifier: Apache-2.0
 * Changes of the keys and thresholds in a root document's body; nothing is signed or written here. Source:
 * TUF specification 1.0.33, sections 4.3 and 6.1. */
#ifndef CE_PUBLISH_ROOT_EDIT_H
#define CE_PUBLISH_ROOT_EDIT_H

#include "publish/public-key.h"

#include <jansson.h>

#define CE_ROOT_EDIT_PREFIX_MIN 8 /* hexadecimal digits that may stand for a whole key id */

size_t ce_root_edit_key_count(const json_t *body, const char *role);
/* The id of the role's key in that place, borrowed; NULL beyond the last. */
const char *ce_root_edit_key_id(const json_t *body, const char *role, size_t place);
int64_t ce_root_edit_threshold(const json_t *body, const char *role);

/* The role's key whose id begins so; NULL: its only key. USAGE when there is none, or more than one. *ret is
 * borrowed from the body. */
CE_MUST_USE enum ce_code ce_root_edit_find(const json_t *body, const char *role, const char *prefix,
                                           const char **ret, struct ce_error *err);

/* CONFLICT when the role has the key already. */
CE_MUST_USE enum ce_code ce_root_edit_add(json_t *body, const char *role, const struct ce_public_key *key,
                                          struct ce_error *err);
/* Takes the key from the role, and out of the document when no other role has it. */
void ce_root_edit_remove(json_t *body, const char *role, const char *key_id);
CE_MUST_USE enum ce_code ce_root_edit_set_threshold(json_t *body, const char *role, int64_t threshold,
                                                    struct ce_error *err);
/* CONFLICT when the role, once it has so many keys, has fewer than must sign. */
CE_MUST_USE enum ce_code ce_root_edit_check(const json_t *body, const char *role, size_t key_count,
                                            struct ce_error *err);

#endif
