/* SPDX-License-Identifier: Apache-2.0
 * The monitor's knowledge: the receipt's paths and their states, looked at through a file system. The file
 * system is opened for each look: it remembers the directories that it went through, which may be moved. */
#ifndef CE_MONITOR_MONITOR_H
#define CE_MONITOR_MONITOR_H

#include "monitor/watched.h"

struct ce_monitor {
  const char *root; /* the tree's root directory */
  void (*say)(void *context,
              const char *line); /* a line of the log with its sd-daemon(3) priority, without newline */
  void *context;
  struct ce_watched_list *list; /* NULL before the first ce_monitor_load(); ce_watched_list_free() */
};

/* Reads the receipt and makes everything in it due; known states are kept. No receipt is an empty list. On
 * failure (RECEIPT_DAMAGED, STATE_FORMAT, IO ...) the old list stays. */
CE_MUST_USE enum ce_code ce_monitor_load(struct ce_monitor *monitor, struct ce_error *err);
/* Looks at what is due and says what changed. MEMORY; IO or PERMISSION when the root cannot be opened. */
CE_MUST_USE enum ce_code ce_monitor_check(struct ce_monitor *monitor, struct ce_error *err);
/* How many paths are not in place, as of the last look. */
size_t ce_monitor_faults(const struct ce_monitor *monitor);
/* A transaction is at work: what changes now is no news yet. */
bool ce_monitor_is_busy(const struct ce_monitor *monitor);

#endif
