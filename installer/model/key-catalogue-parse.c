/* SPDX-License-Identifier: Apache-2.0
 * The key catalogue from the lines of keys.tbl. */
#include "model/key-entry.h"
#include "model/text-rule.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES 512

/* The fields of a line, in their order. */
enum field { ID, CLASS, MODULE, UNLOCK, NAME_ZH, NAME_EN, SOURCE, FIELD_COUNT };

/* What every field but the enumerations must keep to. */
static const struct rule {
  const char *what;
  const char *(*problem)(const char *text);
  size_t max_bytes;
} rules[FIELD_COUNT] = {
    [ID] = {"id", ce_key_id_problem, CE_KEY_LABEL_MAX},
    [MODULE] = {"module", ce_key_module_problem, CE_KEY_LABEL_MAX},
    [NAME_ZH] = {"Chinese name", ce_text_display_problem, CE_KEY_NAME_MAX},
    [NAME_EN] = {"English name", ce_text_display_problem, CE_KEY_NAME_MAX},
    [SOURCE] = {"source", ce_text_portable_name_problem, CE_KEY_LABEL_MAX},
};

static enum ce_code refuse(struct ce_error *err, size_t line_number, const char *problem) {
  return ce_fail(err, CE_USAGE, "parse", "key catalogue", "line %zu: %s", line_number, problem);
}

/* Cuts line at its tabs. */
static const char *split_fields(char *line, char *fields[FIELD_COUNT]) {
  for (size_t i = 0; i < FIELD_COUNT; i++) {
    if (!line) {
      return "there are fewer than seven fields";
    }
    fields[i] = strsep(&line, "\t");
  }
  return line ? "there are more than seven fields" : NULL;
}

static bool find_name(const char *text, const char *const *names, size_t count, size_t *ret) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(names[i], text) == 0) {
      *ret = i;
      return true;
    }
  }
  return false;
}

/* The enumerations of the key; NULL or what is wrong. */
static const char *read_names(char *const fields[FIELD_COUNT], struct ce_key *key) {
  size_t class = 0;
  size_t unlock = 0;
  if (!find_name(fields[CLASS], ce_key_class_names, CE_KEY_CLASS_COUNT, &class)) {
    return "the class is none of ccid, hid, scsi, vendor";
  }
  if (!find_name(fields[UNLOCK], ce_key_unlock_names, CE_KEY_UNLOCK_COUNT, &unlock)) {
    return "the way to unlock is none of puk, so-pin, service";
  }
  key->class = (enum ce_key_class) class;
  key->unlock = (enum ce_key_unlock)unlock;
  return NULL;
}

static enum ce_code check_fields(char *const fields[FIELD_COUNT], size_t line_number, struct ce_error *err) {
  for (size_t i = 0; i < FIELD_COUNT; i++) {
    const struct rule *rule = &rules[i];
    const char *problem = rule->problem ? rule->problem(fields[i]) : NULL;
    char text[160];
    if (problem) {
      snprintf(text, sizeof text, "the %s %s", rule->what, problem);
      return refuse(err, line_number, text);
    }
    if (rule->problem && strlen(fields[i]) > rule->max_bytes) {
      snprintf(text, sizeof text, "the %s is longer than %zu bytes", rule->what, rule->max_bytes);
      return refuse(err, line_number, text);
    }
  }
  return CE_OK;
}

static const char *order_problem(const struct ce_key_catalogue *catalogue, const struct ce_key *key) {
  if (catalogue->count == CE_KEY_CATALOGUE_MAX) {
    return "there are more keys than allowed";
  }
  if (catalogue->count == 0) {
    return NULL;
  }
  uint32_t before = ce_key_number(&catalogue->keys[catalogue->count - 1]);
  if (before < ce_key_number(key)) {
    return NULL;
  }
  return before == ce_key_number(key) ? "the id is there twice" : "the id is out of order";
}

/* line is cut up. */
static enum ce_code add_line(struct ce_key_catalogue *catalogue, char *line, size_t line_number,
                             struct ce_error *err) {
  char *fields[FIELD_COUNT];
  struct ce_key key = {0};
  const char *problem = split_fields(line, fields);
  if (!problem) {
    problem = read_names(fields, &key);
  }
  if (problem) {
    return refuse(err, line_number, problem);
  }
  enum ce_code code = check_fields(fields, line_number, err);
  if (code != CE_OK) {
    return code;
  }
  ce_key_read_id(fields[ID], &key.vendor_id, &key.product_id);
  problem = order_problem(catalogue, &key);
  if (problem) {
    return refuse(err, line_number, problem);
  }
  key.module = strdup(fields[MODULE]);
  key.name_zh = strdup(fields[NAME_ZH]);
  key.name_en = strdup(fields[NAME_EN]);
  key.source = strdup(fields[SOURCE]);
  return ce_key_catalogue_add(catalogue, &key, err);
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

static enum ce_code read_line(struct ce_key_catalogue *catalogue, const char *text, size_t length,
                              size_t line_number, struct ce_error *err) {
  const char *problem = line_problem(text, length);
  if (problem) {
    return refuse(err, line_number, problem);
  }
  if (length == 0 || text[0] == '#') {
    return CE_OK;
  }
  char line[LINE_MAX_BYTES + 1];
  memcpy(line, text, length);
  line[length] = '\0';
  return add_line(catalogue, line, line_number, err);
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
    enum ce_code code = read_line(catalogue, text + at, length, line_number, err);
    if (code != CE_OK) {
      return code;
    }
    at += length + 1;
  }
  *ret = ce_take(&catalogue);
  return CE_OK;
}
