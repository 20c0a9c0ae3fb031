/* SPDX-License-Identifier: Apache-2.0
 * Tests of answers to questions. */
#include "cli/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static enum ce_answer parse(const char *line) {
  return ce_answer_parse(line, strlen(line), "proceed");
}

static void understands_words_in_both_languages(void **state) {
  (void)state;
  assert_int_equal(parse("y"), CE_ANSWER_YES);
  assert_int_equal(parse(" YES \r"), CE_ANSWER_YES);
  assert_int_equal(parse("是"), CE_ANSWER_YES);
  assert_int_equal(parse("No"), CE_ANSWER_NO);
  assert_int_equal(parse("否"), CE_ANSWER_NO);
  assert_int_equal(parse(""), CE_ANSWER_DEFAULT);
  assert_int_equal(parse("  "), CE_ANSWER_DEFAULT);
}

static void takes_nothing_else_for_an_answer(void **state) {
  (void)state;
  assert_int_equal(parse("yess"), CE_ANSWER_UNCLEAR);
  assert_int_equal(parse("true"), CE_ANSWER_UNCLEAR);
  assert_int_equal(ce_answer_parse("y\0n", 3, "proceed"), CE_ANSWER_UNCLEAR);
  char *text = calloc(1, CE_ANSWER_BYTES_MAX + 1);
  memset(text, ' ', CE_ANSWER_BYTES_MAX + 1);
  assert_int_equal(ce_answer_parse(text, CE_ANSWER_BYTES_MAX + 1, "proceed"), CE_ANSWER_UNCLEAR);
  free(text);
}

static void understands_an_object_for_this_question(void **state) {
  (void)state;
  assert_int_equal(parse("{\"answer\": \"yes\"}"), CE_ANSWER_YES);
  assert_int_equal(parse("{\"id\": \"proceed\", \"answer\": \"no\"}"), CE_ANSWER_NO);
  assert_int_equal(parse("{\"id\": \"retry\", \"answer\": \"yes\"}"), CE_ANSWER_UNCLEAR);
  assert_int_equal(parse("{\"answer\": \"\"}"), CE_ANSWER_UNCLEAR);
  assert_int_equal(parse("{\"answer\": true}"), CE_ANSWER_UNCLEAR);
  assert_int_equal(parse("{\"answer\": \"yes\""), CE_ANSWER_UNCLEAR);
}

/* The answer to text on a pipe that is then closed. */
static enum ce_answer read_from_pipe(const char *text, sig_atomic_t cancelled) {
  volatile sig_atomic_t flag = cancelled;
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
  close(ends[1]);
  enum ce_answer answer = ce_answer_read(ends[0], &flag, "proceed");
  close(ends[0]);
  return answer;
}

static void reads_one_line_and_no_more(void **state) {
  (void)state;
  assert_int_equal(read_from_pipe("no\nyes\n", 0), CE_ANSWER_NO);
  assert_int_equal(read_from_pipe("yes", 0), CE_ANSWER_YES);
}

static void tells_an_ended_input_from_an_empty_line(void **state) {
  (void)state;
  assert_int_equal(read_from_pipe("", 0), CE_ANSWER_NONE);
  assert_int_equal(read_from_pipe("\n", 0), CE_ANSWER_DEFAULT);
}

static void takes_a_signal_for_no_answer(void **state) {
  (void)state;
  assert_int_equal(read_from_pipe("yes\n", 1), CE_ANSWER_CANCELLED);
}

static void reads_an_endless_line_to_its_end(void **state) {
  (void)state;
  char text[3 * CE_ANSWER_BYTES_MAX];
  memset(text, 'y', sizeof text);
  text[sizeof text - 1] = '\0';
  text[sizeof text - 2] = '\n';
  assert_int_equal(read_from_pipe(text, 0), CE_ANSWER_UNCLEAR);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(understands_words_in_both_languages),
      cmocka_unit_test(takes_nothing_else_for_an_answer),
      cmocka_unit_test(understands_an_object_for_this_question),
      cmocka_unit_test(reads_one_line_and_no_more),
      cmocka_unit_test(tells_an_ended_input_from_an_empty_line),
      cmocka_unit_test(takes_a_signal_for_no_answer),
      cmocka_unit_test(reads_an_endless_line_to_its_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
