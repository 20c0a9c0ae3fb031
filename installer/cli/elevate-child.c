/* SPDX-License-Identifier: Apache-2.0
 * Starting the run with rights and waiting for its end. */
#include "cli/elevate-child.h"

#include "cli/attendance.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct child {
  pid_t pid;
  int signals; /* SIGCHLD, and what asks this process to end */
  int errors;  /* the child's standard error; -1 when it has ended or is not listened to */
  struct ce_attendance *attendance;
  struct ce_elevation_end end;
  bool has_ended;
};

static void child_auto(struct child *child) {
  ce_attendance_free(child->attendance);
  ce_fd_auto(&child->signals);
  ce_fd_auto(&child->errors);
}

static void watched_signals(sigset_t *ret) {
  sigemptyset(ret);
  sigaddset(ret, SIGCHLD);
  sigaddset(ret, SIGINT);
  sigaddset(ret, SIGTERM);
  sigaddset(ret, SIGHUP);
}

/* errors: the end that the child writes to, or -1. */
static int spawn(struct child *child, char *const *arguments, int errors) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  sigset_t none;
  sigset_t defaults; /* this program ignores it, and that would be inherited */
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  int failed = posix_spawnattr_setsigmask(&attributes, &none);
  failed = failed ? failed : posix_spawnattr_setsigdefault(&attributes, &defaults);
  failed =
      failed ? failed : posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (!failed && child->attendance) {
    failed =
        posix_spawn_file_actions_adddup2(&actions, ce_attendance_answers(child->attendance), STDIN_FILENO);
  }
  if (!failed && errors >= 0) {
    failed = posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  }
  failed =
      failed ? failed : posix_spawn(&child->pid, arguments[0], &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failed;
}

static enum ce_code start(struct child *child, char *const *arguments, bool attended, bool listens,
                          struct ce_error *err) {
  CE_AUTO(ce_fd) int errors = -1;
  sigset_t watched;
  watched_signals(&watched);
  child->signals = signalfd(-1, &watched, SFD_CLOEXEC);
  int ends[2];
  if (child->signals < 0) {
    return ce_fail_sys(err, errno, "signalfd", "");
  }
  if (listens) {
    if (pipe2(ends, O_CLOEXEC) != 0) {
      return ce_fail_sys(err, errno, "pipe", "");
    }
    child->errors = ends[0];
    errors = ends[1];
  }
  enum ce_code code =
      attended ? ce_attendance_open(STDIN_FILENO, STDOUT_FILENO, &child->attendance, err) : CE_OK;
  if (code != CE_OK) {
    return code;
  }
  int failed = spawn(child, arguments, errors);
  return failed ? ce_fail_sys(err, failed, "start", arguments[0]) : CE_OK;
}

/* Told on, whatever the child is at: a tool that asks for a password is still this user's process. */
static void pass_on(struct child *child) {
  child->end.was_ended = true;
  if (child->attendance) {
    ce_attendance_end(child->attendance);
  }
  kill(child->pid, SIGTERM);
}

static void reap(struct child *child) {
  int status;
  if (waitpid(child->pid, &status, WNOHANG) == child->pid) {
    child->has_ended = true;
    child->end.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
}

static void take_signal(struct child *child) {
  struct signalfd_siginfo info;
  if (read(child->signals, &info, sizeof info) != sizeof info) {
    return;
  }
  if (info.ssi_signo == SIGCHLD) {
    reap(child);
  } else {
    pass_on(child);
  }
}

static void keep(struct ce_elevation_end *end, const char *bytes, size_t count) {
  size_t length = strlen(end->said);
  size_t room = sizeof end->said - 1 - length;
  memcpy(end->said + length, bytes, count < room ? count : room);
}

/* False when nothing more is there. */
static bool take_errors(struct child *child) {
  char bytes[512];
  ssize_t got = read(child->errors, bytes, sizeof bytes);
  if (got <= 0) {
    close(ce_take_fd(&child->errors));
    return false;
  }
  keep(&child->end, bytes, (size_t)got);
  (void)!write(STDERR_FILENO, bytes, (size_t)got);
  return true;
}

static bool has_errors(const struct child *child, int timeout_ms) {
  struct pollfd polled = {.fd = child->errors, .events = POLLIN};
  return child->errors >= 0 && poll(&polled, 1, timeout_ms) > 0;
}

static void attend_to(struct child *child) {
  while (!child->has_ended) {
    struct pollfd polled[] = {{.fd = child->signals, .events = POLLIN},
                              {.fd = child->errors, .events = POLLIN}};
    if (poll(polled, 2, -1) < 0) {
      continue;
    }
    if (polled[0].revents) {
      take_signal(child);
    }
    if (polled[1].revents) {
      take_errors(child);
    }
  }
  /* What it left running may hold its standard error open. */
  while (has_errors(child, 0) && take_errors(child)) {
  }
}

enum ce_code ce_elevation_child_run(char *const *arguments, bool attended, bool listens,
                                    struct ce_elevation_end *ret, struct ce_error *err) {
  CE_AUTO(child) struct child child = {.signals = -1, .errors = -1};
  sigset_t watched;
  sigset_t before;
  watched_signals(&watched);
  pthread_sigmask(SIG_BLOCK, &watched, &before);
  enum ce_code code = start(&child, arguments, attended, listens, err);
  if (code == CE_OK) {
    attend_to(&child);
    *ret = child.end;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return code;
}
