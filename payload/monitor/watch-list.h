/* SPDX-License-Identifier: Apache-2.0
 * Which directories inotify must watch so that nothing about a set of paths goes unseen, and what an event
 * means for them. Pure; masks and events are those of inotify(7).
 *
 * A directory that holds a path is watched for what happens to its entries; every directory above it only
 * for being moved or deleted itself, which costs no wake-up while others work in it. Where a directory is
 * missing, the nearest one that exists is watched for its return. */
#ifndef CE_MONITOR_WATCH_LIST_H
#define CE_MONITOR_WATCH_LIST_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ce_watch {
  char *directory; /* relpath; "" is the root */
  uint32_t mask;
};

struct ce_watch_list {
  struct ce_watch *items; /* each directory once */
  size_t count;
};

void ce_watch_list_clear(struct ce_watch_list *list);
CE_DEFINE_AUTO_IN_PLACE(ce_watch_list, struct ce_watch_list, ce_watch_list_clear);

/* Tells whether a directory exists. */
typedef bool ce_watch_exists(void *context, const char *directory);

/* Adds to list what is needed for path. MEMORY. */
CE_MUST_USE enum ce_code ce_watch_list_add(struct ce_watch_list *list, const char *path,
                                           ce_watch_exists *exists, void *context, struct ce_error *err);

enum ce_watch_meaning {
  CE_WATCH_NOTHING,     /* about something else */
  CE_WATCH_PATH,        /* something happened to the path itself */
  CE_WATCH_DIRECTORIES, /* the directories on the way changed: the list must be made anew and everything
                           looked at */
};

/* What an event with this mask about entry `name` ("" when it has none) of a watched directory means for
 * path. */
enum ce_watch_meaning ce_watch_meaning(const char *directory, uint32_t mask, const char *name,
                                       const char *path);

#endif
