/* SPDX-License-Identifier: Apache-2.0
 * Whole small files over the calls of a file system. */
#include "ports/fs-document.h"

#include "base/relpath.h"
#include "ports/hash.h"

#define READ_CHUNK ((size_t)64 << 10)

/* Appends the next bytes of the file. *ret_more is false at its end. */
static enum ce_code read_chunk(struct ce_fs_file *file, uint8_t *buffer, struct ce_blob *blob, bool *ret_more,
                               struct ce_error *err) {
  size_t got = 0;
  enum ce_code code = ce_fs_file_read_at(file, blob->size, buffer, READ_CHUNK, &got, err);
  if (code == CE_OK) {
    *ret_more = got == READ_CHUNK;
    code = ce_blob_append(blob, buffer, got, err);
  }
  return code;
}

enum ce_code ce_fs_document_read(struct ce_fs *fs, const char *path, size_t limit_bytes, struct ce_blob *ret,
                                 struct ce_error *err) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  enum ce_code code = ce_fs_open(fs, path, CE_FS_READ, 0, &file, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_free) uint8_t *buffer = malloc(READ_CHUNK);
  if (!buffer) {
    return ce_fail_memory(err, path);
  }
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  bool more = true;
  while (code == CE_OK && more && blob.size <= limit_bytes) {
    code = read_chunk(file, buffer, &blob, &more, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (blob.size > limit_bytes) {
    return ce_fail(err, CE_IO, "read", path, "it is larger than the limit of %zu bytes", limit_bytes);
  }
  ce_blob_clear(ret);
  *ret = blob;
  blob = (struct ce_blob){0};
  return CE_OK;
}

static enum ce_code write_new(struct ce_fs *fs, const char *path, const void *bytes, size_t size,
                              uint32_t mode, bool sync, struct ce_error *err) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  enum ce_code code = ce_fs_open(fs, path, CE_FS_CREATE, mode, &file, err);
  if (code == CE_OK) {
    code = ce_fs_file_write(file, bytes, size, err);
  }
  if (code == CE_OK && sync) {
    code = ce_fs_file_sync(file, err);
  }
  return code == CE_OK ? ce_fs_file_close(ce_take(&file), err) : code;
}

static void remove_abandoned(struct ce_fs *fs, const char *path) {
  struct ce_error ignored;
  if (ce_fs_remove_if_present(fs, path, &ignored) != CE_OK) {
    /* The next replacement removes it first. */
  }
}

/* How far a document is taken. */
enum stage { STAGED, PUT, SYNCED };

static enum ce_code bring(struct ce_fs *fs, const char *path, const void *bytes, size_t size, uint32_t mode,
                          enum stage how_far, struct ce_error *err) {
  CE_AUTO(ce_free) char *new_path = ce_text_format("%s.new", path);
  CE_AUTO(ce_free) char *directory = ce_relpath_parent(path);
  if (!new_path || !directory) {
    return ce_fail_memory(err, path);
  }
  enum ce_code code = ce_fs_remove_if_present(fs, new_path, err);
  if (code != CE_OK) {
    return code;
  }
  code = write_new(fs, new_path, bytes, size, mode, how_far == SYNCED, err);
  if (code == CE_OK && how_far >= PUT) {
    code = ce_fs_rename(fs, new_path, path, err);
  }
  if (code != CE_OK) {
    remove_abandoned(fs, new_path);
    return code;
  }
  return how_far == SYNCED ? ce_fs_sync_directory(fs, directory, err) : CE_OK;
}

enum ce_code ce_fs_document_replace(struct ce_fs *fs, const char *path, const void *bytes, size_t size,
                                    uint32_t mode, struct ce_error *err) {
  return bring(fs, path, bytes, size, mode, SYNCED, err);
}

enum ce_code ce_fs_document_put(struct ce_fs *fs, const char *path, const void *bytes, size_t size,
                                uint32_t mode, struct ce_error *err) {
  return bring(fs, path, bytes, size, mode, PUT, err);
}

enum ce_code ce_fs_document_stage(struct ce_fs *fs, const char *path, const void *bytes, size_t size,
                                  uint32_t mode, struct ce_error *err) {
  return bring(fs, path, bytes, size, mode, STAGED, err);
}

enum ce_code ce_fs_file_digest(struct ce_fs_file *file, struct ce_digest *ret, uint64_t *ret_size_bytes,
                               struct ce_error *err) {
  CE_AUTO(ce_hash) struct ce_hash *hash = NULL;
  enum ce_code code = ce_hash_new(&hash, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_free) uint8_t *buffer = malloc(READ_CHUNK);
  if (!buffer) {
    return ce_fail_memory(err, "SHA-256");
  }
  uint64_t size_bytes = 0;
  size_t got = READ_CHUNK;
  while (code == CE_OK && got == READ_CHUNK) {
    code = ce_fs_file_read_at(file, size_bytes, buffer, READ_CHUNK, &got, err);
    if (code == CE_OK) {
      ce_hash_update(hash, buffer, got);
      size_bytes += got;
    }
  }
  if (code != CE_OK) {
    return code;
  }
  ce_hash_finish(hash, ret);
  *ret_size_bytes = size_bytes;
  return CE_OK;
}

enum ce_code ce_fs_document_digest(struct ce_fs *fs, const char *path, struct ce_digest *ret,
                                   uint64_t *ret_size_bytes, struct ce_error *err) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  uint64_t size_bytes = 0;
  enum ce_code code = ce_fs_open(fs, path, CE_FS_READ, 0, &file, err);
  if (code == CE_OK) {
    code = ce_fs_file_digest(file, ret, &size_bytes, err);
  }
  if (code == CE_OK && ret_size_bytes) {
    *ret_size_bytes = size_bytes;
  }
  return code;
}
