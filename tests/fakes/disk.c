/* SPDX-License-Identifier: Apache-2.0
 * A simulated disk: its life, its faults, and the tree in words. */
#include "fakes/disk-model.h"

#include "ports/hash.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FREE_BYTES (UINT64_C(1) << 34)

void *ce_disk_memory(void *memory) {
  if (!memory) {
    fputs("disk: out of memory\n", stderr);
    abort();
  }
  return memory;
}

static void free_nothing(struct ce_fs *fs) {
  (void)fs;
}

const struct ce_fs_ops ce_disk_ops = {
    .inspect = ce_disk_op_inspect,
    .read_link = ce_disk_op_read_link,
    .list = ce_disk_op_list,
    .make_directory = ce_disk_op_make_directory,
    .make_link = ce_disk_op_make_link,
    .remove_directory = ce_disk_op_remove_directory,
    .remove_file = ce_disk_op_remove_file,
    .rename = ce_disk_op_rename,
    .set_mode = ce_disk_op_set_mode,
    .set_owner = ce_disk_op_set_owner,
    .copy_file = ce_disk_op_copy_file,
    .relabel = ce_disk_op_relabel,
    .sync_directory = ce_disk_op_sync_directory,
    .sync_filesystem = ce_disk_op_sync_filesystem,
    .space = ce_disk_op_space,
    .open = ce_disk_op_open,
    .read_at = ce_disk_op_read_at,
    .write = ce_disk_op_write,
    .truncate = ce_disk_op_truncate,
    .sync = ce_disk_op_sync,
    .try_lock = ce_disk_op_try_lock,
    .close = ce_disk_op_close,
    .free = free_nothing,
};

struct ce_disk *ce_disk_new(void) {
  struct ce_disk *disk = ce_disk_memory(calloc(1, sizeof *disk));
  disk->base.ops = &ce_disk_ops;
  disk->device_count = 1;
  disk->free_bytes = FREE_BYTES;
  ce_disk_add_inode(disk, CE_FS_DIRECTORY, 0, 0755);
  return disk;
}

static void state_clear(struct ce_disk_state *state) {
  free(state->bytes.data);
  for (size_t i = 0; i < state->names.count; i++) {
    free(state->names.items[i].name);
  }
  free(state->names.items);
}

static void inode_free(struct ce_disk_inode *inode) {
  if (inode) {
    state_clear(&inode->seen);
    state_clear(&inode->kept);
    free(inode->link_text);
    free(inode);
  }
}

void ce_disk_free(struct ce_disk *disk) {
  if (!disk) {
    return;
  }
  for (size_t i = 0; i < disk->inode_count; i++) {
    inode_free(disk->inodes[i]);
  }
  for (size_t i = 0; i < disk->change_count; i++) {
    ce_disk_change_clear(&disk->changes[i]);
  }
  free(disk->inodes);
  free(disk->changes);
  free(disk);
}

struct ce_fs *ce_disk_fs(struct ce_disk *disk) {
  return &disk->base;
}

static void state_copy(const struct ce_disk_state *from, struct ce_disk_state *ret) {
  ret->meta = from->meta;
  ce_disk_bytes_set(&ret->bytes, from->bytes.data, from->bytes.size);
  ce_disk_names_copy(&from->names, &ret->names);
}

static void copy_inode(struct ce_disk *copy, const struct ce_disk *disk, size_t number);

static void copy_names(struct ce_disk *copy, const struct ce_disk *disk, const struct ce_disk_names *names) {
  for (size_t i = 0; i < names->count; i++) {
    copy_inode(copy, disk, names->items[i].inode);
  }
}

/* Only what can be reached: the rest is gone anyway. */
static void copy_inode(struct ce_disk *copy, const struct ce_disk *disk, size_t number) {
  if (copy->inodes[number]) {
    return;
  }
  const struct ce_disk_inode *from = disk->inodes[number];
  struct ce_disk_inode *to = ce_disk_memory(calloc(1, sizeof *to));
  copy->inodes[number] = to;
  to->type = from->type;
  to->device = from->device;
  to->link_text = from->link_text ? ce_disk_memory(strdup(from->link_text)) : NULL;
  state_copy(&from->seen, &to->seen);
  state_copy(&from->seen, &to->kept);
  copy_names(copy, disk, &from->seen.names);
}

struct ce_disk *ce_disk_copy(const struct ce_disk *disk) {
  struct ce_disk *copy = ce_disk_memory(calloc(1, sizeof *copy));
  copy->base.ops = &ce_disk_ops;
  copy->device_count = disk->device_count;
  memcpy(copy->read_only, disk->read_only, sizeof copy->read_only);
  copy->free_bytes = disk->free_bytes;
  copy->inode_count = disk->inode_count;
  copy->inodes = ce_disk_memory(calloc(disk->inode_count, sizeof *copy->inodes));
  copy_inode(copy, disk, 0);
  return copy;
}

