/* SPDX-License-Identifier: Apache-2.0
 * The fetch child's own life: give up all rights, then answer the parent until it closes its end. */
#include "ports/fetch-transfer.h"
#include "ports/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

static bool say_ready(int fd, uint32_t missing) {
  struct ce_fetch_frame frame = {
      .type = CE_FETCH_READY, .size = sizeof frame.ready, .ready = {.missing = missing}};
  return send(fd, &frame, CE_FETCH_FRAME_HEAD + frame.size, MSG_NOSIGNAL) > 0;
}

static void answer_requests(const struct ce_fetch_config *config, int fd) {
  struct ce_fetch_transfer *transfer = ce_fetch_transfer_new(config, fd);
  static struct ce_fetch_frame frame;
  for (bool more = transfer; more;) {
    ssize_t got = TEMP_FAILURE_RETRY(recv(fd, &frame, sizeof frame, MSG_TRUNC));
    more = got > 0 && ce_fetch_frame_check_get(&frame, (size_t)got) &&
           ce_fetch_transfer_run(transfer, &frame.get);
  }
}

_Noreturn void ce_fetch_child_live(const struct ce_fetch_config *config, int fd, pid_t parent) {
  const struct ce_sandbox sandbox = {.fd = fd, .parent = parent, .directory = config->authorities.directory};
  uint32_t missing = ce_sandbox_enter(&sandbox, &fd);
  /* When the parent ended before the kernel knew that this process shall not outlive it, its end of the pair
   * is closed, and saying something fails. */
  if (say_ready(fd, missing)) {
    answer_requests(config, fd);
  }
  /* Nothing of the parent's that is registered for its end may run here. */
  _exit(0);
}
