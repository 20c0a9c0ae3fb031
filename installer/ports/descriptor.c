/* SPDX-License-Identifier: Apache-2.0
 * Calls on a bare descriptor. */
#include "ports/descriptor.h"

#include <errno.h>
#include <unistd.h>

int ce_descriptor_write(int fd, const void *bytes, size_t size) {
  const char *next = bytes;
  while (size > 0) {
    ssize_t written = write(fd, next, size);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return written < 0 ? errno : EIO;
    }
    next += written;
    size -= (size_t)written;
  }
  return 0;
}
