/* SPDX-License-Identifier: Apache-2.0
 * The repository that tests build, break and fetch from. */
#include "fakes/tuf-repository.h"

#include "base/digest.h"
#include "ports/hash.h"

#include <stdlib.h>
#include <string.h>

static const char *const role_names[CE_FAKE_ROLE_COUNT] = {"root", "timestamp", "snapshot", "targets"};

static void check(bool good) {
  if (!good) {
    abort();
  }
}

static enum ce_code get(struct ce_fetch *fetch, const char *path, uint64_t offset_bytes, uint64_t limit_bytes,
                        ce_fetch_receive *receive, void *context, struct ce_error *err) {
  (void)limit_bytes; /* ce_fetch_get() holds it */
  struct ce_fake_repository *repository = (struct ce_fake_repository *)fetch;
  check(ce_blob_printf(&repository->asked, err, "%s\n", path) == CE_OK);
  if (!json_object_get(repository->files, path)) {
    return ce_fail(err, CE_NOT_FOUND, "fetch", path, "the repository has no such file");
  }
  CE_AUTO(ce_blob) struct ce_blob bytes = ce_fake_repository_bytes(repository, path);
  size_t start = offset_bytes < bytes.size ? (size_t)offset_bytes : bytes.size;
  size_t half = start + (bytes.size - start) / 2;
  enum ce_code code = receive(context, bytes.data + start, half - start, err);
  if (code == CE_OK && repository->breaks_off) {
    return ce_fail(err, CE_NETWORK, "fetch", path, "the connection broke off");
  }
  return code == CE_OK ? receive(context, bytes.data + half, bytes.size - half, err) : code;
}

static void leave(struct ce_fetch *fetch) {
  (void)fetch;
}

static const struct ce_fetch_ops ops = {.get = get, .free = leave};
static char source_name[] = "the test's repository";

struct ce_fake_key *ce_fake_repository_new_key(struct ce_fake_repository *repository, const char *scheme) {
  struct ce_fake_key **grown = realloc(repository->keys, (repository->key_count + 1) * sizeof(*grown));
  check(grown);
  repository->keys = grown;
  repository->keys[repository->key_count] = ce_fake_key_new(scheme);
  return repository->keys[repository->key_count++];
}

struct ce_fake_key *ce_fake_repository_add_key(struct ce_fake_repository *repository,
                                               enum ce_fake_role_name role) {
  struct ce_fake_role *state = &repository->roles[role];
  check(state->key_count < CE_FAKE_KEYS_MAX);
  return state->keys[state->key_count++] = ce_fake_repository_new_key(repository, "ed25519");
}

void ce_fake_repository_rotate(struct ce_fake_repository *repository, enum ce_fake_role_name role) {
  repository->roles[role].key_count = 0;
  ce_fake_repository_add_key(repository, role);
}

struct ce_fake_repository *ce_fake_repository_new(void) {
  struct ce_fake_repository *repository = calloc(1, sizeof *repository);
  check(repository);
  repository->fetch = (struct ce_fetch){.ops = &ops, .name = source_name};
  repository->consistent_snapshot = true;
  repository->states_hashes = true;
  repository->targets = json_object();
  repository->files = json_object();
  for (int i = 0; i < CE_FAKE_ROLE_COUNT; i++) {
    repository->roles[i] =
        (struct ce_fake_role){.threshold = 1, .version = 0, .expires = "2035-01-01T00:00:00Z"};
    ce_fake_repository_add_key(repository, (enum ce_fake_role_name)i);
  }
  ce_fake_repository_publish_root(repository);
  ce_fake_repository_publish(repository);
  return repository;
}

void ce_fake_repository_free(struct ce_fake_repository *repository) {
  if (!repository) {
    return;
  }
  for (size_t i = 0; i < repository->key_count; i++) {
    ce_fake_key_free(repository->keys[i]);
  }
  free(repository->keys);
  for (size_t i = 0; i < repository->delegated_count; i++) {
    free(repository->delegated[i]->name);
    json_decref(repository->delegated[i]->targets);
    json_decref(repository->delegated[i]->delegations);
    free(repository->delegated[i]);
  }
  json_decref(repository->targets);
  json_decref(repository->delegations);
  json_decref(repository->files);
  ce_blob_clear(&repository->asked);
  free(repository);
}

