/* SPDX-License-Identifier: Apache-2.0
 * Edit distance (optimal string alignment) over three rows of the table. */
#include "base/nearest.h"

#include <stdbool.h>
#include <string.h>

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

size_t ce_nearest_distance(const char *text, size_t length, const char *word) {
  size_t word_length = smaller(strlen(word), CE_NEAREST_WORD_MAX);
  length = smaller(length, CE_NEAREST_WORD_MAX);
  if (length > 0 && strncmp(word, text, length) == 0) {
    return 0;
  }
  size_t rows[3][CE_NEAREST_WORD_MAX + 1];
  size_t *before = rows[0];
  size_t *previous = rows[1];
  size_t *current = rows[2];
  for (size_t j = 0; j <= word_length; j++) {
    previous[j] = j;
    before[j] = 0;
  }
  for (size_t i = 1; i <= length; i++) {
    current[0] = i;
    for (size_t j = 1; j <= word_length; j++) {
      size_t replaced = previous[j - 1] + (text[i - 1] != word[j - 1]);
      current[j] = smaller(replaced, smaller(previous[j], current[j - 1]) + 1);
      bool swapped = i > 1 && j > 1 && text[i - 1] == word[j - 2] && text[i - 2] == word[j - 1];
      if (swapped) {
        current[j] = smaller(current[j], before[j - 2] + 1);
      }
    }
    size_t *freed = before;
    before = previous;
    previous = current;
    current = freed;
  }
  return previous[word_length];
}
