/* SPDX-License-Identifier: Apache-2.0
 * Growing NULL-terminated lists of strings. */
#ifndef CE_ENGINE_TEXT_LIST_H
#define CE_ENGINE_TEXT_LIST_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Adds a copy of text. *list is NULL (empty) or a list made by this. */
CE_MUST_USE enum ce_code ce_text_list_add(char ***list, const char *text, struct ce_error *err);
size_t ce_text_list_count(char *const *list);
bool ce_text_list_has(char *const *list, const char *text);
void ce_text_list_free(char **list);
CE_DEFINE_AUTO(ce_text_list, char **, ce_text_list_free);
/* The words of text, separated by white space; *ret is never NULL on success. */
CE_MUST_USE enum ce_code ce_text_list_split(const char *text, char ***ret, struct ce_error *err);

#endif
