/* SPDX-License-Identifier: Apache-2.0
 * Rules for short texts that end up in commands, file names or on the screen. Each gives NULL when text keeps
 * it, otherwise an English phrase for "<text> <phrase>". Lengths are the caller's to limit. */
#ifndef CE_MODEL_TEXT_RULE_H
#define CE_MODEL_TEXT_RULE_H

#include <stdbool.h>

#define CE_ADDRESS_MAX 2048

/* [a-z0-9-]+, not starting with '-'. */
const char *ce_text_identifier_problem(const char *text);
/* [a-z0-9_]+, as uname -m says. */
const char *ce_text_arch_problem(const char *text);
/* [A-Za-z0-9._+-]+ starting with a letter or digit: a file name that no shell, unit or option parser trips
 * over. */
const char *ce_text_portable_name_problem(const char *text);
/* base/relpath.h. */
const char *ce_text_relpath_problem(const char *text);
/* No control characters; not empty. */
const char *ce_text_display_problem(const char *text);
/* http:// or https:// with a host and without a user name, in the characters that RFC 3986 allows. */
const char *ce_text_web_address_problem(const char *text);
bool ce_text_ends_with(const char *text, const char *suffix);

#endif
