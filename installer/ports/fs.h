/* SPDX-License-Identifier: Apache-2.0
 * The file system below one root directory, as an ops table: the engine, the transaction and the tests'
 * simulated disk use the same calls.
 *
 * Every path is a relpath (base/relpath.h) below the root; "" is the root itself where a directory is meant.
 * Symbolic links in the directories of a path are followed inside the root only, as chroot would (an absolute
 * link starts at the root, ".." stops at it); the last component is never followed. No call can touch
 * anything outside the root. Calls fail with the code of the errno (ce_code_from_errno) and keep the errno in
 * err->sys_errno: ENOENT is NOT_FOUND, EEXIST, ENOTEMPTY and the like are IO. A ce_fs is used by one thread;
 * another thread gets a handle of its own by ce_fs_share().
 */
#ifndef CE_PORTS_FS_H
#define CE_PORTS_FS_H

#include "base/cleanup.h"
#include "base/error.h"
#include "ports/reader.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ce_fs_type { CE_FS_FILE, CE_FS_LINK, CE_FS_DIRECTORY, CE_FS_OTHER };

struct ce_fs_stat {
  enum ce_fs_type type;
  uint32_t mode; /* permission bits, 07777 */
  uint32_t uid, gid;
  uint64_t size_bytes;
  uint64_t device, inode;
  int64_t mtime_s;
};

struct ce_fs_space {
  uint64_t device; /* equal for places on one file system */
  uint64_t free_bytes;
  uint64_t free_inodes; /* UINT64_MAX where the file system has no such limit */
  bool read_only;
  bool no_programs; /* mounted noexec */
};

/* Names of a directory without "." and "..", sorted by bytes. */
struct ce_fs_names {
  char **items;
  size_t count;
};
void ce_fs_names_clear(struct ce_fs_names *names);
CE_DEFINE_AUTO_IN_PLACE(ce_fs_names, struct ce_fs_names, ce_fs_names_clear);

enum ce_fs_open {
  CE_FS_READ,
  CE_FS_CREATE, /* must not exist; for writing */
  CE_FS_APPEND, /* must exist; writing goes to its end */
};

struct ce_fs;
struct ce_fs_file; /* an open file; its fs must outlive it */

struct ce_fs_ops {
  enum ce_code (*inspect)(struct ce_fs *fs, const char *path, struct ce_fs_stat *ret, struct ce_error *err);
  enum ce_code (*read_link)(struct ce_fs *fs, const char *path, char **ret, struct ce_error *err);
  enum ce_code (*list)(struct ce_fs *fs, const char *path, struct ce_fs_names *ret, struct ce_error *err);
  enum ce_code (*make_directory)(struct ce_fs *fs, const char *path, uint32_t mode, struct ce_error *err);
  enum ce_code (*make_link)(struct ce_fs *fs, const char *target, const char *path, struct ce_error *err);
  enum ce_code (*remove_directory)(struct ce_fs *fs, const char *path, struct ce_error *err);
  enum ce_code (*remove_file)(struct ce_fs *fs, const char *path, struct ce_error *err);
  enum ce_code (*rename)(struct ce_fs *fs, const char *from, const char *to, struct ce_error *err);
  enum ce_code (*set_mode)(struct ce_fs *fs, const char *path, uint32_t mode, struct ce_error *err);
  enum ce_code (*set_owner)(struct ce_fs *fs, const char *path, uint32_t uid, uint32_t gid,
                            struct ce_error *err);
  enum ce_code (*copy_file)(struct ce_fs *fs, const char *from, const char *to, struct ce_error *err);
  enum ce_code (*relabel)(struct ce_fs *fs, const char *path, struct ce_error *err);
  enum ce_code (*label_fits)(struct ce_fs *fs, const char *path, bool *ret_fits,
                             struct ce_error *err); /* may be NULL */
  enum ce_code (*sync_directory)(struct ce_fs *fs, const char *path, struct ce_error *err);
  enum ce_code (*sync_filesystem)(struct ce_fs *fs, const char *path, struct ce_error *err);
  enum ce_code (*space)(struct ce_fs *fs, const char *path, struct ce_fs_space *ret, struct ce_error *err);
  enum ce_code (*open)(struct ce_fs *fs, const char *path, enum ce_fs_open how, uint32_t mode,
                       struct ce_fs_file **ret, struct ce_error *err);
  enum ce_code (*inspect_open)(struct ce_fs_file *file, struct ce_fs_stat *ret,
                               struct ce_error *err); /* may be NULL */
  enum ce_code (*read_at)(struct ce_fs_file *file, uint64_t offset, void *buffer, size_t size,
                          size_t *ret_read, struct ce_error *err);
  enum ce_code (*write)(struct ce_fs_file *file, const void *bytes, size_t size, struct ce_error *err);
  enum ce_code (*truncate)(struct ce_fs_file *file, uint64_t size_bytes, struct ce_error *err);
  enum ce_code (*sync)(struct ce_fs_file *file, struct ce_error *err);
  void (*start_writing)(struct ce_fs_file *file); /* may be NULL */
  enum ce_code (*try_lock)(struct ce_fs_file *file, int64_t *ret_holder_pid, struct ce_error *err);
  enum ce_code (*is_locked)(struct ce_fs_file *file, bool *ret, struct ce_error *err);
  enum ce_code (*close)(struct ce_fs_file *file, struct ce_error *err);
  enum ce_code (*share)(struct ce_fs *fs, struct ce_fs **ret, struct ce_error *err); /* may be NULL */
  void (*free)(struct ce_fs *fs);
};

