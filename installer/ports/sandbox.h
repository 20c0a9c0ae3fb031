/* SPDX-License-Identifier: Apache-2.0
 * Giving up everything that a process does not need to talk to web servers (docs/SECURITY.md).
 *
 * Layers that the kernel does not offer are skipped, and told; each holds without the others. There is no way
 * back. */
#ifndef CE_PORTS_SANDBOX_H
#define CE_PORTS_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum ce_sandbox_layer {
  CE_SANDBOX_PARENT,      /* dies with its parent */
  CE_SANDBOX_DESCRIPTORS, /* only one descriptor is open; the standard ones lead nowhere */
  CE_SANDBOX_LIMITS,      /* resource limits: no file grows, no core, few descriptors, no processes */
  CE_SANDBOX_USER,        /* nobody and no group, when it began as root */
  CE_SANDBOX_PRIVILEGES,  /* no capabilities, and no program gives any */
  CE_SANDBOX_TRACING,     /* its memory is not for others of the same user */
  CE_SANDBOX_FILES,       /* Landlock: reads what name look-up and the certificate store need, nothing else */
  CE_SANDBOX_CALLS,       /* seccomp: system calls of a list */
  CE_SANDBOX_LAYERS,
};
#define CE_SANDBOX_BIT(layer) (UINT32_C(1) << (layer))

struct ce_sandbox {
  int fd;                /* stays open, under a new number */
  pid_t parent;          /* whom it does not outlive */
  const char *directory; /* may be read with all that is in it; NULL: none */
};

/* Returns the bits of the layers that do not hold. The process has one thread. *ret_fd is sandbox->fd's
 * number now. */
uint32_t ce_sandbox_enter(const struct ce_sandbox *sandbox, int *ret_fd);

/* The layers' names, separated by spaces, for the log. */
void ce_sandbox_format(uint32_t layers, char *ret, size_t size);

/* The two with files of their own; private to the room. True when the layer holds. */
bool ce_sandbox_restrict_files(const char *directory);
/* files: the layer above holds. user: it runs as nobody. */
bool ce_sandbox_restrict_calls(bool files, bool user);

#endif
