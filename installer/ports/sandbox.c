/* SPDX-License-Identifier: Apache-2.0
 * The sandbox's layers in their order: the last ones forbid what the first ones need. */
#include "ports/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY          65534 /* the kernel's own number for nobody (overflowuid) */
#define DESCRIPTORS_MAX 64
#define DATA_MAX        ((rlim_t)512 << 20)

#if defined __SANITIZE_ADDRESS__
#define SANITIZED                                                                                            \
  1 /* needs terabytes of address space, and standard error for its reports; debug builds only */
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* What the program does on signals is not for this process, which has no terminal either. */
static void forget_signals(void) {
  static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGALRM, SIGUSR1, SIGUSR2, SIGCHLD};
  sigset_t none;
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    signal(numbers[i], SIG_DFL);
  }
  signal(SIGPIPE, SIG_IGN);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool close_from(unsigned first) {
  if (syscall(SYS_close_range, first, ~0U, 0) == 0) {
    return true;
  }
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > (1 << 20)) {
    return false;
  }
  for (unsigned fd = first; fd < limit.rlim_cur; fd++) {
    close((int)fd);
  }
  return true;
}

/* fd becomes the first after the standard ones, so that everything behind it can be closed at once. */
static bool keep_only(int *fd) {
  int kept = STDERR_FILENO + 1;
  if (*fd != kept && dup2(*fd, kept) != kept) {
    return false;
  }
  *fd = kept;
  int nowhere = open("/dev/null", O_RDWR);
  bool done = nowhere >= 0;
  for (int standard = 0; done && standard <= (SANITIZED ? STDOUT_FILENO : STDERR_FILENO); standard++) {
    done = dup2(nowhere, standard) == standard;
  }
  return close_from((unsigned)kept + 1) && done;
}

static bool set_limits(void) {
  static const struct {
    __rlimit_resource_t resource;
    rlim_t most;
  } limits[] = {
      {RLIMIT_CORE, 0},
      {RLIMIT_FSIZE, 0},
      {RLIMIT_NOFILE, DESCRIPTORS_MAX},
      {RLIMIT_NPROC, 0},
      {RLIMIT_MEMLOCK, 0},
      {RLIMIT_MSGQUEUE, 0},
      {RLIMIT_DATA, SANITIZED ? RLIM_INFINITY : DATA_MAX},
  };
  bool all = true;
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
    struct rlimit limit;
    if (getrlimit(limits[i].resource, &limit) != 0) {
      all = false;
      continue;
    }
    rlim_t most = limits[i].most < limit.rlim_max ? limits[i].most : limit.rlim_max;
    limit = (struct rlimit){most, most};
    all = setrlimit(limits[i].resource, &limit) == 0 && all;
  }
  return all;
}

/* True also for a process that was nobody special before; *ret_nobody tells the two apart. */
static bool become_nobody(bool *ret_nobody) {
  if (geteuid() != 0 && getuid() != 0) {
    return true;
  }
  *ret_nobody = setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
                setresuid(NOBODY, NOBODY, NOBODY) == 0;
  return *ret_nobody;
}

static bool drop_privileges(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  bool dropped = syscall(SYS_capset, &header, none) == 0;
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && dropped;
}

/* A change of user clears this, so it comes after that. */
static bool die_with(pid_t parent) {
  return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid() == parent;
}

uint32_t ce_sandbox_enter(const struct ce_sandbox *sandbox, int *ret_fd) {
  bool holds[CE_SANDBOX_LAYERS] = {false};
  bool nobody = false;
  int fd = sandbox->fd;
  forget_signals();
  setsid();
  holds[CE_SANDBOX_DESCRIPTORS] = keep_only(&fd);
  holds[CE_SANDBOX_USER] = become_nobody(&nobody);
  holds[CE_SANDBOX_LIMITS] = set_limits();
  holds[CE_SANDBOX_PRIVILEGES] = drop_privileges();
  holds[CE_SANDBOX_PARENT] = die_with(sandbox->parent);
  holds[CE_SANDBOX_TRACING] = prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
  holds[CE_SANDBOX_FILES] = ce_sandbox_restrict_files(sandbox->directory);
  holds[CE_SANDBOX_CALLS] = ce_sandbox_restrict_calls(holds[CE_SANDBOX_FILES], nobody);
  uint32_t missing = 0;
  for (int layer = 0; layer < CE_SANDBOX_LAYERS; layer++) {
    missing |= holds[layer] ? 0 : CE_SANDBOX_BIT(layer);
  }
  *ret_fd = fd;
  return missing;
}

void ce_sandbox_format(uint32_t layers, char *ret, size_t size) {
  static const char *const names[CE_SANDBOX_LAYERS] = {
      [CE_SANDBOX_PARENT] = "parent",         [CE_SANDBOX_DESCRIPTORS] = "descriptors",
      [CE_SANDBOX_LIMITS] = "limits",         [CE_SANDBOX_USER] = "user",
      [CE_SANDBOX_PRIVILEGES] = "privileges", [CE_SANDBOX_TRACING] = "tracing",
      [CE_SANDBOX_FILES] = "landlock",        [CE_SANDBOX_CALLS] = "seccomp",
  };
  size_t used = 0;
  ret[0] = '\0';
  for (int layer = 0; layer < CE_SANDBOX_LAYERS; layer++) {
    if (layers & CE_SANDBOX_BIT(layer) && used < size) {
      int length = snprintf(ret + used, size - used, "%s%s", used ? " " : "", names[layer]);
      used += length > 0 ? (size_t)length : 0;
    }
  }
}
