/* SPDX-License-Identifier: Apache-2.0
 * What a simulated disk is made of; private to disk*.c. */
#ifndef FAKES_DISK_MODEL_H
#define FAKES_DISK_MODEL_H

#include "fakes/disk.h"

#define CE_DISK_DEVICES_MAX 8
#define CE_DISK_LOCKS_MAX   4
#define CE_DISK_NO_INODE    SIZE_MAX

struct ce_disk_bytes {
  uint8_t *data;
  size_t size;
};

struct ce_disk_meta {
  uint32_t mode, uid, gid;
};

struct ce_disk_entry {
  char *name;
  size_t inode;
};

/* Sorted by name. */
struct ce_disk_names {
  struct ce_disk_entry *items;
  size_t count;
};

/* Twice the same: as programs see it, and as it is on the medium. */
struct ce_disk_state {
  struct ce_disk_meta meta;
  struct ce_disk_bytes bytes; /* of a file */
  struct ce_disk_names names; /* of a directory */
};

/* Shared by the disks that it is the same in; whoever changes it takes a copy first (ce_disk_own()). */
struct ce_disk_inode {
  size_t disks;
  enum ce_fs_type type;
  size_t device;
  char *link_text;
  struct ce_disk_state seen, kept;
};

enum ce_disk_change_kind { CE_DISK_WRITE, CE_DISK_TRUNCATE, CE_DISK_META, CE_DISK_NAMES };

struct ce_disk_edit {
  size_t directory;
  char *name;
  size_t inode; /* what the name means afterwards; CE_DISK_NO_INODE: nothing */
};

/* A change that is not durable yet. */
struct ce_disk_change {
  enum ce_disk_change_kind kind;
  size_t inode;               /* WRITE, TRUNCATE, META; for NAMES what was created, or CE_DISK_NO_INODE */
  uint64_t offset;            /* WRITE; the new size for TRUNCATE */
  struct ce_disk_bytes bytes; /* WRITE */
  struct ce_disk_meta meta;
  struct ce_disk_edit edits[2];
  size_t edit_count;
};

struct ce_disk_lock {
  const struct ce_fs_file *holder; /* NULL: the place is free */
  size_t inode;
};

struct ce_disk {
  struct ce_fs base;
  struct ce_disk_inode **inodes; /* the root is 0 */
  size_t inode_count;
  struct ce_disk_lock locks[CE_DISK_LOCKS_MAX];
  struct ce_disk_change *changes;
  size_t change_count;
  size_t device_count;
  bool read_only[CE_DISK_DEVICES_MAX];
  uint64_t free_bytes;
  struct ce_disk_fault fault;
  size_t calls, change_calls;
  uint64_t freed_bytes; /* since the fault began */
  bool stopped;
};

struct ce_disk_file {
  struct ce_fs_file base;
  size_t inode;
  bool writes;
};

/* What a call does, so that lasting faults know whom to hit. */
enum ce_disk_call { CE_DISK_LOOKS, CE_DISK_GROWS, CE_DISK_CHANGES, CE_DISK_SYNCS };

/* Counts the call; fails it when the fault says so. */
CE_MUST_USE enum ce_code ce_disk_enter(struct ce_fs *fs, enum ce_disk_call call, const char *op,
                                       const char *subject, struct ce_disk **ret, struct ce_error *err);

/* Ends the program when memory is out. */
void *ce_disk_memory(void *memory);
void ce_disk_bytes_set(struct ce_disk_bytes *bytes, const void *data, size_t size);
/* Bytes beyond the end are zeros first. */
void ce_disk_bytes_write(struct ce_disk_bytes *bytes, uint64_t offset, const void *data, size_t size);
void ce_disk_bytes_resize(struct ce_disk_bytes *bytes, uint64_t size);

/* CE_DISK_NO_INODE when there is none. */
size_t ce_disk_names_find(const struct ce_disk_names *names, const char *name);
/* inode == CE_DISK_NO_INODE removes the name. */
void ce_disk_names_set(struct ce_disk_names *names, const char *name, size_t inode);
void ce_disk_names_copy(const struct ce_disk_names *names, struct ce_disk_names *ret);

/* The inode, for changing it. */
struct ce_disk_inode *ce_disk_own(struct ce_disk *disk, size_t number);
/* Another disk with the same inodes. seen: what programs see is durable in it; otherwise what is durable is
 * seen. */
struct ce_disk *ce_disk_share(const struct ce_disk *disk, bool seen);
size_t ce_disk_add_inode(struct ce_disk *disk, enum ce_fs_type type, size_t device, uint32_t mode);

/* The directory that path's last name is in. Returns 0 or an errno. ret_name is allocated; "" with the root
 * itself. */