static void add_root_members(const struct ce_fake_repository *repository, json_t *body) {
  json_t *keys = json_object();
  json_t *roles = json_object();
  for (int i = 0; i < CE_FAKE_ROLE_COUNT; i++) {
    const struct ce_fake_role *role = &repository->roles[i];
    json_t *ids = json_array();
    for (size_t k = 0; k < role->key_count; k++) {
      json_array_append_new(ids, json_string(ce_fake_key_id(role->keys[k])));
      json_object_set_new(keys, ce_fake_key_id(role->keys[k]), ce_fake_key_json(role->keys[k]));
    }
    json_object_set_new(roles, role_names[i],
                        json_pack("{s:o, s:I}", "keyids", ids, "threshold", role->threshold));
  }
  json_object_set_new(body, "keys", keys);
  json_object_set_new(body, "roles", roles);
  json_object_set_new(body, "consistent_snapshot", json_boolean(repository->consistent_snapshot));
}

static json_t *hashes(const void *bytes, size_t size) {
  struct ce_digest digest;
  char hex[CE_DIGEST_HEX_SIZE];
  ce_hash_bytes(bytes, size, &digest);
  ce_digest_to_hex(&digest, hex);
  return json_pack("{s:s}", "sha256", hex);
}

/* Adds what is stated of the file at path, the version of the role. */
static void add_meta(const struct ce_fake_repository *repository, json_t *metas, const char *role,
                     const char *path, int64_t version) {
  json_t *meta = json_pack("{s:I}", "version", version);
  if (repository->states_hashes) {
    CE_AUTO(ce_blob) struct ce_blob bytes = ce_fake_repository_bytes(repository, path);
    json_object_set_new(meta, "length", json_integer((json_int_t)bytes.size));
    json_object_set_new(meta, "hashes", hashes(bytes.data, bytes.size));
  }
  CE_AUTO(ce_free) char *name = ce_text_format("%s.json", role);
  json_object_set_new(metas, name, meta);
}

static json_t *meta_of(const struct ce_fake_repository *repository, enum ce_fake_role_name named) {
  json_t *metas = json_object();
  CE_AUTO(ce_free) char *path = ce_fake_repository_path(repository, named);
  add_meta(repository, metas, role_names[named], path, repository->roles[named].version);
  for (size_t i = 0; named == CE_FAKE_TARGETS && i < repository->delegated_count; i++) {
    const struct ce_fake_delegated *delegated = repository->delegated[i];
    CE_AUTO(ce_free) char *place = ce_fake_repository_delegated_path(repository, delegated);
    add_meta(repository, metas, delegated->name, place, delegated->role.version);
  }
  return metas;
}

json_t *ce_fake_repository_body(const struct ce_fake_repository *repository, enum ce_fake_role_name role) {
  const struct ce_fake_role *state = &repository->roles[role];
  json_t *body = json_pack("{s:s, s:s, s:I, s:s}", "_type", role_names[role], "spec_version", "1.0.31",
                           "version", state->version, "expires", state->expires);
  switch (role) {
  case CE_FAKE_ROOT:
    add_root_members(repository, body);
    break;
  case CE_FAKE_TIMESTAMP:
    json_object_set_new(body, "meta", meta_of(repository, CE_FAKE_SNAPSHOT));
    break;
  case CE_FAKE_SNAPSHOT:
    json_object_set_new(body, "meta", meta_of(repository, CE_FAKE_TARGETS));
    break;
  case CE_FAKE_TARGETS:
  case CE_FAKE_ROLE_COUNT:
    json_object_set_new(body, "targets", json_deep_copy(repository->targets));
    if (repository->delegations) {
      json_object_set_new(body, "delegations", json_deep_copy(repository->delegations));
    }
    break;
  }
  return body;
}

static void put_json(struct ce_fake_repository *repository, const char *path, json_t *json) {
  char *text = json_dumps(json, JSON_INDENT(1) | JSON_SORT_KEYS);
  check(text);
  ce_fake_repository_put(repository, path, text, strlen(text));
  free(text);
  json_decref(json);
}

static size_t signers_of(const struct ce_fake_role *role) {
  return role->signer_count > 0 ? role->signer_count : role->key_count;
}

void ce_fake_repository_write_body(struct ce_fake_repository *repository, enum ce_fake_role_name role,
                                   json_t *body) {
  const struct ce_fake_role *state = &repository->roles[role];
  json_t *envelope = ce_fake_envelope(body, state->keys, signers_of(state));
  const struct ce_fake_role *last = &repository->last_root;
  for (size_t i = 0; role == CE_FAKE_ROOT && i < signers_of(last); i++) {
    if (i >= state->key_count || last->keys[i] != state->keys[i]) {
      json_array_append_new(json_object_get(envelope, "signatures"), ce_fake_key_sign(last->keys[i], body));
    }
  }
  CE_AUTO(ce_free) char *path = ce_fake_repository_path(repository, role);
  put_json(repository, path, envelope);
}

