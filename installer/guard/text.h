/* SPDX-License-Identifier: Apache-2.0
 * The small texts of /proc, /sys and /etc that a look reads; pure. The functions are private to guard/. */
#ifndef CE_GUARD_TEXT_H
#define CE_GUARD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CE_SETTING_SIZE 128

/* The last line "key = value", "key=value" or "key value" of a configuration; quotes around the value go,
 * lines that begin with "#" do not count. False when there is none, or its value is CE_SETTING_SIZE bytes or
 * longer. */
bool ce_text_setting(const char *text, size_t size, const char *key, char ret[CE_SETTING_SIZE]);
/* Whether a setting with that key has that value in one of its lines (such as OnAccessExcludePath). */
bool ce_text_has_setting(const char *text, size_t size, const char *key, const char *value);
/* Whether word is in a list with commas, blanks or line ends between its words. */
bool ce_text_lists(const char *text, size_t size, const char *word);

/* fanotify(7), "Fdinfo": whether the group asks its program before files are opened or run. */
bool ce_text_asks_before_access(const char *fdinfo, size_t size);

#endif
