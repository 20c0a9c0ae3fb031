/* SPDX-License-Identifier: Apache-2.0
 * JSON text (RFC 8259) into jansson's values, in one pass with all limits of base/json.h.
 *
 * jansson's own reader takes ten times as long and builds a document whole, which receipts and manifests of
 * many thousand files are too large for. tests/fuzz/fuzz-json.c holds this one against it. */
#include "base/json.h"

#include "base/utf8.h"

#include <string.h>

struct reader {
  const struct ce_json_context *context;
  const char *begin, *at, *end;
  struct ce_blob text; /* of a string with escapes */
  size_t depth;
  const char *const *apart;    /* keys still to be met on the way to the array that is left out; or NULL */
  size_t apart_depth;          /* of the object that apart[0] is looked for in */
  struct ce_json_items *items; /* where that array goes */
};

static void reader_auto(struct reader *reader) {
  ce_blob_clear(&reader->text);
}

static enum ce_code refuse(const struct reader *reader, struct ce_error *err, const char *why) {
  size_t line = 1;
  for (const char *at = reader->begin; at < reader->at; at++) {
    line += *at == '\n';
  }
  return ce_fail(err, reader->context->code, "parse", reader->context->document, "line %zu: %s", line, why);
}

static void skip_space(struct reader *reader) {
  const char *at = reader->at;
  while (at < reader->end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) {
    at++;
  }
  reader->at = at;
}

