/* SPDX-License-Identifier: Apache-2.0
 * A simulated disk: the calls on open files, and the copy of a whole one. */
#include "fakes/disk-model.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static struct ce_disk_inode *inode_of(struct ce_fs_file *file) {
  return ((struct ce_disk *)file->fs)->inodes[((struct ce_disk_file *)file)->inode];
}

static struct ce_fs_file *new_file(struct ce_disk *disk, size_t inode, bool writes) {
  struct ce_disk_file *file = ce_disk_memory(calloc(1, sizeof *file));
  *file = (struct ce_disk_file){.base = {.fs = &disk->base}, .inode = inode, .writes = writes};
  return &file->base;
}

static enum ce_code create(struct ce_disk *disk, const char *path, uint32_t mode, size_t *ret,
                           struct ce_error *err) {
  size_t directory = 0;
  CE_AUTO(ce_free) char *name = NULL;
  int failed = ce_disk_resolve(disk, path, &directory, &name);
  if (!failed && ce_disk_names_find(&disk->inodes[directory]->seen.names, name) != CE_DISK_NO_INODE) {
    failed = EEXIST;
  }
  if (!failed && disk->read_only[disk->inodes[directory]->device]) {
    failed = EROFS;
  }
  if (failed) {
    return ce_fail_sys(err, failed, "create", path);
  }
  *ret = ce_disk_add_inode(disk, CE_FS_FILE, disk->inodes[directory]->device, mode);
  ce_disk_name(disk, directory, name, *ret, *ret);
  return CE_OK;
}

static enum ce_code find_file(const struct ce_disk *disk, const char *path, bool writes, size_t *ret,
                              struct ce_error *err) {
  int failed = ce_disk_find(disk, path, ret);
  if (!failed && disk->inodes[*ret]->type != CE_FS_FILE) {
    failed = disk->inodes[*ret]->type == CE_FS_LINK ? ELOOP : EISDIR;
  }
  if (!failed && writes && disk->read_only[disk->inodes[*ret]->device]) {
    failed = EROFS;
  }
  return failed ? ce_fail_sys(err, failed, "open", path) : CE_OK;
}

enum ce_code ce_disk_op_open(struct ce_fs *fs, const char *path, enum ce_fs_open how, uint32_t mode,
                             struct ce_fs_file **ret, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t number = 0;
  enum ce_code code =
      ce_disk_enter(fs, how == CE_FS_CREATE ? CE_DISK_GROWS : CE_DISK_LOOKS, "open", path, &disk, err);
  if (code == CE_OK) {
    code = how == CE_FS_CREATE ? create(disk, path, mode, &number, err)
                               : find_file(disk, path, how == CE_FS_APPEND, &number, err);
  }
  if (code == CE_OK) {
    *ret = new_file(disk, number, how != CE_FS_READ);
  }
  return code;
}

enum ce_code ce_disk_op_read_at(struct ce_fs_file *file, uint64_t offset, void *buffer, size_t size,
                                size_t *ret_read, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  enum ce_code code = ce_disk_enter(file->fs, CE_DISK_LOOKS, "read", "file", &disk, err);
  if (code != CE_OK) {
    return code;
  }
  const struct ce_disk_bytes *bytes = &inode_of(file)->seen.bytes;
  size_t left = offset < bytes->size ? bytes->size - (size_t)offset : 0;
  size_t got = left < size ? left : size;
  if (got > 0) {
    memcpy(buffer, bytes->data + offset, got);
  }
  *ret_read = got;
  return CE_OK;
}

enum ce_code ce_disk_op_write(struct ce_fs_file *file, const void *bytes, size_t size, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  enum ce_code code = ce_disk_enter(file->fs, CE_DISK_GROWS, "write", "file", &disk, err);
  if (code == CE_OK && !((struct ce_disk_file *)file)->writes) {
    return ce_fail_sys(err, EBADF, "write", "file");
  }
  if (code == CE_OK) {
    ce_disk_write(disk, ((struct ce_disk_file *)file)->inode, inode_of(file)->seen.bytes.size, bytes, size);
  }
  return code;
}

enum ce_code ce_disk_op_truncate(struct ce_fs_file *file, uint64_t size_bytes, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  enum ce_code code = ce_disk_enter(file->fs, CE_DISK_CHANGES, "truncate", "file", &disk, err);
  if (code == CE_OK) {
    ce_disk_truncate(disk, ((struct ce_disk_file *)file)->inode, size_bytes);
  }
  return code;
}