void ce_disk_settle(struct ce_disk *disk) {
  for (size_t i = 0; i < disk->device_count; i++) {
    ce_disk_keep_device(disk, i);
  }
  assert(disk->change_count == 0);
  disk->calls = 0;
}

void ce_disk_mount(struct ce_disk *disk, const char *path) {
  size_t inode = CE_DISK_NO_INODE;
  if (ce_disk_find(disk, path, &inode) != 0 || disk->device_count == CE_DISK_DEVICES_MAX) {
    fprintf(stderr, "disk: %s cannot be a mount point\n", path);
    abort();
  }
  disk->inodes[inode]->device = disk->device_count++;
}

void ce_disk_set_free_bytes(struct ce_disk *disk, uint64_t free_bytes) {
  disk->free_bytes = free_bytes;
}

void ce_disk_set_read_only(struct ce_disk *disk, const char *path, bool read_only) {
  size_t inode = CE_DISK_NO_INODE;
  if (ce_disk_find(disk, path, &inode) == 0) {
    disk->read_only[disk->inodes[inode]->device] = read_only;
  }
}

void ce_disk_set_fault(struct ce_disk *disk, struct ce_disk_fault fault) {
  disk->fault = fault;
}

size_t ce_disk_calls(const struct ce_disk *disk) {
  return disk->calls;
}

static bool is_hit(const struct ce_disk *disk, enum ce_disk_call call) {
  const struct ce_disk_fault *fault = &disk->fault;
  if (fault->call == 0 || disk->calls < fault->call) {
    return false;
  }
  if (disk->calls == fault->call || !fault->lasting) {
    return disk->calls == fault->call;
  }
  return fault->sys_errno == ENOSPC ? call == CE_DISK_GROWS : call != CE_DISK_LOOKS;
}

enum ce_code ce_disk_enter(struct ce_fs *fs, enum ce_disk_call call, const char *op, const char *subject,
                           struct ce_disk **ret, struct ce_error *err) {
  struct ce_disk *disk = (struct ce_disk *)fs;
  disk->calls++;
  bool hit = is_hit(disk, call);
  disk->stopped = disk->stopped || (hit && disk->fault.sys_errno == 0);
  if (disk->stopped) {
    return ce_fail(err, CE_INTERNAL, op, subject, "the program was stopped");
  }
  if (hit) {
    return ce_fail_sys(err, disk->fault.sys_errno, op, subject);
  }
  *ret = disk;
  return CE_OK;
}

static void describe_inode(const struct ce_disk_inode *inode, const char *path, struct ce_blob *ret) {
  struct ce_error err;
  char digest[CE_DIGEST_HEX_SIZE] = "";
  enum ce_code code = CE_OK;
  if (inode->type == CE_FS_LINK) {
    code = ce_blob_printf(ret, &err, "%s link %u:%u %s\n", path, inode->seen.meta.uid, inode->seen.meta.gid,
                          inode->link_text);
  } else {
    if (inode->type == CE_FS_FILE) {
      struct ce_digest sha256;
      ce_hash_bytes(inode->seen.bytes.data, inode->seen.bytes.size, &sha256);
      ce_digest_to_hex(&sha256, digest);
    }
    code = ce_blob_printf(ret, &err, "%s %s %04o %u:%u %zu %s\n", path,
                          inode->type == CE_FS_FILE ? "file" : "directory", inode->seen.meta.mode,
                          inode->seen.meta.uid, inode->seen.meta.gid, inode->seen.bytes.size, digest);
  }
  ce_disk_memory(code == CE_OK ? ret : NULL);
}

static bool is_listed(const char *const *list, const char *path) {
  for (; list && *list; list++) {
    if (strcmp(*list, path) == 0) {
      return true;
    }
  }
  return false;
}

static void describe_below(const struct ce_disk *disk, size_t directory, const char *prefix,
                           const char *const *without, struct ce_blob *ret) {
  const struct ce_disk_names *names = &disk->inodes[directory]->seen.names;
  for (size_t i = 0; i < names->count; i++) {
    const struct ce_disk_inode *inode = disk->inodes[names->items[i].inode];
    CE_AUTO(ce_free)
    char *path = ce_disk_memory(ce_text_format("%s%s%s", prefix, prefix[0] ? "/" : "", names->items[i].name));
    if (!is_listed(without, path)) {
      describe_inode(inode, path, ret);
    }
    if (inode->type == CE_FS_DIRECTORY) {
      describe_below(disk, names->items[i].inode, path, without, ret);
    }
  }
}

void ce_disk_describe(const struct ce_disk *disk, const char *const *without, struct ce_blob *ret) {
  describe_below(disk, 0, "", without, ret);
}
