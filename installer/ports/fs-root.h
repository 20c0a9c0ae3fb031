/* SPDX-License-Identifier: Apache-2.0
 * The real file system below a root directory, spread over fs-root-*.c; private to ports/ and its tests. */
#ifndef CE_PORTS_FS_ROOT_H
#define CE_PORTS_FS_ROOT_H

#include "ports/fs.h"
#include "ports/resolve.h"
#include "ports/selinux.h"

#include <sys/stat.h>

#define CE_FS_ROOT_PARENTS 4

/* A directory that was resolved before. linked: symbolic links led to it, so it depends on more names than
 * its own. */
struct ce_fs_root_parent {
  char *path; /* NULL: the slot is free */
  int fd;
  bool linked;
  uint64_t last_use;
};

struct ce_fs_root {
  struct ce_fs base;
  struct ce_resolve resolve; /* owns root_fd here */
  bool live;                 /* the root is the running system's "/" */
  struct ce_fs_root_parent parents[CE_FS_ROOT_PARENTS];
  uint64_t uses;
  bool selinux_asked;
  struct ce_selinux *selinux; /* NULL: not wanted or not there */
};

struct ce_fs_root_file {
  struct ce_fs_file base;
  int fd;
  char *path;             /* for messages */
  bool known;             /* opened for reading only, as: */
  struct ce_fs_stat stat; /* when it was opened */
};

enum ce_fs_root_means {
  CE_FS_ROOT_KERNEL, /* openat2, and the walk where it is refused */
  CE_FS_ROOT_WALK,   /* the walk only */
};

/* ce_fs_open_root() with a choice of how paths are resolved. */
CE_MUST_USE enum ce_code ce_fs_root_open(const char *root, enum ce_fs_root_means means, struct ce_fs **ret,
                                         struct ce_error *err);

/* Where a path is: a name in an open directory; "." in the root for "". The descriptor belongs to the fs and
 * lives until the second next call of ce_fs_root_find() or the next ce_fs_root_forget_*(), so that two places
 * can be held. */
struct ce_fs_root_place {
  int fd;
  const char *name; /* points into path */
};
CE_MUST_USE enum ce_code ce_fs_root_find(struct ce_fs *fs, const char *op, const char *path,
                                         struct ce_fs_root_place *ret, struct ce_error *err);
/* After a directory was moved or removed: every remembered directory may be another one now. */
void ce_fs_root_forget_all(struct ce_fs *fs);
/* After something that is no directory was moved or removed: a link may have been among the way to those with
 * links. */
void ce_fs_root_forget_linked(struct ce_fs *fs);

/* Opens a regular file that is there, with flags such as O_RDONLY. Never waits and never touches a device:
 * ELOOP for a link, EISDIR for a directory, EINVAL for anything else. */
CE_MUST_USE enum ce_code ce_fs_root_open_regular(const char *path, const struct ce_fs_root_place *place,
                                                 int flags, int *ret_fd, struct stat *ret_stat,
                                                 struct ce_error *err);

void ce_fs_root_fill_stat(const struct stat *found, struct ce_fs_stat *ret);
enum ce_code ce_fs_root_inspect(struct ce_fs *fs, const char *path, struct ce_fs_stat *ret,
                                struct ce_error *err);
enum ce_code ce_fs_root_read_link(struct ce_fs *fs, const char *path, char **ret, struct ce_error *err);
enum ce_code ce_fs_root_list(struct ce_fs *fs, const char *path, struct ce_fs_names *ret,
                             struct ce_error *err);
enum ce_code ce_fs_root_make_directory(struct ce_fs *fs, const char *path, uint32_t mode,
                                       struct ce_error *err);
enum ce_code ce_fs_root_make_link(struct ce_fs *fs, const char *target, const char *path,
                                  struct ce_error *err);
enum ce_code ce_fs_root_remove_directory(struct ce_fs *fs, const char *path, struct ce_error *err);
enum ce_code ce_fs_root_remove_file(struct ce_fs *fs, const char *path, struct ce_error *err);
enum ce_code ce_fs_root_rename(struct ce_fs *fs, const char *from, const char *to, struct ce_error *err);
enum ce_code ce_fs_root_set_mode(struct ce_fs *fs, const char *path, uint32_t mode, struct ce_error *err);
enum ce_code ce_fs_root_set_owner(struct ce_fs *fs, const char *path, uint32_t uid, uint32_t gid,
                                  struct ce_error *err);
enum ce_code ce_fs_root_relabel(struct ce_fs *fs, const char *path, struct ce_error *err);
enum ce_code ce_fs_root_label_fits(struct ce_fs *fs, const char *path, bool *ret_fits, struct ce_error *err);

enum ce_code ce_fs_root_copy_file(struct ce_fs *fs, const char *from, const char *to, struct ce_error *err);

enum ce_code ce_fs_root_sync_directory(struct ce_fs *fs, const char *path, struct ce_error *err);
enum ce_code ce_fs_root_sync_filesystem(struct ce_fs *fs, const char *path, struct ce_error *err);
enum ce_code ce_fs_root_space(struct ce_fs *fs, const char *path, struct ce_fs_space *ret,
                              struct ce_error *err);

enum ce_code ce_fs_root_open_file(struct ce_fs *fs, const char *path, enum ce_fs_open how, uint32_t mode,
                                  struct ce_fs_file **ret, struct ce_error *err);
enum ce_code ce_fs_root_inspect_open(struct ce_fs_file *file, struct ce_fs_stat *ret, struct ce_error *err);
enum ce_code ce_fs_root_read_at(struct ce_fs_file *file, uint64_t offset, void *buffer, size_t size,
                                size_t *ret_read, struct ce_error *err);
enum ce_code ce_fs_root_write(struct ce_fs_file *file, const void *bytes, size_t size, struct ce_error *err);
enum ce_code ce_fs_root_truncate(struct ce_fs_file *file, uint64_t size_bytes, struct ce_error *err);
enum ce_code ce_fs_root_sync(struct ce_fs_file *file, struct ce_error *err);
void ce_fs_root_start_writing(struct ce_fs_file *file);
enum ce_code ce_fs_root_try_lock(struct ce_fs_file *file, int64_t *ret_holder_pid, struct ce_error *err);
enum ce_code ce_fs_root_is_locked(struct ce_fs_file *file, bool *ret, struct ce_error *err);
enum ce_code ce_fs_root_close(struct ce_fs_file *file, struct ce_error *err);

#endif
