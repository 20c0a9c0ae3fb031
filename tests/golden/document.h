/* SPDX-License-Identifier: Apache-2.0
 * JSON files of the tests, put together from fragments.
 *
 * {"$base": "NAME", ...} starts from fragments/NAME.json (["A", "B"]: from A, changed by B) and is changed by
 * its other members: null removes a member, an object without "$base" changes the object of that name,
 * anything else replaces. */
#ifndef CE_GOLDEN_DOCUMENT_H
#define CE_GOLDEN_DOCUMENT_H

#include "base/json.h"

/* The document with every "$base" resolved; ends the program with a message when it is not right. */
json_t *document_load(const char *directory, const char *path);

#endif
