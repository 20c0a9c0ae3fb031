/* SPDX-License-Identifier: Apache-2.0
 * The sandbox's layer over system calls: those of a list, some with certain arguments only.
 *
 * Every other call fails as on a kernel that does not have it (ENOSYS). The process is not killed: name
 * look-up loads modules of the machine's choice (nsswitch.conf), which try this and that and go on without.
 */
#include "ports/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* By name: not every architecture has all of them, and not every libseccomp knows them. */
static const char *const always[] = {
    "read",
    "readv",
    "pread64",
    "write",
    "writev",
    "close",
    "close_range",
    "lseek",
    "dup",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "recv",
    "send",
    "connect",
    "shutdown",
    "getsockname",
    "getpeername",
    "getsockopt",
    "socketpair",
    "pipe2",
    "eventfd2",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "_newselect",
    "fstat",
    "stat",
    "lstat",
    "newfstatat",
    "fstatat64",
    "statx",
    "statfs",
    "fstatfs",
    "getdents64",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getcwd",
    "brk",
    "munmap",
    "mremap",
    "madvise",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "futex",
    "sched_yield",
    "sched_getaffinity",
    "getcpu",
    "getrandom",
    "uname",
    "sysinfo",
    "getrlimit",
    "getrusage",
    "getpid",
    "gettid",
    "getppid",
    "getpgrp",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigaltstack",
    "restart_syscall",
    "rseq",
    "set_robust_list",
    "set_tid_address",
    "exit",
    "exit_group",
};

#define WRITING (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | (O_TMPFILE & ~O_DIRECTORY))
#define MASKED(argument, mask, value)                                                                        \
  SCMP_CMP64(argument, SCMP_CMP_MASKED_EQ, (scmp_datum_t)(mask), (scmp_datum_t)(value))
#define IS(argument, value) SCMP_CMP64(argument, SCMP_CMP_EQ, (scmp_datum_t)(value), 0)
#define SOCKET_TYPE         0xf /* the rest of the argument is flags */

/* A call that this architecture has not needs no permission. */
static bool allow(scmp_filter_ctx filter, const char *name, unsigned count,
                  const struct scmp_arg_cmp *arguments) {
  int number = seccomp_syscall_resolve_name(name);
  return number == __NR_SCMP_ERROR ||
         seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, count, arguments) == 0;
}

struct narrow {
  const char *name;
  unsigned count;
  struct scmp_arg_cmp arguments[3];
};

static bool allow_all(scmp_filter_ctx filter, const struct narrow *calls, size_t count) {
  bool done = true;
  for (size_t i = 0; i < count; i++) {
    done = allow(filter, calls[i].name, calls[i].count, calls[i].arguments) && done;
  }
  return done;
}

static bool allow_files_and_memory(scmp_filter_ctx filter) {
  const struct narrow calls[] = {
      {"open", 1, {MASKED(1, WRITING, 0)}},
      {"openat", 1, {MASKED(2, WRITING, 0)}},
      {"fcntl", 1, {IS(1, F_GETFD)}},
      {"fcntl", 1, {IS(1, F_SETFD)}},
      {"fcntl", 1, {IS(1, F_GETFL)}},
      {"fcntl", 1, {IS(1, F_SETFL)}},
      {"fcntl", 1, {IS(1, F_DUPFD_CLOEXEC)}},
      {"ioctl", 1, {IS(1, FIONREAD)}},
      {"ioctl", 1, {IS(1, FIONBIO)}},
      /* Code comes from files only, and stays what it is. */
      {"mmap", 1, {MASKED(2, PROT_EXEC, 0)}},
      {"mmap", 2, {MASKED(2, PROT_WRITE, 0), MASKED(3, MAP_ANONYMOUS, 0)}},
      {"mprotect", 1, {MASKED(2, PROT_EXEC, 0)}},
      {"prlimit64", 2, {IS(0, 0), IS(2, 0)}},
      /* abort() */
      {"tgkill", 1, {IS(0, getpid())}},
  };
  return allow_all(filter, calls, sizeof calls / sizeof calls[0]);
}

static bool allow_sockets(scmp_filter_ctx filter) {
  static const struct narrow calls[] = {
      {"socket", 2, {IS(0, AF_INET), MASKED(1, SOCKET_TYPE, SOCK_STREAM)}},
      {"socket", 2, {IS(0, AF_INET), MASKED(1, SOCKET_TYPE, SOCK_DGRAM)}},
      {"socket", 2, {IS(0, AF_INET6), MASKED(1, SOCKET_TYPE, SOCK_STREAM)}},
      {"socket", 2, {IS(0, AF_INET6), MASKED(1, SOCKET_TYPE, SOCK_DGRAM)}},
      {"setsockopt", 1, {IS(1, SOL_SOCKET)}},
      {"setsockopt", 1, {IS(1, IPPROTO_TCP)}},
      {"setsockopt", 1, {IS(1, IPPROTO_IP)}},
      {"setsockopt", 1, {IS(1, IPPROTO_IPV6)}},
  };
  return allow_all(filter, calls, sizeof calls / sizeof calls[0]);
}

/* The kernel's list of addresses, which getaddrinfo() asks for with a bound socket. bind() can also make a
 * file, so only where another layer forbids that; getaddrinfo() goes on without. */
static bool allow_netlink(scmp_filter_ctx filter) {
  static const struct narrow calls[] = {
      {"socket", 2, {IS(0, AF_NETLINK), IS(2, 0)}},
      {.name = "bind"},
  };
  return allow_all(filter, calls, sizeof calls / sizeof calls[0]);
}

/* The name services of the machine (nscd, systemd-resolved). A user's own process could reach that user's
 * services over it (session bus, agents), so it is for nobody alone; the C library asks the name server
 * itself then. */
static bool allow_local(scmp_filter_ctx filter) {
  static const struct narrow calls[] = {{"socket", 1, {IS(0, AF_UNIX)}}};
  return allow_all(filter, calls, 1);
}

static bool fill(scmp_filter_ctx filter, bool files, bool user) {
  bool done = true;
  for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
    done = allow(filter, always[i], 0, NULL) && done;
  }
  done = allow_files_and_memory(filter) && allow_sockets(filter) && done;
  done = (!files || allow_netlink(filter)) && done;
  return (!user || allow_local(filter)) && done;
}

bool ce_sandbox_restrict_calls(bool files, bool user) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
  if (!filter) {
    return false;
  }
  /* A binary tree: the calls of a download are many and at the list's begin and end. */
  seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  bool done = fill(filter, files, user) && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return done;
}
