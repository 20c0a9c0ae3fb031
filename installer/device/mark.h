/* SPDX-License-Identifier: Apache-2.0
 * What events said since the last look, one mark for each USB device whatever the number of events; private
 * to device/. Pure. */
#ifndef CE_DEVICE_MARK_H
#define CE_DEVICE_MARK_H

#include "device/uevent.h"

#include "base/error.h"

struct ce_mark {
  char syspath[CE_DEVICE_SYSPATH_SIZE];
  uint64_t arrivals;               /* how often it came */
  int64_t came_ms, gone_ms;        /* the last time; 0: not at all */
  struct ce_uevent *first_arrival; /* what the first of them told, NULL before; owned */
};

struct ce_mark_set {
  struct ce_mark *marks;
  size_t count;
  bool overflowed; /* there were more devices than CE_DEVICE_MAX: look at everything */
};
void ce_mark_set_clear(struct ce_mark_set *set);

/* Notes an event that concerns USB at now_ms. Fails with MEMORY only. */
CE_MUST_USE enum ce_code ce_mark_set_note(struct ce_mark_set *set, const struct ce_uevent *event,
                                          int64_t now_ms, struct ce_error *err);

/* Events were lost: what was told to be gone may have come back since. */
void ce_mark_set_doubt(struct ce_mark_set *set);

/* The device as its first event told it, for one that is gone at now_ms, before anybody could look; that it
 * went may not have been told yet. False when that is not enough to name it, when it is a hub, or when it
 * stayed longer than CE_DEVICE_REJECT_MS. */
bool ce_mark_as_rejected(const struct ce_mark *mark, int64_t now_ms, struct ce_device *ret);

#endif
