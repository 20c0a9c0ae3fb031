/* SPDX-License-Identifier: Apache-2.0
 * Canonical JSON over jansson's values. */
#include "trust/canonical.h"

#include <string.h>

static enum ce_code write_value(const json_t *value, struct ce_blob *blob, struct ce_error *err);

static enum ce_code write_text(const char *text, struct ce_blob *blob, struct ce_error *err) {
  return ce_blob_append(blob, text, strlen(text), err);
}

static enum ce_code write_string(const char *text, size_t length, struct ce_blob *blob,
                                 struct ce_error *err) {
  enum ce_code code = write_text("\"", blob, err);
  size_t start = 0;
  for (size_t i = 0; i < length && code == CE_OK; i++) {
    if (text[i] != '"' && text[i] != '\\') {
      continue;
    }
    code = ce_blob_append(blob, text + start, i - start, err);
    if (code == CE_OK) {
      code = write_text("\\", blob, err);
    }
    start = i;
  }
  if (code == CE_OK) {
    code = ce_blob_append(blob, text + start, length - start, err);
  }
  return code == CE_OK ? write_text("\"", blob, err) : code;
}

static enum ce_code write_array(const json_t *array, struct ce_blob *blob, struct ce_error *err) {
  enum ce_code code = write_text("[", blob, err);
  for (size_t i = 0; i < json_array_size(array) && code == CE_OK; i++) {
    code = i > 0 ? write_text(",", blob, err) : CE_OK;
    if (code == CE_OK) {
      code = write_value(json_array_get(array, i), blob, err);
    }
  }
  return code == CE_OK ? write_text("]", blob, err) : code;
}

static int compare_keys(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum ce_code write_member(const json_t *object, const char *key, struct ce_blob *blob,
                                 struct ce_error *err) {
  enum ce_code code = write_string(key, strlen(key), blob, err);
  if (code == CE_OK) {
    code = write_text(":", blob, err);
  }
  return code == CE_OK ? write_value(json_object_get(object, key), blob, err) : code;
}

static enum ce_code write_object(const json_t *object, struct ce_blob *blob, struct ce_error *err) {
  size_t count = json_object_size(object);
  CE_AUTO(ce_free) const char **keys = calloc(count + 1, sizeof *keys);
  if (!keys) {
    return ce_fail_memory(err, "canonical JSON");
  }
  const char *key;
  json_t *child;
  size_t filled = 0;
  json_object_foreach((json_t *)object, key, child) {
    keys[filled++] = key;
  }
  qsort(keys, count, sizeof *keys, compare_keys);
  enum ce_code code = write_text("{", blob, err);
  for (size_t i = 0; i < count && code == CE_OK; i++) {
    code = i > 0 ? write_text(",", blob, err) : CE_OK;
    if (code == CE_OK) {
      code = write_member(object, keys[i], blob, err);
    }
  }
  return code == CE_OK ? write_text("}", blob, err) : code;
}

static enum ce_code write_value(const json_t *value, struct ce_blob *blob, struct ce_error *err) {
  switch (json_typeof(value)) {
  case JSON_OBJECT:
    return write_object(value, blob, err);
  case JSON_ARRAY:
    return write_array(value, blob, err);
  case JSON_STRING:
    return write_string(json_string_value(value), json_string_length(value), blob, err);
  case JSON_INTEGER:
    return ce_blob_printf(blob, err, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
  case JSON_TRUE:
    return write_text("true", blob, err);
  case JSON_FALSE:
    return write_text("false", blob, err);
  case JSON_NULL:
    return write_text("null", blob, err);
  case JSON_REAL:
  default:
    return ce_fail(err, CE_TRUST_FORMAT, "sign", "canonical JSON", "a number is not an integer");
  }
}

enum ce_code ce_canonical_write(const json_t *value, struct ce_blob *blob, struct ce_error *err) {
  return write_value(value, blob, err);
}
