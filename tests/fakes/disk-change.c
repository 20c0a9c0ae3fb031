/* SPDX-License-Identifier: Apache-2.0
 * A simulated disk: changes that programs see at once and that wait for a sync. */
#include "fakes/disk-model.h"

#include <string.h>

void ce_disk_bytes_resize(struct ce_disk_bytes *bytes, uint64_t size) {
  bytes->data = ce_disk_memory(realloc(bytes->data, size + 1));
  if (size > bytes->size) {
    memset(bytes->data + bytes->size, 0, size - bytes->size);
  }
  bytes->size = size;
}

void ce_disk_bytes_write(struct ce_disk_bytes *bytes, uint64_t offset, const void *data, size_t size) {
  if (offset + size > bytes->size) {
    ce_disk_bytes_resize(bytes, offset + size);
  }
  if (size > 0) {
    memcpy(bytes->data + offset, data, size);
  }
}

void ce_disk_bytes_set(struct ce_disk_bytes *bytes, const void *data, size_t size) {
  free(bytes->data);
  *bytes = (struct ce_disk_bytes){0};
  if (size > 0) {
    ce_disk_bytes_write(bytes, 0, data, size);
  }
}

/* The place of name, or where it would be. */
static size_t names_position(const struct ce_disk_names *names, const char *name, bool *ret_found) {
  size_t low = 0;
  size_t high = names->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(names->items[middle].name, name) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  *ret_found = low < names->count && strcmp(names->items[low].name, name) == 0;
  return low;
}

size_t ce_disk_names_find(const struct ce_disk_names *names, const char *name) {
  bool found = false;
  size_t position = names_position(names, name, &found);
  return found ? names->items[position].inode : CE_DISK_NO_INODE;
}

void ce_disk_names_set(struct ce_disk_names *names, const char *name, size_t inode) {
  bool found = false;
  size_t position = names_position(names, name, &found);
  struct ce_disk_entry *at = names->items ? names->items + position : NULL;
  if (found && inode != CE_DISK_NO_INODE) {
    at->inode = inode;
  } else if (found) {
    free(at->name);
    memmove(at, at + 1, (--names->count - position) * sizeof *at);
  } else if (inode != CE_DISK_NO_INODE) {
    names->items = ce_disk_memory(reallocarray(names->items, names->count + 1, sizeof *names->items));
    at = names->items + position;
    memmove(at + 1, at, (names->count++ - position) * sizeof *at);
    *at = (struct ce_disk_entry){ce_disk_memory(strdup(name)), inode};
  }
}

void ce_disk_names_copy(const struct ce_disk_names *names, struct ce_disk_names *ret) {
  ret->items = ce_disk_memory(calloc(names->count + 1, sizeof *ret->items));
  ret->count = names->count;
  for (size_t i = 0; i < names->count; i++) {
    ret->items[i] =
        (struct ce_disk_entry){ce_disk_memory(strdup(names->items[i].name)), names->items[i].inode};
  }
}

/* Its first mode and owner come into being with its name. */
size_t ce_disk_add_inode(struct ce_disk *disk, enum ce_fs_type type, size_t device, uint32_t mode) {
  struct ce_disk_inode *inode = ce_disk_memory(calloc(1, sizeof *inode));
  inode->disks = 1;
  inode->type = type;
  inode->device = device;
  inode->seen.meta.mode = mode;
  inode->kept.meta.mode = mode;
  disk->inodes =
      ce_disk_memory(reallocarray(disk->inodes, disk->inode_count + 1, sizeof(struct ce_disk_inode *)));
  disk->inodes[disk->inode_count] = inode;
  return disk->inode_count++;
}

static struct ce_disk_change *add_change(struct ce_disk *disk, enum ce_disk_change_kind kind, size_t inode) {
  disk->changes = ce_disk_memory(reallocarray(disk->changes, disk->change_count + 1, sizeof *disk->changes));
  struct ce_disk_change *change = &disk->changes[disk->change_count++];
  *change = (struct ce_disk_change){.kind = kind, .inode = inode};
  return change;
}

void ce_disk_change_clear(struct ce_disk_change *change) {
  free(change->bytes.data);
  for (size_t i = 0; i < change->edit_count; i++) {
    free(change->edits[i].name);
  }
}

void ce_disk_write(struct ce_disk *disk, size_t inode, uint64_t offset, const void *data, size_t size) {
  ce_disk_bytes_write(&ce_disk_own(disk, inode)->seen.bytes, offset, data, size);
  struct ce_disk_change *change = add_change(disk, CE_DISK_WRITE, inode);
  change->offset = offset;
  ce_disk_bytes_set(&change->bytes, data, size);
}

void ce_disk_truncate(struct ce_disk *disk, size_t inode, uint64_t size) {
  if (disk->inodes[inode]->seen.bytes.size != size) {
    ce_disk_bytes_resize(&ce_disk_own(disk, inode)->seen.bytes, size);
    add_change(disk, CE_DISK_TRUNCATE, inode)->offset = size;
  }
}

void ce_disk_set_meta(struct ce_disk *disk, size_t inode, struct ce_disk_meta meta) {
  ce_disk_own(disk, inode)->seen.meta = meta;
  add_change(disk, CE_DISK_META, inode)->meta = meta;
}

static void edit(struct ce_disk *disk, struct ce_disk_change *change, size_t directory, const char *name,
                 size_t inode) {
  ce_disk_names_set(&ce_disk_own(disk, directory)->seen.names, name, inode);
  change->edits[change->edit_count++] = (struct ce_disk_edit){directory, ce_disk_memory(strdup(name)), inode};
}

