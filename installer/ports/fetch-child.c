/* SPDX-License-Identifier: Apache-2.0
 * The parent's hold on the fetch child. */
#include "ports/fetch-child.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

void ce_fetch_config_clear(struct ce_fetch_config *config) {
  ce_url_clear(&config->server);
  ce_proxies_clear(&config->proxies);
  ce_ca_store_clear(&config->authorities);
}

enum ce_code ce_fetch_child_start(const struct ce_fetch_config *config, struct ce_fetch_child *ret,
                                  struct ce_error *err) {
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
    return ce_fail_sys(err, errno, "start", "fetch child");
  }
  CE_AUTO(ce_fd) int own = fds[0];
  CE_AUTO(ce_fd) int other = fds[1];
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid < 0) {
    return ce_fail_sys(err, errno, "start", "fetch child");
  }
  if (pid == 0) {
    ce_fetch_child_live(config, other, parent);
  }
  *ret = (struct ce_fetch_child){.pid = pid, .fd = ce_take_fd(&own)};
  return CE_OK;
}

void ce_fetch_child_stop(struct ce_fetch_child *child) {
  if (child->pid > 0) {
    kill(child->pid, SIGKILL);
    (void)TEMP_FAILURE_RETRY(waitpid(child->pid, NULL, 0));
  }
  ce_fd_auto(&child->fd);
  *child = (struct ce_fetch_child){.pid = 0, .fd = -1};
}

static enum ce_code gone(struct ce_error *err) {
  return ce_fail(err, CE_NETWORK, "fetch", "fetch child", "the process that talks to the network ended");
}

enum ce_code ce_fetch_child_send(const struct ce_fetch_child *child, const struct ce_fetch_frame *frame,
                                 struct ce_error *err) {
  size_t size = CE_FETCH_FRAME_HEAD + frame->size;
  ssize_t sent = TEMP_FAILURE_RETRY(send(child->fd, frame, size, MSG_NOSIGNAL | MSG_DONTWAIT));
  return sent == (ssize_t)size ? CE_OK : gone(err);
}

enum ce_code ce_fetch_child_receive(const struct ce_fetch_child *child, int wait_ms,
                                    struct ce_fetch_frame *ret, bool *ret_there, struct ce_error *err) {
  ssize_t got = recv(child->fd, ret, sizeof *ret, MSG_DONTWAIT | MSG_TRUNC);
  if (got < 0 && errno == EAGAIN) {
    struct pollfd waiting = {.fd = child->fd, .events = POLLIN};
    poll(&waiting, 1, wait_ms);
    got = recv(child->fd, ret, sizeof *ret, MSG_DONTWAIT | MSG_TRUNC);
  }
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    *ret_there = false;
    return CE_OK;
  }
  if (got <= 0) {
    return gone(err);
  }
  if (!ce_fetch_frame_check(ret, (size_t)got)) {
    return ce_fail(err, CE_NETWORK, "fetch", "fetch child",
                   "the process that talks to the network broke its rules");
  }
  *ret_there = true;
  return CE_OK;
}
