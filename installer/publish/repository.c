/* SPDX-License-Identifier: Apache-2.0
 * Files of a repository. */
#include "publish/repository.h"

#include "base/relpath.h"
#include "ports/fs-document.h"
#include "ports/hash.h"
#include "publish/place.h"
#include "publish/root-pending.h"

#include <inttypes.h>
#include <string.h>

#define DIRECTORY_MODE 0755
#define FILE_MODE      0644
#define LOCK_NAME      ".certenv-publish.lock"
#define LOCK_MODE      0600 /* whoever may open it may hold a read lock on it, and keep publishers out */
#define BLOCK_BYTES    (256u << 10)

void ce_repository_close(struct ce_repository *repository) {
  ce_fs_file_discard(repository->lock);
  ce_fs_free(repository->fs);
  *repository = (struct ce_repository){0};
}

static enum ce_code lock(struct ce_repository *repository, const char *directory, struct ce_error *err) {
  bool exists = false;
  enum ce_code code = ce_fs_exists(repository->fs, LOCK_NAME, &exists, NULL, err);
  if (code != CE_OK) {
    return code;
  }
  code = ce_fs_open(repository->fs, LOCK_NAME, exists ? CE_FS_APPEND : CE_FS_CREATE, LOCK_MODE,
                    &repository->lock, err);
  if (code != CE_OK) {
    return code;
  }
  int64_t holder = 0;
  code = ce_fs_file_try_lock(repository->lock, &holder, err);
  if (code == CE_LOCKED) {
    return ce_fail(err, CE_LOCKED, "lock", directory, "another process works on the repository");
  }
  return code;
}

static enum ce_code has_metadata(struct ce_repository *repository, bool *ret, struct ce_error *err) {
  return ce_fs_exists(repository->fs, "metadata", ret, NULL, err);
}

enum ce_code ce_repository_create(const char *directory, struct ce_repository *ret, struct ce_error *err) {
  CE_AUTO(ce_repository) struct ce_repository repository = {0};
  bool exists = false;
  enum ce_code code = ce_place_make_directory(directory, DIRECTORY_MODE, &repository.fs, err);
  if (code == CE_OK) {
    code = lock(&repository, directory, err);
  }
  if (code == CE_OK) {
    code = has_metadata(&repository, &exists, err);
  }
  if (code == CE_OK && exists) {
    return ce_fail(err, CE_CONFLICT, "make repository", directory, "there is a repository already");
  }
  if (code == CE_OK) {
    *ret = repository;
    repository = (struct ce_repository){0};
  }
  return code;
}

enum ce_code ce_repository_make_directories(struct ce_repository *repository, struct ce_error *err) {
  enum ce_code code = ce_fs_make_directory(repository->fs, "metadata", DIRECTORY_MODE, err);
  if (code == CE_OK) {
    code = ce_fs_make_directories(repository->fs, "targets", DIRECTORY_MODE, err);
  }
  return code == CE_OK ? ce_fs_sync_directory(repository->fs, "", err) : code;
}

enum ce_code ce_repository_look(const char *directory, struct ce_repository *ret, struct ce_error *err) {
  CE_AUTO(ce_repository) struct ce_repository repository = {0};
  bool exists = false;
  enum ce_code code = ce_fs_open_root(directory, &repository.fs, err);
  if (code == CE_OK) {
    code = has_metadata(&repository, &exists, err);
  }
  if (code == CE_NOT_FOUND || (code == CE_OK && !exists)) {
    return ce_fail(err, CE_SOURCE_UNUSABLE, "open repository", directory, "there is no repository here");
  }
  if (code == CE_OK) {
    *ret = repository;
    repository = (struct ce_repository){0};
  }
  return code;
}

enum ce_code ce_repository_open(const char *directory, struct ce_repository *ret, struct ce_error *err) {
  CE_AUTO(ce_repository) struct ce_repository repository = {0};
  enum ce_code code = ce_repository_look(directory, &repository, err);
  if (code == CE_OK) {
    code = lock(&repository, directory, err);
  }
  if (code == CE_OK) {
    code = ce_root_pending_settle(&repository, err);
  }
  if (code == CE_OK) {
    *ret = repository;
    repository = (struct ce_repository){0};
  }
  return code;
}

/* The version in "12.root.json", 0 for any other name. */
static int64_t version_of_root(const char *name) {
  size_t digits = strspn(name, "0123456789");
  if (digits == 0 || digits > 9 || name[0] == '0' || strcmp(name + digits, ".root.json") != 0) {
    return 0;
  }
  return strtoll(name, NULL, 10);
}

enum ce_code ce_repository_root_version(struct ce_repository *repository, int64_t *ret,
                                        struct ce_error *err) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  enum ce_code code = ce_fs_list(repository->fs, "metadata", &names, err);
  if (code != CE_OK) {
    return code;
  }
  int64_t newest = 0;
  for (size_t i = 0; i < names.count; i++) {
    int64_t version = version_of_root(names.items[i]);
    newest = version > newest ? version : newest;
  }
  if (newest == 0) {
    return ce_fail(err, CE_SOURCE_UNUSABLE, "read repository", "metadata", "there is no root metadata");
  }
  *ret = newest;
  return CE_OK;
}

char *ce_repository_metadata_path(enum ce_role role, int64_t version) {
  if (role == CE_ROLE_TIMESTAMP) {
    return strdup("metadata/timestamp.json");
  }
  return ce_repository_role_path(ce_role_name(role), version);
}

