/* SPDX-License-Identifier: Apache-2.0
 * Children on GLib's main loop. */
#include "gtk/runner.h"

#include "base/json.h"
#include "gtk/gtk-calls.h"
#include "gtk/line-reader.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define READ_SIZE          65536
#define COMPLAINT_SIZE_MAX 4096
#define ARGUMENTS_MAX      32
#define TIDYING_S          10 /* for a child that lasted too long */

struct ce_runner {
  struct ce_runner_client client;
  pid_t child;
  enum ce_runner_kind kind;
  int input, output, errors; /* of the child; -1 when closed */
  struct ce_line_reader lines;
  char complaint[COMPLAINT_SIZE_MAX]; /* the beginning of what it wrote to standard error */
  size_t complaint_length;
  bool exited, garbage;
  int status;
  guint output_source, errors_source, child_source, patience_source;
  bool telling, doomed; /* freed by its client while that is being told */
};

static void close_end(int *fd, guint *source) {
  if (*source) {
    g_source_remove(*source);
    *source = 0;
  }
  ce_fd_auto(fd);
  *fd = -1;
}

static void reap(GPid child, gint status, gpointer context) {
  (void)child;
  (void)status;
  (void)context;
}

void ce_runner_hang_up(struct ce_runner *runner) {
  ce_fd_auto(&runner->input);
  runner->input = -1;
}

static void end_child(const struct ce_runner *runner) {
  switch (runner->kind) {
  case CE_RUNNER_LOOKS:
    kill(runner->child, SIGKILL);
    break;
  case CE_RUNNER_TIDIES:
    kill(runner->child, SIGTERM);
    break;
  case CE_RUNNER_WORKS:
    break;
  }
}

static void let_go(struct ce_runner *runner) {
  ce_runner_hang_up(runner);
  close_end(&runner->output, &runner->output_source);
  close_end(&runner->errors, &runner->errors_source);
  if (runner->patience_source) {
    g_source_remove(runner->patience_source);
    runner->patience_source = 0;
  }
  if (runner->child_source) {
    g_source_remove(runner->child_source);
    runner->child_source = 0;
    end_child(runner);
    g_child_watch_add(runner->child, reap, NULL);
  }
}

void ce_runner_free(struct ce_runner *runner) {
  if (!runner) {
    return;
  }
  let_go(runner);
  if (runner->telling) {
    runner->doomed = true;
    return;
  }
  ce_line_reader_clear(&runner->lines);
  free(runner);
}

/* All has been said and the child is gone. */
static void end_if_complete(struct ce_runner *runner) {
  if (!runner->exited || runner->output >= 0) {
    return;
  }
  bool killed = WIFSIGNALED(runner->status);
  enum ce_runner_end end = runner->garbage ? CE_RUNNER_GARBAGE : killed ? CE_RUNNER_KILLED : CE_RUNNER_EXITED;
  int status = killed ? WTERMSIG(runner->status) : WEXITSTATUS(runner->status);
  close_end(&runner->errors, &runner->errors_source);
  runner->client.ended(runner->client.context, end, status, runner->complaint);
}

/* What it says is not believed any more; a child that works goes back by the end of its input. */
static void give_up(struct ce_runner *runner) {
  runner->garbage = true;
  ce_runner_hang_up(runner);
  close_end(&runner->output, &runner->output_source);
  if (!runner->exited) {
    end_child(runner);
  }
  end_if_complete(runner);
}

/* False when the line is none, and the runner was given up. */
static bool tell_line(struct ce_runner *runner, const char *line, size_t length) {
  static const struct ce_json_context context = {.code = CE_CHILD, .document = "line"};
  CE_AUTO(ce_json) json_t *object = NULL;
  struct ce_error ignored;
  if (ce_json_parse(&context, line, length, CE_LINE_BYTES_MAX, &object, &ignored) != CE_OK ||
      !json_is_object(object)) {
    return false;
  }
  runner->telling = true;
  runner->client.told(runner->client.context, object, line);
  runner->telling = false;
  return true;
}

/* False when the runner is gone or was given up. */
static bool tell_lines(struct ce_runner *runner) {
  size_t length;
  for (const char *line; (line = ce_line_reader_next(&runner->lines, &length));) {
    if (!tell_line(runner, line, length)) {
      give_up(runner);
      return false;
    }
    if (runner->doomed) {
      ce_runner_free(runner);
      return false;
    }
  }
  return true;
}

static gboolean take_output(gint fd, GIOCondition condition, gpointer context) {
  (void)condition;
  struct ce_runner *runner = context;
  char bytes[READ_SIZE];
  ssize_t got = read(fd, bytes, sizeof bytes);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
    return G_SOURCE_CONTINUE;
  }
  if (got > 0) {
    if (ce_line_reader_feed(&runner->lines, bytes, (size_t)got)) {
      return tell_lines(runner) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
    }
    give_up(runner);
    return G_SOURCE_REMOVE;
  }
  /* A line that was cut off says nothing, but its sender died. */
  close_end(&runner->output, &runner->output_source);
  end_if_complete(runner);
  return G_SOURCE_REMOVE;
}

static gboolean take_errors(gint fd, GIOCondition condition, gpointer context) {
  (void)condition;
  struct ce_runner *runner = context;
  char bytes[READ_SIZE];
  ssize_t got = read(fd, bytes, sizeof bytes);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
    return G_SOURCE_CONTINUE;
  }
  if (got <= 0) {
    close_end(&runner->errors, &runner->errors_source);
    return G_SOURCE_REMOVE;
  }
  size_t room = sizeof runner->complaint - 1 - runner->complaint_length;
  size_t taken = (size_t)got < room ? (size_t)got : room;
  memcpy(runner->complaint + runner->complaint_length, bytes, taken);
  runner->complaint_length += taken;
  return G_SOURCE_CONTINUE;
}

