/* SPDX-License-Identifier: Apache-2.0
 * Editing of root documents. */
#include "publish/root-edit.h"

#include <string.h>

static json_t *role_of(const json_t *body, const char *role) {
  return json_object_get(json_object_get(body, "roles"), role);
}

static json_t *ids_of(const json_t *body, const char *role) {
  return json_object_get(role_of(body, role), "keyids");
}

size_t ce_root_edit_key_count(const json_t *body, const char *role) {
  return json_array_size(ids_of(body, role));
}

const char *ce_root_edit_key_id(const json_t *body, const char *role, size_t place) {
  return json_string_value(json_array_get(ids_of(body, role), place));
}

int64_t ce_root_edit_threshold(const json_t *body, const char *role) {
  return json_integer_value(json_object_get(role_of(body, role), "threshold"));
}

static enum ce_code find_only(const json_t *body, const char *role, const char **ret, struct ce_error *err) {
  size_t count = ce_root_edit_key_count(body, role);
  const char *id = ce_root_edit_key_id(body, role, 0);
  if (count != 1 || !id) {
    return ce_fail(err, CE_USAGE, "choose key", role, "it has %zu keys; name one with --key-id", count);
  }
  *ret = id;
  return CE_OK;
}

enum ce_code ce_root_edit_find(const json_t *body, const char *role, const char *prefix, const char **ret,
                               struct ce_error *err) {
  const char *found = NULL;
  size_t matches = 0;
  if (!prefix) {
    return find_only(body, role, ret, err);
  }
  if (strlen(prefix) < CE_ROOT_EDIT_PREFIX_MIN) {
    return ce_fail(err, CE_USAGE, "choose key", role, "a key id needs at least its first %d digits",
                   CE_ROOT_EDIT_PREFIX_MIN);
  }
  for (size_t i = 0; i < ce_root_edit_key_count(body, role); i++) {
    const char *id = ce_root_edit_key_id(body, role, i);
    if (id && strncmp(id, prefix, strlen(prefix)) == 0) {
      found = id;
      matches++;
    }
  }
  if (matches != 1) {
    return ce_fail(err, CE_USAGE, "choose key", role, "%zu of its keys have an id that begins with %.64s",
                   matches, prefix);
  }
  *ret = found;
  return CE_OK;
}

static bool has_key(const json_t *body, const char *role, const char *key_id) {
  for (size_t i = 0; i < ce_root_edit_key_count(body, role); i++) {
    const char *id = ce_root_edit_key_id(body, role, i);
    if (id && strcmp(id, key_id) == 0) {
      return true;
    }
  }
  return false;
}

enum ce_code ce_root_edit_add(json_t *body, const char *role, const struct ce_public_key *key,
                              struct ce_error *err) {
  if (has_key(body, role, key->key_id)) {
    return ce_fail(err, CE_CONFLICT, "add key", role, "the role has the key %s already", key->key_id);
  }
  int failed = json_object_set_new(json_object_get(body, "keys"), key->key_id, ce_public_key_json(key));
  failed |= json_array_append_new(ids_of(body, role), json_string(key->key_id));
  return failed ? ce_fail_memory(err, role) : CE_OK;
}

static bool is_used(const json_t *body, const char *key_id) {
  const char *role;
  json_t *entry;
  json_object_foreach(json_object_get(body, "roles"), role, entry) {
    if (has_key(body, role, key_id)) {
      return true;
    }
  }
  return false;
}

void ce_root_edit_remove(json_t *body, const char *role, const char *key_id) {
  char id[CE_DIGEST_HEX_SIZE * 4];
  snprintf(id, sizeof id, "%s", key_id); /* key_id may be the body's own */
  json_t *ids = ids_of(body, role);
  for (size_t i = json_array_size(ids); i > 0; i--) {
    if (strcmp(json_string_value(json_array_get(ids, i - 1)), id) == 0) {
      json_array_remove(ids, i - 1);
    }
  }
  if (!is_used(body, id)) {
    json_object_del(json_object_get(body, "keys"), id);
  }
}

enum ce_code ce_root_edit_set_threshold(json_t *body, const char *role, int64_t threshold,
                                        struct ce_error *err) {
  int failed = json_object_set_new(role_of(body, role), "threshold", json_integer(threshold));
  return failed ? ce_fail_memory(err, role) : CE_OK;
}

enum ce_code ce_root_edit_check(const json_t *body, const char *role, size_t key_count,
                                struct ce_error *err) {
  int64_t threshold = ce_root_edit_threshold(body, role);
  if ((int64_t)key_count < threshold) {
    return ce_fail(err, CE_CONFLICT, "change keys", role,
                   "it would have %zu keys, and %lld must sign; add a key first, or set --threshold",
                   key_count, (long long)threshold);
  }
  return CE_OK;
}
