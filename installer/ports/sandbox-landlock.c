/* SPDX-License-Identifier: Apache-2.0
 * The sandbox's layer over files: Landlock, as far as the kernel knows it. */
#include "ports/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's interface, newer than the headers that are built with. */
struct ruleset {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};
#define ACCESS_FIRST    ((UINT64_C(1) << 13) - 1) /* execute ... make-symlink */
#define ACCESS_REFER    (UINT64_C(1) << 13)
#define ACCESS_TRUNCATE (UINT64_C(1) << 14)
#define ACCESS_IOCTL    (UINT64_C(1) << 15)
#define SCOPE_ALL       (UINT64_C(1) | UINT64_C(2)) /* abstract sockets, signals */

#define READ_FILE      LANDLOCK_ACCESS_FS_READ_FILE
#define READ_DIRECTORY (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)

/* What the C library reads to look names up (nsswitch.conf(5), resolver(5), gai.conf(5)), with the places
 * that resolv.conf is linked to and nscd's. */
static const char *const readable[] = {
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/protocols",
    "/etc/ld.so.cache",
    "/etc/mdns.allow",
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/run/nscd",
    "/run/systemd/resolve",
    "/run/NetworkManager/resolv.conf",
    "/run/NetworkManager/no-stub-resolv.conf",
    "/run/resolvconf",
    "/run/connman/resolv.conf",
};

static int create_ruleset(const struct ruleset *ruleset, size_t size, uint32_t flags) {
  return (int)syscall(SYS_landlock_create_ruleset, ruleset, size, flags);
}

/* What is not there needs no rule. */
static bool allow_reading(int ruleset, const char *path) {
  int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) {
    return errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP;
  }
  struct stat found;
  bool done = fstat(fd, &found) == 0;
  struct landlock_path_beneath_attr rule = {
      .allowed_access = done && S_ISDIR(found.st_mode) ? READ_DIRECTORY : READ_FILE,
      .parent_fd = fd,
  };
  done = done && syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
  close(fd);
  return done;
}

/* Each version of the interface knows more rights; those that it does not know cannot be taken away. */
static int open_ruleset(void) {
  int version = create_ruleset(NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  struct ruleset ruleset = {.handled_access_fs = ACCESS_FIRST};
  if (version < 1) {
    return -1;
  }
  ruleset.handled_access_fs |= version >= 2 ? ACCESS_REFER : 0;
  ruleset.handled_access_fs |= version >= 3 ? ACCESS_TRUNCATE : 0;
  ruleset.handled_access_fs |= version >= 5 ? ACCESS_IOCTL : 0;
  ruleset.scoped = version >= 6 ? SCOPE_ALL : 0;
  size_t size = version >= 6   ? sizeof ruleset
                : version >= 4 ? offsetof(struct ruleset, scoped)
                               : offsetof(struct ruleset, handled_access_net);
  return create_ruleset(&ruleset, size, 0);
}

bool ce_sandbox_restrict_files(const char *directory) {
  int ruleset = open_ruleset();
  if (ruleset < 0) {
    return false;
  }
  bool done = !directory || allow_reading(ruleset, directory);
  for (size_t i = 0; i < sizeof readable / sizeof readable[0]; i++) {
    done = allow_reading(ruleset, readable[i]) && done;
  }
  /* A rule that could not be made leaves less to read, not more. */
  bool restricted = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  close(ruleset);
  return restricted && done;
}
