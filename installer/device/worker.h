/* SPDX-License-Identifier: Apache-2.0
 * A child process that runs a function of ours and may be killed at any time; private to device/.
 *
 * Forked without exec: it closes every descriptor but its own, leaves the session and so the terminal, takes
 * the default signals, cannot be traced, ends with its parent, and reports by messages over a SOCK_SEQPACKET
 * pair, or over a stream where another program takes its place. */
#ifndef CE_DEVICE_WORKER_H
#define CE_DEVICE_WORKER_H

#include "device/access.h"

#include <stdbool.h>
#include <stdint.h>

#define CE_WORKER_END_MS                                                                                     \
  1000 /* waited for one that was killed; one that hangs in the kernel is left to it                         \
        */

/* Runs in the child, which ends when it returns. fd is its end of the pair. */
typedef void ce_worker_live(const void *context, int fd);

/* {.fd = -1} owns nothing. */
struct ce_worker {
  pid_t pid;
  int fd; /* the parent's end, non-blocking */
};

/* user may be NULL; a child of root becomes that user before anything else, or ends. */
CE_MUST_USE enum ce_code ce_worker_start(ce_worker_live *live, const void *context,
                                         const struct ce_access_user *user, struct ce_worker *ret,
                                         struct ce_error *err);
/* The same with a SOCK_STREAM pair. */
CE_MUST_USE enum ce_code ce_worker_start_stream(ce_worker_live *live, const void *context,
                                                const struct ce_access_user *user, struct ce_worker *ret,
                                                struct ce_error *err);
/* Waits until it has ended, at most wait_ms; *ret_status is as waitpid() tells it. False when it goes on. */
CE_MUST_USE bool ce_worker_await(struct ce_worker *worker, int64_t wait_ms, int *ret_status);
/* Kills it, unless it has ended; *ret_status as above, or -1 when it cannot be told. */
void ce_worker_end(struct ce_worker *worker, int *ret_status);
/* Kills it. */
void ce_worker_stop(struct ce_worker *worker);
CE_DEFINE_AUTO_IN_PLACE(ce_worker, struct ce_worker, ce_worker_stop);

#endif
