/* SPDX-License-Identifier: Apache-2.0
 * Cutting of bytes into lines. */
#include "gtk/line-reader.h"

#include <string.h>

void ce_line_reader_clear(struct ce_line_reader *reader) {
  ce_blob_clear(&reader->pending);
  *reader = (struct ce_line_reader){0};
}

static void forget_taken(struct ce_line_reader *reader) {
  struct ce_blob *pending = &reader->pending;
  if (reader->taken > 0) {
    memmove(pending->data, pending->data + reader->taken, pending->size - reader->taken);
    pending->size -= reader->taken;
    reader->taken = 0;
  }
}

/* The limit is on what has no newline yet. */
static size_t rest_length(const struct ce_blob *pending) {
  const uint8_t *newline = pending->size ? memrchr(pending->data, '\n', pending->size) : NULL;
  return newline ? (size_t)(pending->data + pending->size - newline) - 1 : pending->size;
}

bool ce_line_reader_feed(struct ce_line_reader *reader, const void *bytes, size_t size) {
  struct ce_error ignored;
  forget_taken(reader);
  if (ce_blob_append(&reader->pending, bytes, size, &ignored) != CE_OK) {
    return false;
  }
  return rest_length(&reader->pending) <= CE_LINE_BYTES_MAX && reader->count <= CE_LINES_COUNT_MAX;
}

char *ce_line_reader_next(struct ce_line_reader *reader, size_t *ret_length) {
  struct ce_blob *pending = &reader->pending;
  size_t left = pending->size - reader->taken;
  char *line = (char *)pending->data + reader->taken;
  char *newline = left ? memchr(line, '\n', left) : NULL;
  if (!newline) {
    return NULL;
  }
  *newline = '\0';
  *ret_length = (size_t)(newline - line);
  reader->taken += *ret_length + 1;
  reader->count++;
  return line;
}
