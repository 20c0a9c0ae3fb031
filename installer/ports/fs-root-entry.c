/* SPDX-License-Identifier: Apache-2.0
 * Names of the real file system: looking at them, making, moving and removing them, their mode, owner and
 * label. */
#include "ports/fs-root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define NAMES_MAX     1000000 /* in one directory */
#define ENTRIES_BYTES 16384

void ce_fs_root_fill_stat(const struct stat *found, struct ce_fs_stat *ret) {
  enum ce_fs_type type = CE_FS_OTHER;
  if (S_ISREG(found->st_mode)) {
    type = CE_FS_FILE;
  } else if (S_ISLNK(found->st_mode)) {
    type = CE_FS_LINK;
  } else if (S_ISDIR(found->st_mode)) {
    type = CE_FS_DIRECTORY;
  }
  *ret = (struct ce_fs_stat){
      .type = type,
      .mode = found->st_mode & 07777,
      .uid = found->st_uid,
      .gid = found->st_gid,
      .size_bytes = (uint64_t)found->st_size,
      .device = found->st_dev,
      .inode = found->st_ino,
      .mtime_s = found->st_mtim.tv_sec,
  };
}

/* Finds path and looks at it. */
static enum ce_code look(struct ce_fs *fs, const char *op, const char *path,
                         struct ce_fs_root_place *ret_place, struct stat *ret_stat, struct ce_error *err) {
  enum ce_code code = ce_fs_root_find(fs, op, path, ret_place, err);
  if (code != CE_OK) {
    return code;
  }
  if (fstatat(ret_place->fd, ret_place->name, ret_stat, AT_SYMLINK_NOFOLLOW) != 0) {
    return ce_fail_sys(err, errno, op, path);
  }
  return CE_OK;
}

enum ce_code ce_fs_root_inspect(struct ce_fs *fs, const char *path, struct ce_fs_stat *ret,
                                struct ce_error *err) {
  struct ce_fs_root_place place;
  struct stat found;
  enum ce_code code = look(fs, "inspect", path, &place, &found, err);
  if (code == CE_OK) {
    ce_fs_root_fill_stat(&found, ret);
  }
  return code;
}

enum ce_code ce_fs_root_read_link(struct ce_fs *fs, const char *path, char **ret, struct ce_error *err) {
  struct ce_fs_root_place place;
  enum ce_code code = ce_fs_root_find(fs, "read link", path, &place, err);
  if (code != CE_OK) {
    return code;
  }
  char target[PATH_MAX];
  ssize_t length = readlinkat(place.fd, place.name, target, sizeof target);
  if (length < 0) {
    return ce_fail_sys(err, errno, "read link", path);
  }
  if ((size_t)length == sizeof target) {
    return ce_fail_sys(err, ENAMETOOLONG, "read link", path);
  }
  char *text = strndup(target, (size_t)length);
  if (!text) {
    return ce_fail_memory(err, path);
  }
  *ret = text;
  return CE_OK;
}

static bool add_name(struct ce_fs_names *names, size_t *capacity, const char *name) {
  if (names->count == *capacity) {
    size_t grown = *capacity ? *capacity * 2 : 16;
    char **items = reallocarray(names->items, grown, sizeof *items);
    if (!items) {
      return false;
    }
    names->items = items;
    *capacity = grown;
  }
  names->items[names->count] = strdup(name);
  if (!names->items[names->count]) {
    return false;
  }
  names->count++;
  return true;
}

static enum ce_code add_entries(const uint8_t *entries, size_t size, const char *path,
                                struct ce_fs_names *names, size_t *capacity, struct ce_error *err) {
  for (size_t at = 0; at < size;) {
    const struct dirent64 *entry = (const struct dirent64 *)(const void *)(entries + at);
    at += entry->d_reclen;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
      continue;
    }
    if (names->count == NAMES_MAX) {
      return ce_fail_sys(err, EOVERFLOW, "list", path);
    }
    if (!add_name(names, capacity, entry->d_name)) {
      return ce_fail_memory(err, path);
    }
  }
  return CE_OK;
}

