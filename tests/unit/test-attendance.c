/* SPDX-License-Identifier: Apache-2.0
 * Tests of watching over a run. */
#include "cli/attendance.h"

#include "cli/answer.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static volatile sig_atomic_t interrupted;

/* The person's end of the input and the program's; the same of the output. */
struct scene {
  int says, input;
  int hears, output;
  struct ce_attendance *attendance;
};

static void take_interrupt(int number) {
  (void)number;
  interrupted++;
}

static int set_up(void **state) {
  static struct scene scene;
  struct sigaction action = {.sa_handler = take_interrupt};
  struct ce_error err;
  int ends[2];
  sigaction(SIGINT, &action, NULL);
  interrupted = 0;
  assert_int_equal(pipe(ends), 0);
  scene.input = ends[0];
  scene.says = ends[1];
  assert_int_equal(pipe(ends), 0);
  scene.hears = ends[0];
  scene.output = ends[1];
  assert_int_equal(ce_attendance_open(scene.input, scene.output, &scene.attendance, &err), CE_OK);
  *state = &scene;
  return 0;
}

static int tear_down(void **state) {
  struct scene *scene = *state;
  ce_attendance_free(scene->attendance);
  const int fds[] = {scene->says, scene->input, scene->hears, scene->output};
  for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
    if (fds[i] >= 0) {
      close(fds[i]);
    }
  }
  return 0;
}

static void say(const struct scene *scene, const char *text) {
  assert_int_equal(write(scene->says, text, strlen(text)), strlen(text));
}

static enum ce_answer answer(const struct scene *scene) {
  return ce_answer_read(ce_attendance_answers(scene->attendance), &interrupted, "proceed");
}

static void wait_for_interrupt(void) {
  for (int i = 0; i < 500 && !interrupted; i++) {
    nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
  }
  assert_int_equal(interrupted, 1);
}

static bool cancels(const char *line) {
  return ce_attendance_is_cancel(line, strlen(line));
}

static void tells_a_cancel_of_the_run_from_an_answer(void **state) {
  (void)state;
  assert_true(cancels("cancel"));
  assert_true(cancels(" Cancel \r"));
  assert_true(cancels("{\"id\":\"run\",\"answer\":\"cancel\"}"));
  assert_false(cancels("{\"answer\":\"cancel\"}"));
  assert_false(cancels("{\"id\":\"key\",\"answer\":\"cancel\"}"));
  assert_false(cancels("{\"id\":\"run\",\"answer\":\"retry\"}"));
  assert_false(cancels("{\"id\":\"run\",\"answer\":\"cancel\""));
  assert_false(cancels(""));
  assert_false(cancels("yes"));
  assert_false(ce_attendance_is_cancel("cancel\0", 7));
}

static void hands_answers_on_in_their_order(void **state) {
  struct scene *scene = *state;
  say(scene, "no\n{\"id\":\"proceed\",\"answer\":\"yes\"}\n\nwh");
  assert_int_equal(answer(scene), CE_ANSWER_NO);
  assert_int_equal(answer(scene), CE_ANSWER_YES);
  assert_int_equal(answer(scene), CE_ANSWER_DEFAULT);
  say(scene, "at\n");
  assert_int_equal(answer(scene), CE_ANSWER_UNCLEAR);
  assert_int_equal(interrupted, 0);
}

static void hands_an_overlong_line_on_as_no_answer(void **state) {
  struct scene *scene = *state;
  char text[2 * CE_ANSWER_BYTES_MAX];
  memset(text, 'y', sizeof text);
  text[sizeof text - 2] = '\n';
  text[sizeof text - 1] = '\0';
  say(scene, text);
  say(scene, "yes\n");
  assert_int_equal(answer(scene), CE_ANSWER_UNCLEAR);
  assert_int_equal(answer(scene), CE_ANSWER_YES);
}

static void interrupts_a_question_when_the_run_is_cancelled(void **state) {
  struct scene *scene = *state;
  say(scene, "cancel\n");
  assert_int_equal(answer(scene), CE_ANSWER_CANCELLED);
  assert_int_equal(interrupted, 1);
}

static void takes_the_end_of_the_input_for_a_cancel(void **state) {
  struct scene *scene = *state;
  say(scene, "no\n");
  assert_int_equal(answer(scene), CE_ANSWER_NO);
  assert_int_equal(interrupted, 0);
  close(scene->says);
  scene->says = -1;
  assert_int_equal(answer(scene), CE_ANSWER_CANCELLED);
}

static void interrupts_work_that_asks_nothing(void **state) {
  struct scene *scene = *state;
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGINT);
  /* It comes while the program sleeps, and nowhere else. */
  sigprocmask(SIG_BLOCK, &blocked, &before);
  say(scene, "yes\ncancel\n");
  assert_int_equal(ppoll(NULL, 0, &(struct timespec){.tv_sec = 60}, &before), -1);
  assert_int_equal(errno, EINTR);
  sigprocmask(SIG_SETMASK, &before, NULL);
  assert_int_equal(interrupted, 1);
}

static void takes_an_unread_output_for_a_cancel(void **state) {
  struct scene *scene = *state;
  close(scene->hears);
  scene->hears = -1;
  wait_for_interrupt();
  char byte;
  assert_int_equal(read(ce_attendance_answers(scene->attendance), &byte, 1), 0);
}

static void never_blocks_on_answers_that_nobody_reads(void **state) {
  struct scene *scene = *state;
  for (int i = 0; i < 200000; i++) {
    say(scene, "yes\n");
  }
  say(scene, "cancel\n");
  wait_for_interrupt();
}

static void stops_without_an_interrupt(void **state) {
  struct scene *scene = *state;
  ce_attendance_free(ce_take(&scene->attendance));
  close(scene->says);
  scene->says = -1;
  assert_int_equal(interrupted, 0);
}

static void leaves_an_output_that_is_not_open_alone(void **state) {
  struct scene *scene = *state;
  struct ce_error err;
  ce_attendance_free(ce_take(&scene->attendance));
  assert_int_equal(ce_attendance_open(scene->input, 1000, &scene->attendance, &err), CE_OK);
  say(scene, "yes\n");
  assert_int_equal(answer(scene), CE_ANSWER_YES);
  assert_int_equal(interrupted, 0);
}

static void ends_the_answers_on_request(void **state) {
  struct scene *scene = *state;
  ce_attendance_end(scene->attendance);
  assert_int_equal(answer(scene), CE_ANSWER_NONE);
  say(scene, "yes\n");
  assert_int_equal(answer(scene), CE_ANSWER_NONE);
}

#define WITH_SCENE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tells_a_cancel_of_the_run_from_an_answer),
      WITH_SCENE(hands_answers_on_in_their_order),
      WITH_SCENE(hands_an_overlong_line_on_as_no_answer),
      WITH_SCENE(interrupts_a_question_when_the_run_is_cancelled),
      WITH_SCENE(takes_the_end_of_the_input_for_a_cancel),
      WITH_SCENE(interrupts_work_that_asks_nothing),
      WITH_SCENE(takes_an_unread_output_for_a_cancel),
      WITH_SCENE(never_blocks_on_answers_that_nobody_reads),
      WITH_SCENE(stops_without_an_interrupt),
      WITH_SCENE(leaves_an_output_that_is_not_open_alone),
      WITH_SCENE(ends_the_answers_on_request),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