/* The heads of every implementation. */
struct ce_fs {
  const struct ce_fs_ops *ops;
};
struct ce_fs_file {
  struct ce_fs *fs;
};

/* Opens the directory `root` of the running machine ("/" or an image). */
CE_MUST_USE enum ce_code ce_fs_open_root(const char *root, struct ce_fs **ret, struct ce_error *err);
/* Another handle on the same root, for another thread that only looks and reads at the same time; it does not
 * outlive fs. UNSUPPORTED where the implementation has only one. */
CE_MUST_USE enum ce_code ce_fs_share(struct ce_fs *fs, struct ce_fs **ret, struct ce_error *err);
void ce_fs_free(struct ce_fs *fs);
CE_DEFINE_AUTO(ce_fs, struct ce_fs *, ce_fs_free);

/* lstat(2). */
CE_MUST_USE enum ce_code ce_fs_inspect(struct ce_fs *fs, const char *path, struct ce_fs_stat *ret,
                                       struct ce_error *err);
/* inspect() that tells absence as *ret_exists = false instead of NOT_FOUND; a parent that is no directory
 * (ENOTDIR) counts as absence too. ret_stat may be NULL. */
CE_MUST_USE enum ce_code ce_fs_exists(struct ce_fs *fs, const char *path, bool *ret_exists,
                                      struct ce_fs_stat *ret_stat, struct ce_error *err);
/* The text of a symbolic link, malloc'ed. */
CE_MUST_USE enum ce_code ce_fs_read_link(struct ce_fs *fs, const char *path, char **ret,
                                         struct ce_error *err);
CE_MUST_USE enum ce_code ce_fs_list(struct ce_fs *fs, const char *path, struct ce_fs_names *ret,
                                    struct ce_error *err);
/* Exactly this mode, whatever the umask. Fails (EEXIST) when anything is there. */
CE_MUST_USE enum ce_code ce_fs_make_directory(struct ce_fs *fs, const char *path, uint32_t mode,
                                              struct ce_error *err);
/* Makes path and its missing parents; existing directories are left as they are. */
CE_MUST_USE enum ce_code ce_fs_make_directories(struct ce_fs *fs, const char *path, uint32_t mode,
                                                struct ce_error *err);
/* A symbolic link at path that says target; fails when anything is there. */
CE_MUST_USE enum ce_code ce_fs_make_link(struct ce_fs *fs, const char *target, const char *path,
                                         struct ce_error *err);
CE_MUST_USE enum ce_code ce_fs_remove_directory(struct ce_fs *fs, const char *path, struct ce_error *err);
CE_MUST_USE enum ce_code ce_fs_remove_file(struct ce_fs *fs, const char *path, struct ce_error *err);
/* remove_file() for which an absent file is fine. */
CE_MUST_USE enum ce_code ce_fs_remove_if_present(struct ce_fs *fs, const char *path, struct ce_error *err);
/* Removes path with everything below it; absent is fine; never follows a link, never crosses into another
 * file system. */
CE_MUST_USE enum ce_code ce_fs_remove_tree(struct ce_fs *fs, const char *path, struct ce_error *err);
/* rename(2): replaces a file at `to`. */
CE_MUST_USE enum ce_code ce_fs_rename(struct ce_fs *fs, const char *from, const char *to,
                                      struct ce_error *err);
/* Not for links. */
CE_MUST_USE enum ce_code ce_fs_set_mode(struct ce_fs *fs, const char *path, uint32_t mode,
                                        struct ce_error *err);
