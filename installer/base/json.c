/* SPDX-License-Identifier: Apache-2.0
 * Typed access to jansson's values, and their text. */
#include "base/json.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *ce_json_text(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text ? text : "";
}

enum ce_code ce_json_refuse(const struct ce_json_context *context, struct ce_error *err, const char *key,
                            const char *format, ...) {
  char text[256];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return ce_fail(err, context->code, "parse", context->document, "%s: %s", key, text);
}

static enum ce_code refuse_type(const struct ce_json_context *context, struct ce_error *err, const char *key,
                                const json_t *value, const char *wanted) {
  return ce_json_refuse(context, err, key, value ? "is not %s" : "is missing; it must be %s", wanted);
}

static enum ce_code check_string(const struct ce_json_context *context, const json_t *value, const char *key,
                                 size_t max_bytes, struct ce_error *err) {
  if (!json_is_string(value)) {
    return refuse_type(context, err, key, value, "a string");
  }
  if (json_string_length(value) > max_bytes) {
    return ce_json_refuse(context, err, key, "has %zu bytes; at most %zu are allowed",
                          json_string_length(value), max_bytes);
  }
  return CE_OK;
}

enum ce_code ce_json_get_string(const struct ce_json_context *context, const json_t *object, const char *key,
                                size_t max_bytes, const char **ret, struct ce_error *err) {
  const json_t *value = json_object_get(object, key);
  enum ce_code code = check_string(context, value, key, max_bytes, err);
  if (code == CE_OK) {
    *ret = json_string_value(value);
  }
  return code;
}

enum ce_code ce_json_get_optional_string(const struct ce_json_context *context, const json_t *object,
                                         const char *key, size_t max_bytes, const char **ret,
                                         struct ce_error *err) {
  return json_object_get(object, key) ? ce_json_get_string(context, object, key, max_bytes, ret, err) : CE_OK;
}

enum ce_code ce_json_get_integer(const struct ce_json_context *context, const json_t *object, const char *key,
                                 int64_t min, int64_t max, int64_t *ret, struct ce_error *err) {
  const json_t *value = json_object_get(object, key);
  if (!json_is_integer(value)) {
    return refuse_type(context, err, key, value, "an integer");
  }
  int64_t number = json_integer_value(value);
  if (number < min || number > max) {
    return ce_json_refuse(context, err, key, "is %lld; allowed are %lld to %lld", (long long)number,
                          (long long)min, (long long)max);
  }
  *ret = number;
  return CE_OK;
}

enum ce_code ce_json_get_optional_integer(const struct ce_json_context *context, const json_t *object,
                                          const char *key, int64_t min, int64_t max, int64_t *ret,
                                          struct ce_error *err) {
  return json_object_get(object, key) ? ce_json_get_integer(context, object, key, min, max, ret, err) : CE_OK;
}

enum ce_code ce_json_get_boolean(const struct ce_json_context *context, const json_t *object, const char *key,
                                 bool *ret, struct ce_error *err) {
  const json_t *value = json_object_get(object, key);
  if (!json_is_boolean(value)) {
    return refuse_type(context, err, key, value, "true or false");
  }
  *ret = json_is_true(value);
  return CE_OK;
}

enum ce_code ce_json_get_object(const struct ce_json_context *context, const json_t *object, const char *key,
                                json_t **ret, struct ce_error *err) {
  json_t *value = json_object_get(object, key);
  if (!json_is_object(value)) {
    return refuse_type(context, err, key, value, "an object");
  }
  *ret = value;
  return CE_OK;
}

enum ce_code ce_json_get_array(const struct ce_json_context *context, const json_t *object, const char *key,
                               size_t max_items, json_t **ret, struct ce_error *err) {
  json_t *value = json_object_get(object, key);
  if (!json_is_array(value)) {
    return refuse_type(context, err, key, value, "an array");
  }
  if (json_array_size(value) > max_items) {
    return ce_json_refuse(context, err, key, "has %zu entries; at most %zu are allowed",
                          json_array_size(value), max_items);
  }
  *ret = value;
  return CE_OK;
}