char *ce_repository_role_path(const char *role, int64_t version) {
  return ce_text_format("metadata/%" PRId64 ".%s.json", version, role);
}

char *ce_repository_target_path(const char *target, const struct ce_digest *sha256) {
  char hex[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(sha256, hex);
  const char *name = ce_relpath_name(target);
  return ce_text_format("targets/%.*s%s.%s", (int)(name - target), target, hex, name);
}

enum ce_code ce_repository_read_metadata(struct ce_repository *repository, enum ce_role role, int64_t version,
                                         size_t limit_bytes, struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(ce_free) char *path = ce_repository_metadata_path(role, version);
  if (!path) {
    return ce_fail_memory(err, "metadata");
  }
  return ce_fs_document_read(repository->fs, path, limit_bytes, ret, err);
}

enum ce_code ce_repository_write_metadata(struct ce_repository *repository, enum ce_role role,
                                          int64_t version, const struct ce_blob *bytes,
                                          struct ce_error *err) {
  CE_AUTO(ce_free) char *path = ce_repository_metadata_path(role, version);
  if (!path) {
    return ce_fail_memory(err, "metadata");
  }
  return ce_fs_document_replace(repository->fs, path, bytes->data, bytes->size, FILE_MODE, err);
}

enum ce_code ce_repository_read_role(struct ce_repository *repository, const char *role, int64_t version,
                                     size_t limit_bytes, struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(ce_free) char *path = ce_repository_role_path(role, version);
  return path ? ce_fs_document_read(repository->fs, path, limit_bytes, ret, err) : ce_fail_memory(err, role);
}

enum ce_code ce_repository_write_role(struct ce_repository *repository, const char *role, int64_t version,
                                      const struct ce_blob *bytes, struct ce_error *err) {
  CE_AUTO(ce_free) char *path = ce_repository_role_path(role, version);
  return path ? ce_fs_document_replace(repository->fs, path, bytes->data, bytes->size, FILE_MODE, err)
              : ce_fail_memory(err, role);
}

static enum ce_code copy(struct ce_reader *bytes, struct ce_fs_file *file, struct ce_digest *ret_sha256,
                         struct ce_error *err) {
  CE_AUTO(ce_free) uint8_t *block = malloc(BLOCK_BYTES);
  CE_AUTO(ce_hash) struct ce_hash *hash = NULL;
  enum ce_code code = block ? ce_hash_new(&hash, err) : ce_fail_memory(err, "target");
  for (uint64_t done = 0; code == CE_OK && done < bytes->size_bytes;) {
    size_t got = 0;
    code = ce_reader_read_at(bytes, done, block, BLOCK_BYTES, &got, err);
    if (code == CE_OK) {
      ce_hash_update(hash, block, got);
      code = ce_fs_file_write(file, block, got, err);
      done += got;
    }
  }
  if (code == CE_OK) {
    ce_hash_finish(hash, ret_sha256);
  }
  return code;
}

static enum ce_code write_new(struct ce_fs *fs, const char *new_path, struct ce_reader *bytes,
                              const struct ce_digest *sha256, struct ce_error *err) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  struct ce_digest written;
  enum ce_code code = ce_fs_remove_if_present(fs, new_path, err);
  if (code == CE_OK) {
    code = ce_fs_open(fs, new_path, CE_FS_CREATE, FILE_MODE, &file, err);
  }
  if (code == CE_OK) {
    code = copy(bytes, file, &written, err);
  }
  if (code == CE_OK && !ce_digest_equal(&written, sha256)) {
    return ce_fail(err, CE_IO, "copy", new_path, "the file changed while it was read");
  }
  return code == CE_OK ? ce_fs_file_close(ce_take(&file), err) : code;
}

static enum ce_code write_target(struct ce_fs *fs, const char *path, struct ce_reader *bytes,
                                 const struct ce_digest *sha256, struct ce_error *err) {
  CE_AUTO(ce_free) char *new_path = ce_text_format("%s.new", path);
  CE_AUTO(ce_free) char *directory = ce_relpath_parent(path);
  if (!new_path || !directory) {
    return ce_fail_memory(err, path);
  }
  enum ce_code code = ce_fs_make_directories(fs, directory, DIRECTORY_MODE, err);
  if (code == CE_OK) {
    code = write_new(fs, new_path, bytes, sha256, err);
  }
  return code == CE_OK ? ce_fs_rename(fs, new_path, path, err) : code;
}

/* One barrier for any number of files, and for the names of directories that were just made. */
enum ce_code ce_repository_sync(struct ce_repository *repository, struct ce_error *err) {
  return ce_fs_sync_filesystem(repository->fs, "targets", err);
}

enum ce_code ce_repository_store_target(struct ce_repository *repository, const char *target,
                                        struct ce_reader *bytes, const struct ce_digest *sha256,
                                        struct ce_error *err) {
  CE_AUTO(ce_free) char *path = ce_repository_target_path(target, sha256);
  if (!path) {
    return ce_fail_memory(err, target);
  }
  bool exists = false;
  struct ce_digest present;
  enum ce_code code = ce_fs_exists(repository->fs, path, &exists, NULL, err);
  if (code == CE_OK && exists) {
    code = ce_fs_document_digest(repository->fs, path, &present, NULL, err);
    exists = code == CE_OK && ce_digest_equal(&present, sha256);
  }
  return code == CE_OK && !exists ? write_target(repository->fs, path, bytes, sha256, err) : code;
}
