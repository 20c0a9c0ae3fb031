/* SPDX-License-Identifier: Apache-2.0
 * Escaping what others wrote. */
#include "device/printable.h"

#include "base/utf8.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PIECE_SIZE 8 /* an escape, U+FFFD or a UTF-8 sequence, with the NUL */

/* What stands for the sequence at text; returns how many bytes of text it stands for. */
static size_t print_piece(const char *text, size_t left, char ret[PIECE_SIZE]) {
  size_t length = ce_utf8_sequence(text, left);
  unsigned char first = (unsigned char)text[0];
  if (length == 0 || (length == 1 && (first < 0x20 || first == 0x7f || first == '\\'))) {
    snprintf(ret, PIECE_SIZE, "\\x%02x", first);
    return 1;
  }
  char sequence[PIECE_SIZE] = {0};
  memcpy(sequence, text, length);
  ce_utf8_clean(sequence, ret, PIECE_SIZE);
  return length;
}

void ce_printable_copy(const char *text, size_t length, char *ret, size_t size) {
  assert(size > 0);
  while (length > 0 && isspace((unsigned char)text[length - 1])) {
    length--;
  }
  while (length > 0 && isspace((unsigned char)text[0])) {
    text++;
    length--;
  }
  size_t used = 0;
  for (size_t at = 0; at < length;) {
    char piece[PIECE_SIZE];
    at += print_piece(text + at, length - at, piece);
    size_t piece_length = strlen(piece);
    if (used + piece_length >= size) {
      break;
    }
    memcpy(ret + used, piece, piece_length);
    used += piece_length;
  }
  ret[used] = '\0';
}