enum ce_code ce_json_get_digest(const struct ce_json_context *context, const json_t *object, const char *key,
                                struct ce_digest *ret, struct ce_error *err) {
  const char *hex = NULL;
  enum ce_code code = ce_json_get_string(context, object, key, CE_DIGEST_HEX_SIZE - 1, &hex, err);
  if (code == CE_OK && !ce_digest_from_hex(hex, ret)) {
    return ce_json_refuse(context, err, key, "is not 64 lower-case hexadecimal digits");
  }
  return code;
}

enum ce_code ce_json_get_mode(const struct ce_json_context *context, const json_t *object, const char *key,
                              uint32_t *ret, struct ce_error *err) {
  const char *text = NULL;
  enum ce_code code = ce_json_get_string(context, object, key, 5, &text, err);
  if (code != CE_OK) {
    return code;
  }
  size_t length = strspn(text, "01234567");
  unsigned long mode = length > 0 ? strtoul(text, NULL, 8) : 0;
  if (length == 0 || text[length] || mode > 07777) {
    return ce_json_refuse(context, err, key, "is not an octal mode such as 0644");
  }
  *ret = (uint32_t)mode;
  return CE_OK;
}

/* jansson goes on after a failed chunk in some places, so the failure is kept. */
struct output {
  struct ce_blob *blob;
  size_t margin; /* spaces behind each line break; in a string there are none, they are escaped */
  bool failed;
};

static bool append_spaces(struct ce_blob *blob, size_t count) {
  struct ce_error ignored;
  bool done = true;
  for (; done && count > 0; count--) {
    done = ce_blob_append(blob, " ", 1, &ignored) == CE_OK;
  }
  return done;
}

static int append_chunk(const char *bytes, size_t size, void *context) {
  struct output *output = context;
  struct ce_error ignored;
  while (size > 0 && !output->failed) {
    const char *line_break = output->margin > 0 ? memchr(bytes, '\n', size) : NULL;
    size_t part = line_break ? (size_t)(line_break - bytes) + 1 : size;
    output->failed = ce_blob_append(output->blob, bytes, part, &ignored) != CE_OK ||
                     (line_break && !append_spaces(output->blob, output->margin));
    bytes += part;
    size -= part;
  }
  return output->failed ? -1 : 0;
}

static enum ce_code write_value(const json_t *value, size_t layout, size_t margin, struct ce_blob *blob,
                                struct ce_error *err) {
  struct output output = {.blob = blob, .margin = margin};
  if (json_dump_callback(value, append_chunk, &output, JSON_SORT_KEYS | JSON_ENCODE_ANY | layout) != 0 ||
      output.failed) {
    return ce_fail_memory(err, "JSON text");
  }
  return CE_OK;
}

enum ce_code ce_json_write(const json_t *value, bool indent, struct ce_blob *blob, struct ce_error *err) {
  return write_value(value, indent ? (size_t)JSON_INDENT(1) : (size_t)JSON_COMPACT, 0, blob, err);
}

/* The null that stands on a line of its own, and its indentation. */
static const char *find_place(const char *text, size_t *ret_margin) {
  for (const char *null = text; (null = strstr(null, "null")); null++) {
    const char *start = null;
    while (start > text && start[-1] == ' ') {
      start--;
    }
    if (start > text && start[-1] == '\n' && null[4] == '\n') {
      *ret_margin = (size_t)(null - start);
      return null;
    }
  }
  return NULL;
}

enum ce_code ce_json_write_around(const json_t *value, size_t count, json_t *(*element)(const void *, size_t),
                                  const void *context, struct ce_blob *blob, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob frame = {0};
  enum ce_code code = write_value(value, JSON_INDENT(1), 0, &frame, err);
  if (code != CE_OK) {
    return code;
  }
  size_t margin = 0;
  const char *place = find_place(ce_blob_text(&frame), &margin);
  assert(place && count > 0);
  code = ce_blob_append(blob, frame.data, (size_t)(place - ce_blob_text(&frame)), err);
  for (size_t i = 0; code == CE_OK && i < count; i++) {
    CE_AUTO(ce_json) json_t *json = element(context, i);
    if (!json || (i > 0 && (ce_blob_append(blob, ",\n", 2, err) != CE_OK || !append_spaces(blob, margin)))) {
      return ce_fail_memory(err, "JSON text");
    }
    code = write_value(json, JSON_INDENT(1), margin, blob, err);
  }
  return code == CE_OK ? ce_blob_append(blob, place + 4, strlen(place + 4), err) : code;
}
