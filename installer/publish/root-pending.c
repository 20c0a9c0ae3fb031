/* SPDX-License-Identifier: Apache-2.0
 * The file of a waiting root. */
#include "publish/root-pending.h"

#include "ports/fs-document.h"
#include "trust/trusted-set.h"

#define PENDING_NAME ".certenv-publish.root.json"
#define FILE_MODE    0644

enum ce_code ce_root_pending_write(struct ce_repository *repository, const struct ce_blob *root,
                                   struct ce_error *err) {
  return ce_fs_document_replace(repository->fs, PENDING_NAME, root->data, root->size, FILE_MODE, err);
}

static enum ce_code drop(struct ce_repository *repository, struct ce_error *err) {
  enum ce_code code = ce_fs_remove_if_present(repository->fs, PENDING_NAME, err);
  return code == CE_OK ? ce_fs_sync_directory(repository->fs, "", err) : code;
}

enum ce_code ce_root_pending_commit(struct ce_repository *repository, int64_t version,
                                    const struct ce_blob *root, struct ce_error *err) {
  enum ce_code code = ce_repository_write_metadata(repository, CE_ROLE_ROOT, version, root, err);
  return code == CE_OK ? drop(repository, err) : code;
}

/* The set of the newest root and the waiting one. */
static enum ce_code follow(struct ce_repository *repository, const struct ce_blob *pending,
                           struct ce_trusted_set **ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob newest = {0};
  CE_AUTO(ce_trusted_set) struct ce_trusted_set *set = NULL;
  int64_t version = 0;
  enum ce_code code = ce_repository_root_version(repository, &version, err);
  if (code == CE_OK) {
    code =
        ce_repository_read_metadata(repository, CE_ROLE_ROOT, version, CE_TUF_ROOT_BYTES_MAX, &newest, err);
  }
  if (code == CE_OK) {
    code = ce_trusted_set_new(newest.data, newest.size, &set, err);
  }
  if (code == CE_OK) {
    code = ce_trusted_set_update_root(set, pending->data, pending->size, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&set);
  }
  return code;
}

/* Whether what is published is signed as the set's root asks. */
static enum ce_code check_published(struct ce_repository *repository, struct ce_trusted_set *set,
                                    struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  uint64_t ignored = 0;
  enum ce_code code =
      ce_repository_read_metadata(repository, CE_ROLE_TIMESTAMP, 0, CE_TUF_TIMESTAMP_BYTES_MAX, &bytes, err);
  if (code == CE_OK) {
    code = ce_trusted_set_update_timestamp(set, bytes.data, bytes.size, err);
  }
  if (code == CE_OK) {
    code = ce_repository_read_metadata(repository, CE_ROLE_SNAPSHOT,
                                       ce_trusted_set_snapshot_version(set, &ignored),
                                       CE_TUF_SNAPSHOT_BYTES_MAX, &bytes, err);
  }
  if (code == CE_OK) {
    code = ce_trusted_set_update_snapshot(set, bytes.data, bytes.size, err);
  }
  if (code == CE_OK) {
    code = ce_repository_read_metadata(repository, CE_ROLE_TARGETS,
                                       ce_trusted_set_targets_version(set, &ignored),
                                       CE_TUF_TARGETS_BYTES_MAX, &bytes, err);
  }
  return code == CE_OK ? ce_trusted_set_update_targets(set, bytes.data, bytes.size, err) : code;
}

/* A verdict on the files, and not a failure to read them. */
static bool is_verdict(enum ce_code code) {
  return code == CE_TRUST_FORMAT || code == CE_TRUST_SIGNATURE || code == CE_TRUST_ROLLBACK ||
         code == CE_TRUST_DIGEST || code == CE_TRUST_ROOT || code == CE_NOT_FOUND;
}

enum ce_code ce_root_pending_settle(struct ce_repository *repository, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob pending = {0};
  CE_AUTO(ce_trusted_set) struct ce_trusted_set *set = NULL;
  bool exists = false;
  enum ce_code code = ce_fs_exists(repository->fs, PENDING_NAME, &exists, NULL, err);
  if (code != CE_OK || !exists) {
    return code;
  }
  code = ce_fs_document_read(repository->fs, PENDING_NAME, CE_TUF_ROOT_BYTES_MAX, &pending, err);
  if (code != CE_OK) {
    return code;
  }
  code = follow(repository, &pending, &set, err);
  if (code == CE_OK) {
    code = check_published(repository, set, err);
  }
  if (code == CE_OK) {
    return ce_root_pending_commit(repository, ce_trusted_set_root_version(set), &pending, err);
  }
  return is_verdict(code) ? drop(repository, err) : code;
}
