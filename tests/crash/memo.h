/* SPDX-License-Identifier: Apache-2.0
 * Trees that were judged already: many power losses leave the same, and the same tree recovers the same way.
 */
#ifndef CRASH_MEMO_H
#define CRASH_MEMO_H

#include "fakes/disk.h"

struct memo {
  struct ce_digest *items; /* open addressing; all zeros: free */
  size_t count, capacity;
};
void memo_clear(struct memo *memo);
CE_DEFINE_AUTO_IN_PLACE(memo, struct memo, memo_clear);

/* True when the whole disk but for CE_BUSY, with this mark, is there for the first time. */
bool memo_add(struct memo *memo, const struct ce_disk *disk, const char *mark);

#endif
