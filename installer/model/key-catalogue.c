/* SPDX-License-Identifier: Apache-2.0
 * The key catalogue from the lines of keys.tbl. */
#include "model/key-catalogue.h"

#include "model/text-rule.h"

#include <assert.h>
#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#define LINE_MAX_BYTES   512
#define MODULE_MAX_BYTES 64
#define FIELD_COUNT      5

static const char *const class_names[CE_KEY_CLASS_COUNT] = {
    [CE_KEY_CCID] = "ccid", [CE_KEY_HID] = "hid", [CE_KEY_SCSI] = "scsi", [CE_KEY_VENDOR] = "vendor"};

const char *ce_key_class_name(enum ce_key_class class) {
  assert(class < CE_KEY_CLASS_COUNT);
  return class_names[class];
}

static void key_clear(struct ce_key *key) {
  free(key->module);
  free(key->name_zh);
  free(key->name_en);
}

void ce_key_catalogue_free(struct ce_key_catalogue *catalogue) {
  if (!catalogue) {
    return;
  }
  for (size_t i = 0; i < catalogue->count; i++) {
    key_clear(&catalogue->keys[i]);
  }
  free(catalogue->keys);
  free(catalogue);
}

static uint32_t key_number(uint16_t vendor_id, uint16_t product_id) {
  return (uint32_t)vendor_id << 16 | product_id;
}

const struct ce_key *ce_key_catalogue_find(const struct ce_key_catalogue *catalogue, uint16_t vendor_id,
                                           uint16_t product_id) {
  uint32_t wanted = key_number(vendor_id, product_id);
  size_t low = 0;
  size_t high = catalogue->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const struct ce_key *key = &catalogue->keys[middle];
    uint32_t number = key_number(key->vendor_id, key->product_id);
    if (number == wanted) {
      return key;
    }
    *(wanted < number ? &high : &low) = wanted < number ? middle : middle + 1;
  }
  return NULL;
}

/* Four lower-case hexadecimal digits. */
static bool read_hex(const char *text, uint16_t *ret) {
  uint16_t number = 0;
  for (size_t i = 0; i < 4; i++) {
    const char *digit = text[i] ? strchr("0123456789abcdef", text[i]) : NULL;
    if (!digit) {
      return false;
    }
    number = (uint16_t)(number << 4 | (text[i] <= '9' ? text[i] - '0' : text[i] - 'a' + 10));
  }
  *ret = number;
  return true;
}

static const char *read_id(const char *text, struct ce_key *key) {
  bool valid = strlen(text) == 9 && text[4] == ':' && read_hex(text, &key->vendor_id) &&
               read_hex(text + 5, &key->product_id);
  return valid ? NULL : "the id is not VID:PID in lower-case hexadecimal, such as 055c:e618";
}

static const char *read_class(const char *text, struct ce_key *key) {
  for (size_t i = 0; i < CE_KEY_CLASS_COUNT; i++) {
    if (strcmp(class_names[i], text) == 0) {
      key->class = (enum ce_key_class)i;
      return NULL;
    }
  }
  return "the class is none of ccid, hid, scsi, vendor";
}

static const char *texts_problem(char *const fields[FIELD_COUNT]) {
  bool module = strcmp(fields[2], "-") == 0 ||
                (strlen(fields[2]) <= MODULE_MAX_BYTES && !ce_text_portable_name_problem(fields[2]));
  if (!module) {
    return "the module is neither a name nor '-'";
  }
  return ce_text_display_problem(fields[3]) || ce_text_display_problem(fields[4])
             ? "a name is empty or has a control character"
             : NULL;
}

/* Cuts line at its tabs; an English phrase when that does not give five fields. */
static const char *split_fields(char *line, char *fields[FIELD_COUNT]) {
  for (size_t i = 0; i < FIELD_COUNT; i++) {
    if (!line) {
      return "there are fewer than five fields";
    }
    fields[i] = strsep(&line, "\t");
  }
  return line ? "there are more than five fields" : NULL;
}

