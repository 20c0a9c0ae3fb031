/* SPDX-License-Identifier: Apache-2.0
 * A simulated disk: its life, its faults, and the tree in words. */
#include "fakes/disk-model.h"

#include "ports/hash.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FREE_BYTES  (UINT64_C(1) << 34)
#define SHOWN_BYTES 128

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
    .is_locked = ce_disk_op_is_locked,
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

static void inode_drop(struct ce_disk_inode *inode) {
  if (--inode->disks == 0) {
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
    inode_drop(disk->inodes[i]);
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

static struct ce_disk_inode *inode_copy(const struct ce_disk_inode *from, const struct ce_disk_state *seen,
                                        const struct ce_disk_state *kept) {
  struct ce_disk_inode *copy = ce_disk_memory(calloc(1, sizeof *copy));
  copy->disks = 1;
  copy->type = from->type;
  copy->device = from->device;
  copy->link_text = from->link_text ? ce_disk_memory(strdup(from->link_text)) : NULL;
  state_copy(seen, &copy->seen);
  state_copy(kept, &copy->kept);
  return copy;
}

struct ce_disk_inode *ce_disk_own(struct ce_disk *disk, size_t number) {
  struct ce_disk_inode *inode = disk->inodes[number];
  if (inode->disks > 1) {
    disk->inodes[number] = inode_copy(inode, &inode->seen, &inode->kept);
    inode->disks--;
  }
  return disk->inodes[number];
}

static bool same_state(const struct ce_disk_state *a, const struct ce_disk_state *b) {
  if (memcmp(&a->meta, &b->meta, sizeof a->meta) != 0 || a->bytes.size != b->bytes.size ||
      a->names.count != b->names.count) {
    return false;
  }
  for (size_t i = 0; i < a->names.count; i++) {
    if (a->names.items[i].inode != b->names.items[i].inode ||
        strcmp(a->names.items[i].name, b->names.items[i].name) != 0) {
      return false;
    }
  }
  return a->bytes.size == 0 || memcmp(a->bytes.data, b->bytes.data, a->bytes.size) == 0;
}

struct ce_disk *ce_disk_share(const struct ce_disk *disk, bool seen) {
  struct ce_disk *copy = ce_disk_memory(calloc(1, sizeof *copy));
  copy->base.ops = &ce_disk_ops;
  copy->device_count = disk->device_count;
  memcpy(copy->read_only, disk->read_only, sizeof copy->read_only);
  copy->free_bytes = disk->free_bytes;
  copy->inode_count = disk->inode_count;
  copy->inodes = ce_disk_memory(calloc(disk->inode_count, sizeof *copy->inodes));
  for (size_t i = 0; i < disk->inode_count; i++) {
    struct ce_disk_inode *inode = disk->inodes[i];
    const struct ce_disk_state *state = seen ? &inode->seen : &inode->kept;
    bool same = same_state(&inode->seen, &inode->kept);
    inode->disks += same;
    copy->inodes[i] = same ? inode : inode_copy(inode, state, state);
  }
  return copy;
}

struct ce_disk *ce_disk_copy(const struct ce_disk *disk) {
  return ce_disk_share(disk, true);
}

void ce_disk_settle(struct ce_disk *disk) {
  for (size_t i = 0; i < disk->device_count; i++) {
    ce_disk_keep_device(disk, i);
  }
  assert(disk->change_count == 0);
  disk->calls = 0;
  disk->change_calls = 0;
}

void ce_disk_mount(struct ce_disk *disk, const char *path) {
  size_t inode = CE_DISK_NO_INODE;
  if (ce_disk_find(disk, path, &inode) != 0 || disk->device_count == CE_DISK_DEVICES_MAX) {
    fprintf(stderr, "disk: %s cannot be a mount point\n", path);
    abort();
  }
  ce_disk_own(disk, inode)->device = disk->device_count++;
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
  disk->freed_bytes = 0;
  disk->fault = fault;
}

size_t ce_disk_calls(const struct ce_disk *disk) {
  return disk->calls;
}

size_t ce_disk_change_calls(const struct ce_disk *disk) {
  return disk->change_calls;
}

static bool is_hit(const struct ce_disk *disk, enum ce_disk_call call) {
  const struct ce_disk_fault *fault = &disk->fault;
  bool counts = !fault->of_changes || call != CE_DISK_LOOKS;
  size_t now = fault->of_changes ? disk->change_calls : disk->calls;
  if (fault->call == 0 || !counts || now < fault->call) {
    return false;
  }
  if (now == fault->call || !fault->lasting) {
    return now == fault->call;
  }
  if (fault->sys_errno != ENOSPC) {
    return call != CE_DISK_LOOKS;
  }
  bool freed = fault->until_freed_bytes > 0 && disk->freed_bytes >= fault->until_freed_bytes;
  return call == CE_DISK_GROWS && !freed;
}

enum ce_code ce_disk_enter(struct ce_fs *fs, enum ce_disk_call call, const char *op, const char *subject,
                           struct ce_disk **ret, struct ce_error *err) {
  struct ce_disk *disk = (struct ce_disk *)fs;
  disk->calls++;
  disk->change_calls += call != CE_DISK_LOOKS;
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

/* The content of a short file, the digest of a long one. */
static enum ce_code describe_content(const struct ce_disk_bytes *bytes, struct ce_blob *ret,
                                     struct ce_error *err) {
  char digest[CE_DIGEST_HEX_SIZE];
  struct ce_digest sha256;
  if (bytes->size > SHOWN_BYTES) {
    ce_hash_bytes(bytes->data, bytes->size, &sha256);
    ce_digest_to_hex(&sha256, digest);
    return ce_blob_append(ret, digest, sizeof digest - 1, err);
  }
  return ce_blob_append(ret, bytes->data, bytes->size, err);
}

static void describe_inode(const struct ce_disk_inode *inode, const char *path, struct ce_blob *ret) {
  struct ce_error err;
  enum ce_code code = CE_OK;
  if (inode->type == CE_FS_LINK) {
    code = ce_blob_printf(ret, &err, "%s link %u:%u %s\n", path, inode->seen.meta.uid, inode->seen.meta.gid,
                          inode->link_text);
  } else {
    code = ce_blob_printf(ret, &err, "%s %s %04o %u:%u %zu ", path,
                          inode->type == CE_FS_FILE ? "file" : "directory", inode->seen.meta.mode,
                          inode->seen.meta.uid, inode->seen.meta.gid, inode->seen.bytes.size);
    if (code == CE_OK) {
      code = describe_content(&inode->seen.bytes, ret, &err);
    }
    if (code == CE_OK) {
      code = ce_blob_append(ret, "\n", 1, &err);
    }
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
