/* SPDX-License-Identifier: Apache-2.0
 * Comparing a path with what a plan says, and setting exact owners and modes. */
#include "txn/observed.h"

#include "ports/fs-document.h"

#include <string.h>

enum ce_path_type ce_observed_type(enum ce_fs_type type) {
  switch (type) {
  case CE_FS_FILE:
    return CE_PATH_FILE;
  case CE_FS_LINK:
    return CE_PATH_LINK;
  case CE_FS_DIRECTORY:
    return CE_PATH_DIRECTORY;
  default:
    return CE_PATH_OTHER;
  }
}

static enum ce_code link_matches(struct ce_fs *fs, const char *path, const char *text, bool *ret,
                                 struct ce_error *err) {
  CE_AUTO(ce_free) char *found = NULL;
  enum ce_code code = ce_fs_read_link(fs, path, &found, err);
  if (code == CE_OK) {
    *ret = text && strcmp(found, text) == 0;
  }
  return code;
}

static enum ce_code file_matches(struct ce_fs *fs, const char *path, const struct ce_path_state *state,
                                 uint64_t size_bytes, bool *ret, struct ce_error *err) {
  if (size_bytes != state->size_bytes || !state->digest_known) {
    *ret = size_bytes == state->size_bytes;
    return CE_OK;
  }
  struct ce_digest found;
  enum ce_code code = ce_fs_document_digest(fs, path, &found, NULL, err);
  if (code == CE_OK) {
    *ret = ce_digest_equal(&found, &state->sha256);
  }
  return code;
}

enum ce_code ce_observed_matches(struct ce_fs *fs, const char *path, const struct ce_path_state *state,
                                 bool *ret, struct ce_error *err) {
  bool exists = false;
  struct ce_fs_stat stat;
  enum ce_code code = ce_fs_exists(fs, path, &exists, &stat, err);
  if (code != CE_OK) {
    return code;
  }
  if ((exists ? ce_observed_type(stat.type) : CE_PATH_ABSENT) != state->type) {
    *ret = false;
    return CE_OK;
  }
  if (state->type == CE_PATH_LINK) {
    return link_matches(fs, path, state->link_target, ret, err);
  }
  if (state->type == CE_PATH_FILE) {
    return file_matches(fs, path, state, stat.size_bytes, ret, err);
  }
  *ret = true;
  return CE_OK;
}

bool ce_observed_has_mode(const struct ce_fs_stat *stat, uint32_t mode, uint32_t uid, uint32_t gid) {
  return stat->mode == mode && stat->uid == uid && stat->gid == gid;
}

enum ce_code ce_observed_settle(struct ce_fs *fs, const char *path, uint32_t mode, uint32_t uid, uint32_t gid,
                                struct ce_error *err) {
  struct ce_fs_stat stat;
  enum ce_code code = ce_fs_inspect(fs, path, &stat, err);
  bool owned = code == CE_OK && stat.uid == uid && stat.gid == gid;
  if (code == CE_OK && !owned) {
    code = ce_fs_set_owner(fs, path, uid, gid, err);
  }
  /* A change of owner clears setuid and setgid. */
  if (code == CE_OK && (stat.mode != mode || (!owned && (mode & 06000)))) {
    code = ce_fs_set_mode(fs, path, mode, err);
  }
  return code;
}

enum ce_code ce_observed_settle_link(struct ce_fs *fs, const char *path, uint32_t uid, uint32_t gid,
                                     struct ce_error *err) {
  struct ce_fs_stat stat;
  enum ce_code code = ce_fs_inspect(fs, path, &stat, err);
  if (code == CE_OK && (stat.uid != uid || stat.gid != gid)) {
    code = ce_fs_set_owner(fs, path, uid, gid, err);
  }
  return code;
}
