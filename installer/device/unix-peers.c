/* SPDX-License-Identifier: Apache-2.0
 * Asking sock_diag(7) for unix sockets. */
#include "device/unix-peers.h"

#include "base/cleanup.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#define ANSWER_BYTES 32768
#define ANSWER_MS    500

struct peers {
  const char *path;
  uint32_t *inodes;
  size_t count;
};

static bool ask(int fd) {
  struct {
    struct nlmsghdr header;
    struct unix_diag_req request;
  } message = {.header = {.nlmsg_len = sizeof message,
                          .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                          .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
               .request = {.sdiag_family = AF_UNIX,
                           .udiag_states = 1u << TCP_ESTABLISHED,
                           .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER}};
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  return sendto(fd, &message, sizeof message, 0, (struct sockaddr *)&kernel, sizeof kernel) ==
         (ssize_t)sizeof message;
}

/* A connection's end on the service's side carries the path; its peer is the client's. */
static void take_socket(struct peers *peers, const struct nlmsghdr *header) {
  const struct unix_diag_msg *socket = NLMSG_DATA(header);
  size_t length = strlen(peers->path);
  bool named = false;
  uint32_t peer = 0;
  unsigned left = (unsigned)(header->nlmsg_len - NLMSG_LENGTH(sizeof *socket));
  for (const struct rtattr *attribute = (const struct rtattr *)(socket + 1); RTA_OK(attribute, left);
       attribute = RTA_NEXT(attribute, left)) {
    size_t size = RTA_PAYLOAD(attribute);
    if (attribute->rta_type == UNIX_DIAG_NAME) {
      const char *name = RTA_DATA(attribute);
      named = strnlen(name, size) == length && memcmp(name, peers->path, length) == 0;
    } else if (attribute->rta_type == UNIX_DIAG_PEER && size >= sizeof peer) {
      memcpy(&peer, RTA_DATA(attribute), sizeof peer);
    }
  }
  if (named && peer && peers->count < CE_UNIX_PEERS_MAX) {
    peers->inodes[peers->count++] = peer;
  }
}

/* *ret_done is true at the end of the dump. */
static bool take_answer(struct peers *peers, const struct nlmsghdr *header, size_t size, bool *ret_done) {
  for (unsigned left = (unsigned)size; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
    if (header->nlmsg_type == NLMSG_DONE) {
      *ret_done = true;
      return true;
    }
    if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
        header->nlmsg_len < NLMSG_LENGTH(sizeof(struct unix_diag_msg))) {
      return false;
    }
    take_socket(peers, header);
  }
  return true;
}

bool ce_unix_peers_find(const char *path, uint32_t ret[CE_UNIX_PEERS_MAX], size_t *ret_count) {
  CE_AUTO(ce_fd) int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  struct timeval limit = {.tv_usec = ANSWER_MS * 1000};
  if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0 || !ask(fd)) {
    return false;
  }
  CE_AUTO(ce_free) struct nlmsghdr *buffer = malloc(ANSWER_BYTES);
  struct peers peers = {.path = path, .inodes = ret};
  for (bool done = false; buffer && !done;) {
    ssize_t size = TEMP_FAILURE_RETRY(recv(fd, buffer, ANSWER_BYTES, 0));
    if (size <= 0 || !take_answer(&peers, buffer, (size_t)size, &done)) {
      return false;
    }
  }
  *ret_count = peers.count;
  return buffer != NULL;
}