static const char *check_order(const struct ce_key_catalogue *catalogue, const struct ce_key *key) {
  if (catalogue->count == 0) {
    return NULL;
  }
  const struct ce_key *last = &catalogue->keys[catalogue->count - 1];
  uint32_t before = key_number(last->vendor_id, last->product_id);
  uint32_t number = key_number(key->vendor_id, key->product_id);
  if (before < number) {
    return NULL;
  }
  return before == number ? "the id is there twice" : "the id is out of order";
}

/* The key that line (which is cut up) describes, its texts still in line; NULL or what is wrong. */
static const char *read_key(const struct ce_key_catalogue *catalogue, char *line, char *fields[FIELD_COUNT],
                            struct ce_key *key) {
  const char *problem = split_fields(line, fields);
  if (!problem) {
    problem = read_id(fields[0], key);
  }
  if (!problem) {
    problem = read_class(fields[1], key);
  }
  if (!problem) {
    problem = texts_problem(fields);
  }
  return problem ? problem : check_order(catalogue, key);
}

static enum ce_code refuse(struct ce_error *err, size_t line_number, const char *problem) {
  return ce_fail(err, CE_USAGE, "parse", "key catalogue", "line %zu: %s", line_number, problem);
}

/* Room for one more; grows at powers of two. */
static enum ce_code reserve_key(struct ce_key_catalogue *catalogue, struct ce_error *err) {
  size_t count = catalogue->count;
  if ((count & (count - 1)) != 0) {
    return CE_OK;
  }
  struct ce_key *grown = reallocarray(catalogue->keys, count ? 2 * count : 1, sizeof *grown);
  if (!grown) {
    return ce_fail_memory(err, "key catalogue");
  }
  catalogue->keys = grown;
  return CE_OK;
}

static enum ce_code add_line(struct ce_key_catalogue *catalogue, char *line, size_t line_number,
                             struct ce_error *err) {
  char *fields[FIELD_COUNT];
  struct ce_key key = {0};
  const char *problem = read_key(catalogue, line, fields, &key);
  if (problem) {
    return refuse(err, line_number, problem);
  }
  if (catalogue->count == CE_KEY_CATALOGUE_MAX) {
    return refuse(err, line_number, "there are more keys than allowed");
  }
  enum ce_code code = reserve_key(catalogue, err);
  if (code != CE_OK) {
    return code;
  }
  key.module = strdup(fields[2]);
  key.name_zh = strdup(fields[3]);
  key.name_en = strdup(fields[4]);
  catalogue->keys[catalogue->count++] = key;
  return key.module && key.name_zh && key.name_en ? CE_OK : ce_fail_memory(err, "key catalogue");
}

static const char *line_problem(const char *line, size_t length) {
  if (length > LINE_MAX_BYTES) {
    return "it is longer than 512 bytes";
  }
  if (memchr(line, '\0', length)) {
    return "it has a NUL byte";
  }
  json_t *text = json_stringn(line, length);
  bool is_utf8 = text != NULL;
  json_decref(text);
  return is_utf8 ? NULL : "it is not valid UTF-8";
}

enum ce_code ce_key_catalogue_parse(const char *text, size_t size, struct ce_key_catalogue **ret,
                                    struct ce_error *err) {
  if (size > CE_KEY_CATALOGUE_BYTES_MAX) {
    return ce_fail(err, CE_USAGE, "parse", "key catalogue", "%zu bytes; at most %u are allowed", size,
                   CE_KEY_CATALOGUE_BYTES_MAX);
  }
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = calloc(1, sizeof *catalogue);
  if (!catalogue) {
    return ce_fail_memory(err, "key catalogue");
  }
  size_t line_number = 1;
  for (size_t at = 0; at < size; line_number++) {
    const char *end = memchr(text + at, '\n', size - at);
    size_t length = end ? (size_t)(end - text) - at : size - at;
    const char *problem = line_problem(text + at, length);
    if (problem) {
      return refuse(err, line_number, problem);
    }
    char line[LINE_MAX_BYTES + 1];
    memcpy(line, text + at, length);
    line[length] = '\0';
    enum ce_code code = line[0] == '#' || length == 0 ? CE_OK : add_line(catalogue, line, line_number, err);
    if (code != CE_OK) {
      return code;
    }
    at += length + 1;
  }
  *ret = ce_take(&catalogue);
  return CE_OK;
}
