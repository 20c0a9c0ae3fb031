/* SPDX-License-Identifier: Apache-2.0
 * Owned bytes and growing text. */
#include "base/blob.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void ce_blob_clear(struct ce_blob *blob) {
  free(blob->data);
  *blob = (struct ce_blob){0};
}

static bool reserve(struct ce_blob *blob, size_t more) {
  size_t needed = 0;
  if (__builtin_add_overflow(blob->size, more, &needed) || __builtin_add_overflow(needed, 1, &needed)) {
    return false;
  }
  if (needed <= blob->capacity) {
    return true;
  }
  size_t capacity = blob->capacity < 64 ? 64 : blob->capacity;
  while (capacity < needed) {
    if (__builtin_mul_overflow(capacity, 2, &capacity)) {
      return false;
    }
  }
  uint8_t *grown = realloc(blob->data, capacity);
  if (!grown) {
    return false;
  }
  blob->data = grown;
  blob->capacity = capacity;
  return true;
}

enum ce_code ce_blob_append(struct ce_blob *blob, const void *bytes, size_t size, struct ce_error *err) {
  if (!reserve(blob, size)) {
    return ce_fail_memory(err, "bytes");
  }
  if (size > 0) {
    memcpy(blob->data + blob->size, bytes, size);
  }
  blob->size += size;
  blob->data[blob->size] = '\0';
  return CE_OK;
}

static CE_PRINTF(3, 0) enum ce_code
    append_formatted(struct ce_blob *blob, struct ce_error *err, const char *format, va_list args) {
  va_list measured;
  va_copy(measured, args);
  int length = vsnprintf(NULL, 0, format, measured);
  va_end(measured);
  if (length < 0 || !reserve(blob, (size_t)length)) {
    return ce_fail_memory(err, "text");
  }
  vsnprintf((char *)blob->data + blob->size, (size_t)length + 1, format, args);
  blob->size += (size_t)length;
  return CE_OK;
}

enum ce_code ce_blob_printf(struct ce_blob *blob, struct ce_error *err, const char *format, ...) {
  va_list args;
  va_start(args, format);
  enum ce_code code = append_formatted(blob, err, format, args);
  va_end(args);
  return code;
}

const char *ce_blob_text(const struct ce_blob *blob) {
  return blob->data ? (const char *)blob->data : "";
}

char *ce_blob_take_text(struct ce_blob *blob) {
  if (!blob->data && !reserve(blob, 0)) {
    return NULL;
  }
  blob->data[blob->size] = '\0';
  char *text = (char *)blob->data;
  *blob = (struct ce_blob){0};
  return text;
}

char *ce_text_format(const char *format, ...) {
  struct ce_blob blob = {0};
  struct ce_error err;
  va_list args;
  va_start(args, format);
  enum ce_code code = append_formatted(&blob, &err, format, args);
  va_end(args);
  if (code != CE_OK) {
    return NULL;
  }
  return ce_blob_take_text(&blob);
}
