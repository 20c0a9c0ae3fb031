/* SPDX-License-Identifier: Apache-2.0
 * Starting a program of the machine: where it is, what it inherits. */
#include "ports/process.h"

#include "ports/process-child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>

#define PATH_DEFAULT "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

void ce_process_result_clear(struct ce_process_result *result) {
  ce_blob_clear(&result->output);
  ce_blob_clear(&result->errors);
  result->exit_status = 0;
}

struct pipe {
  int read_fd, write_fd;
};

static void close_pipe(struct pipe *pipe) {
  ce_fd_auto(&pipe->read_fd);
  ce_fd_auto(&pipe->write_fd);
}
CE_DEFINE_AUTO_IN_PLACE(pipe, struct pipe, close_pipe);

/* Above the three that the program gets: a pipe that landed on one of them, since ours was closed, would be
 * overwritten while they are set up. */
static bool move_above_standard(int *fd) {
  if (*fd > STDERR_FILENO) {
    return true;
  }
  int moved = fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  close(*fd);
  *fd = moved;
  return moved >= 0;
}

static enum ce_code open_pipe(const char *name, struct pipe *ret, struct ce_error *err) {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) {
    return ce_fail_sys(err, errno, "run", name);
  }
  CE_AUTO(pipe) struct pipe opened = {.read_fd = fds[0], .write_fd = fds[1]};
  if (!move_above_standard(&opened.read_fd) || !move_above_standard(&opened.write_fd) ||
      fcntl(opened.read_fd, F_SETFL, O_NONBLOCK) != 0) {
    return ce_fail_sys(err, errno, "run", name);
  }
  *ret = opened;
  opened = (struct pipe){-1, -1};
  return CE_OK;
}

static bool is_replaced(const char *entry, const char *const extra_env[]) {
  size_t length = strcspn(entry, "=") + 1;
  for (size_t i = 0; extra_env && extra_env[i]; i++) {
    if (strncmp(entry, extra_env[i], length) == 0) {
      return true;
    }
  }
  return false;
}

static size_t count(const char *const items[]) {
  size_t n = 0;
  while (items && items[n]) {
    n++;
  }
  return n;
}

const char **ce_process_environment(const char *const extra_env[]) {
  const char *const *own = (const char *const *)environ;
  const char **merged = calloc(count(own) + count(extra_env) + 1, sizeof *merged);
  if (!merged) {
    return NULL;
  }
  size_t n = 0;
  for (size_t i = 0; own && own[i]; i++) {
    if (!is_replaced(own[i], extra_env)) {
      merged[n++] = own[i];
    }
  }
  for (size_t i = 0; extra_env && extra_env[i]; i++) {
    merged[n++] = extra_env[i];
  }
  return merged;
}

/* How every program starts: no terminal, nothing to read, only the three descriptors, signals as if new. */
struct manner {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
};

static void clear_manner(struct manner *manner) {
  posix_spawnattr_destroy(&manner->attributes);
  posix_spawn_file_actions_destroy(&manner->actions);
}
CE_DEFINE_AUTO_IN_PLACE(manner, struct manner, clear_manner);

static int set_attributes(posix_spawnattr_t *attributes) {
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  int failed = posix_spawnattr_setsigmask(attributes, &none);
  failed = failed ? failed : posix_spawnattr_setsigdefault(attributes, &all);
  /* A session of its own is a process group of its own too, and without a terminal nothing can ask there. */
  short flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
  return failed ? failed : posix_spawnattr_setflags(attributes, flags);
}

static int set_actions(posix_spawn_file_actions_t *actions, int output_fd, int errors_fd) {
  int failed = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  failed = failed ? failed : posix_spawn_file_actions_adddup2(actions, output_fd, STDOUT_FILENO);
  failed = failed ? failed : posix_spawn_file_actions_adddup2(actions, errors_fd, STDERR_FILENO);
  return failed ? failed : posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
}

static bool is_missing(int failed) {
  return failed == ENOENT || failed == ENOTDIR;
}

