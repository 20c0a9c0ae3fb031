/* SPDX-License-Identifier: Apache-2.0
 * Loading of a repository's current metadata, and of the keys that may continue it. */
#include "publish/published.h"

#include "publish/document.h"
#include "trust/metadata.h"

#include <string.h>

void ce_published_clear(struct ce_published *published) {
  ce_trusted_set_free(published->set);
  ce_blob_clear(&published->root_bytes);
  ce_envelope_clear(&published->root);
  ce_envelope_clear(&published->targets);
  ce_envelope_clear(&published->snapshot);
  ce_envelope_clear(&published->timestamp);
  while (published->delegated_count > 0) {
    ce_published_remove_role(published, published->delegated[0].name);
  }
  free(published->delegated);
  *published = (struct ce_published){0};
}

void ce_role_signers_clear(struct ce_signers signers[CE_ROLE_COUNT]) {
  for (int role = 0; role < CE_ROLE_COUNT; role++) {
    ce_signers_clear(&signers[role]);
  }
}

static enum ce_code load_root(struct ce_repository *repository, struct ce_published *published,
                              struct ce_error *err) {
  static const struct ce_json_context context = {CE_TRUST_FORMAT, "root"};
  int64_t version = 0;
  enum ce_code code = ce_repository_root_version(repository, &version, err);
  if (code == CE_OK) {
    code = ce_repository_read_metadata(repository, CE_ROLE_ROOT, version, CE_TUF_ROOT_BYTES_MAX,
                                       &published->root_bytes, err);
  }
  if (code == CE_OK) {
    code = ce_trusted_set_new(published->root_bytes.data, published->root_bytes.size, &published->set, err);
  }
  if (code == CE_OK) {
    code = ce_envelope_parse(&context, published->root_bytes.data, published->root_bytes.size,
                             CE_TUF_ROOT_BYTES_MAX, &published->root, err);
  }
  return code;
}

static enum ce_code load_timestamp(struct ce_repository *repository, struct ce_published *published,
                                   struct ce_error *err) {
  static const struct ce_json_context context = {CE_TRUST_FORMAT, "timestamp"};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  enum ce_code code =
      ce_repository_read_metadata(repository, CE_ROLE_TIMESTAMP, 0, CE_TUF_TIMESTAMP_BYTES_MAX, &bytes, err);
  if (code == CE_OK) {
    code = ce_trusted_set_update_timestamp(published->set, bytes.data, bytes.size, err);
  }
  if (code == CE_OK) {
    code = ce_envelope_parse(&context, bytes.data, bytes.size, CE_TUF_TIMESTAMP_BYTES_MAX,
                             &published->timestamp, err);
  }
  if (code == CE_OK) {
    published->timestamp_version = ce_document_version(published->timestamp.body);
  }
  return code;
}

static enum ce_code load_snapshot(struct ce_repository *repository, struct ce_published *published,
                                  struct ce_error *err) {
  static const struct ce_json_context context = {CE_TRUST_FORMAT, "snapshot"};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  uint64_t ignored = 0;
  published->snapshot_version = ce_trusted_set_snapshot_version(published->set, &ignored);
  enum ce_code code = ce_repository_read_metadata(repository, CE_ROLE_SNAPSHOT, published->snapshot_version,
                                                  CE_TUF_SNAPSHOT_BYTES_MAX, &bytes, err);
  if (code == CE_OK) {
    code = ce_trusted_set_update_snapshot(published->set, bytes.data, bytes.size, err);
  }
  if (code == CE_OK) {
    code = ce_envelope_parse(&context, bytes.data, bytes.size, CE_TUF_SNAPSHOT_BYTES_MAX,
                             &published->snapshot, err);
  }
  return code;
}

