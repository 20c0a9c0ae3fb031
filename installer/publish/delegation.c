/* SPDX-License-Identifier: Apache-2.0
 * Reading and editing of delegations. */
#include "publish/delegation.h"

#include "base/json.h"
#include "publish/role.h"
#include "trust/key.h"
#include "trust/metadata.h"
#include "trust/path-pattern.h"
#include "trust/signature.h"

#include <string.h>

#define FOLLOWS_MEMBER "x-certenv-keys"
#define ARCHIVE_PREFIX "archive"

static bool ends_in_number(const char *name) {
  const char *dash = strrchr(name, '-');
  return dash && dash[1] != '\0' && strspn(dash + 1, "0123456789") == strlen(dash + 1);
}

bool ce_delegation_name_is_valid(const char *name) {
  size_t length = strlen(name);
  if (length == 0 || length > CE_DELEGATION_NAME_MAX || name[0] < 'a' || name[0] > 'z' ||
      strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != length || name[length - 1] == '-' ||
      ends_in_number(name)) {
    return false;
  }
  for (int role = 0; role < CE_ROLE_COUNT; role++) {
    if (strcmp(name, ce_role_name((enum ce_role)role)) == 0) {
      return false;
    }
  }
  return true;
}

static json_t *roles_of(const json_t *targets_body) {
  return json_object_get(json_object_get(targets_body, "delegations"), "roles");
}

size_t ce_delegation_count(const json_t *targets_body) {
  return json_array_size(roles_of(targets_body));
}

static const char *name_of(const json_t *role) {
  const char *name = json_string_value(json_object_get(role, "name"));
  return name ? name : "";
}

const char *ce_delegation_name(const json_t *targets_body, size_t index) {
  return name_of(json_array_get(roles_of(targets_body), index));
}

/* The role's place; the number of roles when there is none. */
static size_t place_of(const json_t *roles, const char *name) {
  size_t place = 0;
  while (place < json_array_size(roles) && strcmp(name_of(json_array_get(roles, place)), name) != 0) {
    place++;
  }
  return place;
}

json_t *ce_delegation_find(const json_t *targets_body, const char *name) {
  json_t *roles = roles_of(targets_body);
  return json_array_get(roles, place_of(roles, name));
}

bool ce_delegation_allows(const json_t *targets_body, const char *name, const char *path) {
  const json_t *paths = json_object_get(ce_delegation_find(targets_body, name), "paths");
  for (size_t i = 0; i < json_array_size(paths); i++) {
    const char *pattern = json_string_value(json_array_get(paths, i));
    if (pattern && ce_path_pattern_matches(pattern, path)) {
      return true;
    }
  }
  return false;
}

bool ce_delegation_follows_targets(const json_t *targets_body, const char *name) {
  const char *follows =
      json_string_value(json_object_get(ce_delegation_find(targets_body, name), FOLLOWS_MEMBER));
  return follows && strcmp(follows, "targets") == 0;
}

bool ce_delegation_names_key(const json_t *targets_body, const char *name, const char *key_id) {
  const json_t *key_ids = json_object_get(ce_delegation_find(targets_body, name), "keyids");
  for (size_t i = 0; i < json_array_size(key_ids); i++) {
    const char *named = json_string_value(json_array_get(key_ids, i));
    if (named && strcmp(named, key_id) == 0) {
      return true;
    }
  }
  return false;
}

int64_t ce_delegation_threshold(const json_t *targets_body, const char *name) {
  return json_integer_value(json_object_get(ce_delegation_find(targets_body, name), "threshold"));
}

static json_t *obtain(json_t *object, const char *member, json_t *(*make)(void)) {
  json_t *value = json_object_get(object, member);
  if (!value && json_object_set_new(object, member, make()) == 0) {
    value = json_object_get(object, member);
  }
  return value;
}

static bool is_archive(const char *name) {
  size_t length = strlen(ARCHIVE_PREFIX);
  return strncmp(name, ARCHIVE_PREFIX, length) == 0 && (name[length] == '\0' || ends_in_number(name));
}

const char *ce_delegation_key_name(const char *role) {
  return is_archive(role) ? ARCHIVE_PREFIX : role;
}

