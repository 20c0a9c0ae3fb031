/* SPDX-License-Identifier: Apache-2.0
 * A look at the running system for what may interfere with an install or with the key.
 *
 * Processes, units, packages and paths are compared with the table products.def; the kernel is asked for what
 * it tells: devices that are not authorised, programs that are asked before files are opened, noexec mounts,
 * SELinux and the like. Everything is read below one root (/proc, /sys, /etc, ...): no program is called,
 * nothing is written. What cannot be read, or is gone by then, is no sign. An ordinary user sees less than
 * root: programs and descriptors of others are hidden from him, and directories that only their owner may
 * search. */
#ifndef CE_GUARD_LOOK_H
#define CE_GUARD_LOOK_H

#include "guard/finding.h"
#include "ports/fs.h"

struct ce_guard_place {
  struct ce_fs *fs;    /* the running system's root */
  const char *program; /* absolute path of this program; NULL: not known */
};

/* Replaces nothing in *ret on failure, which can only be MEMORY. Some milliseconds; seconds with ten
 * thousands of processes. */
CE_MUST_USE enum ce_code ce_guard_look(const struct ce_guard_place *place, struct ce_finding_list *ret,
                                       struct ce_error *err);

#endif
