/* SPDX-License-Identifier: Apache-2.0
 * The process that talks to the network (DESIGN section 6), and its parent's hold on it; private to ports/.
 *
 * It is forked, not executed: the program's file may be gone or its place not executable by then. It inherits
 * its settings; requests and answers are frames (fetch-frame.h). The parent forks before it has threads. */
#ifndef CE_PORTS_FETCH_CHILD_H
#define CE_PORTS_FETCH_CHILD_H

#include "ports/ca-store.h"
#include "ports/fetch-frame.h"
#include "ports/proxy.h"

#include <signal.h>
#include <sys/types.h>

/* What does not change from request to request. */
struct ce_fetch_config {
  struct ce_url server; /* its user and password go to its origin and nowhere else */
  struct ce_proxies proxies;
  struct ce_ca_store authorities;
  int64_t connect_ms;
};
void ce_fetch_config_clear(struct ce_fetch_config *config);
CE_DEFINE_AUTO_IN_PLACE(ce_fetch_config, struct ce_fetch_config, ce_fetch_config_clear);

/* {0, -1}: there is none. A pid of 0 with a descriptor is a child whose process somebody else cares for
 * (tests). */
struct ce_fetch_child {
  pid_t pid;
  int fd;
};

CE_MUST_USE enum ce_code ce_fetch_child_start(const struct ce_fetch_config *config,
                                              struct ce_fetch_child *ret, struct ce_error *err);
/* Kills it and waits for its end; for {0, -1} nothing. */
void ce_fetch_child_stop(struct ce_fetch_child *child);

/* NETWORK when the child is gone. */
CE_MUST_USE enum ce_code ce_fetch_child_send(const struct ce_fetch_child *child,
                                             const struct ce_fetch_frame *frame, struct ce_error *err);
/* Waits wait_ms at most for a frame, which is checked; *ret_there is false when none came. NETWORK when the
 * child is gone or sent what no child may send. */
CE_MUST_USE enum ce_code ce_fetch_child_receive(const struct ce_fetch_child *child, int wait_ms,
                                                struct ce_fetch_frame *ret, bool *ret_there,
                                                struct ce_error *err);

/* The child's own life, from the fork to its end. */
_Noreturn void ce_fetch_child_live(const struct ce_fetch_config *config, int fd, pid_t parent);

#endif
