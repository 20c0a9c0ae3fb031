/* SPDX-License-Identifier: Apache-2.0
 * Longest common subsequence of lines: the texts are short. */
#include "diff.h"

#include "base/cleanup.h"

#include <string.h>

struct line {
  const char *text;
  int length;
};

/* The lines of text, ended by one without text. */
static struct line *split(const char *text, size_t *ret_count) {
  size_t count = 0;
  for (const char *at = text; *at; at++) {
    count += *at == '\n';
  }
  struct line *lines = calloc(count + 2, sizeof *lines);
  size_t i = 0;
  while (*text) {
    size_t length = strcspn(text, "\n");
    lines[i++] = (struct line){text, (int)length};
    text += length + (text[length] == '\n');
  }
  *ret_count = i;
  return lines;
}

static int is_same(const struct line *a, const struct line *b) {
  return a->length == b->length && strncmp(a->text, b->text, (size_t)a->length) == 0;
}

void diff_print(FILE *to, const char *expected, const char *actual) {
  size_t rows = 0;
  size_t columns = 0;
  CE_AUTO(ce_free) struct line *left = split(expected, &rows);
  CE_AUTO(ce_free) struct line *right = split(actual, &columns);
  CE_AUTO(ce_free) size_t *common = calloc((rows + 1) * (columns + 1), sizeof *common);
  size_t width = columns + 1;
  for (size_t i = rows; i-- > 0;) {
    for (size_t k = columns; k-- > 0;) {
      size_t down = common[(i + 1) * width + k];
      size_t across = common[i * width + k + 1];
      size_t best = down > across ? down : across;
      common[i * width + k] = is_same(&left[i], &right[k]) ? common[(i + 1) * width + k + 1] + 1 : best;
    }
  }
  for (size_t i = 0, k = 0; i < rows || k < columns;) {
    if (i < rows && k < columns && is_same(&left[i], &right[k])) {
      fprintf(to, "  %.*s\n", left[i].length, left[i].text);
      i++, k++;
    } else if (k == columns || (i < rows && common[(i + 1) * width + k] >= common[i * width + k + 1])) {
      fprintf(to, "- %.*s\n", left[i].length, left[i].text);
      i++;
    } else {
      fprintf(to, "+ %.*s\n", right[k].length, right[k].text);
      k++;
    }
  }
}