/* Puts the entry (a new reference, NULL when memory is out) where the role is or belongs. */
static int put_role(json_t *targets_body, json_t *entry) {
  json_t *delegations = obtain(targets_body, "delegations", json_object);
  json_t *roles = obtain(delegations, "roles", json_array);
  if (!roles || !obtain(delegations, "keys", json_object) || !entry) {
    json_decref(entry);
    return -1;
  }
  size_t place = place_of(roles, name_of(entry));
  if (place < json_array_size(roles)) {
    return json_array_set_new(roles, place, entry);
  }
  while (place > 0 && is_archive(name_of(json_array_get(roles, place - 1)))) {
    place--;
  }
  return json_array_insert_new(roles, place, entry);
}

/* Drops the keys that no role names. */
static int drop_unnamed_keys(json_t *targets_body) {
  json_t *delegations = json_object_get(targets_body, "delegations");
  json_t *all = json_object_get(delegations, "keys");
  CE_AUTO(ce_json) json_t *named = json_object();
  json_t *roles = roles_of(targets_body);
  int failed = named ? 0 : -1;
  for (size_t i = 0; i < json_array_size(roles); i++) {
    const json_t *key_ids = json_object_get(json_array_get(roles, i), "keyids");
    for (size_t k = 0; k < json_array_size(key_ids); k++) {
      const char *id = json_string_value(json_array_get(key_ids, k));
      json_t *key = id ? json_object_get(all, id) : NULL;
      failed |= key ? json_object_set(named, id, key) : 0;
    }
  }
  return failed ? -1 : json_object_set(delegations, "keys", named);
}

static json_t *new_entry(const struct ce_delegation *delegation, json_t *key_ids, int64_t threshold) {
  CE_AUTO(ce_json) json_t *paths = json_array();
  int failed = paths && key_ids ? 0 : -1;
  for (size_t i = 0; i < delegation->path_count; i++) {
    failed |= json_array_append_new(paths, json_string(delegation->paths[i]));
  }
  if (failed) {
    return NULL;
  }
  return json_pack("{s:s, s:O, s:I, s:b, s:O}", "name", delegation->name, "keyids", key_ids, "threshold",
                   (json_int_t)threshold, "terminating", (int)delegation->terminating, "paths", paths);
}

static json_t *keys_of(json_t *targets_body) {
  return json_object_get(json_object_get(targets_body, "delegations"), "keys");
}

int ce_delegation_set(json_t *targets_body, const struct ce_delegation *delegation, const json_t *keys) {
  CE_AUTO(ce_json) json_t *key_ids = json_array();
  const char *id;
  json_t *key;
  int failed = key_ids ? 0 : -1;
  json_object_foreach((json_t *)(uintptr_t)keys, id, key) {
    failed |= json_array_append_new(key_ids, json_string(id));
  }
  failed = failed ? -1 : put_role(targets_body, new_entry(delegation, key_ids, delegation->threshold));
  if (failed || json_object_update(keys_of(targets_body), (json_t *)(uintptr_t)keys) != 0) {
    return -1;
  }
  return drop_unnamed_keys(targets_body);
}

/* Gives the entry the keys that the root has for targets. */
static int take_targets_keys(json_t *targets_body, json_t *entry, const json_t *root_body) {
  const json_t *role = json_object_get(json_object_get(root_body, "roles"), "targets");
  json_t *key_ids = json_object_get(role, "keyids");
  const json_t *keys = json_object_get(root_body, "keys");
  int failed = json_object_set_new(entry, "keyids", json_deep_copy(key_ids));
  failed |= json_object_set_new(entry, "threshold", json_deep_copy(json_object_get(role, "threshold")));
  failed |= json_object_set_new(entry, FOLLOWS_MEMBER, json_string("targets"));
  for (size_t i = 0; !failed && i < json_array_size(key_ids); i++) {
    const char *id = json_string_value(json_array_get(key_ids, i));
    json_t *key = json_object_get(keys, id ? id : "");
    failed |= key ? json_object_set_new(keys_of(targets_body), id, json_deep_copy(key)) : 0;
  }
  return failed ? -1 : 0;
}

