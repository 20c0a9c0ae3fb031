/* SPDX-License-Identifier: Apache-2.0
 * Kills a program right before its n-th call that changes the file system.
 *
 *   killer [--at N] [--report FILE] -- PROGRAM [ARGUMENT...]
 *
 * Without --at the program runs to its end. The report is one line: the calls that were counted, "killed" or
 * "ended", and the name of the last call. The exit status is the program's, 137 when it was killed here.
 * Children and threads of the program count too, in the order in which their calls come, and die with it. */
#include "calls.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define TASKS_MAX 256

struct task {
  pid_t pid;
  bool inside; /* a system call was entered and not left */
};

struct killer {
  unsigned long at; /* 0: never */
  const char *report;
  char **program;
  pid_t first;
  struct task tasks[TASKS_MAX];
  size_t task_count;
  unsigned long calls;
  const char *last;
  bool killed;
  int status; /* of the first task */
};

static void fail(const char *what) {
  fprintf(stderr, "killer: %s: %s\n", what, strerror(errno));
  exit(2);
}

static struct task *find_task(struct killer *killer, pid_t pid) {
  for (size_t i = 0; i < killer->task_count; i++) {
    if (killer->tasks[i].pid == pid) {
      return &killer->tasks[i];
    }
  }
  if (killer->task_count == TASKS_MAX) {
    errno = EAGAIN;
    fail("too many tasks");
  }
  killer->tasks[killer->task_count] = (struct task){.pid = pid};
  return &killer->tasks[killer->task_count++];
}

static void forget_task(struct killer *killer, pid_t pid) {
  for (size_t i = 0; i < killer->task_count; i++) {
    if (killer->tasks[i].pid == pid) {
      killer->tasks[i] = killer->tasks[--killer->task_count];
      return;
    }
  }
}

static void kill_all(struct killer *killer) {
  killer->killed = true;
  for (size_t i = 0; i < killer->task_count; i++) {
    kill(killer->tasks[i].pid, SIGKILL);
  }
}

/* True when the task must not go on. */
static bool enter_call(struct killer *killer, pid_t pid) {
  const char *name = calls_change(pid);
  if (!name) {
    return false;
  }
  killer->last = name;
  killer->calls++;
  if (killer->calls == killer->at) {
    kill_all(killer);
    return true;
  }
  return false;
}

static void go_on(pid_t pid, int sig) {
  if (ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)sig) != 0 && errno != ESRCH) {
    fail("ptrace");
  }
}

static void stopped(struct killer *killer, pid_t pid, int status) {
  struct task *task = find_task(killer, pid);
  int sig = WSTOPSIG(status);
  if (sig == (SIGTRAP | 0x80)) {
    task->inside = !task->inside;
    if (task->inside && enter_call(killer, pid)) {
      return;
    }
    go_on(pid, 0);
    return;
  }
  /* A stop by the tracing itself, or the first one of a new task, is not the program's. */
  go_on(pid, status >> 16 != 0 || sig == SIGTRAP || sig == SIGSTOP ? 0 : sig);
}

static void trace(struct killer *killer) {
  int status = 0;
  for (;;) {
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0 && errno == ECHILD) {
      return;
    }
    if (pid < 0) {
      fail("wait");
    }
    if (WIFSTOPPED(status)) {
      stopped(killer, pid, status);
      continue;
    }
    forget_task(killer, pid);
    if (pid == killer->first) {
      killer->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
  }
}

static void start(struct killer *killer) {
  killer->first = fork();
  if (killer->first < 0) {
    fail("fork");
  }
  if (killer->first == 0) {
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    raise(SIGSTOP);
    execvp(killer->program[0], killer->program);
    fail(killer->program[0]);
  }
  int status = 0;
  if (waitpid(killer->first, &status, 0) != killer->first || !WIFSTOPPED(status)) {
    fail("wait for the program");
  }
  long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                 PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
  if (ptrace(PTRACE_SETOPTIONS, killer->first, NULL, (void *)options) != 0) {
    fail("ptrace");
  }
  find_task(killer, killer->first);
  go_on(killer->first, 0);
}

static void parse(int argc, char **argv, struct killer *ret) {
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--") == 0 && i + 1 < argc) {
      ret->program = argv + i + 1;
      return;
    }
    if (strcmp(argv[i], "--at") == 0 && i + 1 < argc) {
      ret->at = strtoul(argv[++i], NULL, 10);
    } else if (strcmp(argv[i], "--report") == 0 && i + 1 < argc) {
      ret->report = argv[++i];
    } else {
      break;
    }
  }
  fputs("usage: killer [--at N] [--report FILE] -- PROGRAM [ARGUMENT...]\n", stderr);
  exit(2);
}

int main(int argc, char **argv) {
  struct killer killer = {.last = "-"};
  parse(argc, argv, &killer);
  start(&killer);
  trace(&killer);
  if (killer.report) {
    FILE *report = fopen(killer.report, "w");
    if (!report ||
        fprintf(report, "%lu %s %s\n", killer.calls, killer.killed ? "killed" : "ended", killer.last) < 0 ||
        fclose(report) != 0) {
      fail(killer.report);
    }
  }
  return killer.killed ? 128 + SIGKILL : killer.status;
}
