/* SPDX-License-Identifier: Apache-2.0
 * Which program has a device node or the PC/SC service open, by looking through /proc.
 *
 * Root sees every process, a user his own only, so "nobody" may also mean "nobody that may be seen". A walk
 * takes some milliseconds on a busy machine: ask only when something is known to be held. */
#ifndef CE_DEVICE_HOLDER_H
#define CE_DEVICE_HOLDER_H

#include <stddef.h>
#include <sys/types.h>

#define CE_HOLDER_MAX          8
#define CE_HOLDER_PROGRAM_SIZE 64

struct ce_holder {
  pid_t pid;                            /* 0: none */
  char program[CE_HOLDER_PROGRAM_SIZE]; /* printable; as /proc/PID/comm tells */
};

/* Processes other than this one and its children that have path open, at most
 * CE_HOLDER_MAX, by ascending pid. proc is "/proc". Returns how many. */
size_t ce_holder_find_node(const char *proc, const char *path, struct ce_holder ret[CE_HOLDER_MAX]);
/* Processes that are connected to the listening unix socket at path, the listener and this program left out;
 * programs of certenv come last. Needs the kernel's sock_diag; where it is missing, processes that have
 * libpcsclite loaded are told instead. */
size_t ce_holder_find_clients(const char *proc, const char *path, struct ce_holder ret[CE_HOLDER_MAX]);

#endif
