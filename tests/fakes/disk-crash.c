/* SPDX-License-Identifier: Apache-2.0
 * A simulated disk: what a power loss leaves. */
#include "fakes/disk-model.h"

#include <string.h>

struct crash {
  struct ce_disk *left; /* starts as what is durable */
  const struct ce_disk *disk;
  bool *denied; /* by change: it was dropped, so what builds on it is too */
  bool *unborn; /* by inode: its first name was dropped */
  bool *cut;    /* by inode: a truncation was dropped, so no later write reached it */
  unsigned names_percent, data_percent;
  uint64_t random;
};

/* splitmix64 */
static uint64_t draw(struct crash *crash) {
  uint64_t value = crash->random += UINT64_C(0x9e3779b97f4a7c15);
  value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
  return value ^ (value >> 31);
}

static bool chance(struct crash *crash, unsigned percent) {
  return draw(crash) % 100 < percent;
}

static void set_odds(struct crash *crash, unsigned seed) {
  static const struct { unsigned names, data; } fixed[] = {{0, 0}, {100, 100}, {100, 0}, {0, 100}};
  crash->random = seed;
  if (seed < sizeof fixed / sizeof fixed[0]) {
    crash->names_percent = fixed[seed].names;
    crash->data_percent = fixed[seed].data;
    return;
  }
  crash->names_percent = (unsigned)(draw(crash) % 101);
  crash->data_percent = (unsigned)(draw(crash) % 101);
}

static bool same_name(const struct ce_disk_edit *a, const struct ce_disk_edit *b) {
  return a->directory == b->directory && strcmp(a->name, b->name) == 0;
}

/* A change of a name needs every earlier change of that name, and the directory that it is in. */
static bool is_possible(const struct crash *crash, size_t index) {
  const struct ce_disk_change *change = &crash->disk->changes[index];
  for (size_t e = 0; e < change->edit_count; e++) {
    if (crash->unborn[change->edits[e].directory]) {
      return false;
    }
    for (size_t i = 0; i < index; i++) {
      const struct ce_disk_change *earlier = &crash->disk->changes[i];
      for (size_t k = 0; crash->denied[i] && k < earlier->edit_count; k++) {
        if (same_name(&earlier->edits[k], &change->edits[e])) {
          return false;
        }
      }
    }
  }
  return true;
}

static void settle_names(struct crash *crash, size_t index) {
  const struct ce_disk_change *change = &crash->disk->changes[index];
  if (is_possible(crash, index) && chance(crash, crash->names_percent)) {
    ce_disk_apply_names(crash->left, change);
    return;
  }
  crash->denied[index] = true;
  if (change->inode != CE_DISK_NO_INODE) {
    crash->unborn[change->inode] = true;
  }
}

/* Written, torn, or only the size has reached the medium and the blocks are zeros; or nothing. */
static void settle_write(struct crash *crash, const struct ce_disk_change *change) {
  struct ce_disk_bytes *bytes = &ce_disk_own(crash->left, change->inode)->kept.bytes;
  if (chance(crash, crash->data_percent)) {
    ce_disk_bytes_write(bytes, change->offset, change->bytes.data, change->bytes.size);
    return;
  }
  /* What was never synced may still have grown the file. */
  bool sized = crash->names_percent > 0 && chance(crash, 50);
  if (sized) {
    CE_AUTO(ce_free) uint8_t *zeros = ce_disk_memory(calloc(1, change->bytes.size + 1));
    ce_disk_bytes_write(bytes, change->offset, zeros, change->bytes.size);
  }
  if (crash->data_percent > 0 && change->bytes.size > 0) {
    ce_disk_bytes_write(bytes, change->offset, change->bytes.data, draw(crash) % change->bytes.size);
  }
}

static void settle_content(struct crash *crash, const struct ce_disk_change *change) {
  struct ce_disk_state *kept = &ce_disk_own(crash->left, change->inode)->kept;
  if (change->kind == CE_DISK_META) {
    if (chance(crash, crash->names_percent)) {
      kept->meta = change->meta;
    }
  } else if (crash->cut[change->inode]) {
    return;
  } else if (change->kind == CE_DISK_WRITE) {
    settle_write(crash, change);
  } else if (chance(crash, crash->data_percent)) {
    ce_disk_bytes_resize(&kept->bytes, change->offset);
  } else {
    crash->cut[change->inode] = true;
  }
}

struct ce_disk *ce_disk_crash(const struct ce_disk *disk, unsigned seed) {
  CE_AUTO(ce_disk) struct ce_disk *left = ce_disk_share(disk, false);
  CE_AUTO(ce_free) bool *denied = ce_disk_memory(calloc(disk->change_count + 1, sizeof *denied));
  CE_AUTO(ce_free) bool *unborn = ce_disk_memory(calloc(disk->inode_count + 1, sizeof *unborn));
  CE_AUTO(ce_free) bool *cut = ce_disk_memory(calloc(disk->inode_count + 1, sizeof *cut));
  struct crash crash = {.left = left, .disk = disk, .denied = denied, .unborn = unborn, .cut = cut};
  set_odds(&crash, seed);
  for (size_t i = 0; i < disk->change_count; i++) {
    if (disk->changes[i].kind == CE_DISK_NAMES) {
      settle_names(&crash, i);
    } else {
      settle_content(&crash, &disk->changes[i]);
    }
  }
  struct ce_disk *booted = ce_disk_share(left, false);
  memset(booted->read_only, 0, sizeof booted->read_only);
  return booted;
}