void ce_fake_repository_write(struct ce_fake_repository *repository, enum ce_fake_role_name role) {
  json_t *body = ce_fake_repository_body(repository, role);
  ce_fake_repository_write_body(repository, role, body);
  json_decref(body);
}

void ce_fake_repository_publish_root(struct ce_fake_repository *repository) {
  repository->roles[CE_FAKE_ROOT].version++;
  ce_fake_repository_write(repository, CE_FAKE_ROOT);
  repository->last_root = repository->roles[CE_FAKE_ROOT];
}

void ce_fake_repository_publish(struct ce_fake_repository *repository) {
  static const enum ce_fake_role_name order[] = {CE_FAKE_TARGETS, CE_FAKE_SNAPSHOT, CE_FAKE_TIMESTAMP};
  for (size_t i = 0; i < repository->delegated_count; i++) {
    repository->delegated[i]->role.version++;
    ce_fake_repository_write_delegated(repository, repository->delegated[i]);
  }
  for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
    repository->roles[order[i]].version++;
    ce_fake_repository_write(repository, order[i]);
  }
}

void ce_fake_repository_list_target(struct ce_fake_repository *repository, json_t *targets, const char *path,
                                    const void *bytes, size_t size) {
  json_t *entry = json_pack("{s:I, s:o}", "length", (json_int_t)size, "hashes", hashes(bytes, size));
  const char *hex = json_string_value(json_object_get(json_object_get(entry, "hashes"), "sha256"));
  const char *slash = strrchr(path, '/');
  int directory = slash ? (int)(slash + 1 - path) : 0;
  CE_AUTO(ce_free)
  char *place = repository->consistent_snapshot
                    ? ce_text_format("targets/%.*s%s.%s", directory, path, hex, path + directory)
                    : ce_text_format("targets/%s", path);
  ce_fake_repository_put(repository, place, bytes, size);
  json_object_set_new(targets, path, entry);
}

void ce_fake_repository_add_target(struct ce_fake_repository *repository, const char *path, const void *bytes,
                                   size_t size) {
  ce_fake_repository_list_target(repository, repository->targets, path, bytes, size);
}

char *ce_fake_repository_path(const struct ce_fake_repository *repository, enum ce_fake_role_name role) {
  bool has_version = role == CE_FAKE_ROOT || (role != CE_FAKE_TIMESTAMP && repository->consistent_snapshot);
  char *path = has_version ? ce_text_format("metadata/%lld.%s.json",
                                            (long long)repository->roles[role].version, role_names[role])
                           : ce_text_format("metadata/%s.json", role_names[role]);
  check(path);
  return path;
}

void ce_fake_repository_put(struct ce_fake_repository *repository, const char *path, const void *bytes,
                            size_t size) {
  char *hex = malloc(2 * size + 1);
  check(hex);
  ce_hex_encode(bytes, size, hex);
  check(json_object_set_new(repository->files, path, json_string(hex)) == 0);
  free(hex);
}

void ce_fake_repository_remove(struct ce_fake_repository *repository, const char *path) {
  check(json_object_del(repository->files, path) == 0);
}

struct ce_blob ce_fake_repository_bytes(const struct ce_fake_repository *repository, const char *path) {
  const json_t *file = json_object_get(repository->files, path);
  check(file);
  size_t size = json_string_length(file) / 2;
  struct ce_blob blob = {.data = malloc(size + 1), .size = size, .capacity = size + 1};
  check(blob.data && ce_hex_decode(json_string_value(file), blob.data, size));
  blob.data[size] = '\0';
  return blob;
}

struct ce_blob ce_fake_repository_role_bytes(const struct ce_fake_repository *repository,
                                             enum ce_fake_role_name role) {
  CE_AUTO(ce_free) char *path = ce_fake_repository_path(repository, role);
  return ce_fake_repository_bytes(repository, path);
}

bool ce_fake_repository_was_asked(const struct ce_fake_repository *repository, const char *path) {
  CE_AUTO(ce_free) char *line = ce_text_format("%s\n", path);
  check(line);
  return strstr(ce_blob_text(&repository->asked), line) != NULL;
}
