/* SPDX-License-Identifier: Apache-2.0
 * Lists of owned strings that end with NULL: package names, units, saved copies. A NULL list is an empty one.
 */
#ifndef CE_MODEL_STRINGS_H
#define CE_MODEL_STRINGS_H

#include "base/cleanup.h"
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>

void ce_strings_free(char **strings);
CE_DEFINE_AUTO(ce_strings, char **, ce_strings_free);
size_t ce_strings_count(char *const *strings);
bool ce_strings_contain(char *const *strings, const char *text);
/* A deep copy, never NULL inside. MEMORY. */
CE_MUST_USE enum ce_code ce_strings_copy(char *const *strings, char ***ret, struct ce_error *err);

/* Adds a copy of text to *strings (NULL or a list made by these functions). MEMORY. */
CE_MUST_USE enum ce_code ce_strings_add(char ***strings, const char *text, struct ce_error *err);
/* The words of text, separated by white space; *ret is never NULL on success. MEMORY. */
CE_MUST_USE enum ce_code ce_strings_split(const char *text, char ***ret, struct ce_error *err);

/* What one string of an array must be; NULL when it is, otherwise an English phrase ("is not a unit's name").
 */
typedef const char *ce_strings_problem(const char *text);
/* An array of at most max_items strings of at most max_bytes; problem may be NULL. A missing key gives an
 * empty list. */
CE_MUST_USE enum ce_code ce_strings_from_json(const struct ce_json_context *context, const json_t *object,
                                              const char *key, size_t max_items, size_t max_bytes,
                                              ce_strings_problem *problem, char ***ret, struct ce_error *err);
/* A new reference; NULL when memory is out or a string is not UTF-8. */
json_t *ce_strings_to_json(char *const *strings);

#endif
