/* SPDX-License-Identifier: Apache-2.0
 * Keys and roles of TUF metadata. */
#include "trust/key.h"

#include <string.h>

void ce_keyring_clear(struct ce_keyring *keyring) {
  for (size_t i = 0; i < keyring->count; i++) {
    free(keyring->keys[i].id);
    ce_scheme_key_free(keyring->keys[i].public_key);
  }
  free(keyring->keys);
  *keyring = (struct ce_keyring){0};
}

static enum ce_code parse_key(const struct ce_json_context *context, const char *id, const json_t *object,
                              struct ce_tuf_key *ret, struct ce_error *err) {
  const char *keytype = NULL;
  const char *scheme_name = NULL;
  json_t *keyval = NULL;
  enum ce_code code = ce_json_get_string(context, object, "keytype", CE_TUF_KEY_ID_MAX, &keytype, err);
  if (code == CE_OK) {
    code = ce_json_get_string(context, object, "scheme", CE_TUF_KEY_ID_MAX, &scheme_name, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_object(context, object, "keyval", &keyval, err);
  }
  const struct ce_scheme *scheme = code == CE_OK ? ce_scheme_find(keytype, scheme_name) : NULL;
  if (code != CE_OK) {
    ce_error_context(err, "key %.64s", id);
    return code;
  }
  char *copy = strdup(id);
  if (!copy) {
    return ce_fail_memory(err, context->document);
  }
  const char *public_text = json_string_value(json_object_get(keyval, "public"));
  bool is_readable = scheme && public_text && strlen(public_text) <= CE_TUF_KEY_PUBLIC_MAX;
  struct evp_pkey_st *public_key = is_readable ? ce_scheme_load_key(scheme, public_text) : NULL;
  *ret = (struct ce_tuf_key){.id = copy, .scheme = public_key ? scheme : NULL, .public_key = public_key};
  return CE_OK;
}

enum ce_code ce_keyring_parse(const struct ce_json_context *context, const json_t *object,
                              struct ce_keyring *ret, struct ce_error *err) {
  json_t *keys = NULL;
  enum ce_code code = ce_json_get_object(context, object, "keys", &keys, err);
  if (code != CE_OK) {
    return code;
  }
  size_t count = json_object_size(keys);
  if (count > CE_TUF_KEYS_MAX) {
    return ce_json_refuse(context, err, "keys", "has %zu keys; at most %d are allowed", count,
                          CE_TUF_KEYS_MAX);
  }
  CE_AUTO(ce_keyring) struct ce_keyring keyring = {.keys = calloc(count + 1, sizeof *keyring.keys)};
  if (!keyring.keys) {
    return ce_fail_memory(err, context->document);
  }
  const char *id;
  json_t *key;
  json_object_foreach(keys, id, key) {
    if (strlen(id) > CE_TUF_KEY_ID_MAX) {
      return ce_json_refuse(context, err, "keys", "a key id is longer than %d bytes", CE_TUF_KEY_ID_MAX);
    }
    code = parse_key(context, id, key, &keyring.keys[keyring.count], err);
    if (code != CE_OK) {
      return code;
    }
    keyring.count++;
  }
  *ret = keyring;
  keyring = (struct ce_keyring){0};
  return CE_OK;
}

const struct ce_tuf_key *ce_keyring_find_usable(const struct ce_keyring *keyring, const char *id) {
  for (size_t i = 0; i < keyring->count; i++) {
    if (keyring->keys[i].public_key && strcmp(keyring->keys[i].id, id) == 0) {
      return &keyring->keys[i];
    }
  }
  return NULL;
}

void ce_tuf_role_clear(struct ce_tuf_role *role) {
  for (size_t i = 0; i < role->key_id_count; i++) {
    free(role->key_ids[i]);
  }
  free(role->key_ids);
  free(role->name);
  *role = (struct ce_tuf_role){0};
}

static enum ce_code copy_key_ids(const struct ce_json_context *context, const json_t *ids,
                                 struct ce_tuf_role *role, struct ce_error *err) {
  role->key_ids = calloc(json_array_size(ids) + 1, sizeof *role->key_ids);
  if (!role->key_ids) {
    return ce_fail_memory(err, context->document);
  }
  for (size_t i = 0; i < json_array_size(ids); i++) {
    const char *id = json_string_value(json_array_get(ids, i));
    if (!id || strlen(id) > CE_TUF_KEY_ID_MAX) {
      return ce_json_refuse(context, err, "keyids", "must be strings of at most %d bytes", CE_TUF_KEY_ID_MAX);
    }
    role->key_ids[i] = strdup(id);
    if (!role->key_ids[i]) {
      return ce_fail_memory(err, context->document);
    }
    role->key_id_count++;
  }
  return CE_OK;
}

enum ce_code ce_tuf_role_parse(const struct ce_json_context *context, const char *name, const json_t *object,
                               struct ce_tuf_role *ret, struct ce_error *err) {
  json_t *ids = NULL;
  CE_AUTO(ce_tuf_role) struct ce_tuf_role role = {0};
  if (strlen(name) > CE_TUF_ROLE_NAME_MAX) {
    return ce_json_refuse(context, err, "roles", "a name is longer than %d bytes", CE_TUF_ROLE_NAME_MAX);
  }
  enum ce_code code = ce_json_get_array(context, object, "keyids", CE_TUF_ROLE_KEYIDS_MAX, &ids, err);
  if (code == CE_OK) {
    code = ce_json_get_integer(context, object, "threshold", 1, CE_JSON_INTEGER_MAX, &role.threshold, err);
  }
  if (code == CE_OK) {
    code = copy_key_ids(context, ids, &role, err);
  }
  if (code != CE_OK) {
    ce_error_context(err, "role %.64s", name);
    return code;
  }
  role.name = strdup(name);
  if (!role.name) {
    return ce_fail_memory(err, context->document);
  }
  *ret = role;
  role = (struct ce_tuf_role){0};
  return CE_OK;
}

bool ce_tuf_role_has_key_id(const struct ce_tuf_role *role, const char *id) {
  for (size_t i = 0; i < role->key_id_count; i++) {
    if (strcmp(role->key_ids[i], id) == 0) {
      return true;
    }
  }
  return false;
}

static bool same_key(const struct ce_tuf_key *a, const struct ce_tuf_key *b) {
  return a == b || (a && b && ce_scheme_key_equal(a->public_key, b->public_key));
}

static bool has_all_keys(const struct ce_tuf_role *a, const struct ce_keyring *a_keys,
                         const struct ce_tuf_role *b, const struct ce_keyring *b_keys) {
  for (size_t i = 0; i < b->key_id_count; i++) {
    const char *id = b->key_ids[i];
    if (!ce_tuf_role_has_key_id(a, id) ||
        !same_key(ce_keyring_find_usable(a_keys, id), ce_keyring_find_usable(b_keys, id))) {
      return false;
    }
  }
  return true;
}

bool ce_tuf_role_same_keys(const struct ce_tuf_role *a, const struct ce_keyring *a_keys,
                           const struct ce_tuf_role *b, const struct ce_keyring *b_keys) {
  return has_all_keys(a, a_keys, b, b_keys) && has_all_keys(b, b_keys, a, a_keys);
}

bool ce_tuf_role_share_key(const struct ce_tuf_role *a, const struct ce_keyring *a_keys,
                           const struct ce_tuf_role *b, const struct ce_keyring *b_keys) {
  for (size_t i = 0; i < a->key_id_count; i++) {
    const struct ce_tuf_key *ours = ce_keyring_find_usable(a_keys, a->key_ids[i]);
    for (size_t j = 0; ours && j < b->key_id_count; j++) {
      const struct ce_tuf_key *theirs = ce_keyring_find_usable(b_keys, b->key_ids[j]);
      if (theirs && same_key(ours, theirs)) {
        return true;
      }
    }
  }
  return false;
}
