/* SPDX-License-Identifier: Apache-2.0
 * Delegated roles of the repository that tests build and break. */
#include "fakes/tuf-repository.h"
#include "trust/percent.h"

#include <stdlib.h>
#include <string.h>

static void check(bool good) {
  if (!good) {
    abort();
  }
}

struct ce_fake_delegated *ce_fake_repository_delegated(const struct ce_fake_repository *repository,
                                                       const char *name) {
  for (size_t i = 0; i < repository->delegated_count; i++) {
    if (strcmp(repository->delegated[i]->name, name) == 0) {
      return repository->delegated[i];
    }
  }
  return NULL;
}

static struct ce_fake_delegated *make_role(struct ce_fake_repository *repository, const char *name,
                                           struct ce_fake_key *key) {
  struct ce_fake_delegated *delegated = calloc(1, sizeof *delegated);
  check(delegated && repository->delegated_count < CE_FAKE_DELEGATED_MAX);
  delegated->name = strdup(name);
  delegated->targets = json_object();
  delegated->role = (struct ce_fake_role){.threshold = 1, .expires = "2035-01-01T00:00:00Z"};
  delegated->role.keys[delegated->role.key_count++] = key;
  repository->delegated[repository->delegated_count++] = delegated;
  return delegated;
}

/* The "delegations" of a role, made with the keys and the list that are asked for. */
static json_t *delegations_of(struct ce_fake_repository *repository, const char *delegator) {
  struct ce_fake_delegated *role = ce_fake_repository_delegated(repository, delegator);
  check(role || strcmp(delegator, "targets") == 0);
  json_t **place = role ? &role->delegations : &repository->delegations;
  if (!*place) {
    *place = json_pack("{s:{}}", "keys");
  }
  return *place;
}

static json_t *list_keys(json_t *delegations, const struct ce_fake_role *role) {
  json_t *ids = json_array();
  for (size_t i = 0; i < role->key_count; i++) {
    const char *id = ce_fake_key_id(role->keys[i]);
    json_array_append_new(ids, json_string(id));
    json_object_set_new(json_object_get(delegations, "keys"), id, ce_fake_key_json(role->keys[i]));
  }
  return ids;
}

struct ce_fake_delegated *ce_fake_repository_delegate(struct ce_fake_repository *repository,
                                                      const char *delegator, const char *name, json_t *more) {
  struct ce_fake_delegated *delegated = ce_fake_repository_delegated(repository, name);
  if (!delegated) {
    delegated = make_role(repository, name, ce_fake_repository_new_key(repository, "ed25519"));
  }
  json_t *delegations = delegations_of(repository, delegator);
  if (!json_object_get(delegations, "roles")) {
    json_object_set_new(delegations, "roles", json_array());
  }
  json_t *entry =
      json_pack("{s:s, s:o, s:I, s:b}", "name", name, "keyids", list_keys(delegations, &delegated->role),
                "threshold", delegated->role.threshold, "terminating", 0);
  if (more) {
    json_object_update(entry, more);
    json_decref(more);
  } else {
    json_object_set_new(entry, "paths", json_pack("[s]", "*"));
  }
  json_array_append_new(json_object_get(delegations, "roles"), entry);
  return delegated;
}

void ce_fake_repository_delegate_succinct(struct ce_fake_repository *repository, const char *delegator,
                                          int bits, const char *prefix) {
  struct ce_fake_key *key = ce_fake_repository_new_key(repository, "ed25519");
  json_t *delegations = delegations_of(repository, delegator);
  struct ce_fake_delegated *bin = NULL;
  for (unsigned i = 0; i < 1u << bits; i++) {
    CE_AUTO(ce_free) char *name = ce_text_format("%s-%0*x", prefix, (bits + 3) / 4, i);
    bin = make_role(repository, name, key);
  }
  check(bin);
  json_object_set_new(delegations, "succinct_roles",
                      json_pack("{s:o, s:i, s:i, s:s}", "keyids", list_keys(delegations, &bin->role),
                                "threshold", 1, "bit_length", bits, "name_prefix", prefix));
}

json_t *ce_fake_repository_delegation(const struct ce_fake_repository *repository, const char *delegator,
                                      const char *name) {
  const struct ce_fake_delegated *role = ce_fake_repository_delegated(repository, delegator);
  json_t *roles = json_object_get(role ? role->delegations : repository->delegations, "roles");
  for (size_t i = 0; i < json_array_size(roles); i++) {
    json_t *entry = json_array_get(roles, i);
    if (strcmp(json_string_value(json_object_get(entry, "name")), name) == 0) {
      return entry;
    }
  }
  abort();
}

void ce_fake_repository_add_delegated_target(struct ce_fake_repository *repository, const char *name,
                                             const char *path, const void *bytes, size_t size) {
  ce_fake_repository_list_target(repository, ce_fake_repository_delegated(repository, name)->targets, path,
                                 bytes, size);
}

char *ce_fake_repository_delegated_path(const struct ce_fake_repository *repository,
                                        const struct ce_fake_delegated *delegated) {
  CE_AUTO(ce_free) char *encoded = ce_percent_encode(delegated->name);
  char *path = repository->consistent_snapshot
                   ? ce_text_format("metadata/%lld.%s.json", (long long)delegated->role.version, encoded)
                   : ce_text_format("metadata/%s.json", encoded);
  check(path);
  return path;
}

void ce_fake_repository_write_delegated(struct ce_fake_repository *repository,
                                        const struct ce_fake_delegated *delegated) {
  const struct ce_fake_role *role = &delegated->role;
  json_t *body = json_pack("{s:s, s:s, s:I, s:s, s:O}", "_type", "targets", "spec_version", "1.0.31",
                           "version", role->version, "expires", role->expires, "targets", delegated->targets);
  if (delegated->delegations) {
    json_object_set(body, "delegations", delegated->delegations);
  }
  json_t *envelope =
      ce_fake_envelope(body, role->keys, role->signer_count > 0 ? role->signer_count : role->key_count);
  char *text = json_dumps(envelope, JSON_INDENT(1) | JSON_SORT_KEYS);
  CE_AUTO(ce_free) char *path = ce_fake_repository_delegated_path(repository, delegated);
  check(text);
  ce_fake_repository_put(repository, path, text, strlen(text));
  free(text);
  json_decref(envelope);
  json_decref(body);
}
