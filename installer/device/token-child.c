/* SPDX-License-Identifier: Apache-2.0
 * A child that may end at any moment, never answer, or never stop answering. */
#include "device/token-child.h"

#include "ports/clock.h"
#include "ports/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#define CLOSE_MS    2000 /* for finishing by itself at the end */
#define ENDING_MS   1000 /* between the end of its answers and its own */
#define LOOK_MS     100  /* how often *cancelled is looked at */
#define READ_CHUNK  ((size_t)16 << 10)
#define SERVE_COUNT 5

static int64_t now_ms(void) {
  return ce_clock_system()->monotonic_ms(NULL);
}

static void free_environment(char **environment) {
  for (size_t i = 0; environment && environment[i]; i++) {
    free(environment[i]);
  }
  free(environment);
}

/* A copy; NULL when memory is out. */
static char **copy_environment(const char *const *environment) {
  size_t count = 0;
  while (environment && environment[count]) {
    count++;
  }
  char **copy = calloc(count + 1, sizeof *copy);
  for (size_t i = 0; copy && i < count; i++) {
    copy[i] = strdup(environment[i]);
    if (!copy[i]) {
      free_environment(copy);
      return NULL;
    }
  }
  return copy;
}

enum ce_code ce_token_child_prepare(const struct ce_token_worker_request *request, struct ce_token_child *ret,
                                    struct ce_error *err) {
  struct ce_token_child child = {
      .program = strdup(request->program),
      .module = strdup(request->module),
      .environment = copy_environment(request->environment),
      .user = request->user,
      .cancelled = request->cancelled,
      .worker = {.fd = -1},
  };
  if (!child.program || !child.module || !child.environment) {
    ce_token_child_clear(&child);
    return ce_fail_memory(err, request->module);
  }
  *ret = child;
  return CE_OK;
}

void ce_token_child_kill(struct ce_token_child *child) {
  ce_worker_stop(&child->worker);
}

void ce_token_child_clear(struct ce_token_child *child) {
  int status;
  if (child->worker.fd >= 0) {
    shutdown(child->worker.fd, SHUT_WR);
    if (!ce_worker_await(&child->worker, CLOSE_MS, &status)) {
      /* It is killed now. */
    }
  }
  ce_worker_stop(&child->worker);
  free(child->program);
  free(child->module);
  free_environment(child->environment);
  child->program = child->module = NULL;
  child->environment = NULL;
}

struct program {
  const char *const *argv;
  const char **environment;
};

/* In the child: the program takes its place, with the pair's end as both of its streams. */
static void become_program(const void *context, int fd) {
  const struct program *program = context;
  if (dup2(fd, STDIN_FILENO) == STDIN_FILENO && dup2(fd, STDOUT_FILENO) == STDOUT_FILENO &&
      fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) {
    /* The interface lacks const; nothing is written through these. */
    execve(program->argv[0], (char *const *)program->argv, (char *const *)program->environment);
  }
}

static enum ce_code start(struct ce_token_child *child, struct ce_error *err) {
  if (access(child->program, X_OK) != 0) {
    return ce_fail_sys(err, errno, "start", child->program);
  }
  CE_AUTO(ce_free)
  const char **environment = ce_process_environment((const char *const *)child->environment);
  if (!environment) {
    return ce_fail_memory(err, child->program);
  }
  const char *const argv[SERVE_COUNT] = {child->program, "--serve", "--", child->module, NULL};
  const struct program program = {argv, environment};
  return ce_worker_start_stream(become_program, &program, child->user, &child->worker, err);
}

/* True when the child waits for a request: it says nothing and has not ended. */
static bool is_ready(const struct ce_token_child *child) {
  struct pollfd look = {.fd = child->worker.fd, .events = POLLIN};
  return child->worker.fd >= 0 && poll(&look, 1, 0) == 0;
}

static enum ce_code fail_crashed(struct ce_token_child *child, const char *name, struct ce_error *err) {
  int status = -1;
  if (!ce_worker_await(&child->worker, ENDING_MS, &status)) {
    status = -1;
  }
  ce_token_child_kill(child);
  child->end = CE_TOKEN_END_CRASHED;
  if (status >= 0 && WIFSIGNALED(status)) {
    return ce_fail(err, CE_CHILD, name, child->module, "the PKCS#11 module crashed (signal %d)",
                   WTERMSIG(status));
  }
  return ce_fail(err, CE_CHILD, name, child->module, "certenv-probe ended with %d instead of an answer",
                 status >= 0 ? WEXITSTATUS(status) : -1);
}

static enum ce_code fail_hung(struct ce_token_child *child, const char *name, int64_t spent_ms,
                              struct ce_error *err) {
  ce_token_child_kill(child);
  child->end = CE_TOKEN_END_HUNG;
  return ce_fail(err, CE_CHILD, name, child->module,
                 "the PKCS#11 module did not answer within %lld ms and was ended", (long long)spent_ms);
}

