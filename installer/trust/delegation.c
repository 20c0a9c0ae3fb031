/* SPDX-License-Identifier: Apache-2.0
 * Parsing of delegations, and whom they give a path to. */
#include "trust/delegation.h"

#include "ports/hash.h"
#include "trust/path-pattern.h"

#include <string.h>

static void clear_delegation(struct ce_tuf_delegation *delegation) {
  for (size_t i = 0; i < delegation->path_count; i++) {
    free(delegation->paths[i]);
  }
  free(delegation->paths);
  ce_tuf_role_clear(&delegation->role);
}

void ce_tuf_delegations_clear(struct ce_tuf_delegations *delegations) {
  for (size_t i = 0; i < delegations->role_count; i++) {
    clear_delegation(&delegations->roles[i]);
  }
  free(delegations->roles);
  ce_tuf_role_clear(&delegations->bins);
  ce_keyring_clear(&delegations->keyring);
  *delegations = (struct ce_tuf_delegations){0};
}

static enum ce_code parse_paths(const struct ce_json_context *context, const json_t *object, const char *key,
                                size_t max_bytes, struct ce_tuf_delegation *delegation,
                                struct ce_error *err) {
  json_t *list = NULL;
  enum ce_code code = ce_json_get_array(context, object, key, CE_TUF_ROLE_PATHS_MAX, &list, err);
  if (code != CE_OK) {
    return code;
  }
  delegation->paths = calloc(json_array_size(list) + 1, sizeof *delegation->paths);
  if (!delegation->paths) {
    return ce_fail_memory(err, context->document);
  }
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char *path = json_string_value(json_array_get(list, i));
    if (!path || strlen(path) > max_bytes) {
      return ce_json_refuse(context, err, key, "must be strings of at most %zu bytes", max_bytes);
    }
    delegation->paths[i] = strdup(path);
    if (!delegation->paths[i]) {
      return ce_fail_memory(err, context->document);
    }
    delegation->path_count++;
  }
  return CE_OK;
}

static enum ce_code parse_reach(const struct ce_json_context *context, const json_t *object,
                                struct ce_tuf_delegation *delegation, struct ce_error *err) {
  bool has_paths = json_object_get(object, "paths") != NULL;
  delegation->by_hash = json_object_get(object, "path_hash_prefixes") != NULL;
  if (has_paths && delegation->by_hash) {
    return ce_json_refuse(context, err, "roles", "one has both 'paths' and 'path_hash_prefixes'");
  }
  if (has_paths) {
    return parse_paths(context, object, "paths", CE_TUF_PATH_PATTERN_MAX, delegation, err);
  }
  return delegation->by_hash
             ? parse_paths(context, object, "path_hash_prefixes", CE_DIGEST_HEX_SIZE - 1, delegation, err)
             : CE_OK;
}

static enum ce_code check_name(const struct ce_json_context *context, const char *name,
                               struct ce_error *err) {
  static const char *const taken[] = {"", "root", "timestamp", "snapshot", "targets"};
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
    if (strcmp(name, taken[i]) == 0) {
      return ce_json_refuse(context, err, "roles", "'%s' cannot be the name of a delegated role", name);
    }
  }
  return CE_OK;
}

/* *ret is filled as far as it was read, and cleared with the others. */
static enum ce_code parse_delegation(const struct ce_json_context *context, const json_t *object,
                                     struct ce_tuf_delegation *ret, struct ce_error *err) {
  const char *name = NULL;
  enum ce_code code = ce_json_get_string(context, object, "name", CE_TUF_ROLE_NAME_MAX, &name, err);
  if (code == CE_OK) {
    code = check_name(context, name, err);
  }
  if (code == CE_OK) {
    code = ce_tuf_role_parse(context, name, object, &ret->role, err);
  }
  if (code == CE_OK && json_object_get(object, "terminating")) {
    code = ce_json_get_boolean(context, object, "terminating", &ret->terminating, err);
  }
  return code == CE_OK ? parse_reach(context, object, ret, err) : code;
}