enum ce_code ce_disk_op_sync(struct ce_fs_file *file, struct ce_error *err) {
  struct ce_disk *disk = (struct ce_disk *)file->fs;
  bool alive = !disk->stopped;
  size_t inode = ((struct ce_disk_file *)file)->inode;
  enum ce_code code = ce_disk_enter(file->fs, CE_DISK_SYNCS, "sync", "file", &disk, err);
  if (code == CE_OK) {
    ce_disk_keep_inode(disk, inode);
  } else if (alive && !((struct ce_disk *)file->fs)->stopped) {
    ce_disk_lose_data((struct ce_disk *)file->fs, inode);
  }
  return code;
}

static bool is_locked(const struct ce_disk *disk, const struct ce_fs_file *file) {
  for (size_t i = 0; i < CE_DISK_LOCKS_MAX; i++) {
    const struct ce_disk_lock *lock = &disk->locks[i];
    if (lock->holder && lock->holder != file && lock->inode == ((const struct ce_disk_file *)file)->inode) {
      return true;
    }
  }
  return false;
}

/* The place of holder's lock; of a free one for NULL. */
static struct ce_disk_lock *find_lock(struct ce_disk *disk, const struct ce_fs_file *holder) {
  for (size_t i = 0; i < CE_DISK_LOCKS_MAX; i++) {
    if (disk->locks[i].holder == holder) {
      return &disk->locks[i];
    }
  }
  return NULL;
}

enum ce_code ce_disk_op_try_lock(struct ce_fs_file *file, int64_t *ret_holder_pid, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  enum ce_code code = ce_disk_enter(file->fs, CE_DISK_LOOKS, "lock", "file", &disk, err);
  if (code != CE_OK) {
    return code;
  }
  if (is_locked(disk, file)) {
    *ret_holder_pid = 0;
    return ce_fail(err, CE_LOCKED, "lock", "file", "another one holds it");
  }
  struct ce_disk_lock *own = find_lock(disk, file);
  struct ce_disk_lock *lock = own ? own : find_lock(disk, NULL);
  assert(lock);
  *lock = (struct ce_disk_lock){file, ((struct ce_disk_file *)file)->inode};
  return CE_OK;
}

enum ce_code ce_disk_op_is_locked(struct ce_fs_file *file, bool *ret, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  enum ce_code code = ce_disk_enter(file->fs, CE_DISK_LOOKS, "look at the lock of", "file", &disk, err);
  if (code == CE_OK) {
    *ret = is_locked(disk, file);
  }
  return code;
}

/* Closing a file that was only read cannot matter, so no fault hits it. */
enum ce_code ce_disk_op_close(struct ce_fs_file *file, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  enum ce_code code = CE_OK;
  if (((struct ce_disk_file *)file)->writes) {
    code = ce_disk_enter(file->fs, CE_DISK_SYNCS, "close", "file", &disk, err);
  }
  struct ce_disk_lock *held = find_lock((struct ce_disk *)file->fs, file);
  if (held) {
    held->holder = NULL;
  }
  free(file);
  return code;
}

/* Several calls: a crash can come between them. */
static enum ce_code copy_into(struct ce_disk *disk, size_t from, size_t to, const char *path,
                              struct ce_error *err) {
  struct ce_disk *same = NULL;
  enum ce_code code = ce_disk_enter(&disk->base, CE_DISK_GROWS, "copy bytes", path, &same, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_free) uint8_t *bytes = ce_disk_memory(malloc(disk->inodes[from]->seen.bytes.size + 1));
  size_t size = disk->inodes[from]->seen.bytes.size;
  if (size > 0) {
    memcpy(bytes, disk->inodes[from]->seen.bytes.data, size);
  }
  ce_disk_write(disk, to, 0, bytes, size);
  code = ce_disk_enter(&disk->base, CE_DISK_CHANGES, "copy mode", path, &same, err);
  if (code == CE_OK) {
    ce_disk_set_meta(disk, to, disk->inodes[from]->seen.meta);
  }
  return code;
}

enum ce_code ce_disk_op_copy_file(struct ce_fs *fs, const char *from, const char *to, struct ce_error *err) {
  struct ce_disk *disk = NULL;
  size_t source = 0;
  size_t made = 0;
  enum ce_code code = ce_disk_enter(fs, CE_DISK_GROWS, "copy", to, &disk, err);
  if (code == CE_OK) {
    code = find_file(disk, from, false, &source, err);
  }
  if (code == CE_OK) {
    code = create(disk, to, 0600, &made, err);
  }
  if (code != CE_OK) {
    return code;
  }
  code = copy_into(disk, source, made, to, err);
  if (code != CE_OK && !disk->stopped) {
    size_t directory = 0;
    CE_AUTO(ce_free) char *name = NULL;
    if (ce_disk_resolve(disk, to, &directory, &name) == 0) {
      ce_disk_name(disk, directory, name, CE_DISK_NO_INODE, CE_DISK_NO_INODE);
    }
  }
  return code;
}
