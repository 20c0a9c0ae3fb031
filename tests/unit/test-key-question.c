/* SPDX-License-Identifier: Apache-2.0
 * Tests of the question about the key. */
#include "cli/key-question.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A question whose answers come from a pipe and whose JSON goes to a text. */
struct scene {
  struct ce_session session;
  struct ce_key_question question;
  int answers; /* to write to */
  char *said;
  size_t said_size;
};

static int set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  int fds[2];
  assert_non_null(scene);
  assert_int_equal(pipe(fds), 0);
  scene->session.face = (struct ce_face){.language = ce_language_by_name("en"), .json = true};
  scene->session.face.out = open_memstream(&scene->said, &scene->said_size);
  ce_key_question_open(&scene->question, &scene->session, NULL);
  scene->question.prompt.fd = fds[0];
  scene->answers = fds[1];
  *state = scene;
  return 0;
}

static int tear_down(void **state) {
  struct scene *scene = *state;
  fclose(scene->session.face.out);
  free(scene->said);
  close(scene->question.prompt.fd);
  if (scene->answers >= 0) {
    close(scene->answers);
  }
  free(scene);
  return 0;
}

static void type(const struct scene *scene, const char *text) {
  assert_int_equal(write(scene->answers, text, strlen(text)), strlen(text));
}

static enum ce_key_reply hear(struct scene *scene) {
  return scene->question.prompt.hear(scene->question.prompt.context);
}

static size_t questions(const struct scene *scene) {
  size_t count = 0;
  for (const char *at = scene->said; at && (at = strstr(at, "\"event\":\"question\"")); at++) {
    count++;
  }
  return count;
}

static void understands_words_in_both_languages(void **state) {
  (void)state;
  assert_int_equal(ce_key_question_reply(""), CE_KEY_REPLY_RETRY);
  assert_int_equal(ce_key_question_reply("Retry"), CE_KEY_REPLY_RETRY);
  assert_int_equal(ce_key_question_reply("重试"), CE_KEY_REPLY_RETRY);
  assert_int_equal(ce_key_question_reply("S"), CE_KEY_REPLY_SKIP);
  assert_int_equal(ce_key_question_reply("跳过"), CE_KEY_REPLY_SKIP);
  assert_int_equal(ce_key_question_reply("cancel"), CE_KEY_REPLY_CANCEL);
  assert_int_equal(ce_key_question_reply("取消"), CE_KEY_REPLY_CANCEL);
  assert_int_equal(ce_key_question_reply("a"), CE_KEY_REPLY_ALLOW);
  assert_int_equal(ce_key_question_reply("放行"), CE_KEY_REPLY_ALLOW);
  assert_int_equal(ce_key_question_reply("yes"), CE_KEY_REPLY_NOTHING);
}

static void waits_for_the_whole_line(void **state) {
  struct scene *scene = *state;
  assert_int_equal(hear(scene), CE_KEY_REPLY_NOTHING);
  type(scene, "sk");
  assert_int_equal(hear(scene), CE_KEY_REPLY_NOTHING);
  type(scene, "ip\n");
  assert_int_equal(hear(scene), CE_KEY_REPLY_SKIP);
}

static void leaves_what_follows_to_the_next_question(void **state) {
  struct scene *scene = *state;
  char rest[8] = "";
  type(scene, "retry\nyes\n");
  assert_int_equal(hear(scene), CE_KEY_REPLY_RETRY);
  assert_int_equal(read(scene->question.prompt.fd, rest, sizeof rest - 1), 4);
  assert_string_equal(rest, "yes\n");
}

static void takes_an_answer_to_its_own_question_only(void **state) {
  struct scene *scene = *state;
  type(scene, "{\"id\":\"proceed\",\"answer\":\"cancel\"}\n");
  assert_int_equal(hear(scene), CE_KEY_REPLY_NOTHING);
  type(scene, "{\"id\":\"key\",\"answer\":\"cancel\"}\n");
  assert_int_equal(hear(scene), CE_KEY_REPLY_CANCEL);
}

static void asks_once_until_it_is_answered(void **state) {
  struct scene *scene = *state;
  scene->question.prompt.show(scene->question.prompt.context, true);
  scene->question.prompt.show(scene->question.prompt.context, true);
  assert_int_equal(questions(scene), 1);
  type(scene, "retry\n");
  assert_int_equal(hear(scene), CE_KEY_REPLY_RETRY);
  scene->question.prompt.show(scene->question.prompt.context, true);
  assert_int_equal(questions(scene), 2);
  type(scene, "what\n");
  assert_int_equal(hear(scene), CE_KEY_REPLY_NOTHING);
  assert_int_equal(questions(scene), 3);
}

static void asks_anew_in_a_second_wait(void **state) {
  struct scene *scene = *state;
  const struct ce_key_prompt *prompt = &scene->question.prompt;
  prompt->begin(prompt->context, false);
  prompt->show(prompt->context, true);
  type(scene, "ski");
  assert_int_equal(hear(scene), CE_KEY_REPLY_NOTHING);
  /* The key came by itself; later it is missed again. */
  prompt->begin(prompt->context, true);
  prompt->show(prompt->context, true);
  assert_int_equal(questions(scene), 2);
  assert_non_null(strstr(scene->said, "\"installed\":true"));
  type(scene, "retry\n");
  assert_int_equal(hear(scene), CE_KEY_REPLY_RETRY);
}

static void tells_when_nobody_is_left(void **state) {
  struct scene *scene = *state;
  type(scene, "skip");
  close(scene->answers);
  scene->answers = -1;
  assert_int_equal(hear(scene), CE_KEY_REPLY_SKIP);
  assert_int_equal(hear(scene), CE_KEY_REPLY_CLOSED);
}

static void takes_an_overlong_line_for_no_answer(void **state) {
  struct scene *scene = *state;
  for (int i = 0; i < CE_ANSWER_BYTES_MAX + 10; i++) {
    type(scene, " ");
  }
  type(scene, "\nskip\n");
  assert_int_equal(hear(scene), CE_KEY_REPLY_NOTHING);
  assert_int_equal(hear(scene), CE_KEY_REPLY_SKIP);
}

static void asks_nobody_in_a_silent_run(void **state) {
  struct scene *scene = *state;
  assert_ptr_equal(ce_key_question_prompt(&scene->question), &scene->question.prompt);
  scene->session.options.values[CE_OPTION_SILENT] = "";
  assert_null(ce_key_question_prompt(&scene->question));
  scene->session.options.values[CE_OPTION_SILENT] = NULL;
  scene->session.face.json = false;
  assert_null(ce_key_question_prompt(&scene->question));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(understands_words_in_both_languages),
      cmocka_unit_test_setup_teardown(waits_for_the_whole_line, set_up, tear_down),
      cmocka_unit_test_setup_teardown(leaves_what_follows_to_the_next_question, set_up, tear_down),
      cmocka_unit_test_setup_teardown(takes_an_answer_to_its_own_question_only, set_up, tear_down),
      cmocka_unit_test_setup_teardown(asks_once_until_it_is_answered, set_up, tear_down),
      cmocka_unit_test_setup_teardown(asks_anew_in_a_second_wait, set_up, tear_down),
      cmocka_unit_test_setup_teardown(tells_when_nobody_is_left, set_up, tear_down),
      cmocka_unit_test_setup_teardown(takes_an_overlong_line_for_no_answer, set_up, tear_down),
      cmocka_unit_test_setup_teardown(asks_nobody_in_a_silent_run, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