static enum ce_code parse_roles(const struct ce_json_context *context, const json_t *object,
                                struct ce_tuf_delegations *delegations, struct ce_error *err) {
  json_t *list = NULL;
  CE_AUTO(ce_json) json_t *seen = json_object();
  enum ce_code code = ce_json_get_array(context, object, "roles", CE_TUF_DELEGATED_ROLES_MAX, &list, err);
  if (code != CE_OK) {
    return code;
  }
  delegations->roles = calloc(json_array_size(list) + 1, sizeof *delegations->roles);
  if (!delegations->roles || !seen) {
    return ce_fail_memory(err, context->document);
  }
  for (size_t i = 0; i < json_array_size(list); i++) {
    struct ce_tuf_delegation *delegation = &delegations->roles[delegations->role_count++];
    code = parse_delegation(context, json_array_get(list, i), delegation, err);
    if (code != CE_OK) {
      return code;
    }
    if (json_object_get(seen, delegation->role.name)) {
      return ce_json_refuse(context, err, "roles", "'%.200s' stands there twice", delegation->role.name);
    }
    if (json_object_set_new(seen, delegation->role.name, json_true()) != 0) {
      return ce_fail_memory(err, context->document);
    }
  }
  return CE_OK;
}

static enum ce_code parse_succinct(const struct ce_json_context *context, const json_t *object,
                                   struct ce_tuf_delegations *delegations, struct ce_error *err) {
  json_t *succinct = NULL;
  const char *prefix = NULL;
  int64_t bits = 0;
  enum ce_code code = ce_json_get_object(context, object, "succinct_roles", &succinct, err);
  if (code == CE_OK) {
    code = ce_json_get_string(context, succinct, "name_prefix", CE_TUF_ROLE_NAME_MAX, &prefix, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_integer(context, succinct, "bit_length", 1, CE_TUF_BIT_LENGTH_MAX, &bits, err);
  }
  if (code == CE_OK) {
    code = ce_tuf_role_parse(context, prefix, succinct, &delegations->bins, err);
  }
  delegations->is_succinct = true;
  delegations->bit_length = (unsigned)bits;
  return code;
}

static enum ce_code parse_members(const struct ce_json_context *context, const json_t *object,
                                  struct ce_tuf_delegations *ret, struct ce_error *err) {
  bool has_roles = json_object_get(object, "roles") != NULL;
  bool is_succinct = json_object_get(object, "succinct_roles") != NULL;
  if (has_roles && is_succinct) {
    return ce_json_refuse(context, err, "delegations", "has both 'roles' and 'succinct_roles'");
  }
  enum ce_code code = ce_keyring_parse(context, object, &ret->keyring, err);
  if (code == CE_OK && has_roles) {
    code = parse_roles(context, object, ret, err);
  }
  return code == CE_OK && is_succinct ? parse_succinct(context, object, ret, err) : code;
}

enum ce_code ce_tuf_delegations_parse(const struct ce_json_context *context, const json_t *body,
                                      struct ce_tuf_delegations *ret, struct ce_error *err) {
  json_t *object = NULL;
  if (!json_object_get(body, "delegations")) {
    return CE_OK;
  }
  CE_AUTO(ce_tuf_delegations) struct ce_tuf_delegations parsed = {0};
  enum ce_code code = ce_json_get_object(context, body, "delegations", &object, err);
  if (code == CE_OK) {
    code = parse_members(context, object, &parsed, err);
  }
  if (code != CE_OK) {
    ce_error_context(err, "delegations");
    return code;
  }
  *ret = parsed;
  parsed = (struct ce_tuf_delegations){0};
  return CE_OK;
}

void ce_tuf_path_set(struct ce_tuf_path *path, const char *text) {
  path->text = text;
  ce_hash_bytes(text, strlen(text), &path->digest);
  ce_digest_to_hex(&path->digest, path->hex);
}

bool ce_tuf_delegation_has(const struct ce_tuf_delegation *delegation, const struct ce_tuf_path *path) {
  for (size_t i = 0; i < delegation->path_count; i++) {
    const char *given = delegation->paths[i];
    if (delegation->by_hash ? strncmp(path->hex, given, strlen(given)) == 0
                            : ce_path_pattern_matches(given, path->text)) {
      return true;
    }
  }
  return false;
}

/* The first bits of the hash are the bin's number; names have as many digits as the last bin's number. */
char *ce_tuf_delegations_bin(const struct ce_tuf_delegations *delegations, const struct ce_tuf_path *path) {
  const uint8_t *hash = path->digest.bytes;
  uint32_t first = (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
  int digits = (int)(delegations->bit_length + 3) / 4;
  return ce_text_format("%s-%0*x", delegations->bins.name, digits,
                        (unsigned)(first >> (CE_TUF_BIT_LENGTH_MAX - delegations->bit_length)));
}