static int spawn_at(const char *file, const char *const argv[], const char **env, const struct manner *manner,
                    pid_t *ret_pid) {
  /* The interface lacks const; nothing is written through these. */
  return posix_spawn(ret_pid, file, &manner->actions, &manner->attributes, (char *const *)argv,
                     (char *const *)env);
}

/* Tries each directory of PATH; those that depend on the current directory do not count. Returns 0 or the
 * errno. */
static int spawn_in_path(const char *const argv[], const char **env, const struct manner *manner,
                         pid_t *ret_pid) {
  const char *path = getenv("PATH");
  if (!path || !path[0]) {
    path = PATH_DEFAULT;
  }
  int failed = ENOENT;
  for (const char *next = path; *next;) {
    size_t length = strcspn(next, ":");
    CE_AUTO(ce_free) char *file = ce_text_format("%.*s/%s", (int)length, next, argv[0]);
    if (!file) {
      return ENOMEM;
    }
    if (file[0] == '/' && length > 0) {
      int result = spawn_at(file, argv, env, manner, ret_pid);
      if (result != EACCES && !is_missing(result)) {
        return result;
      }
      /* A directory that may not be searched tells nothing about the program. */
      bool forbidden = result == EACCES && faccessat(AT_FDCWD, file, F_OK, AT_EACCESS) == 0;
      failed = forbidden ? EACCES : failed;
    }
    next += length + (next[length] == ':');
  }
  return failed;
}

static int spawn(const char *const argv[], const char **env, int output_fd, int errors_fd, pid_t *ret_pid) {
  CE_AUTO(manner) struct manner manner;
  posix_spawnattr_init(&manner.attributes);
  posix_spawn_file_actions_init(&manner.actions);
  int failed = set_attributes(&manner.attributes);
  failed = failed ? failed : set_actions(&manner.actions, output_fd, errors_fd);
  if (failed) {
    return failed;
  }
  return strchr(argv[0], '/') ? spawn_at(argv[0], argv, env, &manner, ret_pid)
                              : spawn_in_path(argv, env, &manner, ret_pid);
}

static int open_pid(pid_t pid) {
  return (int)syscall(SYS_pidfd_open, pid, 0);
}

static enum ce_code start(const char *const argv[], const char *const extra_env[], struct ce_child *child,
                          struct ce_error *err) {
  CE_AUTO(pipe) struct pipe output = {-1, -1};
  CE_AUTO(pipe) struct pipe errors = {-1, -1};
  enum ce_code code = open_pipe(argv[0], &output, err);
  if (code == CE_OK) {
    code = open_pipe(argv[0], &errors, err);
  }
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_free) const char **env = ce_process_environment(extra_env);
  if (!env) {
    return ce_fail_memory(err, argv[0]);
  }
  pid_t pid = 0;
  int failed = spawn(argv, env, output.write_fd, errors.write_fd, &pid);
  if (failed) {
    return ce_fail_sys(err, failed, "run", argv[0]);
  }
  child->pid = pid;
  child->pid_fd = open_pid(pid);
  child->output.fd = ce_take_fd(&output.read_fd);
  child->errors.fd = ce_take_fd(&errors.read_fd);
  return CE_OK;
}

static enum ce_code run(void *context, const char *const argv[], const char *const extra_env[],
                        int64_t timeout_ms, struct ce_process_result *ret, struct ce_error *err) {
  (void)context;
  CE_AUTO(ce_child) struct ce_child child = {.pid_fd = -1, .output = {.fd = -1}, .errors = {.fd = -1}};
  enum ce_code code = start(argv, extra_env, &child, err);
  if (code != CE_OK) {
    return code;
  }
  int exit_status = 0;
  code = ce_child_wait(&child, argv[0], timeout_ms, &exit_status, err);
  if (code != CE_OK) {
    return code;
  }
  ce_process_result_clear(ret);
  *ret = (struct ce_process_result){
      .exit_status = exit_status,
      .output = child.output.bytes,
      .errors = child.errors.bytes,
  };
  child.output.bytes = (struct ce_blob){0};
  child.errors.bytes = (struct ce_blob){0};
  return CE_OK;
}

const struct ce_process *ce_process_system(void) {
  static const struct ce_process process = {.run = run};
  return &process;
}
