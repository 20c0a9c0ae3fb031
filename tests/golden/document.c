/* SPDX-License-Identifier: Apache-2.0
 * Documents from fragments. */
#include "document.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define BASE "$base"

static json_t *resolve(const char *directory, const json_t *value);

static json_t *read_file(const char *path) {
  json_error_t error;
  json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  if (!json) {
    fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
    exit(1);
  }
  return json;
}

/* True for an object that says anew what something is. */
static bool is_whole(const json_t *value) {
  return json_object_get(value, BASE) || json_object_get(value, "type") ||
         json_object_get(value, "content") || json_object_get(value, "link");
}

static void change(const char *directory, json_t *object, const json_t *changes) {
  const char *key = NULL;
  json_t *value = NULL;
  json_object_foreach((json_t *)changes, key, value) {
    json_t *old = json_object_get(object, key);
    if (strcmp(key, BASE) == 0) {
      continue;
    }
    if (json_is_null(value)) {
      json_object_del(object, key);
    } else if (json_is_object(value) && json_is_object(old) && !is_whole(value)) {
      change(directory, old, value);
    } else {
      json_object_set_new(object, key, resolve(directory, value));
    }
  }
}

static void change_by_fragment(const char *directory, json_t *object, const char *name) {
  CE_AUTO(ce_free) char *path = ce_text_format("%s/fragments/%s.json", directory, name);
  CE_AUTO(ce_json) json_t *fragment = read_file(path);
  CE_AUTO(ce_json) json_t *resolved = resolve(directory, fragment);
  change(directory, object, resolved);
}

static json_t *resolve(const char *directory, const json_t *value) {
  if (!json_is_object(value)) {
    return json_deep_copy(value);
  }
  json_t *object = json_object();
  const json_t *base = json_object_get(value, BASE);
  if (json_is_string(base)) {
    change_by_fragment(directory, object, json_string_value(base));
  }
  for (size_t i = 0; i < json_array_size(base); i++) {
    change_by_fragment(directory, object, json_string_value(json_array_get(base, i)));
  }
  change(directory, object, value);
  return object;
}

json_t *document_load(const char *directory, const char *path) {
  CE_AUTO(ce_json) json_t *json = read_file(path);
  return resolve(directory, json);
}
