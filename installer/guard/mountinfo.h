/* SPDX-License-Identifier: Apache-2.0
 * Mounts as /proc/self/mountinfo lists them (proc_pid_mountinfo(5)); pure, private to guard/. */
#ifndef CE_GUARD_MOUNTINFO_H
#define CE_GUARD_MOUNTINFO_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct ce_mount {
  char point[PATH_MAX]; /* "/": the root */
  bool noexec;
};

/* The mount that an absolute path without "." and ".." lies on: the longest that holds it, of equal ones the
 * last, which hides the others. Lines that break the format, or are longer than a path may be, do not count.
 * False: none. */
bool ce_mountinfo_find(const char *text, size_t size, const char *path, struct ce_mount *ret);

#endif
