/* SPDX-License-Identifier: Apache-2.0
 * The file systems below a root: their free space, and making what they hold durable. */
#include "ports/fs-root.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>

enum ce_code ce_fs_root_sync_directory(struct ce_fs *fs, const char *path, struct ce_error *err) {
  struct ce_fs_root_place place;
  enum ce_code code = ce_fs_root_find(fs, "sync directory", path, &place, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_fd) int fd = openat(place.fd, place.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fsync(fd) != 0) {
    return ce_fail_sys(err, errno, "sync directory", path);
  }
  return CE_OK;
}

/* Anything but a file or a directory is asked for through the directory that holds it. */
static int open_for_sync(const struct ce_fs_root_place *place) {
  struct stat found;
  if (fstatat(place->fd, place->name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
    return -1;
  }
  bool itself = S_ISREG(found.st_mode) || S_ISDIR(found.st_mode);
  return openat(place->fd, itself ? place->name : ".",
                O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
}

enum ce_code ce_fs_root_sync_filesystem(struct ce_fs *fs, const char *path, struct ce_error *err) {
  struct ce_fs_root_place place;
  enum ce_code code = ce_fs_root_find(fs, "sync file system", path, &place, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_fd) int fd = open_for_sync(&place);
  if (fd < 0 || syncfs(fd) != 0) {
    return ce_fail_sys(err, errno, "sync file system", path);
  }
  return CE_OK;
}

static bool is_absence(int failed) {
  return failed == ENOENT || failed == ENOTDIR;
}

/* Opens path or, where it is absent, the nearest directory above it. Returns the descriptor or -errno. */
static int open_nearest(struct ce_fs_root *fs, const char *path) {
  struct ce_fs_root_place place;
  struct ce_error ignored;
  if (ce_fs_root_find(&fs->base, "space", path, &place, &ignored) == CE_OK) {
    int fd = openat(place.fd, place.name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 || !is_absence(errno)) {
      return fd >= 0 ? fd : -errno;
    }
  }
  CE_AUTO(ce_free) char *above = strdup(path);
  if (!above) {
    return -ENOMEM;
  }
  int fd = -ENOENT;
  while (above[0] && (fd == -ENOENT || fd == -ENOTDIR)) {
    char *slash = strrchr(above, '/');
    *(slash ? slash : above) = '\0';
    bool linked = false;
    fd = ce_resolve_open(&fs->resolve, above, O_PATH | O_DIRECTORY, &linked);
  }
  return fd;
}

enum ce_code ce_fs_root_space(struct ce_fs *base, const char *path, struct ce_fs_space *ret,
                              struct ce_error *err) {
  CE_AUTO(ce_fd) int fd = open_nearest((struct ce_fs_root *)base, path);
  if (fd < 0) {
    return ce_fail_sys(err, -fd, "space", path);
  }
  struct stat found;
  struct statvfs space;
  if (fstat(fd, &found) != 0 || fstatvfs(fd, &space) != 0) {
    return ce_fail_sys(err, errno, "space", path);
  }
  *ret = (struct ce_fs_space){
      .device = found.st_dev,
      .free_bytes = (uint64_t)space.f_bavail * space.f_frsize,
      .free_inodes = space.f_files == 0 ? UINT64_MAX : space.f_favail,
      .read_only = (space.f_flag & ST_RDONLY) != 0,
      .no_programs = (space.f_flag & ST_NOEXEC) != 0,
  };
  return CE_OK;
}