/* lchown(2). Setting the owner that it has already is fine without privilege. */
CE_MUST_USE enum ce_code ce_fs_set_owner(struct ce_fs *fs, const char *path, uint32_t uid, uint32_t gid,
                                         struct ce_error *err);
/* Copies a regular file: bytes, mode, owner, times, extended attributes (those that the file system takes).
 * `to` must not exist; a partial copy is removed on failure. Not synced. */
CE_MUST_USE enum ce_code ce_fs_copy_file(struct ce_fs *fs, const char *from, const char *to,
                                         struct ce_error *err);
/* Gives path the SELinux label that the policy has for it; nothing where the running host has no SELinux or
 * the root is not the running system's. */
CE_MUST_USE enum ce_code ce_fs_relabel(struct ce_fs *fs, const char *path, struct ce_error *err);
/* Whether path has the type that the policy gives it; true where ce_fs_relabel() would do nothing. */
CE_MUST_USE enum ce_code ce_fs_label_fits(struct ce_fs *fs, const char *path, bool *ret_fits,
                                          struct ce_error *err);
/* fsync of a directory: its names are durable. A failure is final and must not be retried. */
CE_MUST_USE enum ce_code ce_fs_sync_directory(struct ce_fs *fs, const char *path, struct ce_error *err);
/* syncfs(2) of the file system that holds path: all its data and names are durable. */
CE_MUST_USE enum ce_code ce_fs_sync_filesystem(struct ce_fs *fs, const char *path, struct ce_error *err);
/* Of the file system that holds path or, where path is absent, its nearest existing parent. */
CE_MUST_USE enum ce_code ce_fs_space(struct ce_fs *fs, const char *path, struct ce_fs_space *ret,
                                     struct ce_error *err);

/* mode counts for CE_FS_CREATE only and is exact, whatever the umask (writing without privilege clears setuid
 * and setgid). Only regular files open: ELOOP for a link, EISDIR for a directory, EINVAL for anything else.
 * What is open for writing can be read too. */
CE_MUST_USE enum ce_code ce_fs_open(struct ce_fs *fs, const char *path, enum ce_fs_open how, uint32_t mode,
                                    struct ce_fs_file **ret, struct ce_error *err);
/* What the file was when it was opened for CE_FS_READ. UNSUPPORTED where the implementation cannot tell. */
CE_MUST_USE enum ce_code ce_fs_file_inspect(struct ce_fs_file *file, struct ce_fs_stat *ret,
                                            struct ce_error *err);
CE_MUST_USE enum ce_code ce_fs_file_read_at(struct ce_fs_file *file, uint64_t offset, void *buffer,
                                            size_t size, size_t *ret_read, struct ce_error *err);
/* Writes all of it at the end of what was written. */
CE_MUST_USE enum ce_code ce_fs_file_write(struct ce_fs_file *file, const void *bytes, size_t size,
                                          struct ce_error *err);
CE_MUST_USE enum ce_code ce_fs_file_truncate(struct ce_fs_file *file, uint64_t size_bytes,
                                             struct ce_error *err);
CE_MUST_USE enum ce_code ce_fs_file_sync(struct ce_fs_file *file, struct ce_error *err);
/* What was written may go to the disk from now on, so that a later sync of the file system has less to wait
 * for. Promises nothing. */
void ce_fs_file_start_writing(struct ce_fs_file *file);
/* An advisory write lock on the whole file, gone when it is closed or the process ends; a child that was
 * forked with the file open holds it too until it closes it, execs or ends. LOCKED when another process has
 * it, with its pid in *ret_holder_pid (0 when it cannot be told). The file is open for CREATE or APPEND. */
CE_MUST_USE enum ce_code ce_fs_file_try_lock(struct ce_fs_file *file, int64_t *ret_holder_pid,
                                             struct ce_error *err);
/* Whether another open file has that lock, a write lock; takes none, so a file that is open for READ will do.
 */
CE_MUST_USE enum ce_code ce_fs_file_is_locked(struct ce_fs_file *file, bool *ret, struct ce_error *err);
/* Frees it in any case; a failure means that written data may be lost. NULL is fine. */
CE_MUST_USE enum ce_code ce_fs_file_close(struct ce_fs_file *file, struct ce_error *err);
/* Closes a file whose data does not matter (read, or abandoned). */
void ce_fs_file_discard(struct ce_fs_file *file);
CE_DEFINE_AUTO(ce_fs_file, struct ce_fs_file *, ce_fs_file_discard);

/* The file at path as a reader; the fs must outlive it. */
CE_MUST_USE enum ce_code ce_fs_open_reader(struct ce_fs *fs, const char *path, struct ce_reader **ret,
                                           struct ce_error *err);

#endif