void ce_disk_name(struct ce_disk *disk, size_t directory, const char *name, size_t inode, size_t created) {
  edit(disk, add_change(disk, CE_DISK_NAMES, created), directory, name, inode);
}

void ce_disk_rename_entry(struct ce_disk *disk, size_t from, const char *from_name, size_t to,
                          const char *to_name) {
  size_t inode = ce_disk_names_find(&disk->inodes[from]->seen.names, from_name);
  struct ce_disk_change *change = add_change(disk, CE_DISK_NAMES, CE_DISK_NO_INODE);
  edit(disk, change, from, from_name, CE_DISK_NO_INODE);
  edit(disk, change, to, to_name, inode);
}

void ce_disk_apply_names(struct ce_disk *disk, const struct ce_disk_change *change) {
  for (size_t i = 0; i < change->edit_count; i++) {
    const struct ce_disk_edit *made = &change->edits[i];
    ce_disk_names_set(&ce_disk_own(disk, made->directory)->kept.names, made->name, made->inode);
  }
}

static void apply(struct ce_disk *disk, const struct ce_disk_change *change) {
  if (change->kind == CE_DISK_NAMES) {
    ce_disk_apply_names(disk, change);
    return;
  }
  struct ce_disk_state *kept = &ce_disk_own(disk, change->inode)->kept;
  if (change->kind == CE_DISK_WRITE) {
    ce_disk_bytes_write(&kept->bytes, change->offset, change->bytes.data, change->bytes.size);
  } else if (change->kind == CE_DISK_TRUNCATE) {
    ce_disk_bytes_resize(&kept->bytes, change->offset);
  } else {
    kept->meta = change->meta;
  }
}

/* Carries out (or only forgets) the chosen changes, in their order. */
static void settle_chosen(struct ce_disk *disk, const bool *chosen, bool carry_out) {
  size_t left = 0;
  for (size_t i = 0; i < disk->change_count; i++) {
    if (!chosen[i]) {
      disk->changes[left++] = disk->changes[i];
      continue;
    }
    if (carry_out) {
      apply(disk, &disk->changes[i]);
    }
    ce_disk_change_clear(&disk->changes[i]);
  }
  disk->change_count = left;
}

static bool *new_choice(const struct ce_disk *disk) {
  return ce_disk_memory(calloc(disk->change_count + 1, sizeof(bool)));
}

void ce_disk_keep_inode(struct ce_disk *disk, size_t inode) {
  CE_AUTO(ce_free) bool *chosen = new_choice(disk);
  for (size_t i = 0; i < disk->change_count; i++) {
    chosen[i] = disk->changes[i].kind != CE_DISK_NAMES && disk->changes[i].inode == inode;
  }
  settle_chosen(disk, chosen, true);
}

static bool share_name(const struct ce_disk_change *a, const struct ce_disk_change *b) {
  for (size_t i = 0; i < a->edit_count; i++) {
    for (size_t k = 0; k < b->edit_count; k++) {
      if (a->edits[i].directory == b->edits[k].directory && strcmp(a->edits[i].name, b->edits[k].name) == 0) {
        return true;
      }
    }
  }
  return false;
}

static bool touches(const struct ce_disk_change *change, size_t directory) {
  for (size_t i = 0; i < change->edit_count; i++) {
    if (change->edits[i].directory == directory) {
      return true;
    }
  }
  return change->kind == CE_DISK_META && change->inode == directory;
}

/* All changes of the directory's names, and those of other directories that they build on. */
void ce_disk_keep_names(struct ce_disk *disk, size_t directory) {
  CE_AUTO(ce_free) bool *chosen = new_choice(disk);
  for (size_t i = disk->change_count; i > 0; i--) {
    chosen[i - 1] = touches(&disk->changes[i - 1], directory);
    for (size_t later = i; !chosen[i - 1] && later < disk->change_count; later++) {
      chosen[i - 1] = chosen[later] && share_name(&disk->changes[i - 1], &disk->changes[later]);
    }
  }
  settle_chosen(disk, chosen, true);
}

static size_t device_of(const struct ce_disk *disk, const struct ce_disk_change *change) {
  return disk->inodes[change->kind == CE_DISK_NAMES ? change->edits[0].directory : change->inode]->device;
}

void ce_disk_keep_device(struct ce_disk *disk, size_t device) {
  CE_AUTO(ce_free) bool *chosen = new_choice(disk);
  for (size_t i = 0; i < disk->change_count; i++) {
    chosen[i] = device_of(disk, &disk->changes[i]) == device;
  }
  settle_chosen(disk, chosen, true);
}

void ce_disk_lose_data(struct ce_disk *disk, size_t inode) {
  CE_AUTO(ce_free) bool *chosen = new_choice(disk);
  for (size_t i = 0; i < disk->change_count; i++) {
    chosen[i] = disk->changes[i].kind == CE_DISK_WRITE && disk->changes[i].inode == inode;
  }
  settle_chosen(disk, chosen, false);
}

void ce_disk_lose_device_data(struct ce_disk *disk, size_t device) {
  CE_AUTO(ce_free) bool *chosen = new_choice(disk);
  for (size_t i = 0; i < disk->change_count; i++) {
    chosen[i] = disk->changes[i].kind == CE_DISK_WRITE && device_of(disk, &disk->changes[i]) == device;
  }
  settle_chosen(disk, chosen, false);
}
