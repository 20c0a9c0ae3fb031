/* SPDX-License-Identifier: Apache-2.0
 * inotify on the directories of a watch list. */
#ifndef CE_MONITOR_WATCHER_H
#define CE_MONITOR_WATCHER_H

#include "monitor/watch-list.h"

struct ce_watcher {
  const char *root; /* "/" or an image's directory */
  int fd;           /* to be polled; -1 before the first renewal */
  struct ce_watch_list list;
  int *descriptors; /* inotify's, one for each item of list; -1 where a directory went away */
  bool incomplete;  /* a directory went away while it was renewed: renew again */
};

void ce_watcher_clear(struct ce_watcher *watcher);
CE_DEFINE_AUTO_IN_PLACE(ce_watcher, struct ce_watcher, ce_watcher_clear);

/* Starts to watch for paths (relpaths), instead of what was watched before. Everything must be looked at
 * after it: what happened before went unseen. On failure (IO, when the kernel has no inotify instance or
 * watch left; MEMORY) the old watches stay. */
CE_MUST_USE enum ce_code ce_watcher_renew(struct ce_watcher *watcher, const char *const paths[], size_t count,
                                          struct ce_error *err);

/* Called for each directory that an event belongs to; name is "" when the event has none. */
typedef void ce_watcher_event(void *context, const char *directory, uint32_t mask, const char *name);
/* Hands on the events that wait; never blocks. IO. */
CE_MUST_USE enum ce_code ce_watcher_read(struct ce_watcher *watcher, ce_watcher_event *event, void *context,
                                         struct ce_error *err);

#endif
