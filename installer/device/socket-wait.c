/* SPDX-License-Identifier: Apache-2.0
 * inotify on a socket's directory and on the one above. */
#include "device/socket-wait.h"

#include "base/cleanup.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>

/* A listener makes the file, then listens, then sets its mode: the last of them is what counts. */
#define EVENTS (IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_DELETE)

/* path becomes its directory. */
static bool go_up(char *path) {
  char *slash = strrchr(path, '/');
  if (!slash || slash == path) {
    return false;
  }
  *slash = '\0';
  return true;
}

int ce_socket_wait_open(const char *path) {
  CE_AUTO(ce_fd) int fd = inotify_init1(IN_CLOEXEC);
  char directory[PATH_MAX];
  if (fd < 0 || strlen(path) >= sizeof directory) {
    return -1;
  }
  snprintf(directory, sizeof directory, "%s", path);
  if (!go_up(directory)) {
    return -1;
  }
  bool noticed = inotify_add_watch(fd, directory, EVENTS) >= 0;
  /* The directory above matters while that one is missing; watched always, it would wake us for everything in
   * /run. */
  if (!noticed && go_up(directory)) {
    noticed = inotify_add_watch(fd, directory, IN_CREATE | IN_MOVED_TO) >= 0;
  }
  return noticed ? ce_take_fd(&fd) : -1;
}

void ce_socket_wait(int fd) {
  char events[4096];
  for (;;) {
    ssize_t got = read(fd, events, sizeof events);
    if (got > 0) {
      return;
    }
    if (fd < 0 || errno != EINTR) {
      pause();
    }
  }
}
