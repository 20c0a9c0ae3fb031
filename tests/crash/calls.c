/* SPDX-License-Identifier: Apache-2.0
 * A table of system calls. */
#include "calls.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

enum rule {
  ALWAYS,
  REGULAR_FILE /* in the argument's descriptor */,
  CREATES /* flags in the argument */,
  CREATES_HOW
};

#define ROW(name, rule, argument)                                                                            \
  { SYS_##name, #name, rule, argument }

static const struct {
  long number;
  const char *name;
  enum rule rule;
  int argument;
} rows[] = {
    ROW(write, REGULAR_FILE, 0),   ROW(writev, REGULAR_FILE, 0),   ROW(pwrite64, REGULAR_FILE, 0),
    ROW(pwritev, REGULAR_FILE, 0), ROW(sendfile, REGULAR_FILE, 0), ROW(copy_file_range, REGULAR_FILE, 2),
    ROW(ftruncate, ALWAYS, 0),     ROW(truncate, ALWAYS, 0),       ROW(fallocate, ALWAYS, 0),
    ROW(openat, CREATES, 2),       ROW(openat2, CREATES_HOW, 2),   ROW(renameat2, ALWAYS, 0),
    ROW(unlinkat, ALWAYS, 0),      ROW(mkdirat, ALWAYS, 0),        ROW(mknodat, ALWAYS, 0),
    ROW(linkat, ALWAYS, 0),        ROW(symlinkat, ALWAYS, 0),      ROW(fchmod, ALWAYS, 0),
    ROW(fchmodat, ALWAYS, 0),      ROW(fchown, ALWAYS, 0),         ROW(fchownat, ALWAYS, 0),
    ROW(utimensat, ALWAYS, 0),     ROW(setxattr, ALWAYS, 0),       ROW(lsetxattr, ALWAYS, 0),
    ROW(fsetxattr, ALWAYS, 0),     ROW(removexattr, ALWAYS, 0),    ROW(lremovexattr, ALWAYS, 0),
    ROW(fremovexattr, ALWAYS, 0),  ROW(fsync, ALWAYS, 0),          ROW(fdatasync, ALWAYS, 0),
    ROW(syncfs, ALWAYS, 0),        ROW(sync, ALWAYS, 0),           ROW(sync_file_range, ALWAYS, 0),
#ifdef SYS_renameat
    ROW(renameat, ALWAYS, 0),
#endif
/* Only older architectures have these. */
#ifdef SYS_open
    ROW(open, CREATES, 1),         ROW(creat, ALWAYS, 0),          ROW(rename, ALWAYS, 0),
    ROW(unlink, ALWAYS, 0),        ROW(rmdir, ALWAYS, 0),          ROW(mkdir, ALWAYS, 0),
    ROW(mknod, ALWAYS, 0),         ROW(link, ALWAYS, 0),           ROW(symlink, ALWAYS, 0),
    ROW(chmod, ALWAYS, 0),         ROW(chown, ALWAYS, 0),          ROW(lchown, ALWAYS, 0),
    ROW(utimes, ALWAYS, 0),
#endif
};

static bool is_regular(pid_t pid, uint64_t fd) {
  char path[64];
  struct stat found;
  snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, (int)fd);
  return stat(path, &found) == 0 && S_ISREG(found.st_mode);
}

static bool how_creates(pid_t pid, uint64_t address) {
  struct open_how how = {0};
  struct iovec here = {&how, sizeof how};
  struct iovec there = {(void *)(uintptr_t)address, sizeof how};
  return process_vm_readv(pid, &here, 1, &there, 1, 0) > 0 && (how.flags & O_CREAT);
}

static bool counts(pid_t pid, size_t row, const struct __ptrace_syscall_info *call) {
  uint64_t argument = call->entry.args[rows[row].argument];
  switch (rows[row].rule) {
  case REGULAR_FILE:
    return is_regular(pid, argument);
  case CREATES:
    return argument & O_CREAT;
  case CREATES_HOW:
    return how_creates(pid, argument);
  default:
    return true;
  }
}

const char *calls_change(pid_t pid) {
  struct __ptrace_syscall_info call;
  long size = ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof call, &call);
  if (size <= 0 || call.op != PTRACE_SYSCALL_INFO_ENTRY) {
    return NULL;
  }
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if ((long)call.entry.nr == rows[i].number) {
      return counts(pid, i, &call) ? rows[i].name : NULL;
    }
  }
  return NULL;
}
