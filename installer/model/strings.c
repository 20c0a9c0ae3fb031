/* SPDX-License-Identifier: Apache-2.0
 * NULL-terminated string lists and their JSON. */
#include "model/strings.h"

#include <string.h>

void ce_strings_free(char **strings) {
  for (size_t i = 0; strings && strings[i]; i++) {
    free(strings[i]);
  }
  free(strings);
}

size_t ce_strings_count(char *const *strings) {
  size_t count = 0;
  while (strings && strings[count]) {
    count++;
  }
  return count;
}

bool ce_strings_contain(char *const *strings, const char *text) {
  for (size_t i = 0; strings && strings[i]; i++) {
    if (strcmp(strings[i], text) == 0) {
      return true;
    }
  }
  return false;
}

enum ce_code ce_strings_copy(char *const *strings, char ***ret, struct ce_error *err) {
  size_t count = ce_strings_count(strings);
  CE_AUTO(ce_strings) char **copy = calloc(count + 1, sizeof *copy);
  if (!copy) {
    return ce_fail_memory(err, "list");
  }
  for (size_t i = 0; i < count; i++) {
    copy[i] = strdup(strings[i]);
    if (!copy[i]) {
      return ce_fail_memory(err, strings[i]);
    }
  }
  *ret = ce_take(&copy);
  return CE_OK;
}

static enum ce_code copy_item(const struct ce_json_context *context, const char *key, size_t index,
                              const json_t *item, size_t max_bytes, ce_strings_problem *problem, char **ret,
                              struct ce_error *err) {
  if (!json_is_string(item)) {
    return ce_json_refuse(context, err, key, "entry %zu is not a string", index);
  }
  if (json_string_length(item) > max_bytes) {
    return ce_json_refuse(context, err, key, "entry %zu has %zu bytes; at most %zu are allowed", index,
                          json_string_length(item), max_bytes);
  }
  const char *text = json_string_value(item);
  const char *wrong = problem ? problem(text) : NULL;
  if (wrong) {
    return ce_json_refuse(context, err, key, "\"%s\" %s", text, wrong);
  }
  *ret = strdup(text);
  return *ret ? CE_OK : ce_fail_memory(err, text);
}

enum ce_code ce_strings_from_json(const struct ce_json_context *context, const json_t *object,
                                  const char *key, size_t max_items, size_t max_bytes,
                                  ce_strings_problem *problem, char ***ret, struct ce_error *err) {
  json_t *array = NULL;
  enum ce_code code =
      json_object_get(object, key) ? ce_json_get_array(context, object, key, max_items, &array, err) : CE_OK;
  if (code != CE_OK) {
    return code;
  }
  size_t count = json_array_size(array);
  CE_AUTO(ce_strings) char **strings = calloc(count + 1, sizeof *strings);
  if (!strings) {
    return ce_fail_memory(err, key);
  }
  for (size_t i = 0; i < count; i++) {
    code = copy_item(context, key, i, json_array_get(array, i), max_bytes, problem, &strings[i], err);
    if (code != CE_OK) {
      return code;
    }
  }
  *ret = ce_take(&strings);
  return CE_OK;
}

json_t *ce_strings_to_json(char *const *strings) {
  CE_AUTO(ce_json) json_t *array = json_array();
  for (size_t i = 0; array && strings && strings[i]; i++) {
    if (json_array_append_new(array, json_string(strings[i])) != 0) {
      return NULL;
    }
  }
  return ce_take(&array);
}

static enum ce_code add_bytes(char ***list, size_t *count, const char *text, size_t size,
                              struct ce_error *err) {
  char **grown = reallocarray(*list, *count + 2, sizeof *grown);
  if (!grown) {
    return ce_fail_memory(err, "list");
  }
  *list = grown;
  grown[*count] = NULL;
  char *copy = strndup(text, size);
  if (!copy) {
    return ce_fail_memory(err, "list");
  }
  (*list)[*count] = copy;
  (*list)[++*count] = NULL;
  return CE_OK;
}

enum ce_code ce_strings_add(char ***strings, const char *text, struct ce_error *err) {
  size_t count = ce_strings_count(*strings);
  return add_bytes(strings, &count, text, strlen(text), err);
}

enum ce_code ce_strings_split(const char *text, char ***ret, struct ce_error *err) {
  CE_AUTO(ce_strings) char **list = calloc(1, sizeof *list);
  size_t count = 0;
  if (!list) {
    return ce_fail_memory(err, "list");
  }
  for (;;) {
    text += strspn(text, " \t\r\n");
    size_t length = strcspn(text, " \t\r\n");
    if (length == 0) {
      break;
    }
    enum ce_code code = add_bytes(&list, &count, text, length, err);
    if (code != CE_OK) {
      return code;
    }
    text += length;
  }
  *ret = ce_take(&list);
  return CE_OK;
}
