/* SPDX-License-Identifier: Apache-2.0
 * The tests' short way to write facts, manifests and receipts, turned into their real JSON (docs/FORMATS.md).
 *
 * Lists with a name in each entry are objects with that name as the key. What is at a path is "directory",
 * "other", "absent", {"content": TEXT} for a file (mode 0644 unless given), {"link": TEXT} for a link; mode,
 * uid, gid and read_only may be given besides. {"content": TEXT, "unread": true} is a file whose digest was
 * not taken. */
#ifndef CE_GOLDEN_SHORTHAND_H
#define CE_GOLDEN_SHORTHAND_H

#include "base/json.h"
#include "content.h"

/* Each expands in place. */
void shorthand_expand_facts(json_t *facts, struct content_book *book);
void shorthand_expand_manifest(json_t *manifest, struct content_book *book);
void shorthand_expand_receipt(json_t *receipt, struct content_book *book);

#endif