/* Steps over c when it comes next. */
static bool take(struct reader *reader, char c) {
  if (reader->at < reader->end && *reader->at == c) {
    reader->at++;
    return true;
  }
  return false;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  char lower = (char)(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* The four digits behind "\u"; -1 when they are none. */
static int32_t take_unit(struct reader *reader) {
  if (reader->end - reader->at < 4) {
    return -1;
  }
  int32_t unit = 0;
  for (int i = 0; i < 4; i++) {
    int digit = hex_digit(reader->at[i]);
    if (digit < 0) {
      return -1;
    }
    unit = unit * 16 + digit;
  }
  reader->at += 4;
  return unit;
}

/* The character behind "\u", of which the second half may follow as another escape; -1 when it is none. */
static int32_t take_point(struct reader *reader) {
  int32_t unit = take_unit(reader);
  if (unit < 0xd800 || unit > 0xdfff) {
    return unit;
  }
  if (unit > 0xdbff || !take(reader, '\\') || !take(reader, 'u')) {
    return -1;
  }
  int32_t low = take_unit(reader);
  return low >= 0xdc00 && low <= 0xdfff ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : -1;
}

static enum ce_code append_point(struct ce_blob *text, int32_t point, struct ce_error *err) {
  uint32_t bits = (uint32_t)point;
  char bytes[4];
  size_t size = bits < 0x80 ? 1 : bits < 0x800 ? 2 : bits < 0x10000 ? 3 : 4;
  static const uint8_t heads[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (size_t i = size - 1; i > 0; i--) {
    bytes[i] = (char)(0x80 | (bits & 0x3f));
    bits >>= 6;
  }
  bytes[0] = (char)(heads[size] | bits);
  return ce_blob_append(text, bytes, size, err);
}

/* What a backslash begins. */
static enum ce_code take_escape(struct reader *reader, struct ce_error *err) {
  static const char names[] = "\"\\/bfnrt";
  static const char meant[] = "\"\\/\b\f\n\r\t";
  char name = reader->at < reader->end ? *reader->at++ : '\0';
  const char *found = name ? strchr(names, name) : NULL;
  if (found) {
    return ce_blob_append(&reader->text, &meant[found - names], 1, err);
  }
  int32_t point = name == 'u' ? take_point(reader) : -1;
  if (point < 0) {
    return refuse(reader, err, "an escape in a string is none");
  }
  return point == 0 ? refuse(reader, err, "a string has a NUL") : append_point(&reader->text, point, err);
}

/* Goes on to the quote that ends the string, or to a backslash. */
static enum ce_code take_plain(struct reader *reader, struct ce_error *err) {
  for (;;) {
    const char *at = reader->at;
    while (at < reader->end && (unsigned char)*at >= 0x20 && (unsigned char)*at < 0x80 && *at != '"' &&
           *at != '\\') {
      at++;
    }
    reader->at = at;
    if (at == reader->end) {
      return refuse(reader, err, "a string does not end");
    }
    if (*at == '"' || *at == '\\') {
      return CE_OK;
    }
    size_t length = (unsigned char)*at < 0x20 ? 0 : ce_utf8_sequence(at, (size_t)(reader->end - at));
    if (length == 0) {
      return refuse(reader, err, "a string has a control character or is not UTF-8");
    }
    reader->at += length;
  }
}

/* The string behind an opening quote. *ret points into the document, or into reader->text when there are
 * escapes; it has no NUL and lives until the next string is read. */
static enum ce_code take_string(struct reader *reader, const char **ret, size_t *ret_length,
                                struct ce_error *err) {
  const char *start = reader->at;
  enum ce_code code = take_plain(reader, err);
  if (code == CE_OK && *reader->at == '"') {
    *ret = start;
    *ret_length = (size_t)(reader->at++ - start);
    return CE_OK;
  }
  reader->text.size = 0;
  while (code == CE_OK) {
    code = ce_blob_append(&reader->text, start, (size_t)(reader->at - start), err);
    if (code == CE_OK && take(reader, '"')) {
      *ret = ce_blob_text(&reader->text);
      *ret_length = reader->text.size;
      return CE_OK;
    }
    if (code == CE_OK) {
      reader->at++;
      code = take_escape(reader, err);
    }
    if (code == CE_OK) {
      start = reader->at;
      code = take_plain(reader, err);
    }
  }
  return code;
}

static bool is_digit(const struct reader *reader) {
  return reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9';
}

static enum ce_code take_number(struct reader *reader, json_t **ret, struct ce_error *err) {
  bool negative = take(reader, '-');
  if (!is_digit(reader)) {
    return refuse(reader, err, "a number has no digits");
  }
  int64_t number = 0;
  bool leading_zero = *reader->at == '0';
  const char *first = reader->at;
  for (; is_digit(reader); reader->at++) {
    number = number <= CE_JSON_INTEGER_MAX ? number * 10 + (*reader->at - '0') : number;
  }
  if (leading_zero && reader->at - first > 1) {
    return refuse(reader, err, "a number begins with 0");
  }
  if (reader->at < reader->end && strchr(".eE", *reader->at) && *reader->at) {
    return refuse(reader, err, "a number is not an integer");
  }
  if (number > CE_JSON_INTEGER_MAX) {
    return refuse(reader, err, "a number lies beyond 2^53");
  }
  *ret = json_integer(negative ? -number : number);
  return *ret ? CE_OK : ce_fail_memory(err, reader->context->document);
}

static enum ce_code take_word(struct reader *reader, json_t **ret, struct ce_error *err) {
  static const char *const words[] = {"null", "true", "false"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    size_t length = strlen(words[i]);
    if ((size_t)(reader->end - reader->at) >= length && memcmp(reader->at, words[i], length) == 0) {
      reader->at += length;
      *ret = i == 0 ? json_null() : json_boolean(i == 1);
      return CE_OK;
    }
  }
  return refuse(reader, err, "a value is expected");
}

static enum ce_code take_value(struct reader *reader, json_t **ret, struct ce_error *err);

static enum ce_code take_elements(struct reader *reader, json_t *array, struct ce_error *err) {
  skip_space(reader);
  if (take(reader, ']')) {
    return CE_OK;
  }
  for (;;) {
    json_t *element = NULL;
    enum ce_code code = take_value(reader, &element, err);
    if (code != CE_OK) {
      return code;
    }
    if (json_array_append_new(array, element) != 0) {
      return ce_fail_memory(err, reader->context->document);
    }
    skip_space(reader);
    if (take(reader, ']')) {
      return CE_OK;
    }
    if (!take(reader, ',')) {
      return refuse(reader, err, "',' or ']' is expected");
    }
  }
}

/* Steps over the string behind an opening quote, or to the end. */
static void pass_string(struct reader *reader) {
  while (reader->at < reader->end && *reader->at != '"') {
    reader->at += *reader->at == '\\' && reader->end - reader->at > 1 ? 2 : 1;
  }
  reader->at += reader->at < reader->end;
}

/* Steps over the array behind its opening bracket and counts its elements. Only where it ends is found out
 * here; what is wrong inside shows when the elements are read. */
static enum ce_code pass_array(struct reader *reader, struct ce_error *err) {
  struct ce_json_items *items = reader->items;
  skip_space(reader);
  *items = (struct ce_json_items){.begin = reader->begin, .at = reader->at, .depth = reader->depth};
  items->count = reader->at < reader->end && *reader->at != ']';
  for (size_t depth = 1; reader->at < reader->end;) {
    char c = *reader->at++;
    if (c == '"') {
      pass_string(reader);
    } else if (c == '[' || c == '{') {
      depth++;
    } else if (c == ',' && depth == 1) {
      items->count++;
    } else if ((c == ']' || c == '}') && --depth == 0) {
      items->end = reader->at - 1;
      return c == ']' ? CE_OK : refuse(reader, err, "',' or ']' is expected");
    }
  }
  return refuse(reader, err, "the document does not end");
}

/* The value of a member. The one that is to be left apart becomes an empty array. */
static enum ce_code take_member_value(struct reader *reader, bool on_the_way, json_t **ret,
                                      struct ce_error *err) {
  skip_space(reader);
  if (!on_the_way) {
    return take_value(reader, ret, err);
  }
  if (reader->apart[1]) {
    reader->apart++;
    reader->apart_depth++;
    enum ce_code code = take_value(reader, ret, err);
    reader->apart--;
    reader->apart_depth--;
    return code;
  }
  if (reader->items->begin || !take(reader, '[')) {
    return take_value(reader, ret, err);
  }
  reader->depth++;
  enum ce_code code = pass_array(reader, err);
  reader->depth--;
  *ret = code == CE_OK ? json_array() : NULL;
  return code == CE_OK && !*ret ? ce_fail_memory(err, reader->context->document) : code;
}

/* Whether the value of this member, or something inside it, is what is read apart. */
static bool leads_apart(const struct reader *reader, const char *name, size_t length) {
  return reader->apart && reader->depth == reader->apart_depth && strlen(*reader->apart) == length &&
         memcmp(name, *reader->apart, length) == 0;
}

static enum ce_code take_member(struct reader *reader, json_t *object, struct ce_error *err) {
  const char *name = NULL;
  size_t length = 0;
  skip_space(reader);
  if (!take(reader, '"')) {
    return refuse(reader, err, "a name in quotes is expected");
  }
  enum ce_code code = take_string(reader, &name, &length, err);
  if (code != CE_OK) {
    return code;
  }
  /* With escapes it is in reader->text, where the value's strings may take its place. */
  bool borrowed = name != ce_blob_text(&reader->text);
  CE_AUTO(ce_free) char *copy = borrowed ? NULL : strndup(name, length);
  if (!borrowed && !copy) {
    return ce_fail_memory(err, reader->context->document);
  }
  name = borrowed ? name : copy;
  skip_space(reader);
  if (!take(reader, ':')) {
    return refuse(reader, err, "':' is expected");
  }
  size_t count = json_object_size(object);
  json_t *value = NULL;
  code = take_member_value(reader, leads_apart(reader, name, length), &value, err);
  if (code == CE_OK && json_object_setn_new_nocheck(object, name, length, value) != 0) {
    code = ce_fail_memory(err, reader->context->document);
  }
  if (code == CE_OK && json_object_size(object) == count) {
    code = refuse(reader, err, "a name is there twice");
  }
  return code;
}

static enum ce_code take_members(struct reader *reader, json_t *object, struct ce_error *err) {
  skip_space(reader);
  if (take(reader, '}')) {
    return CE_OK;
  }
  for (;;) {
    enum ce_code code = take_member(reader, object, err);
    if (code != CE_OK) {
      return code;
    }
    skip_space(reader);
    if (take(reader, '}')) {
      return CE_OK;
    }
    if (!take(reader, ',')) {
      return refuse(reader, err, "',' or '}' is expected");
    }
  }
}

static enum ce_code take_container(struct reader *reader, bool is_object, json_t **ret,
                                   struct ce_error *err) {
  if (++reader->depth > CE_JSON_DEPTH_MAX) {
    return ce_fail(err, reader->context->code, "parse", reader->context->document,
                   "nested deeper than %d levels", CE_JSON_DEPTH_MAX);
  }
  CE_AUTO(ce_json) json_t *value = is_object ? json_object() : json_array();
  if (!value) {
    return ce_fail_memory(err, reader->context->document);
  }
  enum ce_code code = is_object ? take_members(reader, value, err) : take_elements(reader, value, err);
  reader->depth--;
  if (code == CE_OK) {
    *ret = ce_take(&value);
  }
  return code;
}

static enum ce_code take_value(struct reader *reader, json_t **ret, struct ce_error *err) {
  skip_space(reader);
  if (take(reader, '{')) {
    return take_container(reader, true, ret, err);
  }
  if (take(reader, '[')) {
    return take_container(reader, false, ret, err);
  }
  if (take(reader, '"')) {
    const char *text = NULL;
    size_t length = 0;
    enum ce_code code = take_string(reader, &text, &length, err);
    if (code != CE_OK) {
      return code;
    }
    *ret = json_stringn_nocheck(text, length);
    return *ret ? CE_OK : ce_fail_memory(err, reader->context->document);
  }
  bool number = reader->at < reader->end && (*reader->at == '-' || is_digit(reader));
  return number ? take_number(reader, ret, err) : take_word(reader, ret, err);
}

static enum ce_code parse_document(struct reader *reader, json_t **ret, struct ce_error *err) {
  skip_space(reader);
  if (reader->at == reader->end || (*reader->at != '{' && *reader->at != '[')) {
    return refuse(reader, err, "'[' or '{' is expected");
  }
  CE_AUTO(ce_json) json_t *value = NULL;
  enum ce_code code = take_value(reader, &value, err);
  if (code != CE_OK) {
    return code;
  }
  skip_space(reader);
  if (reader->at != reader->end) {
    return refuse(reader, err, "something follows the document");
  }
  *ret = ce_take(&value);
  return CE_OK;
}

enum ce_code ce_json_parse_apart(const struct ce_json_context *context, const void *bytes, size_t size,
                                 size_t limit_bytes, const char *const *path, struct ce_json_items *ret_items,
                                 json_t **ret, struct ce_error *err) {
  if (size > limit_bytes) {
    return ce_fail(err, context->code, "parse", context->document, "%zu bytes; at most %zu are allowed", size,
                   limit_bytes);
  }
  struct ce_json_items items = {0};
  const char *text = size > 0 ? bytes : "";
  CE_AUTO(reader)
  struct reader reader = {.context = context,
                          .begin = text,
                          .at = text,
                          .end = text + size,
                          .apart = path,
                          .apart_depth = 1,
                          .items = &items};
  enum ce_code code = parse_document(&reader, ret, err);
  if (code == CE_OK && ret_items) {
    *ret_items = items;
  }
  return code;
}

enum ce_code ce_json_parse(const struct ce_json_context *context, const void *bytes, size_t size,
                           size_t limit_bytes, json_t **ret, struct ce_error *err) {
  return ce_json_parse_apart(context, bytes, size, limit_bytes, NULL, NULL, ret, err);
}

enum ce_code ce_json_items_next(const struct ce_json_context *context, struct ce_json_items *items,
                                json_t **ret, struct ce_error *err) {
  CE_AUTO(reader)
  struct reader reader = {
      .context = context, .begin = items->begin, .at = items->at, .end = items->end, .depth = items->depth};
  CE_AUTO(ce_json) json_t *element = NULL;
  enum ce_code code = take_value(&reader, &element, err);
  if (code != CE_OK) {
    return code;
  }
  skip_space(&reader);
  if (reader.at < reader.end && !take(&reader, ',')) {
    return refuse(&reader, err, "',' or ']' is expected");
  }
  items->at = reader.at;
  *ret = ce_take(&element);
  return CE_OK;
}
