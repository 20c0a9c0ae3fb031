/* SPDX-License-Identifier: Apache-2.0
 * Files of trusted metadata. */
#include "trust/store.h"

#include "base/relpath.h"
#include "trust/percent.h"

#include <assert.h>
#include <string.h>

#define DIRECTORY_MODE 0755
#define FILE_MODE      0644 /* public data; `certenv status` reads it as any user */
#define ITEMS_MAX      8

static enum ce_code make_path(const struct ce_trust_store *store, const char *role, char **ret,
                              struct ce_error *err) {
  CE_AUTO(ce_free) char *encoded = ce_percent_encode(role);
  CE_AUTO(ce_free) char *file = encoded ? ce_text_format("%s.json", encoded) : NULL;
  if (!file) {
    return ce_fail_memory(err, role);
  }
  if (strlen(encoded) > CE_TRUST_STORE_NAME_MAX) {
    return ce_fail(err, CE_TRUST_FORMAT, "keep", role, "the role's name is too long for a file's name");
  }
  *ret = ce_relpath_join(store->directory, file);
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

/* The files that are to change. */
struct batch {
  char *paths[ITEMS_MAX];
  const struct ce_blob *bytes[ITEMS_MAX];
  size_t count;
};

static void clear_batch(struct batch *batch) {
  for (size_t i = 0; i < batch->count; i++) {
    free(batch->paths[i]);
  }
}
CE_DEFINE_AUTO_IN_PLACE(batch, struct batch, clear_batch);

static enum ce_code collect(const struct ce_trust_store *store, const struct ce_trust_store_item *items,
                            size_t count, struct batch *batch, struct ce_error *err) {
  for (size_t i = 0; i < count; i++) {
    char *path = NULL;
    enum ce_code code = make_path(store, items[i].role, &path, err);
    if (code != CE_OK) {
      return code;
    }
    if (holds(store, path, items[i].bytes)) {
      free(path);
      continue;
    }
    batch->paths[batch->count] = path;
    batch->bytes[batch->count++] = items[i].bytes;
  }
  return CE_OK;
}

static enum ce_code write_new(struct ce_fs *fs, const char *path, const struct ce_blob *bytes,
                              struct ce_error *err) {
  CE_AUTO(ce_free) char *new_path = ce_text_format("%s.new", path);
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  if (!new_path) {
    return ce_fail_memory(err, path);
  }
  enum ce_code code = ce_fs_remove_if_present(fs, new_path, err);
  if (code == CE_OK) {
    code = ce_fs_open(fs, new_path, CE_FS_CREATE, FILE_MODE, &file, err);
  }
  if (code == CE_OK) {
    code = ce_fs_file_write(file, bytes->data, bytes->size, err);
  }
  return code == CE_OK ? ce_fs_file_close(ce_take(&file), err) : code;
}

static enum ce_code rename_new(struct ce_fs *fs, const char *path, struct ce_error *err) {
  CE_AUTO(ce_free) char *new_path = ce_text_format("%s.new", path);
  return new_path ? ce_fs_rename(fs, new_path, path, err) : ce_fail_memory(err, path);
}

static void remove_abandoned(struct ce_fs *fs, const struct batch *batch) {
  for (size_t i = 0; i < batch->count; i++) {
    CE_AUTO(ce_free) char *new_path = ce_text_format("%s.new", batch->paths[i]);
    struct ce_error ignored;
    if (new_path && ce_fs_remove_if_present(fs, new_path, &ignored) != CE_OK) {
      /* The next replacement removes it first. */
    }
  }
}

static enum ce_code replace_all(const struct ce_trust_store *store, const struct batch *batch,
                                struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; i < batch->count && code == CE_OK; i++) {
    code = write_new(store->fs, batch->paths[i], batch->bytes[i], err);
  }
  if (code == CE_OK) {
    code = ce_fs_sync_filesystem(store->fs, store->directory, err);
  }
  for (size_t i = 0; i < batch->count && code == CE_OK; i++) {
    code = rename_new(store->fs, batch->paths[i], err);
  }
  if (code != CE_OK) {
    remove_abandoned(store->fs, batch);
    return code;
  }
  return ce_fs_sync_directory(store->fs, store->directory, err);
}

enum ce_code ce_trust_store_keep(const struct ce_trust_store *store, const struct ce_trust_store_item *items,
                                 size_t count, struct ce_error *err) {
  assert(count <= ITEMS_MAX);
  CE_AUTO(batch) struct batch batch = {0};
  if (store->read_only) {
    return CE_OK;
  }
  enum ce_code code = collect(store, items, count, &batch, err);
  if (code != CE_OK || batch.count == 0) {
    return code;
  }
  if (store->directory[0] != '\0') {
    code = ce_fs_make_directories(store->fs, store->directory, DIRECTORY_MODE, err);
  }
  if (code == CE_OK && batch.count == 1) {
    return ce_fs_document_replace(store->fs, batch.paths[0], batch.bytes[0]->data, batch.bytes[0]->size,
                                  FILE_MODE, err);
  }
  return code == CE_OK ? replace_all(store, &batch, err) : code;
}

/* *removed becomes true when there was a file. */
static enum ce_code remove_role(const struct ce_trust_store *store, const char *role, bool *removed,
                                struct ce_error *err) {
  CE_AUTO(ce_free) char *path = NULL;
  bool exists = false;
  enum ce_code code = make_path(store, role, &path, err);
  if (code == CE_OK) {
    code = ce_fs_exists(store->fs, path, &exists, NULL, err);
  }
  if (code == CE_OK && exists) {
    *removed = true;
    code = ce_fs_remove_if_present(store->fs, path, err);
  }
  return code;
}

enum ce_code ce_trust_store_drop(const struct ce_trust_store *store, const char *const *roles, size_t count,
                                 struct ce_error *err) {
  bool removed = false;
  enum ce_code code = CE_OK;
  for (size_t i = 0; i < count && code == CE_OK && !store->read_only; i++) {
    code = remove_role(store, roles[i], &removed, err);
  }
  return code == CE_OK && removed ? ce_fs_sync_directory(store->fs, store->directory, err) : code;
}