static void note_exit(GPid child, gint status, gpointer context) {
  (void)child;
  struct ce_runner *runner = context;
  runner->child_source = 0;
  runner->exited = true;
  runner->status = status;
  end_if_complete(runner);
}

/* The pipe may be held open by what the child left behind, so it is closed here, too. */
static gboolean lose_patience(gpointer context) {
  struct ce_runner *runner = context;
  if (!runner->exited && runner->kind == CE_RUNNER_TIDIES) {
    end_child(runner);
    runner->kind = CE_RUNNER_LOOKS;
    runner->patience_source = g_timeout_add_seconds(TIDYING_S, lose_patience, runner);
    return G_SOURCE_REMOVE;
  }
  runner->patience_source = 0;
  if (!runner->exited) {
    kill(runner->child, SIGKILL);
  }
  close_end(&runner->output, &runner->output_source);
  end_if_complete(runner);
  return G_SOURCE_REMOVE;
}

/* In the child: only what is safe after a fork. */
static _Noreturn void become(const int ends[3], char *const *arguments, enum ce_runner_kind kind) {
  static const int defaults[] = {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD};
  for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++) {
    signal(defaults[i], SIG_DFL);
  }
  if (kind != CE_RUNNER_WORKS) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
  }
  bool ready = true;
  for (int fd = 0; fd < 3; fd++) {
    ready = ready && dup2(ends[fd], fd) == fd;
  }
  if (ready) {
    execv(arguments[0], arguments);
  }
  _exit(127);
}

/* Both ends of a pipe above the standard descriptors, closed on exec. */
static bool open_pipe(int ret[2]) {
  if (pipe2(ret, O_CLOEXEC) != 0) {
    return false;
  }
  for (int i = 0; i < 2; i++) {
    if (ret[i] < 3) {
      int moved = fcntl(ret[i], F_DUPFD_CLOEXEC, 3);
      close(ret[i]);
      ret[i] = moved;
    }
  }
  return ret[0] >= 0 && ret[1] >= 0;
}

static void close_pipes(int pipes[3][2]) {
  for (int i = 0; i < 3; i++) {
    ce_fd_auto(&pipes[i][0]);
    ce_fd_auto(&pipes[i][1]);
  }
}

static enum ce_code spawn(const struct ce_runner_request *request, struct ce_runner *runner,
                          struct ce_error *err) {
  const char *arguments[ARGUMENTS_MAX + 2] = {request->program};
  for (size_t i = 0; i < ARGUMENTS_MAX && request->arguments[i]; i++) {
    arguments[i + 1] = request->arguments[i];
  }
  int pipes[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
  if (!open_pipe(pipes[0]) || !open_pipe(pipes[1]) || !open_pipe(pipes[2])) {
    enum ce_code code = ce_fail_sys(err, errno, "pipe", request->program);
    close_pipes(pipes);
    return code;
  }
  const int ends[3] = {pipes[0][0], pipes[1][1], pipes[2][1]};
  runner->child = fork();
  if (runner->child == 0) {
    become(ends, (char *const *)arguments, request->kind);
  }
  if (runner->child < 0) {
    enum ce_code code = ce_fail_sys(err, errno, "fork", request->program);
    close_pipes(pipes);
    return code;
  }
  runner->input = ce_take_fd(&pipes[0][1]);
  runner->output = ce_take_fd(&pipes[1][0]);
  runner->errors = ce_take_fd(&pipes[2][0]);
  close_pipes(pipes);
  return CE_OK;
}

enum ce_code ce_runner_start(const struct ce_runner_request *request, const struct ce_runner_client *client,
                             struct ce_runner **ret, struct ce_error *err) {
  struct ce_runner *runner = calloc(1, sizeof *runner);
  if (!runner) {
    return ce_fail_memory(err, request->program);
  }
  *runner =
      (struct ce_runner){.client = *client, .kind = request->kind, .input = -1, .output = -1, .errors = -1};
  enum ce_code code = spawn(request, runner, err);
  if (code != CE_OK) {
    free(runner);
    return code;
  }
  runner->output_source = g_unix_fd_add(runner->output, G_IO_IN | G_IO_HUP | G_IO_ERR, take_output, runner);
  runner->errors_source = g_unix_fd_add(runner->errors, G_IO_IN | G_IO_HUP | G_IO_ERR, take_errors, runner);
  runner->child_source = g_child_watch_add(runner->child, note_exit, runner);
  if (request->patience_s > 0 && request->kind != CE_RUNNER_WORKS) {
    runner->patience_source = g_timeout_add_seconds(request->patience_s, lose_patience, runner);
  }
  *ret = runner;
  return CE_OK;
}

void ce_runner_say(struct ce_runner *runner, const char *line) {
  char text[256];
  int length = snprintf(text, sizeof text, "%s\n", line);
  /* Answers are far shorter than what a pipe takes at once. */
  if (runner->input >= 0 && length > 0 && (size_t)length < sizeof text) {
    ssize_t written = write(runner->input, text, (size_t)length);
    (void)written;
  }
}

void ce_runner_answer(struct ce_runner *runner, const char *question, const char *answer) {
  char line[128];
  snprintf(line, sizeof line, "{\"answer\":\"%s\",\"id\":\"%s\"}", answer, question);
  ce_runner_say(runner, line);
}
