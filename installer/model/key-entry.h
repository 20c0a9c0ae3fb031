/* SPDX-License-Identifier: Apache-2.0
 * What the readers of keys.tbl, keys.json and profiles share: the rules for one key, and a catalogue that
 * grows by keys. */
#ifndef CE_MODEL_KEY_ENTRY_H
#define CE_MODEL_KEY_ENTRY_H

#include "base/json.h"
#include "model/key-catalogue.h"

#include <stdbool.h>

#define CE_KEY_NAME_MAX  256 /* bytes of a name for people */
#define CE_KEY_LABEL_MAX 64  /* bytes of a module's or a source's name */

extern const char *const ce_key_class_names[CE_KEY_CLASS_COUNT];
extern const char *const ce_key_unlock_names[CE_KEY_UNLOCK_COUNT];

/* NULL, or an English phrase for "<text> <phrase>". */
const char *ce_key_id_problem(const char *text); /* VID:PID, four and four lower-case hexadecimal digits */
const char *ce_key_module_problem(const char *text); /* a portable name, or "-" */
const char *ce_key_source_problem(const char *text); /* a portable name, or "" */

/* text, which keeps ce_key_id_problem(). */
void ce_key_read_id(const char *text, uint16_t *ret_vendor_id, uint16_t *ret_product_id);
uint32_t ce_key_number(const struct ce_key *key); /* in the order of a catalogue */

void ce_key_clear(struct ce_key *key);
/* Appends *key, whose texts are the catalogue's from then on, also on failure. Order is the caller's affair.
 */
CE_MUST_USE enum ce_code ce_key_catalogue_add(struct ce_key_catalogue *catalogue, struct ce_key *key,
                                              struct ce_error *err);

/* The array "keys" of object, in any order, at most max entries; keys without a source get `source`. No keys
 * when there is no such array. Fails as the context says, naming the entry and the member. */
CE_MUST_USE enum ce_code ce_key_catalogue_from_json(const struct ce_json_context *context,
                                                    const json_t *object, size_t max, const char *source,
                                                    struct ce_key_catalogue **ret, struct ce_error *err);

#endif
