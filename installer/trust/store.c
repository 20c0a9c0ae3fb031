/* SPDX-License-Identifier: Apache-2.0
 * Files of trusted metadata. */
#include "trust/store.h"

#include <string.h>

#define DIRECTORY_MODE 0755
#define FILE_MODE      0644 /* public data; `certenv status` reads it as any user */

static enum ce_code make_path(const struct ce_trust_store *store, const char *role, char **ret,
                              struct ce_error *err) {
  *ret = ce_text_format("%s/%s.json", store->directory, role);
  return *ret ? CE_OK : ce_fail_memory(err, role);
}

enum ce_code ce_trust_store_read(const struct ce_trust_store *store, const char *role, size_t limit_bytes,
                                 struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(ce_free) char *path = NULL;
  enum ce_code code = make_path(store, role, &path, err);
  return code == CE_OK ? ce_fs_document_read(store->fs, path, limit_bytes, ret, err) : code;
}

static bool holds(const struct ce_trust_store *store, const char *path, const struct ce_blob *bytes) {
  CE_AUTO(ce_blob) struct ce_blob kept = {0};
  struct ce_error ignored;
  return ce_fs_document_read(store->fs, path, bytes->size, &kept, &ignored) == CE_OK &&
         kept.size == bytes->size && memcmp(kept.data, bytes->data, bytes->size) == 0;
}

enum ce_code ce_trust_store_keep(const struct ce_trust_store *store, const char *role,
                                 const struct ce_blob *bytes, struct ce_error *err) {
  CE_AUTO(ce_free) char *path = NULL;
  enum ce_code code = make_path(store, role, &path, err);
  if (code != CE_OK || store->read_only || holds(store, path, bytes)) {
    return code;
  }
  code = ce_fs_make_directories(store->fs, store->directory, DIRECTORY_MODE, err);
  if (code == CE_OK) {
    code = ce_fs_document_replace(store->fs, path, bytes->data, bytes->size, FILE_MODE, err);
  }
  return code;
}

enum ce_code ce_trust_store_drop(const struct ce_trust_store *store, const char *role, struct ce_error *err) {
  CE_AUTO(ce_free) char *path = NULL;
  enum ce_code code = make_path(store, role, &path, err);
  if (code != CE_OK || store->read_only) {
    return code;
  }
  return ce_fs_remove_if_present(store->fs, path, err);
}
