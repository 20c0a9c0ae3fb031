/* SPDX-License-Identifier: Apache-2.0
 * The list of USB devices, kept current by events: no polling, no wake-up while nothing happens.
 *
 *   ce_device_watch_open(&request, &watch, &err)          listens first and looks then, so that nothing is
 * missed poll(ce_device_watch_fd(watch), POLLIN)                one descriptor, whatever is behind it
 *   ce_device_watch_dispatch(watch, &changed, &err)        never blocks; changed: look at the list again
 *   ce_device_watch_list(watch)
 *
 * With udevd running, its events are taken (rules have run, nodes have their access then); without it or
 * without libudev, the kernel's. A composite device makes a dozen events: the list changes when they have
 * been quiet for CE_DEVICE_QUIET_MS, at the latest CE_DEVICE_LATEST_MS after the first of them. Events only
 * say where to look: what is kept of them is one mark for each device, so a storm costs no memory, and events
 * that the socket lost (ENOBUFS) lead to a full look. What comes and goes between two looks raises the
 * device's generation.
 *
 * A device that is gone within CE_DEVICE_REJECT_MS and was never authorized stays in the list as `rejected`,
 * until something comes at that port or ce_device_watch_rescan() is called (the person's Retry); at most
 * CE_DEVICE_REJECTED_MAX of them.
 *
 * One thread at a time. Two watches in one process do no harm. */
#ifndef CE_DEVICE_WATCH_H
#define CE_DEVICE_WATCH_H

#include "device/device.h"
#include "ports/clock.h"

#define CE_DEVICE_QUIET_MS     10
#define CE_DEVICE_LATEST_MS    30
#define CE_DEVICE_REJECT_MS    500
#define CE_DEVICE_REJECTED_MAX 16

struct ce_device_watch;

struct ce_device_watch_request {
  const struct ce_device_places *places; /* must outlive the watch, as the others */
  const struct ce_access_user *user;     /* may be NULL */
  const struct ce_clock *clock;
};

/* IO or PERMISSION when the kernel gives no event socket (a sandbox); MEMORY. */
CE_MUST_USE enum ce_code ce_device_watch_open(const struct ce_device_watch_request *request,
                                              struct ce_device_watch **ret, struct ce_error *err);
void ce_device_watch_free(struct ce_device_watch *watch);
CE_DEFINE_AUTO(ce_device_watch, struct ce_device_watch *, ce_device_watch_free);

/* For poll or epoll; the watch's own. */
int ce_device_watch_fd(const struct ce_device_watch *watch);
CE_MUST_USE enum ce_code ce_device_watch_dispatch(struct ce_device_watch *watch, bool *ret_changed,
                                                  struct ce_error *err);
/* Looks at everything again and forgets the rejected ones. */
CE_MUST_USE enum ce_code ce_device_watch_rescan(struct ce_device_watch *watch, struct ce_error *err);
/* Valid until the next dispatch or rescan. */
const struct ce_device_list *ce_device_watch_list(const struct ce_device_watch *watch);
/* "udev" or "kernel": whose events are taken; static. */
const char *ce_device_watch_source(const struct ce_device_watch *watch);

#endif
