/* SPDX-License-Identifier: Apache-2.0
 * Expansion of the tests' short forms. */
#include "shorthand.h"

#include <string.h>

static int compare_keys(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The member `name` of object: {"KEY": VALUE} becomes [{as: "KEY", VALUE...}], sorted by key. */
static void list_by_key(json_t *object, const char *name, const char *as) {
  json_t *map = json_object_get(object, name);
  size_t count = json_object_size(map);
  CE_AUTO(ce_free) const char **keys = calloc(count + 1, sizeof *keys);
  size_t at = 0;
  for (void *item = json_object_iter(map); item; item = json_object_iter_next(map, item)) {
    keys[at++] = json_object_iter_key(item);
  }
  qsort(keys, count, sizeof *keys, compare_keys);
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++) {
    json_t *value = json_object_get(map, keys[i]);
    json_t *entry = json_is_object(value) ? json_deep_copy(value) : json_pack("{s:O}", "type", value);
    json_object_set_new(entry, as, json_string(keys[i]));
    json_array_append_new(array, entry);
  }
  json_object_set_new(object, name, array);
}

static void set_default(json_t *object, const char *key, json_t *value) {
  if (json_object_get(object, key)) {
    json_decref(value);
  } else {
    json_object_set_new(object, key, value);
  }
}

/* "content" becomes size and sha256. */
static void expand_content(json_t *object, struct content_book *book) {
  const char *text = json_string_value(json_object_get(object, "content"));
  if (!text) {
    return;
  }
  struct ce_digest sha256 = content_digest(book, text);
  char hex[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(&sha256, hex);
  json_object_set_new(object, "size", json_integer((json_int_t)strlen(text)));
  if (!json_is_true(json_object_get(object, "unread"))) {
    json_object_set_new(object, "sha256", json_string(hex));
  }
  json_object_del(object, "content");
  json_object_del(object, "unread");
}

/* What is at a path, for facts and for a receipt's prior. */
static void expand_state(json_t *state, struct content_book *book) {
  const char *link = json_string_value(json_object_get(state, "link"));
  if (link) {
    json_object_set_new(state, "target", json_string(link));
    json_object_del(state, "link");
  }
  const char *type = link ? "link" : "file";
  set_default(state, "type", json_string(type));
  type = json_string_value(json_object_get(state, "type"));
  const char *mode = strcmp(type, "link") == 0 ? "0777" : strcmp(type, "directory") == 0 ? "0755" : "0644";
  set_default(state, "mode", json_string(mode));
  set_default(state, "uid", json_integer(0));
  set_default(state, "gid", json_integer(0));
  expand_content(state, book);
}

void shorthand_expand_facts(json_t *facts, struct content_book *book) {
  list_by_key(facts, "paths", "path");
  size_t i = 0;
  json_t *fact = NULL;
  json_array_foreach(json_object_get(facts, "paths"), i, fact) {
    expand_state(fact, book);
  }
}

void shorthand_expand_manifest(json_t *manifest, struct content_book *book) {
  list_by_key(manifest, "files", "path");
  list_by_key(manifest, "integration", "target");
  size_t i = 0;
  json_t *file = NULL;
  json_array_foreach(json_object_get(manifest, "files"), i, file) {
    if (!json_object_get(file, "link")) {
      set_default(file, "mode", json_string("0644"));
    }
    expand_content(file, book);
  }
}

void shorthand_expand_receipt(json_t *receipt, struct content_book *book) {
  json_t *manifest = json_object_get(receipt, "manifest");
  if (manifest) {
    shorthand_expand_manifest(manifest, book);
  }
  expand_content(json_object_get(receipt, "package"), book);
  list_by_key(receipt, "paths", "path");
  size_t i = 0;
  json_t *path = NULL;
  json_array_foreach(json_object_get(receipt, "paths"), i, path) {
    expand_state(path, book);
    set_default(path, "origin", json_string("created"));
    json_t *prior = json_object_get(path, "prior");
    if (prior) {
      expand_state(prior, book);
    }
  }
}
