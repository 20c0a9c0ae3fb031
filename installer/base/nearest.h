/* SPDX-License-Identifier: Apache-2.0
 * How far a mistyped word is from one that exists. */
#ifndef CE_BASE_NEAREST_H
#define CE_BASE_NEAREST_H

#include <stddef.h>

#define CE_NEAREST_WORD_MAX 64 /* of longer words only this many bytes are compared */

/* The edit distance between the first length bytes of text and word (Levenshtein, and two neighbours that
 * changed places count once); 0 also when word begins with text. */
size_t ce_nearest_distance(const char *text, size_t length, const char *word);

#endif
