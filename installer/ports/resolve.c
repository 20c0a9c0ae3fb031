/* SPDX-License-Identifier: Apache-2.0
 * Path resolution that stays inside a root directory: openat2(2), and the walk that replaces it. */
#include "ports/resolve.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* openat2 gives EAGAIN when a rename anywhere makes a ".." doubtful; a busy machine needs a few tries. */
#define KERNEL_TRIES_MAX 128

static int open_by_kernel(const struct ce_resolve *resolve, const char *path, int flags, __u64 more) {
  __u64 border = resolve->border == CE_RESOLVE_IN_ROOT ? RESOLVE_IN_ROOT : RESOLVE_BENEATH;
  struct open_how how = {
      .flags = (__u64)(unsigned)(flags | O_CLOEXEC),
      .resolve = border | RESOLVE_NO_MAGICLINKS | more,
  };
  for (int tries = 0; tries < KERNEL_TRIES_MAX; tries++) {
    long fd = syscall(SYS_openat2, resolve->root_fd, path[0] ? path : ".", &how, sizeof how);
    if (fd >= 0) {
      return (int)fd;
    }
    if (errno != EAGAIN && errno != EINTR) {
      return -errno;
    }
  }
  return -EAGAIN;
}

/* Invariant: fd is the directory `reached`, whose path below the root has no links and no "..". */
struct walk {
  const struct ce_resolve *resolve;
  int fd;
  int link_count;
  char reached[PATH_MAX];
  char ahead[PATH_MAX]; /* what is still to be taken */
};

static int duplicate(int fd) {
  int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  return copy < 0 ? -errno : copy;
}

static void move_to(struct walk *walk, int fd) {
  close(walk->fd);
  walk->fd = fd;
}

static int back_to_root(struct walk *walk) {
  int fd = duplicate(walk->resolve->root_fd);
  if (fd < 0) {
    return fd;
  }
  move_to(walk, fd);
  walk->reached[0] = '\0';
  return 0;
}

/* Takes `reached` again from the root. The ".." of a directory is never used: it could have been moved
 * outside. */
static int reach_again(struct walk *walk) {
  char path[PATH_MAX];
  memcpy(path, walk->reached, sizeof path);
  CE_AUTO(ce_fd) int fd = duplicate(walk->resolve->root_fd);
  char *rest = path;
  for (char *name = strsep(&rest, "/"); fd >= 0 && name && name[0]; name = strsep(&rest, "/")) {
    int next = openat(fd, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);
    if (next < 0) {
      return -errno;
    }
    close(fd);
    fd = next;
  }
  if (fd < 0) {
    return fd;
  }
  move_to(walk, ce_take_fd(&fd));
  return 0;
}

static int go_up(struct walk *walk) {
  if (walk->reached[0] == '\0') {
    return walk->resolve->border == CE_RESOLVE_IN_ROOT ? 0 : -EXDEV;
  }
  char *slash = strrchr(walk->reached, '/');
  *(slash ? slash : walk->reached) = '\0';
  return reach_again(walk);
}

/* Puts the link's target in front of what is ahead. */
static int follow(struct walk *walk, int link_fd) {
  if (++walk->link_count > CE_RESOLVE_LINKS_MAX) {
    return -ELOOP;
  }
  char path[PATH_MAX];
  ssize_t length = readlinkat(link_fd, "", path, sizeof path);
  if (length <= 0) {
    return length < 0 ? -errno : -ENOENT;
  }
  size_t ahead_length = strlen(walk->ahead);
  if ((size_t)length + ahead_length + 1 > sizeof path) {
    return -ENAMETOOLONG;
  }
  memcpy(path + length, walk->ahead, ahead_length + 1);
  memcpy(walk->ahead, path, (size_t)length + ahead_length + 1);
  if (path[0] != '/') {
    return 0;
  }
  return walk->resolve->border == CE_RESOLVE_IN_ROOT ? back_to_root(walk) : -EXDEV;
}

