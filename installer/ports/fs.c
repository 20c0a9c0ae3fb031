/* SPDX-License-Identifier: Apache-2.0
 * The calls of every file system: paths are checked here, then the implementation's table is asked. */
#include "ports/fs.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

void ce_fs_names_clear(struct ce_fs_names *names) {
  for (size_t i = 0; i < names->count; i++) {
    free(names->items[i]);
  }
  free(names->items);
  *names = (struct ce_fs_names){0};
}

static bool is_dots(const char *name, size_t length) {
  return (length == 1 && name[0] == '.') || (length == 2 && name[0] == '.' && name[1] == '.');
}

/* The shape of a relpath or "". Names are not judged further: what a user put there must be removable. */
static bool is_inside(const char *path) {
  if (path[0] == '\0') {
    return true;
  }
  const char *name = path;
  for (;;) {
    size_t length = strcspn(name, "/");
    if (length == 0 || is_dots(name, length)) {
      return false;
    }
    name += length;
    if (*name == '\0') {
      return (size_t)(name - path) < PATH_MAX;
    }
    name++;
  }
}

static enum ce_code check(const char *op, const char *path, struct ce_error *err) {
  return is_inside(path) ? CE_OK : ce_fail_sys(err, EINVAL, op, path);
}

enum ce_code ce_fs_share(struct ce_fs *fs, struct ce_fs **ret, struct ce_error *err) {
  return fs->ops->share ? fs->ops->share(fs, ret, err)
                        : ce_fail(err, CE_UNSUPPORTED, "share", "", "this file system has one handle only");
}

void ce_fs_free(struct ce_fs *fs) {
  if (fs) {
    fs->ops->free(fs);
  }
}

enum ce_code ce_fs_inspect(struct ce_fs *fs, const char *path, struct ce_fs_stat *ret, struct ce_error *err) {
  enum ce_code code = check("inspect", path, err);
  return code == CE_OK ? fs->ops->inspect(fs, path, ret, err) : code;
}

enum ce_code ce_fs_exists(struct ce_fs *fs, const char *path, bool *ret_exists, struct ce_fs_stat *ret_stat,
                          struct ce_error *err) {
  struct ce_fs_stat found;
  struct ce_error failure;
  enum ce_code code = ce_fs_inspect(fs, path, &found, &failure);
  if (code != CE_OK && code != CE_NOT_FOUND && failure.sys_errno != ENOTDIR) {
    *err = failure;
    return code;
  }
  *ret_exists = code == CE_OK;
  if (code == CE_OK && ret_stat) {
    *ret_stat = found;
  }
  return CE_OK;
}

enum ce_code ce_fs_read_link(struct ce_fs *fs, const char *path, char **ret, struct ce_error *err) {
  enum ce_code code = check("read link", path, err);
  return code == CE_OK ? fs->ops->read_link(fs, path, ret, err) : code;
}

enum ce_code ce_fs_list(struct ce_fs *fs, const char *path, struct ce_fs_names *ret, struct ce_error *err) {
  enum ce_code code = check("list", path, err);
  return code == CE_OK ? fs->ops->list(fs, path, ret, err) : code;
}

enum ce_code ce_fs_make_directory(struct ce_fs *fs, const char *path, uint32_t mode, struct ce_error *err) {
  enum ce_code code = check("make directory", path, err);
  return code == CE_OK ? fs->ops->make_directory(fs, path, mode, err) : code;
}

enum ce_code ce_fs_make_link(struct ce_fs *fs, const char *target, const char *path, struct ce_error *err) {
  enum ce_code code = check("make link", path, err);
  return code == CE_OK ? fs->ops->make_link(fs, target, path, err) : code;
}

enum ce_code ce_fs_remove_directory(struct ce_fs *fs, const char *path, struct ce_error *err) {
  enum ce_code code = check("remove directory", path, err);
  return code == CE_OK ? fs->ops->remove_directory(fs, path, err) : code;
}

enum ce_code ce_fs_remove_file(struct ce_fs *fs, const char *path, struct ce_error *err) {
  enum ce_code code = check("remove", path, err);
  return code == CE_OK ? fs->ops->remove_file(fs, path, err) : code;
}

enum ce_code ce_fs_remove_if_present(struct ce_fs *fs, const char *path, struct ce_error *err) {
  struct ce_error failure;
  enum ce_code code = ce_fs_remove_file(fs, path, &failure);
  if (code == CE_OK || code == CE_NOT_FOUND || failure.sys_errno == ENOTDIR) {
    return CE_OK;
  }
  *err = failure;
  return code;
}

enum ce_code ce_fs_rename(struct ce_fs *fs, const char *from, const char *to, struct ce_error *err) {
  enum ce_code code = check("rename", from, err);
  if (code == CE_OK) {
    code = check("rename", to, err);
  }
  return code == CE_OK ? fs->ops->rename(fs, from, to, err) : code;
}