int ce_delegation_set_following(json_t *targets_body, const struct ce_delegation *delegation,
                                const json_t *root_body) {
  CE_AUTO(ce_json) json_t *none = json_array();
  if (put_role(targets_body, new_entry(delegation, none, 1)) != 0 ||
      take_targets_keys(targets_body, ce_delegation_find(targets_body, delegation->name), root_body) != 0) {
    return -1;
  }
  return drop_unnamed_keys(targets_body);
}

int ce_delegation_copy_keys(json_t *targets_body, const char *name, const char *from) {
  json_t *entry = ce_delegation_find(targets_body, name);
  const json_t *model = ce_delegation_find(targets_body, from);
  json_t *follows = json_object_get(model, FOLLOWS_MEMBER);
  int failed = json_object_set_new(entry, "keyids", json_deep_copy(json_object_get(model, "keyids")));
  failed |= json_object_set_new(entry, "threshold", json_deep_copy(json_object_get(model, "threshold")));
  if (follows) {
    failed |= json_object_set_new(entry, FOLLOWS_MEMBER, json_deep_copy(follows));
  } else {
    json_object_del(entry, FOLLOWS_MEMBER);
  }
  return failed ? -1 : drop_unnamed_keys(targets_body);
}

int ce_delegation_follow(json_t *targets_body, const json_t *root_body,
                         void (*changed)(void *context, const char *name), void *context) {
  const json_t *now = json_object_get(json_object_get(root_body, "roles"), "targets");
  json_t *roles = roles_of(targets_body);
  for (size_t i = 0; i < json_array_size(roles); i++) {
    json_t *entry = json_array_get(roles, i);
    if (!ce_delegation_follows_targets(targets_body, name_of(entry)) ||
        (json_equal(json_object_get(entry, "keyids"), json_object_get(now, "keyids")) &&
         json_equal(json_object_get(entry, "threshold"), json_object_get(now, "threshold")))) {
      continue;
    }
    if (take_targets_keys(targets_body, entry, root_body) != 0) {
      return -1;
    }
    changed(context, name_of(entry));
  }
  return roles ? drop_unnamed_keys(targets_body) : 0;
}

int ce_delegation_remove(json_t *targets_body, const char *name) {
  json_t *roles = roles_of(targets_body);
  if (json_array_remove(roles, place_of(roles, name)) != 0) {
    return -1;
  }
  return json_array_size(roles) == 0 ? json_object_del(targets_body, "delegations")
                                     : drop_unnamed_keys(targets_body);
}

static enum ce_code check_signatures(const json_t *targets_body, const char *name,
                                     const struct ce_envelope *envelope, struct ce_error *err) {
  static const struct ce_json_context context = {CE_TRUST_FORMAT, "targets"};
  CE_AUTO(ce_keyring) struct ce_keyring keyring = {0};
  CE_AUTO(ce_tuf_role) struct ce_tuf_role role = {0};
  enum ce_code code = ce_keyring_parse(&context, json_object_get(targets_body, "delegations"), &keyring, err);
  if (code == CE_OK) {
    code = ce_tuf_role_parse(&context, name, ce_delegation_find(targets_body, name), &role, err);
  }
  return code == CE_OK ? ce_signature_check(envelope, &role, &keyring, err) : code;
}

enum ce_code ce_delegation_open(const json_t *targets_body, const char *name, const struct ce_blob *bytes,
                                struct ce_envelope *ret, struct ce_error *err) {
  const struct ce_json_context context = {CE_TRUST_FORMAT, name};
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  CE_AUTO(ce_tuf_targets) struct ce_tuf_targets *targets = NULL;
  enum ce_code code =
      ce_envelope_parse(&context, bytes->data, bytes->size, CE_TUF_TARGETS_BYTES_MAX, &envelope, err);
  if (code == CE_OK) {
    code = check_signatures(targets_body, name, &envelope, err);
  }
  if (code == CE_OK) {
    code = ce_tuf_targets_parse(&envelope, name, &targets, err);
  }
  if (code == CE_OK) {
    *ret = envelope;
    envelope = (struct ce_envelope){0};
  }
  return code;
}