struct deadline {
  int64_t begin_ms, limit_ms, glance_ms; /* the next glance, from the beginning */
  const char *name;
};

static bool is_in_vain(struct ce_token_child *child, struct deadline *deadline) {
  if (!child->in_vain || now_ms() - deadline->begin_ms < deadline->glance_ms) {
    return false;
  }
  bool in_vain = child->in_vain(child->in_vain_context);
  deadline->glance_ms = now_ms() - deadline->begin_ms + CE_TOKEN_GLANCE_MS;
  return in_vain;
}

/* Waits until the child can be read from or written to. */
static enum ce_code wait_for(struct ce_token_child *child, short events, struct deadline *deadline,
                             struct ce_error *err) {
  for (;;) {
    if (child->cancelled && *child->cancelled) {
      ce_token_child_kill(child);
      return ce_fail(err, CE_CANCELLED, deadline->name, child->module, "cancelled");
    }
    int64_t spent_ms = now_ms() - deadline->begin_ms, left_ms = deadline->limit_ms - spent_ms;
    if (left_ms <= 0 || is_in_vain(child, deadline)) {
      return fail_hung(child, deadline->name, spent_ms, err);
    }
    struct pollfd look = {.fd = child->worker.fd, .events = events};
    int found = poll(&look, 1, (int)(left_ms < LOOK_MS ? left_ms : LOOK_MS));
    if (found > 0) {
      return CE_OK;
    }
    if (found < 0 && errno != EINTR) {
      return ce_fail_sys(err, errno, deadline->name, child->module);
    }
  }
}

static enum ce_code send_bytes(struct ce_token_child *child, const void *bytes, size_t size,
                               struct deadline *deadline, struct ce_error *err) {
  for (size_t done = 0; done < size;) {
    ssize_t sent = send(child->worker.fd, (const char *)bytes + done, size - done, MSG_NOSIGNAL);
    if (sent > 0) {
      done += (size_t)sent;
    } else if (errno == EAGAIN) {
      enum ce_code code = wait_for(child, POLLOUT, deadline, err);
      if (code != CE_OK) {
        return code;
      }
    } else if (errno != EINTR) {
      return fail_crashed(child, deadline->name, err);
    }
  }
  return CE_OK;
}

/* One read. *ret_done becomes true at the line's end. */
static enum ce_code read_some(struct ce_token_child *child, const struct deadline *deadline,
                              struct ce_blob *line, bool *ret_done, struct ce_error *err) {
  char buffer[READ_CHUNK];
  ssize_t got = recv(child->worker.fd, buffer, sizeof buffer, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
    return CE_OK;
  }
  if (got <= 0) {
    return fail_crashed(child, deadline->name, err);
  }
  const char *end = memchr(buffer, '\n', (size_t)got);
  size_t size = end ? (size_t)(end - buffer) : (size_t)got;
  if (line->size + size > CE_TOKEN_ANSWER_BYTES_MAX || (end && size + 1 != (size_t)got)) {
    return ce_fail(err, CE_CHILD, deadline->name, child->module, "certenv-probe says more than an answer");
  }
  *ret_done = end != NULL;
  return ce_blob_append(line, buffer, size, err);
}

static enum ce_code exchange(struct ce_token_child *child, const struct ce_blob *line,
                             const struct ce_secret *const secrets[2], struct deadline *deadline,
                             struct ce_blob *ret, struct ce_error *err) {
  bool done = false;
  enum ce_code code = send_bytes(child, line->data, line->size, deadline, err);
  for (int i = 0; code == CE_OK && i < 2; i++) {
    if (secrets[i]) {
      code = send_bytes(child, secrets[i]->bytes, secrets[i]->size, deadline, err);
    }
  }
  while (code == CE_OK && !done) {
    code = wait_for(child, POLLIN, deadline, err);
    if (code == CE_OK) {
      code = read_some(child, deadline, ret, &done, err);
    }
  }
  return code;
}

enum ce_code ce_token_child_exchange(struct ce_token_child *child, const char *name,
                                     const struct ce_blob *line, const struct ce_secret *const secrets[2],
                                     int64_t limit_ms, struct ce_blob *ret, struct ce_error *err) {
  struct deadline deadline = {now_ms(), limit_ms, CE_TOKEN_GLANCE_MS, name};
  CE_AUTO(ce_blob) struct ce_blob answer = {0};
  enum ce_code code = CE_OK;
  child->end = CE_TOKEN_END_NONE;
  if (!is_ready(child)) {
    ce_token_child_kill(child);
    code = start(child, err);
  }
  if (code == CE_OK) {
    code = exchange(child, line, secrets, &deadline, &answer, err);
  }
  if (code != CE_OK) {
    ce_token_child_kill(child);
    child->end = child->end == CE_TOKEN_END_NONE ? CE_TOKEN_END_OTHER : child->end;
    return code;
  }
  ce_blob_clear(ret);
  *ret = answer;
  answer = (struct ce_blob){0};
  return CE_OK;
}
