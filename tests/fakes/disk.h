/* SPDX-License-Identifier: Apache-2.0
 * A simulated disk behind struct ce_fs_ops: what programs see, and what would be left after a power loss.
 *
 * Data written to a file, its mode and owner, and every change of a directory's names are pending until the
 * file, the directory or the file system is synced. A crash keeps, drops or tears pending data, and keeps or
 * drops pending name changes in any way that respects their order on each name (a rename is one change). A
 * sync that fails loses the data that it was about: a later sync does not bring it back.
 *
 * Every call of the table counts; a fault stops the program at a call (that one and all later ones fail,
 * nothing is changed any more) or lets a call fail. One disk holds several file systems: renaming between
 * them fails. */
#ifndef FAKES_DISK_H
#define FAKES_DISK_H

#include "base/blob.h"
#include "ports/fs.h"

struct ce_disk;

/* An empty root on file system 1, all of it owned by 0:0. Out of memory ends the program. */
struct ce_disk *ce_disk_new(void);
void ce_disk_free(struct ce_disk *disk);
CE_DEFINE_AUTO(ce_disk, struct ce_disk *, ce_disk_free);
/* What programs see now, durable, without faults. */
struct ce_disk *ce_disk_copy(const struct ce_disk *disk);
/* What is left after a power loss at this moment. Seeds 0 to 3: nothing, everything, names without data, data
 * without names of what was pending; others: some of it. */
struct ce_disk *ce_disk_crash(const struct ce_disk *disk, unsigned seed);

/* Lives as long as the disk; ce_fs_free() does nothing to it. */
struct ce_fs *ce_disk_fs(struct ce_disk *disk);

/* Everything so far is durable and no call was made. */
void ce_disk_settle(struct ce_disk *disk);
/* The directory at path is the root of a file system of its own; everything made in it later lies on that. */
void ce_disk_mount(struct ce_disk *disk, const char *path);
void ce_disk_set_free_bytes(struct ce_disk *disk, uint64_t free_bytes);
/* space() says so and every change fails, on the file system of path. */
void ce_disk_set_read_only(struct ce_disk *disk, const char *path, bool read_only);

struct ce_disk_fault {
  size_t call;     /* from 1; 0: none */
  int sys_errno;   /* 0: the program is stopped there */
  bool of_changes; /* `call` counts only calls that do more than look: a stop before a look is one before what
                      follows */
  uint64_t until_freed_bytes; /* a lasting ENOSPC ends when files of this size were removed; 0: never */
  bool lasting; /* all later calls fail too: with ENOSPC those that need room, otherwise those that change */
};
void ce_disk_set_fault(struct ce_disk *disk, struct ce_disk_fault fault);
size_t ce_disk_calls(const struct ce_disk *disk);
/* Those of them that did more than look. */
size_t ce_disk_change_calls(const struct ce_disk *disk);

/* Appends a line for each path: type, mode, owner, content; in order, the same for the same tree. Lines of
 * the paths in `without` (NULL-terminated, may be NULL) are left out. */
void ce_disk_describe(const struct ce_disk *disk, const char *const *without, struct ce_blob *ret);

#endif
