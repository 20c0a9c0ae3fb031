/* SPDX-License-Identifier: Apache-2.0
 * Reading standard input beside the work. */
#include "cli/attendance.h"

#include "cli/answer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define RUN    "run" /* the id that stands for the run itself */
#define CANCEL "cancel"

struct ce_attendance {
  int input, output;
  /* A socket pair, since its end can be told and heard from either side without closing it. */
  int answers, handed_on;
  pthread_t reader, owner;
  char line[CE_ANSWER_BYTES_MAX + 2]; /* one byte more than an answer may have, and the newline */
  size_t length;
};

bool ce_attendance_is_cancel(const char *line, size_t length) {
  char word[CE_ANSWER_WORD_SIZE];
  char other[CE_ANSWER_WORD_SIZE];
  if (!ce_answer_word(line, length, RUN, word) || strcasecmp(word, CANCEL) != 0) {
    return false;
  }
  /* An object without an id is meant for the question that is open. */
  return line[0] != '{' || !ce_answer_word(line, length, "", other);
}

static void interrupt_run(struct ce_attendance *attendance) {
  pthread_kill(attendance->owner, SIGINT);
  ce_attendance_end(attendance);
}

/* What does not fit any more is an answer that nobody waits for. */
static void hand_on(struct ce_attendance *attendance) {
  static const char no_answer[] = {'\0', '\n'};
  bool fits = attendance->length <= CE_ANSWER_BYTES_MAX;
  attendance->line[attendance->length] = '\n';
  (void)!send(attendance->handed_on, fits ? attendance->line : no_answer,
              fits ? attendance->length + 1 : sizeof no_answer, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* False when it cancels the run. */
static bool take_line(struct ce_attendance *attendance) {
  bool cancels = ce_attendance_is_cancel(attendance->line, attendance->length);
  if (!cancels) {
    hand_on(attendance);
  }
  attendance->length = 0;
  return !cancels;
}

static bool take_bytes(struct ce_attendance *attendance, const char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (bytes[i] == '\n') {
      if (!take_line(attendance)) {
        return false;
      }
    } else if (attendance->length <= CE_ANSWER_BYTES_MAX) {
      attendance->line[attendance->length++] = bytes[i];
    }
  }
  return true;
}

/* False at the end of the input, and after a line that cancels the run. */
static bool take_input(struct ce_attendance *attendance) {
  char bytes[512];
  ssize_t got = read(attendance->input, bytes, sizeof bytes);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
    return true;
  }
  return got > 0 && take_bytes(attendance, bytes, (size_t)got);
}

/* The thread: until the run is cancelled or ce_attendance_free() hangs up. */
static void *read_on(void *context) {
  struct ce_attendance *attendance = context;
  struct pollfd polled[] = {
      {.fd = attendance->handed_on}, {.fd = attendance->output}, {.fd = attendance->input, .events = POLLIN}};
  while (poll(polled, 3, -1) >= 0 || errno == EINTR) {
    if (polled[0].revents) {
      return NULL;
    }
    bool is_deserted = polled[1].revents & (POLLERR | POLLHUP);
    if (is_deserted || (polled[2].revents && !take_input(attendance))) {
      interrupt_run(attendance);
      return NULL;
    }
    if (polled[1].revents) {
      polled[1].fd = -1; /* it never was open */
    }
  }
  return NULL;
}

/* Signals are the owner's. */
static int start_reader(struct ce_attendance *attendance) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&attendance->reader, NULL, read_on, attendance);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return failed;
}

enum ce_code ce_attendance_open(int input, int output, struct ce_attendance **ret, struct ce_error *err) {
  int ends[2];
  struct ce_attendance *attendance = malloc(sizeof *attendance);
  if (!attendance) {
    return ce_fail_memory(err, "attendance");
  }
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    free(attendance);
    return ce_fail_sys(err, errno, "socketpair", "attendance");
  }
  *attendance = (struct ce_attendance){
      .input = input, .output = output, .answers = ends[0], .handed_on = ends[1], .owner = pthread_self()};
  int failed = start_reader(attendance);
  if (failed) {
    close(ends[0]);
    close(ends[1]);
    free(attendance);
    return ce_fail_sys(err, failed, "start", "attendance");
  }
  *ret = attendance;
  return CE_OK;
}

int ce_attendance_answers(const struct ce_attendance *attendance) {
  return attendance->answers;
}

void ce_attendance_end(struct ce_attendance *attendance) {
  shutdown(attendance->handed_on, SHUT_WR);
}

void ce_attendance_free(struct ce_attendance *attendance) {
  if (!attendance) {
    return;
  }
  shutdown(attendance->answers, SHUT_RDWR);
  pthread_join(attendance->reader, NULL);
  close(attendance->answers);
  close(attendance->handed_on);
  free(attendance);
}
