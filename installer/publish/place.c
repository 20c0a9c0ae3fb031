/* SPDX-License-Identifier: Apache-2.0
 * Directories and whole files at paths of the running machine. */
#include "publish/place.h"

#include <string.h>

struct ce_output {
  struct ce_fs *directory;
  struct ce_fs_file *file;
  char *name, *new_name, *new_path;
  uint64_t size_bytes;
  bool pending; /* new_name exists and is ours to remove */
};

/* "a/b/" -> "a" and "b"; "b" -> "." and "b"; "/b" -> "/" and "b". */
static enum ce_code split(const char *path, char **ret_parent, char **ret_name, struct ce_error *err) {
  size_t end = strlen(path);
  while (end > 1 && path[end - 1] == '/') {
    end--;
  }
  size_t start = end;
  while (start > 0 && path[start - 1] != '/') {
    start--;
  }
  size_t parent = start;
  while (parent > 1 && path[parent - 1] == '/') {
    parent--;
  }
  CE_AUTO(ce_free) char *name = strndup(path + start, end - start);
  CE_AUTO(ce_free) char *directory = parent == 0 ? strdup(".") : strndup(path, parent);
  if (!name || !directory) {
    return ce_fail_memory(err, path);
  }
  if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
    return ce_fail(err, CE_USAGE, "open", path, "the path does not end in a name");
  }
  *ret_parent = ce_take(&directory);
  *ret_name = ce_take(&name);
  return CE_OK;
}

enum ce_code ce_place_make_directory(const char *path, uint32_t mode, struct ce_fs **ret,
                                     struct ce_error *err) {
  enum ce_code code = ce_fs_open_root(path, ret, err);
  if (code != CE_NOT_FOUND) {
    return code;
  }
  CE_AUTO(ce_free) char *parent = NULL, *name = NULL;
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  code = split(path, &parent, &name, err);
  if (code == CE_OK) {
    code = ce_place_make_directory(parent, mode, &fs, err);
  }
  if (code == CE_OK) {
    code = ce_fs_make_directory(fs, name, mode, err);
  }
  if (code == CE_OK) {
    code = ce_fs_sync_directory(fs, "", err);
  }
  return code == CE_OK ? ce_fs_open_root(path, ret, err) : code;
}

enum ce_code ce_place_read(const char *path, size_t limit_bytes, struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  enum ce_code code = ce_reader_open_path(path, &reader, err);
  if (code != CE_OK) {
    return code;
  }
  if (reader->size_bytes > limit_bytes) {
    return ce_fail(err, CE_USAGE, "read", path, "it is larger than %zu bytes", limit_bytes);
  }
  size_t size = (size_t)reader->size_bytes, got = 0;
  CE_AUTO(ce_blob) struct ce_blob blob = {.data = malloc(size + 1), .capacity = size + 1};
  if (!blob.data) {
    return ce_fail_memory(err, path);
  }
  code = ce_reader_read_at(reader, 0, blob.data, size, &got, err);
  if (code != CE_OK) {
    return code;
  }
  blob.data[got] = '\0';
  blob.size = got;
  ce_blob_clear(ret);
  *ret = blob;
  blob = (struct ce_blob){0};
  return CE_OK;
}

void ce_output_free(struct ce_output *output) {
  if (!output) {
    return;
  }
  ce_fs_file_discard(output->file);
  if (output->pending) {
    struct ce_error ignored;
    if (ce_fs_remove_if_present(output->directory, output->new_name, &ignored) != CE_OK) {
      /* The failure that brought us here is the one to tell. */
    }
  }
  ce_fs_free(output->directory);
  free(output->name);
  free(output->new_name);
  free(output->new_path);
  free(output);
}

static enum ce_code open_new(struct ce_output *output, const char *path, uint32_t mode,
                             struct ce_error *err) {
  CE_AUTO(ce_free) char *parent = NULL;
  enum ce_code code = split(path, &parent, &output->name, err);
  if (code != CE_OK) {
    return code;
  }
  output->new_name = ce_text_format("%s.new", output->name);
  output->new_path = ce_text_format("%s/%s.new", parent, output->name);
  if (!output->new_name || !output->new_path) {
    return ce_fail_memory(err, path);
  }
  code = ce_fs_open_root(parent, &output->directory, err);
  if (code == CE_OK) {
    code = ce_fs_remove_if_present(output->directory, output->new_name, err);
  }
  if (code == CE_OK) {
    code = ce_fs_open(output->directory, output->new_name, CE_FS_CREATE, mode, &output->file, err);
  }
  output->pending = code == CE_OK;
  return code;
}

enum ce_code ce_output_new(const char *path, uint32_t mode, struct ce_output **ret, struct ce_error *err) {
  CE_AUTO(ce_output) struct ce_output *output = calloc(1, sizeof *output);
  if (!output) {
    return ce_fail_memory(err, path);
  }
  enum ce_code code = open_new(output, path, mode, err);
  if (code == CE_OK) {
    *ret = ce_take(&output);
  }
  return code;
}

enum ce_code ce_output_write(struct ce_output *output, const void *bytes, size_t size, struct ce_error *err) {
  enum ce_code code = ce_fs_file_write(output->file, bytes, size, err);
  if (code == CE_OK) {
    output->size_bytes += size;
  }
  return code;
}

uint64_t ce_output_size(const struct ce_output *output) {
  return output->size_bytes;
}

const char *ce_output_new_path(const struct ce_output *output) {
  return output->new_path;
}

enum ce_code ce_output_sync(struct ce_output *output, struct ce_error *err) {
  enum ce_code code = ce_fs_file_sync(output->file, err);
  return code == CE_OK ? ce_fs_file_close(ce_take(&output->file), err) : code;
}

enum ce_code ce_output_commit(struct ce_output *output, struct ce_error *err) {
  enum ce_code code = ce_fs_rename(output->directory, output->new_name, output->name, err);
  if (code != CE_OK) {
    return code;
  }
  output->pending = false;
  return ce_fs_sync_directory(output->directory, "", err);
}

enum ce_code ce_place_write(const char *path, uint32_t mode, const struct ce_blob *bytes,
                            struct ce_error *err) {
  CE_AUTO(ce_output) struct ce_output *output = NULL;
  enum ce_code code = ce_output_new(path, mode, &output, err);
  if (code == CE_OK) {
    code = ce_output_write(output, bytes->data, bytes->size, err);
  }
  if (code == CE_OK) {
    code = ce_output_sync(output, err);
  }
  return code == CE_OK ? ce_output_commit(output, err) : code;
}