static enum ce_code load_targets(struct ce_repository *repository, struct ce_published *published,
                                 struct ce_error *err) {
  static const struct ce_json_context context = {CE_TRUST_FORMAT, "targets"};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  uint64_t ignored = 0;
  published->targets_version = ce_trusted_set_targets_version(published->set, &ignored);
  enum ce_code code = ce_repository_read_metadata(repository, CE_ROLE_TARGETS, published->targets_version,
                                                  CE_TUF_TARGETS_BYTES_MAX, &bytes, err);
  if (code == CE_OK) {
    code = ce_trusted_set_update_targets(published->set, bytes.data, bytes.size, err);
  }
  if (code == CE_OK) {
    code = ce_envelope_parse(&context, bytes.data, bytes.size, CE_TUF_TARGETS_BYTES_MAX, &published->targets,
                             err);
  }
  return code;
}

enum ce_code ce_published_load(struct ce_repository *repository, struct ce_published *ret,
                               struct ce_error *err) {
  CE_AUTO(ce_published) struct ce_published published = {0};
  enum ce_code code = load_root(repository, &published, err);
  if (code == CE_OK) {
    code = load_timestamp(repository, &published, err);
  }
  if (code == CE_OK) {
    code = load_snapshot(repository, &published, err);
  }
  if (code == CE_OK) {
    code = load_targets(repository, &published, err);
  }
  if (code == CE_OK) {
    code = ce_published_load_roles(repository, &published, err);
  }
  if (code == CE_OK) {
    *ret = published;
    published = (struct ce_published){0};
  }
  return code;
}

/* Others are those of another repository, or retired ones. */
static bool is_named(const void *context, const char *key_id) {
  return ce_tuf_role_has_key_id(context, key_id);
}

static enum ce_code load_role(const struct ce_tuf_root *root, struct ce_fs *keys, enum ce_role role,
                              bool is_needed, struct ce_unlock *unlock, struct ce_signers *ret,
                              struct ce_error *err) {
  const struct ce_tuf_role *named = ce_tuf_root_role(root, ce_role_name(role));
  struct ce_signer_filter filter = {is_named, named};
  enum ce_code code = ce_signers_load(ret, keys, ce_role_name(role), &filter, unlock, err);
  if (code == CE_OK && is_needed && (int64_t)ret->count < named->threshold) {
    code = ce_fail(err, CE_PERMISSION, "load keys", ce_role_name(role),
                   "the directory has %zu of the repository's keys for this role; %lld must sign", ret->count,
                   (long long)named->threshold);
    ce_unlock_explain(unlock, err);
  }
  return code;
}

enum ce_code ce_published_load_some_signers(const struct ce_published *published, const char *keys_directory,
                                            struct ce_unlock *unlock, unsigned needed, unsigned wanted,
                                            struct ce_signers ret[CE_ROLE_COUNT], struct ce_error *err) {
  CE_AUTO(ce_tuf_root) struct ce_tuf_root *root = NULL;
  CE_AUTO(ce_fs) struct ce_fs *keys = NULL;
  enum ce_code code = ce_tuf_root_parse(&published->root, &root, err);
  if (code == CE_OK) {
    code = ce_fs_open_root(keys_directory, &keys, err);
  }
  struct ce_signers signers[CE_ROLE_COUNT] = {0};
  for (unsigned role = 0; code == CE_OK && role < CE_ROLE_COUNT; role++) {
    bool is_needed = (needed & (1u << role)) != 0;
    if (is_needed || (wanted & (1u << role)) != 0) {
      code = load_role(root, keys, (enum ce_role)role, is_needed, unlock, &signers[role], err);
    }
  }
  if (code != CE_OK) {
    ce_role_signers_clear(signers);
    return code;
  }
  memcpy(ret, signers, sizeof signers);
  return CE_OK;
}

enum ce_code ce_published_load_signers(const struct ce_published *published, const char *keys_directory,
                                       struct ce_unlock *unlock, struct ce_signers ret[CE_ROLE_COUNT],
                                       struct ce_error *err) {
  unsigned needed = 1u << CE_ROLE_TARGETS | 1u << CE_ROLE_SNAPSHOT | 1u << CE_ROLE_TIMESTAMP;
  return ce_published_load_some_signers(published, keys_directory, unlock, needed, 0, ret, err);
}
