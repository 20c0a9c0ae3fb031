/* SPDX-License-Identifier: Apache-2.0
 * Listening to a program with a deadline, and making sure that nothing of it is left. */
#include "ports/process-child.h"

#include "ports/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#define READ_CHUNK    ((size_t)64 << 10)
#define GRACE_MS      1000 /* between asking a program to end and making it */
#define LOOK_AGAIN_MS 20   /* where no descriptor tells its end */
#define DRAIN_MAX     16   /* chunks after its end: as much as the largest pipe holds (fs.pipe-max-size) */

static int64_t now_ms(void) {
  return ce_clock_system()->monotonic_ms(NULL);
}

/* True once it ended. It is left to be waited for, so that its pid and group stay its own until they were
 * killed. */
static bool has_ended(const struct ce_child *child) {
  siginfo_t info = {0};
  if (waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
    return errno != EINTR;
  }
  return info.si_pid == child->pid;
}

static void close_stream(struct ce_child_stream *stream) {
  if (stream->fd >= 0) {
    close(stream->fd);
  }
  stream->fd = -1;
}

/* One read. *ret_more is false when nothing is there now, or ever. */
static enum ce_code read_stream(struct ce_child_stream *stream, bool *ret_more, struct ce_error *err) {
  *ret_more = false;
  if (stream->fd < 0) {
    return CE_OK;
  }
  char buffer[READ_CHUNK];
  ssize_t got = TEMP_FAILURE_RETRY(read(stream->fd, buffer, sizeof buffer));
  if (got < 0 && errno == EAGAIN) {
    return CE_OK;
  }
  if (got <= 0) {
    close_stream(stream);
    return CE_OK;
  }
  *ret_more = true;
  size_t room = CE_PROCESS_OUTPUT_MAX - stream->bytes.size;
  return ce_blob_append(&stream->bytes, buffer, (size_t)got < room ? (size_t)got : room, err);
}

static enum ce_code drain_stream(struct ce_child_stream *stream, struct ce_error *err) {
  bool more = true;
  enum ce_code code = CE_OK;
  for (int i = 0; code == CE_OK && more && i < DRAIN_MAX; i++) {
    code = read_stream(stream, &more, err);
  }
  return code;
}

/* Waits for something to read or the program's end, until deadline. */
static void wait_for_news(const struct ce_child *child, int64_t wait_ms) {
  struct pollfd descriptors[] = {
      {.fd = child->output.fd, .events = POLLIN},
      {.fd = child->errors.fd, .events = POLLIN},
      {.fd = child->pid_fd, .events = POLLIN},
  };
  if (child->pid_fd < 0 && wait_ms > LOOK_AGAIN_MS) {
    wait_ms = LOOK_AGAIN_MS;
  }
  poll(descriptors, sizeof descriptors / sizeof descriptors[0], wait_ms < INT_MAX ? (int)wait_ms : INT_MAX);
}

/* *ret_ended is false when deadline came first. */
static enum ce_code listen_until(struct ce_child *child, int64_t deadline_ms, bool *ret_ended,
                                 struct ce_error *err) {
  for (;;) {
    /* Asked before the last reading: what it wrote before its end is in the pipes then. */
    bool ended = has_ended(child);
    enum ce_code code = CE_OK;
    bool more = false;
    if (ended) {
      code = drain_stream(&child->output, err);
      if (code == CE_OK) {
        code = drain_stream(&child->errors, err);
      }
      *ret_ended = true;
      return code;
    }
    int64_t left_ms = deadline_ms - now_ms();
    if (left_ms <= 0) {
      *ret_ended = false;
      return CE_OK;
    }
    wait_for_news(child, left_ms);
    code = read_stream(&child->output, &more, err);
    if (code == CE_OK) {
      code = read_stream(&child->errors, &more, err);
    }
    if (code != CE_OK) {
      return code;
    }
  }
}

/* Asks the group to end, then makes it; those that ended are killed too, which does no harm while they are
 * not waited for. */
static void kill_group(struct ce_child *child) {
  struct ce_error ignored;
  bool ended = false;
  kill(-child->pid, SIGTERM);
  kill(-child->pid, SIGCONT);
  if (listen_until(child, now_ms() + GRACE_MS, &ended, &ignored) != CE_OK) {
    /* What it still has to say does not matter. */
  }
  kill(-child->pid, SIGKILL);
}

/* Returns 0..255, or -1 when it cannot be told. */
static int wait_for_end(struct ce_child *child) {
  int status = 0;
  pid_t waited = (pid_t)TEMP_FAILURE_RETRY(waitpid(child->pid, &status, 0));
  child->pid = 0;
  if (waited < 0) {
    return -1;
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void ce_child_clear(struct ce_child *child) {
  if (child->pid > 0) {
    kill_group(child);
    wait_for_end(child);
  }
  if (child->pid_fd >= 0) {
    close(child->pid_fd);
  }
  close_stream(&child->output);
  close_stream(&child->errors);
  ce_blob_clear(&child->output.bytes);
  ce_blob_clear(&child->errors.bytes);
  child->pid_fd = -1;
}

enum ce_code ce_child_wait(struct ce_child *child, const char *name, int64_t timeout_ms, int *ret_exit_status,
                           struct ce_error *err) {
  bool ended = false;
  enum ce_code code = listen_until(child, now_ms() + timeout_ms, &ended, err);
  if (code != CE_OK) {
    return code;
  }
  if (!ended) {
    kill_group(child);
    wait_for_end(child);
    return ce_fail(err, CE_CHILD, "run", name, "it did not end within %lld ms and was stopped",
                   (long long)timeout_ms);
  }
  int status = wait_for_end(child);
  if (status < 0) {
    return ce_fail(err, CE_CHILD, "run", name, "its exit status was lost");
  }
  *ret_exit_status = status;
  return CE_OK;
}