enum ce_code ce_fs_set_mode(struct ce_fs *fs, const char *path, uint32_t mode, struct ce_error *err) {
  enum ce_code code = check("set mode", path, err);
  return code == CE_OK ? fs->ops->set_mode(fs, path, mode, err) : code;
}

enum ce_code ce_fs_set_owner(struct ce_fs *fs, const char *path, uint32_t uid, uint32_t gid,
                             struct ce_error *err) {
  enum ce_code code = check("set owner", path, err);
  return code == CE_OK ? fs->ops->set_owner(fs, path, uid, gid, err) : code;
}

enum ce_code ce_fs_copy_file(struct ce_fs *fs, const char *from, const char *to, struct ce_error *err) {
  enum ce_code code = check("copy", from, err);
  if (code == CE_OK) {
    code = check("copy", to, err);
  }
  return code == CE_OK ? fs->ops->copy_file(fs, from, to, err) : code;
}

enum ce_code ce_fs_relabel(struct ce_fs *fs, const char *path, struct ce_error *err) {
  enum ce_code code = check("relabel", path, err);
  return code == CE_OK ? fs->ops->relabel(fs, path, err) : code;
}

enum ce_code ce_fs_label_fits(struct ce_fs *fs, const char *path, bool *ret_fits, struct ce_error *err) {
  *ret_fits = true;
  enum ce_code code = check("look at the label", path, err);
  return code == CE_OK && fs->ops->label_fits ? fs->ops->label_fits(fs, path, ret_fits, err) : code;
}

enum ce_code ce_fs_sync_directory(struct ce_fs *fs, const char *path, struct ce_error *err) {
  enum ce_code code = check("sync directory", path, err);
  return code == CE_OK ? fs->ops->sync_directory(fs, path, err) : code;
}

enum ce_code ce_fs_sync_filesystem(struct ce_fs *fs, const char *path, struct ce_error *err) {
  enum ce_code code = check("sync file system", path, err);
  return code == CE_OK ? fs->ops->sync_filesystem(fs, path, err) : code;
}

enum ce_code ce_fs_space(struct ce_fs *fs, const char *path, struct ce_fs_space *ret, struct ce_error *err) {
  enum ce_code code = check("space", path, err);
  return code == CE_OK ? fs->ops->space(fs, path, ret, err) : code;
}

enum ce_code ce_fs_open(struct ce_fs *fs, const char *path, enum ce_fs_open how, uint32_t mode,
                        struct ce_fs_file **ret, struct ce_error *err) {
  enum ce_code code = check("open", path, err);
  return code == CE_OK ? fs->ops->open(fs, path, how, mode, ret, err) : code;
}

enum ce_code ce_fs_file_inspect(struct ce_fs_file *file, struct ce_fs_stat *ret, struct ce_error *err) {
  const struct ce_fs_ops *ops = file->fs->ops;
  return ops->inspect_open ? ops->inspect_open(file, ret, err)
                           : ce_fail(err, CE_UNSUPPORTED, "inspect", "", "open files are not told about");
}

enum ce_code ce_fs_file_read_at(struct ce_fs_file *file, uint64_t offset, void *buffer, size_t size,
                                size_t *ret_read, struct ce_error *err) {
  return file->fs->ops->read_at(file, offset, buffer, size, ret_read, err);
}

enum ce_code ce_fs_file_write(struct ce_fs_file *file, const void *bytes, size_t size, struct ce_error *err) {
  return file->fs->ops->write(file, bytes, size, err);
}

enum ce_code ce_fs_file_truncate(struct ce_fs_file *file, uint64_t size_bytes, struct ce_error *err) {
  return file->fs->ops->truncate(file, size_bytes, err);
}

enum ce_code ce_fs_file_sync(struct ce_fs_file *file, struct ce_error *err) {
  return file->fs->ops->sync(file, err);
}

void ce_fs_file_start_writing(struct ce_fs_file *file) {
  if (file->fs->ops->start_writing) {
    file->fs->ops->start_writing(file);
  }
}

enum ce_code ce_fs_file_try_lock(struct ce_fs_file *file, int64_t *ret_holder_pid, struct ce_error *err) {
  return file->fs->ops->try_lock(file, ret_holder_pid, err);
}

enum ce_code ce_fs_file_is_locked(struct ce_fs_file *file, bool *ret, struct ce_error *err) {
  return file->fs->ops->is_locked(file, ret, err);
}

enum ce_code ce_fs_file_close(struct ce_fs_file *file, struct ce_error *err) {
  return file ? file->fs->ops->close(file, err) : CE_OK;
}

void ce_fs_file_discard(struct ce_fs_file *file) {
  struct ce_error ignored;
  if (ce_fs_file_close(file, &ignored) != CE_OK) {
    /* Its data does not matter. */
  }
}