static int enter(struct walk *walk, const char *name, int *directory_fd) {
  size_t length = strlen(walk->reached);
  size_t name_length = strlen(name);
  if (length + 1 + name_length + 1 > sizeof walk->reached) {
    return -ENAMETOOLONG;
  }
  if (length > 0) {
    walk->reached[length++] = '/';
  }
  memcpy(walk->reached + length, name, name_length + 1);
  move_to(walk, ce_take_fd(directory_fd));
  return 0;
}

/* Takes one component. *ret_fd is set when it was the last one and is no directory. */
static int take_component(struct walk *walk, const char *name, int flags, int *ret_fd) {
  if (strcmp(name, ".") == 0) {
    return 0;
  }
  if (strcmp(name, "..") == 0) {
    return go_up(walk);
  }
  CE_AUTO(ce_fd) int fd = openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  struct stat found;
  if (fd < 0 || fstat(fd, &found) != 0) {
    return -errno;
  }
  if (S_ISLNK(found.st_mode)) {
    return follow(walk, fd);
  }
  if (S_ISDIR(found.st_mode)) {
    return enter(walk, name, &fd);
  }
  if (walk->ahead[0] != '\0' || (flags & O_DIRECTORY)) {
    return -ENOTDIR;
  }
  int opened = openat(walk->fd, name, flags | O_NOFOLLOW | O_CLOEXEC);
  if (opened < 0) {
    return -errno;
  }
  *ret_fd = opened;
  return 0;
}

/* Cuts the next component off what is ahead; a slash after it stays ahead. Returns its length, 0 at the end.
 */
static int next_component(struct walk *walk, char name[NAME_MAX + 1]) {
  const char *start = walk->ahead + strspn(walk->ahead, "/");
  size_t length = strcspn(start, "/");
  if (length > NAME_MAX) {
    return -ENAMETOOLONG;
  }
  memcpy(name, start, length);
  name[length] = '\0';
  memmove(walk->ahead, start + length, strlen(start + length) + 1);
  return (int)length;
}

static int walk_from_root(struct walk *walk, int flags) {
  char name[NAME_MAX + 1];
  int length = 0;
  while ((length = next_component(walk, name)) > 0) {
    int fd = -1;
    int result = take_component(walk, name, flags, &fd);
    if (result < 0 || fd >= 0) {
      return result < 0 ? result : fd;
    }
  }
  if (length < 0) {
    return length;
  }
  if (flags & O_PATH) {
    return ce_take_fd(&walk->fd);
  }
  int fd = openat(walk->fd, ".", flags | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

static int open_by_walk(const struct ce_resolve *resolve, const char *path, int flags, bool *ret_linked) {
  size_t length = strlen(path);
  if (length >= PATH_MAX) {
    return -ENAMETOOLONG;
  }
  struct walk walk = {.resolve = resolve, .fd = duplicate(resolve->root_fd)};
  if (walk.fd < 0) {
    return walk.fd;
  }
  memcpy(walk.ahead, path, length + 1);
  int fd = walk_from_root(&walk, flags);
  ce_fd_auto(&walk.fd);
  if (fd >= 0) {
    *ret_linked = walk.link_count > 0;
  }
  return fd;
}

int ce_resolve_open_unlinked(const struct ce_resolve *resolve, const char *path, int flags) {
  return resolve->walk ? -ENOSYS : open_by_kernel(resolve, path, flags, RESOLVE_NO_SYMLINKS);
}

int ce_resolve_open(struct ce_resolve *resolve, const char *path, int flags, bool *ret_linked) {
  if (resolve->walk) {
    return open_by_walk(resolve, path, flags, ret_linked);
  }
  bool linked = false;
  int fd = open_by_kernel(resolve, path, flags, RESOLVE_NO_SYMLINKS);
  if (fd == -ELOOP) {
    linked = true;
    fd = open_by_kernel(resolve, path, flags, 0);
  }
  if (fd == -ENOSYS || fd == -EPERM) {
    resolve->walk = fd == -ENOSYS;
    return open_by_walk(resolve, path, flags, ret_linked);
  }
  if (fd >= 0) {
    *ret_linked = linked;
  }
  return fd;
}
