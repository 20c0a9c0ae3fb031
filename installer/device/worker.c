/* SPDX-License-Identifier: Apache-2.0
 * Starting and ending a child of our own. */
#include "device/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define LOOK_AGAIN_MS 5

static void close_from(unsigned first) {
  if (syscall(SYS_close_range, first, ~0U, 0) == 0) {
    return;
  }
  struct rlimit limit = {.rlim_cur = 1024};
  getrlimit(RLIMIT_NOFILE, &limit);
  for (unsigned fd = first; fd < limit.rlim_cur && fd < (1u << 20); fd++) {
    close((int)fd);
  }
}

/* Standard streams that lead nowhere, and fd behind them. */
static bool keep_only(int fd, int *ret_fd) {
  int kept = STDERR_FILENO + 1;
  if (fd != kept && dup2(fd, kept) != kept) {
    return false;
  }
  int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int standard = STDIN_FILENO; nowhere >= 0 && standard <= STDERR_FILENO; standard++) {
    if (dup2(nowhere, standard) != standard) {
      return false;
    }
  }
  close_from((unsigned)kept + 1);
  *ret_fd = kept;
  return nowhere >= 0;
}

static void take_default_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  for (int number = 1; number < SIGRTMIN; number++) {
    signal(number, number == SIGPIPE ? SIG_IGN : SIG_DFL);
  }
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool become(const struct ce_access_user *user) {
  if (!user || user->uid == 0 || geteuid() != 0) {
    return true;
  }
  return setgroups(user->group_count, user->groups) == 0 && setresgid(user->gid, user->gid, user->gid) == 0 &&
         setresuid(user->uid, user->uid, user->uid) == 0;
}

/* A session of its own comes before the change of user: who may trace that user's processes must not reach
 * the terminal of root. The child cannot be traced at all until it runs another program, which would see what
 * of root's memory was copied. The parent's death is asked for last: a change of user forgets it. */
static bool prepare(int fd, const struct ce_access_user *user, pid_t parent, int *ret_fd) {
  take_default_signals();
  return setsid() >= 0 && keep_only(fd, ret_fd) && become(user) && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
         prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
         getppid() == parent;
}

static enum ce_code start(int type, ce_worker_live *live, const void *context,
                          const struct ce_access_user *user, struct ce_worker *ret, struct ce_error *err) {
  int fds[2];
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) != 0) {
    return ce_fail_sys(err, errno, "start", "child");
  }
  CE_AUTO(ce_fd) int own = fds[0];
  CE_AUTO(ce_fd) int other = fds[1];
  if (fcntl(own, F_SETFL, O_NONBLOCK) != 0) {
    return ce_fail_sys(err, errno, "start", "child");
  }
  pid_t parent = getpid();
  pid_t pid = fork();
  if (pid < 0) {
    return ce_fail_sys(err, errno, "start", "child");
  }
  if (pid == 0) {
    int fd = -1;
    if (prepare(other, user, parent, &fd)) {
      live(context, fd);
    }
    _exit(0);
  }
  *ret = (struct ce_worker){.pid = pid, .fd = ce_take_fd(&own)};
  return CE_OK;
}

enum ce_code ce_worker_start(ce_worker_live *live, const void *context, const struct ce_access_user *user,
                             struct ce_worker *ret, struct ce_error *err) {
  return start(SOCK_SEQPACKET, live, context, user, ret, err);
}

enum ce_code ce_worker_start_stream(ce_worker_live *live, const void *context,
                                    const struct ce_access_user *user, struct ce_worker *ret,
                                    struct ce_error *err) {
  return start(SOCK_STREAM, live, context, user, ret, err);
}

bool ce_worker_await(struct ce_worker *worker, int64_t wait_ms, int *ret_status) {
  for (int64_t waited_ms = 0; worker->pid > 0; waited_ms += LOOK_AGAIN_MS) {
    pid_t ended = (pid_t)TEMP_FAILURE_RETRY(waitpid(worker->pid, ret_status, WNOHANG));
    if (ended != 0) {
      *ret_status = ended < 0 ? -1 : *ret_status;
      worker->pid = 0;
      return true;
    }
    if (waited_ms >= wait_ms) {
      return false;
    }
    poll(NULL, 0, LOOK_AGAIN_MS);
  }
  return true;
}

void ce_worker_end(struct ce_worker *worker, int *ret_status) {
  *ret_status = -1;
  if (worker->pid > 0) {
    kill(worker->pid, SIGKILL);
    if (!ce_worker_await(worker, CE_WORKER_END_MS, ret_status)) {
      *ret_status = -1;
    }
  }
  ce_fd_auto(&worker->fd);
  *worker = (struct ce_worker){.fd = -1};
}

void ce_worker_stop(struct ce_worker *worker) {
  int ignored;
  ce_worker_end(worker, &ignored);
}
