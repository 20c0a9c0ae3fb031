/* SPDX-License-Identifier: Apache-2.0
 * Text for a terminal: how wide it is, how it is made to fit, and how text that somebody else wrote is made
 * harmless. Output is UTF-8 whatever the locale, so none of this asks the C library. */
#ifndef CE_BASE_UTF8_H
#define CE_BASE_UTF8_H

#include <stddef.h>

/* Length of the well-formed sequence at text (RFC 3629), of which left bytes may be read; 0 when it is none,
 * or when left is 0 or the byte is NUL. */
size_t ce_utf8_sequence(const char *text, size_t left);

/* Columns that text takes on a terminal: two for a Chinese character, none for a combining one. */
size_t ce_utf8_columns(const char *text);

/* Copies text to ret (size bytes with the NUL). Line breaks and tabs become spaces; what is not valid UTF-8
 * and what could steer a terminal or turn the direction of writing becomes U+FFFD. Too long a text ends after
 * a whole character. */
void ce_utf8_clean(const char *text, char *ret, size_t size);

/* Copies clean text so that it takes at most columns; a longer one loses its middle, for which "..." stands.
 */
void ce_utf8_fit(const char *text, size_t columns, char *ret, size_t size);

#endif
