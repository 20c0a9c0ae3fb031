/* SPDX-License-Identifier: Apache-2.0
 * A program that was started, until it ends or must end; private to ports/. */
#ifndef CE_PORTS_PROCESS_CHILD_H
#define CE_PORTS_PROCESS_CHILD_H

#include "ports/process.h"

#include <stdbool.h>
#include <sys/types.h>

struct ce_child_stream {
  int fd; /* reading end, non-blocking; -1 after the end */
  struct ce_blob bytes;
};

/* {.pid = 0} owns nothing. */
struct ce_child {
  pid_t pid;  /* leader of its own session and process group; 0: none, or waited for */
  int pid_fd; /* readable when it has ended; -1 where the kernel has no such thing (before 5.3) */
  struct ce_child_stream output, errors;
};

/* Kills what still runs, waits for it, and closes everything. */
void ce_child_clear(struct ce_child *child);
CE_DEFINE_AUTO_IN_PLACE(ce_child, struct ce_child, ce_child_clear);

/* Reads both streams until the program has ended; what others that it left behind write later is not waited
 * for. CHILD, with its process group killed, when it takes longer than timeout_ms. name is for messages. */
CE_MUST_USE enum ce_code ce_child_wait(struct ce_child *child, const char *name, int64_t timeout_ms,
                                       int *ret_exit_status, struct ce_error *err);

#endif
