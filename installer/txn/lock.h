/* SPDX-License-Identifier: Apache-2.0
 * One run at a time: an advisory lock on CE_LOCK with the holder's pid. While it is held CE_BUSY is locked
 * too, which everybody may read. */
#ifndef CE_TXN_LOCK_H
#define CE_TXN_LOCK_H

#include "ports/clock.h"
#include "ports/fs.h"

#include <signal.h>

#define CE_LOCK_WAIT_MS 10000

struct ce_lock;

/* Makes CE_STATE when it is missing. Waits up to wait_ms; then LOCKED with "held by process <pid>". CANCELLED
 * as soon as *cancelled (NULL: nobody cancels) is set while it waits. A lock file that was removed by a purge
 * while we waited is made anew. */
CE_MUST_USE enum ce_code ce_lock_take(struct ce_fs *fs, const struct ce_clock *clock, int64_t wait_ms,
                                      const volatile sig_atomic_t *cancelled, struct ce_lock **ret,
                                      struct ce_error *err);
/* Looks only, at CE_BUSY: whether a run is at work. No user without rights can keep a run out or make this
 * true. False where there is no such file. */
CE_MUST_USE enum ce_code ce_lock_is_held(struct ce_fs *fs, bool *ret, struct ce_error *err);
/* Releases it; the files stay. Who removes them while it is held removes CE_BUSY first. */
void ce_lock_free(struct ce_lock *lock);
CE_DEFINE_AUTO(ce_lock, struct ce_lock *, ce_lock_free);

#endif
