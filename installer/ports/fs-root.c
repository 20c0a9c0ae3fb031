/* SPDX-License-Identifier: Apache-2.0
 * The real file system below a root directory: opening it, and finding the directory that a path's last name
 * is in. */
#include "ports/fs-root.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static void forget(struct ce_fs_root_parent *parent) {
  if (parent->path) {
    close(parent->fd);
    free(parent->path);
  }
  *parent = (struct ce_fs_root_parent){.fd = -1};
}

void ce_fs_root_forget_all(struct ce_fs *base) {
  struct ce_fs_root *fs = (struct ce_fs_root *)base;
  for (size_t i = 0; i < CE_FS_ROOT_PARENTS; i++) {
    forget(&fs->parents[i]);
  }
}

void ce_fs_root_forget_linked(struct ce_fs *base) {
  struct ce_fs_root *fs = (struct ce_fs_root *)base;
  for (size_t i = 0; i < CE_FS_ROOT_PARENTS; i++) {
    if (fs->parents[i].linked) {
      forget(&fs->parents[i]);
    }
  }
}

static struct ce_fs_root_parent *remembered(struct ce_fs_root *fs, const char *path, size_t length) {
  for (size_t i = 0; i < CE_FS_ROOT_PARENTS; i++) {
    const char *known = fs->parents[i].path;
    if (known && strncmp(known, path, length) == 0 && known[length] == '\0') {
      return &fs->parents[i];
    }
  }
  return NULL;
}

static struct ce_fs_root_parent *least_used(struct ce_fs_root *fs) {
  struct ce_fs_root_parent *oldest = &fs->parents[0];
  for (size_t i = 1; i < CE_FS_ROOT_PARENTS; i++) {
    if (fs->parents[i].last_use < oldest->last_use) {
      oldest = &fs->parents[i];
    }
  }
  return oldest;
}

/* Only directories that were found are remembered, so making something new can never make a slot wrong. */
static enum ce_code open_parent(struct ce_fs_root *fs, const char *op, const char *path, size_t length,
                                struct ce_fs_root_parent **ret, struct ce_error *err) {
  CE_AUTO(ce_free) char *directory = strndup(path, length);
  if (!directory) {
    return ce_fail_memory(err, path);
  }
  bool linked = false;
  int fd = ce_resolve_open(&fs->resolve, directory, O_PATH | O_DIRECTORY, &linked);
  if (fd < 0) {
    return ce_fail_sys(err, -fd, op, path);
  }
  struct ce_fs_root_parent *slot = least_used(fs);
  forget(slot);
  *slot = (struct ce_fs_root_parent){.path = ce_take(&directory), .fd = fd, .linked = linked};
  *ret = slot;
  return CE_OK;
}

enum ce_code ce_fs_root_find(struct ce_fs *base, const char *op, const char *path,
                             struct ce_fs_root_place *ret, struct ce_error *err) {
  struct ce_fs_root *fs = (struct ce_fs_root *)base;
  const char *slash = strrchr(path, '/');
  if (!slash) {
    *ret = (struct ce_fs_root_place){.fd = fs->resolve.root_fd, .name = path[0] ? path : "."};
    return CE_OK;
  }
  size_t length = (size_t)(slash - path);
  struct ce_fs_root_parent *parent = remembered(fs, path, length);
  if (!parent) {
    enum ce_code code = open_parent(fs, op, path, length, &parent, err);
    if (code != CE_OK) {
      return code;
    }
  }
  parent->last_use = ++fs->uses;
  *ret = (struct ce_fs_root_place){.fd = parent->fd, .name = slash + 1};
  return CE_OK;
}

static enum ce_code share_root(struct ce_fs *base, struct ce_fs **ret, struct ce_error *err) {
  const struct ce_fs_root *fs = (const struct ce_fs_root *)base;
  CE_AUTO(ce_fd) int fd = fcntl(fs->resolve.root_fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0) {
    return ce_fail_sys(err, errno, "share", "");
  }
  struct ce_fs_root *shared = calloc(1, sizeof *shared);
  if (!shared) {
    return ce_fail_memory(err, "file system");
  }
  shared->base.ops = base->ops;
  shared->live = fs->live;
  shared->resolve = fs->resolve;
  shared->resolve.root_fd = ce_take_fd(&fd);
  *ret = &shared->base;
  return CE_OK;
}

static void free_root(struct ce_fs *base) {
  struct ce_fs_root *fs = (struct ce_fs_root *)base;
  ce_fs_root_forget_all(base);
  ce_selinux_free(fs->selinux);
  close(fs->resolve.root_fd);
  free(fs);
}

static const struct ce_fs_ops root_ops = {
    .inspect = ce_fs_root_inspect,
    .read_link = ce_fs_root_read_link,
    .list = ce_fs_root_list,
    .make_directory = ce_fs_root_make_directory,
    .make_link = ce_fs_root_make_link,
    .remove_directory = ce_fs_root_remove_directory,
    .remove_file = ce_fs_root_remove_file,
    .rename = ce_fs_root_rename,
    .set_mode = ce_fs_root_set_mode,
    .set_owner = ce_fs_root_set_owner,
    .copy_file = ce_fs_root_copy_file,
    .relabel = ce_fs_root_relabel,
    .label_fits = ce_fs_root_label_fits,
    .sync_directory = ce_fs_root_sync_directory,
    .sync_filesystem = ce_fs_root_sync_filesystem,
    .space = ce_fs_root_space,
    .open = ce_fs_root_open_file,
    .inspect_open = ce_fs_root_inspect_open,
    .read_at = ce_fs_root_read_at,
    .write = ce_fs_root_write,
    .truncate = ce_fs_root_truncate,
    .sync = ce_fs_root_sync,
    .start_writing = ce_fs_root_start_writing,
    .try_lock = ce_fs_root_try_lock,
    .is_locked = ce_fs_root_is_locked,
    .close = ce_fs_root_close,
    .share = share_root,
    .free = free_root,
};

static bool is_running_root(int fd) {
  struct stat here;
  struct stat running;
  return fstat(fd, &here) == 0 && stat("/", &running) == 0 && here.st_dev == running.st_dev &&
         here.st_ino == running.st_ino;
}

enum ce_code ce_fs_root_open(const char *root, enum ce_fs_root_means means, struct ce_fs **ret,
                             struct ce_error *err) {
  CE_AUTO(ce_fd) int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return ce_fail_sys(err, errno, "open", root);
  }
  struct ce_fs_root *fs = calloc(1, sizeof *fs);
  if (!fs) {
    return ce_fail_memory(err, root);
  }
  fs->base.ops = &root_ops;
  fs->live = is_running_root(fd);
  fs->resolve = (struct ce_resolve){
      .root_fd = ce_take_fd(&fd),
      .border = CE_RESOLVE_IN_ROOT,
      .walk = means == CE_FS_ROOT_WALK,
  };
  *ret = &fs->base;
  return CE_OK;
}

enum ce_code ce_fs_open_root(const char *root, struct ce_fs **ret, struct ce_error *err) {
  return ce_fs_root_open(root, CE_FS_ROOT_KERNEL, ret, err);
}
