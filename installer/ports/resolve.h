/* SPDX-License-Identifier: Apache-2.0
 * Opening what a path leads to without leaving a root directory; private to ports/.
 *
 * The kernel does it (openat2, Linux 5.6); where the kernel or a seccomp filter refuses that call, a walk of
 * our own takes one component at a time with the same result. Neither lets a name that is swapped meanwhile
 * lead outside. */
#ifndef CE_PORTS_RESOLVE_H
#define CE_PORTS_RESOLVE_H

#include <stdbool.h>

#define CE_RESOLVE_LINKS_MAX 40 /* the kernel's own limit, MAXSYMLINKS */

enum ce_resolve_border {
  CE_RESOLVE_IN_ROOT, /* as chroot: an absolute link starts at the root, ".." stops at it */
  CE_RESOLVE_BENEATH, /* a link that leads out of the root fails with EXDEV */
};

struct ce_resolve {
  int root_fd; /* a directory; owned by the caller */
  enum ce_resolve_border border;
  bool walk; /* never ask the kernel; becomes true by itself when the kernel refuses */
};

/* Opens path ("" is the root) with flags; O_CLOEXEC is added. All symbolic links are followed, the last one
 * too. Returns the descriptor, or -errno. *ret_linked tells whether a link was met; it is set on success
 * only. */
int ce_resolve_open(struct ce_resolve *resolve, const char *path, int flags, bool *ret_linked);

/* The same in one call where no symbolic link is met, -ELOOP where one is. -ENOSYS or -EPERM where the kernel
 * is not to be asked: then the other way is to be taken. */
int ce_resolve_open_unlinked(const struct ce_resolve *resolve, const char *path, int flags);

#endif
