/* SPDX-License-Identifier: Apache-2.0
 * A program, then its bundle. */
#include "publish/bundle-writer.h"

#include "bundle/mark.h"
#include "publish/tar-writer.h"

#include <assert.h>
#include <string.h>

#define BLOCK_BYTES (256u << 10)
#define MEMBER_MODE 0644

void ce_bundle_files_clear(struct ce_bundle_files *files) {
  for (size_t i = 0; i < files->count; i++) {
    free(files->paths[i]);
  }
  free(files->paths);
  free(files->sizes_bytes);
  *files = (struct ce_bundle_files){0};
}

static bool has(const struct ce_bundle_files *files, const char *path) {
  for (size_t i = 0; i < files->count; i++) {
    if (strcmp(files->paths[i], path) == 0) {
      return true;
    }
  }
  return false;
}

static enum ce_code grow(struct ce_bundle_files *files, struct ce_error *err) {
  char **paths = reallocarray(files->paths, files->count + 1, sizeof *paths);
  if (!paths) {
    return ce_fail_memory(err, "bundle");
  }
  files->paths = paths;
  uint64_t *sizes = reallocarray(files->sizes_bytes, files->count + 1, sizeof *sizes);
  if (!sizes) {
    return ce_fail_memory(err, "bundle");
  }
  files->sizes_bytes = sizes;
  return CE_OK;
}

enum ce_code ce_bundle_files_add(struct ce_bundle_files *files, struct ce_fs *repository, char *path,
                                 struct ce_error *err) {
  CE_AUTO(ce_free) char *owned = path;
  if (!path) {
    return ce_fail_memory(err, "bundle");
  }
  if (has(files, path)) {
    return CE_OK;
  }
  struct ce_fs_stat found;
  enum ce_code code = ce_fs_inspect(repository, path, &found, err);
  if (code == CE_OK && (found.type != CE_FS_FILE || found.size_bytes > CE_TAR_FILE_MAX)) {
    return ce_fail(err, CE_IO, "bundle", path, "it is not a regular file of less than 8 GiB");
  }
  if (code == CE_OK) {
    code = grow(files, err);
  }
  if (code == CE_OK) {
    files->sizes_bytes[files->count] = found.size_bytes;
    files->paths[files->count++] = ce_take(&owned);
  }
  return code;
}

static enum ce_code write_output(void *context, const void *bytes, size_t size, struct ce_error *err) {
  return ce_output_write(context, bytes, size, err);
}

static enum ce_code copy(struct ce_reader *reader, uint64_t length, struct ce_output *output,
                         struct ce_error *err) {
  CE_AUTO(ce_free) uint8_t *block = malloc(BLOCK_BYTES);
  if (!block) {
    return ce_fail_memory(err, "bundle");
  }
  for (uint64_t done = 0; done < length;) {
    size_t got = 0;
    size_t wanted = length - done < BLOCK_BYTES ? (size_t)(length - done) : BLOCK_BYTES;
    enum ce_code code = ce_reader_read_at(reader, done, block, wanted, &got, err);
    if (code == CE_OK) {
      code = ce_output_write(output, block, got, err);
    }
    if (code != CE_OK) {
      return code;
    }
    done += got;
  }
  return CE_OK;
}

static enum ce_code write_padding(struct ce_output *output, uint64_t until, struct ce_error *err) {
  static const uint8_t zeros[CE_MARK_ALIGN];
  return ce_output_write(output, zeros, (size_t)(until - ce_output_size(output)), err);
}

static enum ce_code write_member(const struct ce_tar_writer *tar, struct ce_fs *repository, const char *path,
                                 uint64_t size_bytes, struct ce_error *err) {
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  enum ce_code code = ce_fs_open_reader(repository, path, &reader, err);
  if (code == CE_OK && reader->size_bytes != size_bytes) {
    return ce_fail(err, CE_IO, "bundle", path, "the file changed while it was bundled");
  }
  if (code == CE_OK) {
    code = ce_tar_write_file(tar, path, MEMBER_MODE, size_bytes, err);
  }
  if (code == CE_OK) {
    code = copy(reader, size_bytes, tar->context, err);
  }
  return code == CE_OK ? ce_tar_write_padding(tar, size_bytes, err) : code;
}

static enum ce_code write_tar(struct ce_fs *repository, const struct ce_bundle_files *files,
                              struct ce_output *output, struct ce_error *err) {
  struct ce_tar_writer tar = {write_output, output, 0};
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < files->count; i++) {
    code = write_member(&tar, repository, files->paths[i], files->sizes_bytes[i], err);
  }
  return code == CE_OK ? ce_tar_write_end(&tar, err) : code;
}

static uint64_t tar_bytes(const struct ce_bundle_files *files) {
  uint64_t total = CE_TAR_END_SIZE;
  for (size_t i = 0; i < files->count; i++) {
    total += ce_tar_file_bytes(files->paths[i], files->sizes_bytes[i]);
  }
  return total;
}

enum ce_code ce_bundle_write(struct ce_reader *program, uint64_t program_bytes, struct ce_fs *repository,
                             const struct ce_bundle_files *files, struct ce_output *output,
                             struct ce_error *err) {
  struct ce_mark mark = {CE_MARK_FORMAT, ce_mark_head_offset(program_bytes), tar_bytes(files)};
  uint8_t mark_bytes[CE_MARK_SIZE];
  ce_mark_encode(&mark, mark_bytes);
  enum ce_code code = copy(program, program_bytes, output, err);
  if (code == CE_OK) {
    code = write_padding(output, mark.head_offset, err);
  }
  if (code == CE_OK) {
    code = ce_output_write(output, mark_bytes, sizeof mark_bytes, err);
  }
  if (code == CE_OK) {
    code = write_tar(repository, files, output, err);
  }
  if (code != CE_OK) {
    return code;
  }
  assert(ce_output_size(output) == mark.head_offset + CE_MARK_SIZE + mark.tar_bytes);
  return ce_output_write(output, mark_bytes, sizeof mark_bytes, err);
}
