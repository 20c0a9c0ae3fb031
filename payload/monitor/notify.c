/* SPDX-License-Identifier: Apache-2.0
 * One datagram to systemd. */
#include "monitor/notify.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

enum ce_code ce_notify(const char *socket_path, const char *state, struct ce_error *err) {
  if (!socket_path || !*socket_path) {
    return CE_OK;
  }
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(socket_path);
  if (length >= sizeof address.sun_path) {
    return ce_fail(err, CE_IO, "notify", socket_path, "the socket's path is too long");
  }
  memcpy(address.sun_path, socket_path, length);
  if (*socket_path == '@') {
    address.sun_path[0] = '\0'; /* a name in the abstract namespace */
  }
  CE_AUTO(ce_fd) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  if (fd < 0 || sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address, size) < 0) {
    return ce_fail_sys(err, errno, "notify", socket_path);
  }
  return CE_OK;
}
