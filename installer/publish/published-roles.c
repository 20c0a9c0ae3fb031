/* SPDX-License-Identifier: Apache-2.0
 * The delegated roles of what is published. */
#include "publish/delegation.h"
#include "publish/document.h"
#include "publish/published.h"
#include "trust/metadata.h"

#include <string.h>

struct ce_published_role *ce_published_find_role(const struct ce_published *published, const char *name) {
  for (size_t i = 0; i < published->delegated_count; i++) {
    if (strcmp(published->delegated[i].name, name) == 0) {
      return &published->delegated[i];
    }
  }
  return NULL;
}

/* Takes body over in any case. */
static enum ce_code append(struct ce_published *published, const char *name, json_t *body,
                           struct ce_published_role **ret, struct ce_error *err) {
  struct ce_published_role role = {.name = strdup(name), .body = body};
  struct ce_published_role *grown =
      reallocarray(published->delegated, published->delegated_count + 1, sizeof *grown);
  published->delegated = grown ? grown : published->delegated;
  if (!grown || !role.name || !role.body) {
    free(role.name);
    json_decref(role.body);
    return ce_fail_memory(err, name);
  }
  *ret = &grown[published->delegated_count++];
  **ret = role;
  return CE_OK;
}

enum ce_code ce_published_add_role(struct ce_published *published, const char *name, struct ce_error *err) {
  struct ce_published_role *role = NULL;
  json_t *body = ce_document_new_targets();
  int64_t version = ce_document_meta_version(published->snapshot.body, name);
  if (body && json_object_set_new(body, "version", json_integer(version)) != 0) {
    json_decref(body);
    return ce_fail_memory(err, name);
  }
  enum ce_code code = append(published, name, body, &role, err);
  if (code == CE_OK) {
    role->changed = true;
  }
  return code;
}

void ce_published_remove_role(struct ce_published *published, const char *name) {
  struct ce_published_role *role = ce_published_find_role(published, name);
  if (!role) {
    return;
  }
  free(role->name);
  json_decref(role->body);
  ce_signers_clear(&role->signers);
  size_t behind = (size_t)(&published->delegated[published->delegated_count] - role) - 1;
  memmove(role, role + 1, behind * sizeof *role);
  published->delegated_count--;
}

/* The bytes must be what the snapshot states and be signed as the delegation asks. */
static enum ce_code open_role(const struct ce_published *published, const char *name,
                              const struct ce_tuf_meta *meta, const struct ce_blob *bytes,
                              struct ce_envelope *ret, struct ce_error *err) {
  enum ce_code code = ce_tuf_meta_check(meta, name, bytes->data, bytes->size, err);
  if (code == CE_OK) {
    code = ce_delegation_open(published->targets.body, name, bytes, ret, err);
  }
  if (code == CE_OK && ce_document_version(ret->body) != meta->version) {
    return ce_fail(err, CE_TRUST_ROLLBACK, "verify", name,
                   "its version is not the one that the snapshot has");
  }
  return code;
}

static enum ce_code load_role(struct ce_repository *repository, struct ce_published *published,
                              const struct ce_tuf_snapshot *snapshot, const char *name,
                              struct ce_error *err) {
  CE_AUTO(ce_free) char *file = ce_text_format("%s.json", name);
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  struct ce_published_role *role = NULL;
  const struct ce_tuf_meta *meta = file ? ce_tuf_snapshot_find(snapshot, file) : NULL;
  if (!file) {
    return ce_fail_memory(err, name);
  }
  if (!meta) {
    return ce_fail(err, CE_TRUST_FORMAT, "verify", name,
                   "targets delegate to it, the snapshot has no such file");
  }
  enum ce_code code =
      ce_repository_read_role(repository, name, meta->version, CE_TUF_TARGETS_BYTES_MAX, &bytes, err);
  if (code == CE_OK) {
    code = open_role(published, name, meta, &bytes, &envelope, err);
  }
  return code == CE_OK ? append(published, name, json_incref(envelope.body), &role, err) : code;
}

enum ce_code ce_published_load_roles(struct ce_repository *repository, struct ce_published *published,
                                     struct ce_error *err) {
  CE_AUTO(ce_tuf_snapshot) struct ce_tuf_snapshot *snapshot = NULL;
  size_t count = ce_delegation_count(published->targets.body);
  enum ce_code code = ce_tuf_snapshot_parse(&published->snapshot, &snapshot, err);
  if (code == CE_OK && count > CE_DELEGATION_ROLES_MAX) {
    return ce_fail(err, CE_TRUST_FORMAT, "verify", "targets", "%zu delegated roles; at most %d are allowed",
                   count, CE_DELEGATION_ROLES_MAX);
  }
  for (size_t i = 0; code == CE_OK && i < count; i++) {
    code = load_role(repository, published, snapshot, ce_delegation_name(published->targets.body, i), err);
  }
  return code;
}

static enum ce_code load_signers(const struct ce_published *published, struct ce_published_role *role,
                                 struct ce_fs *keys, struct ce_unlock *unlock, struct ce_error *err) {
  const json_t *targets = published->targets.body;
  /* The numbers of archives and of key files are not the same thing. */
  const char *file = ce_delegation_key_name(role->name);
  if (ce_delegation_follows_targets(targets, role->name)) {
    return CE_OK;
  }
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  enum ce_code code = ce_signers_load(&signers, keys, file, NULL, unlock, err);
  if (code != CE_OK) {
    return code;
  }
  for (size_t i = signers.count; i > 0; i--) {
    if (!ce_delegation_names_key(targets, role->name, signers.items[i - 1].public_key.key_id)) {
      ce_signers_remove(&signers, i - 1);
    }
  }
  ce_signers_clear(&role->signers);
  role->signers = signers;
  signers = (struct ce_signers){0};
  return CE_OK;
}

enum ce_code ce_published_load_role_signers(struct ce_published *published, const char *keys_directory,
                                            struct ce_unlock *unlock, struct ce_error *err) {
  CE_AUTO(ce_fs) struct ce_fs *keys = NULL;
  enum ce_code code = ce_fs_open_root(keys_directory, &keys, err);
  for (size_t i = 0; code == CE_OK && i < published->delegated_count; i++) {
    code = load_signers(published, &published->delegated[i], keys, unlock, err);
  }
  return code;
}