/* getdents64() itself: a DIR costs two more calls and 32 KiB a directory, and a tree has thousands. */
static enum ce_code read_names(int fd, const char *path, struct ce_fs_names *names, struct ce_error *err) {
  _Alignas(struct dirent64) uint8_t entries[ENTRIES_BYTES];
  size_t capacity = 0;
  for (;;) {
    ssize_t size = getdents64(fd, entries, sizeof entries);
    if (size <= 0) {
      return size < 0 ? ce_fail_sys(err, errno, "list", path) : CE_OK;
    }
    enum ce_code code = add_entries(entries, (size_t)size, path, names, &capacity, err);
    if (code != CE_OK) {
      return code;
    }
  }
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In one call where no link is on the way. */
static enum ce_code open_to_list(struct ce_fs *base, const char *path, int *ret_fd, struct ce_error *err) {
  const struct ce_fs_root *fs = (const struct ce_fs_root *)base;
  int fd = ce_resolve_open_unlinked(&fs->resolve, path, O_RDONLY | O_DIRECTORY);
  if (fd >= 0) {
    *ret_fd = fd;
    return CE_OK;
  }
  struct ce_fs_root_place place;
  enum ce_code code = ce_fs_root_find(base, "list", path, &place, err);
  if (code != CE_OK) {
    return code;
  }
  fd = openat(place.fd, place.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) {
    return ce_fail_sys(err, errno, "list", path);
  }
  *ret_fd = fd;
  return CE_OK;
}

enum ce_code ce_fs_root_list(struct ce_fs *fs, const char *path, struct ce_fs_names *ret,
                             struct ce_error *err) {
  CE_AUTO(ce_fd) int fd = -1;
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  enum ce_code code = open_to_list(fs, path, &fd, err);
  if (code == CE_OK) {
    code = read_names(fd, path, &names, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (names.count > 0) {
    qsort(names.items, names.count, sizeof *names.items, compare_names);
  }
  *ret = names;
  names = (struct ce_fs_names){0};
  return CE_OK;
}

/* Gives a directory or file its mode without following a link. fchmodat() without following needs /proc
 * (glibc) or Linux 6.6; where neither is there, the thing is opened instead. Returns 0 or the errno. */
static int change_mode(const struct ce_fs_root_place *place, const struct stat *found, uint32_t mode) {
  if (fchmodat(place->fd, place->name, mode, AT_SYMLINK_NOFOLLOW) == 0) {
    return 0;
  }
  if (errno != EOPNOTSUPP || !(S_ISREG(found->st_mode) || S_ISDIR(found->st_mode))) {
    return errno;
  }
  CE_AUTO(ce_fd)
  int fd = openat(place->fd, place->name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
  return fd < 0 || fchmod(fd, mode) != 0 ? errno : 0;
}

static enum ce_code set_mode(const char *op, const char *path, const struct ce_fs_root_place *place,
                             const struct stat *found, uint32_t mode, struct ce_error *err) {
  if (S_ISLNK(found->st_mode)) {
    return ce_fail_sys(err, ELOOP, op, path);
  }
  if ((found->st_mode & 07777) == mode) {
    return CE_OK;
  }
  int failed = change_mode(place, found, mode);
  return failed ? ce_fail_sys(err, failed, op, path) : CE_OK;
}

enum ce_code ce_fs_root_set_mode(struct ce_fs *fs, const char *path, uint32_t mode, struct ce_error *err) {
  struct ce_fs_root_place place;
  struct stat found;
  enum ce_code code = look(fs, "set mode", path, &place, &found, err);
  return code == CE_OK ? set_mode("set mode", path, &place, &found, mode, err) : code;
}

enum ce_code ce_fs_root_make_directory(struct ce_fs *fs, const char *path, uint32_t mode,
                                       struct ce_error *err) {
  struct ce_fs_root_place place;
  enum ce_code code = ce_fs_root_find(fs, "make directory", path, &place, err);
  if (code != CE_OK) {
    return code;
  }
  if (mkdirat(place.fd, place.name, mode) != 0) {
    return ce_fail_sys(err, errno, "make directory", path);
  }
  struct stat made;
  if (fstatat(place.fd, place.name, &made, AT_SYMLINK_NOFOLLOW) != 0) {
    code = ce_fail_sys(err, errno, "make directory", path);
  } else {
    code = set_mode("make directory", path, &place, &made, mode, err);
  }
  if (code != CE_OK) {
    unlinkat(place.fd, place.name, AT_REMOVEDIR);
  }
  return code;
}

enum ce_code ce_fs_root_make_link(struct ce_fs *fs, const char *target, const char *path,
                                  struct ce_error *err) {
  struct ce_fs_root_place place;
  enum ce_code code = ce_fs_root_find(fs, "make link", path, &place, err);
  if (code != CE_OK) {
    return code;
  }
  return symlinkat(target, place.fd, place.name) == 0 ? CE_OK : ce_fail_sys(err, errno, "make link", path);
}

enum ce_code ce_fs_root_remove_directory(struct ce_fs *fs, const char *path, struct ce_error *err) {
  struct ce_fs_root_place place;
  enum ce_code code = ce_fs_root_find(fs, "remove directory", path, &place, err);
  if (code != CE_OK) {
    return code;
  }
  if (unlinkat(place.fd, place.name, AT_REMOVEDIR) != 0) {
    return ce_fail_sys(err, errno, "remove directory", path);
  }
  ce_fs_root_forget_all(fs);
  return CE_OK;
}

enum ce_code ce_fs_root_remove_file(struct ce_fs *fs, const char *path, struct ce_error *err) {
  struct ce_fs_root_place place;
  enum ce_code code = ce_fs_root_find(fs, "remove", path, &place, err);
  if (code != CE_OK) {
    return code;
  }
  if (unlinkat(place.fd, place.name, 0) != 0) {
    return ce_fail_sys(err, errno, "remove", path);
  }
  ce_fs_root_forget_linked(fs);
  return CE_OK;
}

enum ce_code ce_fs_root_rename(struct ce_fs *fs, const char *from, const char *to, struct ce_error *err) {
  struct ce_fs_root_place from_place;
  struct ce_fs_root_place to_place;
  enum ce_code code = ce_fs_root_find(fs, "rename", from, &from_place, err);
  if (code != CE_OK) {
    return code;
  }
  code = ce_fs_root_find(fs, "rename", to, &to_place, err);
  if (code != CE_OK) {
    return code;
  }
  if (renameat(from_place.fd, from_place.name, to_place.fd, to_place.name) != 0) {
    int failed = errno;
    ce_fail_sys(err, failed, "rename", from);
    ce_error_context(err, "to %s", to);
    return err->code;
  }
  struct stat moved;
  if (fstatat(to_place.fd, to_place.name, &moved, AT_SYMLINK_NOFOLLOW) != 0 || S_ISDIR(moved.st_mode)) {
    ce_fs_root_forget_all(fs);
  } else {
    ce_fs_root_forget_linked(fs);
  }
  return CE_OK;
}

enum ce_code ce_fs_root_set_owner(struct ce_fs *fs, const char *path, uint32_t uid, uint32_t gid,
                                  struct ce_error *err) {
  /* For chown(2) these would mean "leave it". */
  if (uid == UINT32_MAX || gid == UINT32_MAX) {
    return ce_fail_sys(err, EINVAL, "set owner", path);
  }
  struct ce_fs_root_place place;
  struct stat found;
  enum ce_code code = look(fs, "set owner", path, &place, &found, err);
  if (code != CE_OK || (found.st_uid == uid && found.st_gid == gid)) {
    return code;
  }
  if (fchownat(place.fd, place.name, uid, gid, AT_SYMLINK_NOFOLLOW) != 0) {
    return ce_fail_sys(err, errno, "set owner", path);
  }
  return CE_OK;
}

/* *ret_selinux is NULL in an image and on a host without it; the place is not looked for then. */
static enum ce_code find_labelled(struct ce_fs *base, const char *act, const char *path,
                                  struct ce_selinux **ret_selinux, struct ce_fs_root_place *place,
                                  mode_t *ret_mode, struct ce_error *err) {
  struct ce_fs_root *fs = (struct ce_fs_root *)base;
  struct stat found = {0};
  enum ce_code code = CE_OK;
  if (fs->live && !fs->selinux_asked) {
    code = ce_selinux_load(&fs->selinux, err);
    fs->selinux_asked = code == CE_OK;
  }
  *ret_selinux = fs->selinux;
  if (code == CE_OK && fs->selinux) {
    code = look(base, act, path, place, &found, err);
    *ret_mode = found.st_mode;
  }
  return code;
}

enum ce_code ce_fs_root_relabel(struct ce_fs *base, const char *path, struct ce_error *err) {
  struct ce_fs_root_place place;
  struct ce_selinux *selinux = NULL;
  mode_t mode = 0;
  enum ce_code code = find_labelled(base, "relabel", path, &selinux, &place, &mode, err);
  return code == CE_OK && selinux ? ce_selinux_relabel(selinux, place.fd, place.name, mode, err) : code;
}

enum ce_code ce_fs_root_label_fits(struct ce_fs *base, const char *path, bool *ret_fits,
                                   struct ce_error *err) {
  struct ce_fs_root_place place;
  struct ce_selinux *selinux = NULL;
  mode_t mode = 0;
  enum ce_code code = find_labelled(base, "look at the label", path, &selinux, &place, &mode, err);
  return code == CE_OK && selinux ? ce_selinux_fits(selinux, place.fd, place.name, mode, ret_fits, err)
                                  : code;
}