int ce_disk_resolve(const struct ce_disk *disk, const char *path, size_t *ret_directory, char **ret_name);
/* What is at path, not following a last link. Returns 0 or an errno. */
int ce_disk_find(const struct ce_disk *disk, const char *path, size_t *ret_inode);

/* disk-change.c: each changes what programs see and remembers it as pending. */
void ce_disk_write(struct ce_disk *disk, size_t inode, uint64_t offset, const void *data, size_t size);
void ce_disk_truncate(struct ce_disk *disk, size_t inode, uint64_t size);
void ce_disk_set_meta(struct ce_disk *disk, size_t inode, struct ce_disk_meta meta);
/* created is the inode that comes into being with it, or CE_DISK_NO_INODE. */
void ce_disk_name(struct ce_disk *disk, size_t directory, const char *name, size_t inode, size_t created);
void ce_disk_rename_entry(struct ce_disk *disk, size_t from, const char *from_name, size_t to,
                          const char *to_name);
/* Makes pending changes durable. */
void ce_disk_keep_inode(struct ce_disk *disk, size_t inode);
void ce_disk_keep_names(struct ce_disk *disk, size_t directory);
void ce_disk_keep_device(struct ce_disk *disk, size_t device);
/* Pending data that will never be durable. */
void ce_disk_lose_data(struct ce_disk *disk, size_t inode);
void ce_disk_lose_device_data(struct ce_disk *disk, size_t device);
void ce_disk_change_clear(struct ce_disk_change *change);
/* What a change does to the medium. */
void ce_disk_apply_names(struct ce_disk *disk, const struct ce_disk_change *change);

/* disk-names.c, disk-files.c */
extern const struct ce_fs_ops ce_disk_ops;
enum ce_code ce_disk_op_inspect(struct ce_fs *fs, const char *path, struct ce_fs_stat *ret,
                                struct ce_error *err);
enum ce_code ce_disk_op_read_link(struct ce_fs *fs, const char *path, char **ret, struct ce_error *err);
enum ce_code ce_disk_op_list(struct ce_fs *fs, const char *path, struct ce_fs_names *ret,
                             struct ce_error *err);
enum ce_code ce_disk_op_make_directory(struct ce_fs *fs, const char *path, uint32_t mode,
                                       struct ce_error *err);
enum ce_code ce_disk_op_make_link(struct ce_fs *fs, const char *target, const char *path,
                                  struct ce_error *err);
enum ce_code ce_disk_op_remove_directory(struct ce_fs *fs, const char *path, struct ce_error *err);
enum ce_code ce_disk_op_remove_file(struct ce_fs *fs, const char *path, struct ce_error *err);
enum ce_code ce_disk_op_rename(struct ce_fs *fs, const char *from, const char *to, struct ce_error *err);
enum ce_code ce_disk_op_set_mode(struct ce_fs *fs, const char *path, uint32_t mode, struct ce_error *err);
enum ce_code ce_disk_op_set_owner(struct ce_fs *fs, const char *path, uint32_t uid, uint32_t gid,
                                  struct ce_error *err);
enum ce_code ce_disk_op_relabel(struct ce_fs *fs, const char *path, struct ce_error *err);
enum ce_code ce_disk_op_copy_file(struct ce_fs *fs, const char *from, const char *to, struct ce_error *err);
enum ce_code ce_disk_op_sync_directory(struct ce_fs *fs, const char *path, struct ce_error *err);
enum ce_code ce_disk_op_sync_filesystem(struct ce_fs *fs, const char *path, struct ce_error *err);
enum ce_code ce_disk_op_space(struct ce_fs *fs, const char *path, struct ce_fs_space *ret,
                              struct ce_error *err);
enum ce_code ce_disk_op_open(struct ce_fs *fs, const char *path, enum ce_fs_open how, uint32_t mode,
                             struct ce_fs_file **ret, struct ce_error *err);
enum ce_code ce_disk_op_read_at(struct ce_fs_file *file, uint64_t offset, void *buffer, size_t size,
                                size_t *ret_read, struct ce_error *err);
enum ce_code ce_disk_op_write(struct ce_fs_file *file, const void *bytes, size_t size, struct ce_error *err);
enum ce_code ce_disk_op_truncate(struct ce_fs_file *file, uint64_t size_bytes, struct ce_error *err);
enum ce_code ce_disk_op_sync(struct ce_fs_file *file, struct ce_error *err);
enum ce_code ce_disk_op_try_lock(struct ce_fs_file *file, int64_t *ret_holder_pid, struct ce_error *err);
enum ce_code ce_disk_op_is_locked(struct ce_fs_file *file, bool *ret, struct ce_error *err);
enum ce_code ce_disk_op_close(struct ce_fs_file *file, struct ce_error *err);

#endif
