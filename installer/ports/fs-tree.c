/* SPDX-License-Identifier: Apache-2.0
 * Calls made of the table's simple ones: whole trees, and a file as a reader. */
#include "base/relpath.h"
#include "ports/fs.h"

#include <errno.h>

/* A link on the way to the last directory counts as what it leads to; the call after this one finds out. */
static enum ce_code check_is_directory(const struct ce_fs_stat *found, const char *path, bool is_last,
                                       struct ce_error *err) {
  if (found->type == CE_FS_DIRECTORY || (found->type == CE_FS_LINK && !is_last)) {
    return CE_OK;
  }
  return ce_fail_sys(err, ENOTDIR, "make directory", path);
}

static enum ce_code ensure_directory(struct ce_fs *fs, const char *path, uint32_t mode, bool is_last,
                                     struct ce_error *err) {
  bool exists = false;
  struct ce_fs_stat found;
  enum ce_code code = ce_fs_exists(fs, path, &exists, &found, err);
  if (code != CE_OK || exists) {
    return code == CE_OK ? check_is_directory(&found, path, is_last, err) : code;
  }
  CE_AUTO(ce_free) char *parent = ce_relpath_parent(path);
  if (!parent) {
    return ce_fail_memory(err, path);
  }
  code = parent[0] ? ensure_directory(fs, parent, mode, false, err) : CE_OK;
  if (code != CE_OK) {
    return code;
  }
  struct ce_error failure;
  code = ce_fs_make_directory(fs, path, mode, &failure);
  /* Another process may have made it since. */
  if (code != CE_OK && failure.sys_errno == EEXIST && ce_fs_inspect(fs, path, &found, err) == CE_OK) {
    return check_is_directory(&found, path, is_last, err);
  }
  if (code != CE_OK) {
    *err = failure;
  }
  return code;
}

enum ce_code ce_fs_make_directories(struct ce_fs *fs, const char *path, uint32_t mode, struct ce_error *err) {
  return ensure_directory(fs, path, mode, true, err);
}

static enum ce_code remove_found(struct ce_fs *fs, const char *path, const struct ce_fs_stat *found,
                                 uint64_t device, struct ce_error *err);

static enum ce_code remove_member(struct ce_fs *fs, const char *directory, const char *name, uint64_t device,
                                  struct ce_error *err) {
  CE_AUTO(ce_free) char *path = ce_relpath_join(directory, name);
  if (!path) {
    return ce_fail_memory(err, directory);
  }
  bool exists = false;
  struct ce_fs_stat found;
  enum ce_code code = ce_fs_exists(fs, path, &exists, &found, err);
  return code == CE_OK && exists ? remove_found(fs, path, &found, device, err) : code;
}

static enum ce_code remove_members(struct ce_fs *fs, const char *directory, uint64_t device,
                                   struct ce_error *err) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  enum ce_code code = ce_fs_list(fs, directory, &names, err);
  for (size_t i = 0; code == CE_OK && i < names.count; i++) {
    code = remove_member(fs, directory, names.items[i], device, err);
  }
  return code;
}

/* Directories alone tell a mount: an overlay gives files the device of their layer. A mount on a file cannot
 * be removed anyway. The depth is bounded by the length of a path. */
static enum ce_code remove_found(struct ce_fs *fs, const char *path, const struct ce_fs_stat *found,
                                 uint64_t device, struct ce_error *err) {
  if (found->type != CE_FS_DIRECTORY) {
    return ce_fs_remove_if_present(fs, path, err);
  }
  if (found->device != device) {
    ce_fail_sys(err, EXDEV, "remove tree", path);
    ce_error_context(err, "another file system is mounted there");
    return err->code;
  }
  enum ce_code code = remove_members(fs, path, device, err);
  return code == CE_OK ? ce_fs_remove_directory(fs, path, err) : code;
}

enum ce_code ce_fs_remove_tree(struct ce_fs *fs, const char *path, struct ce_error *err) {
  bool exists = false;
  struct ce_fs_stat found;
  enum ce_code code = ce_fs_exists(fs, path, &exists, &found, err);
  if (code != CE_OK || !exists) {
    return code;
  }
  return remove_found(fs, path, &found, found.device, err);
}

struct file_reader {
  struct ce_reader base;
  struct ce_fs_file *file;
};

static enum ce_code read_file_at(struct ce_reader *reader, uint64_t offset, void *buffer, size_t size,
                                 size_t *ret_read, struct ce_error *err) {
  return ce_fs_file_read_at(((struct file_reader *)reader)->file, offset, buffer, size, ret_read, err);
}

static void free_file_reader(struct ce_reader *base) {
  struct file_reader *reader = (struct file_reader *)base;
  ce_fs_file_discard(reader->file);
  free(reader);
}

static const struct ce_reader_ops file_reader_ops = {.read_at = read_file_at, .free = free_file_reader};

enum ce_code ce_fs_open_reader(struct ce_fs *fs, const char *path, struct ce_reader **ret,
                               struct ce_error *err) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  enum ce_code code = ce_fs_open(fs, path, CE_FS_READ, 0, &file, err);
  struct ce_fs_stat found;
  if (code == CE_OK) {
    code = ce_fs_inspect(fs, path, &found, err);
  }
  if (code != CE_OK) {
    return code;
  }
  struct file_reader *reader = calloc(1, sizeof *reader);
  if (!reader) {
    return ce_fail_memory(err, path);
  }
  *reader = (struct file_reader){
      /* A file system with one handle is one that counts calls. */
      .base = {.ops = &file_reader_ops, .size_bytes = found.size_bytes, .any_thread = fs->ops->share != NULL},
      .file = ce_take(&file),
  };
  *ret = &reader->base;
  return CE_OK;
}
