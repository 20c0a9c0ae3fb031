/* SPDX-License-Identifier: Apache-2.0
 * Tests of letting in a blocked key from the question about it, at a machine that has USBGuard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/key-question.h"
#include "engine-scene.h"

#define BLOCKED "7: block id 096e:0807 name \"key\" hash \"AAAA\" with-interface 0b:00:00\n"
static const struct scene_rule tools[] = {{"usbguard list-devices", 0, BLOCKED, NULL},
                                          {"usbguard append-rule", 0, "8\n", NULL},
                                          {"usbguard", 0, "", NULL},
                                          {0}};

/* A person's answers come from a pipe; what is said to him goes to a text. */
struct talk {
  struct scene machine;
  struct ce_session session;
  struct ce_key_question question;
  const struct ce_key_prompt *prompt;
  int answers[2];
  char *said;
  size_t said_size;
};

static int set_up(void **state) {
  struct talk *talk = calloc(1, sizeof *talk);
  assert_non_null(talk);
  assert_int_equal(pipe(talk->answers), 0);
  static const volatile sig_atomic_t never = 0;
  scene_open(&talk->machine, true, tools);
  scene_make(&talk->machine, "var/lib/");
  FILE *text = open_memstream(&talk->said, &talk->said_size);
  talk->session = (struct ce_session){
      .face = {.language = ce_language_by_name("en"), .out = text, .people = text, .errors = text},
      .cancelled = &never,
      .answers_fd = talk->answers[0]};
  ce_key_question_open(&talk->question, &talk->session, &talk->machine.engine);
  talk->prompt = &talk->question.prompt;
  *state = talk;
  return 0;
}

static int tear_down(void **state) {
  struct talk *talk = *state;
  scene_close(&talk->machine);
  fclose(talk->session.face.out);
  free(talk->said);
  close(talk->answers[0]);
  close(talk->answers[1]);
  free(talk);
  return 0;
}

static void type(const struct talk *talk, const char *text) {
  assert_int_equal(write(talk->answers[1], text, strlen(text)), strlen(text));
}

static enum ce_key_reply answer(struct talk *talk, bool blocked, const char *line) {
  talk->prompt->show(talk->prompt->context, blocked);
  type(talk, line);
  return talk->prompt->hear(talk->prompt->context);
}

static void offers_nothing_without_a_command_or_a_blocked_key(void **state) {
  struct talk *talk = *state;
  assert_int_equal(answer(talk, true, "a\n"), CE_KEY_REPLY_NOTHING);
  scene_make(&talk->machine, "usr/bin/usbguard");
  assert_int_equal(answer(talk, false, "a\n"), CE_KEY_REPLY_NOTHING);
  assert_null(strstr(talk->said, "[a]"));
}

static void lets_a_blocked_key_in_after_consent(void **state) {
  struct talk *talk = *state;
  struct ce_error err;
  scene_make(&talk->machine, "usr/bin/usbguard");
  assert_int_equal(answer(talk, true, "a\n"), CE_KEY_REPLY_ALLOW);
  assert_non_null(strstr(talk->said, "[a]"));
  type(talk, "n\n");
  assert_int_equal(talk->prompt->allow(talk->prompt->context, &err), CE_CANCELLED);
  assert_false(scene_ran(&talk->machine, "usbguard allow-device 7"));
  fflush(talk->session.face.out);
  assert_non_null(strstr(talk->said, "The key would be allowed by:\n"));
  assert_non_null(strstr(talk->said, "allow id 096e:0807"));
  type(talk, "y\n");
  assert_int_equal(talk->prompt->allow(talk->prompt->context, &err), CE_OK);
  assert_true(scene_ran(&talk->machine, "usbguard append-rule allow id 096e:0807 hash \"AAAA\""));
  assert_true(scene_ran(&talk->machine, "usbguard allow-device 7"));
}

static void offers_programs_no_choice_that_they_cannot_see(void **state) {
  struct talk *talk = *state;
  scene_make(&talk->machine, "usr/bin/usbguard");
  talk->session.face.json = true;
  assert_int_equal(answer(talk, true, "allow\n"), CE_KEY_REPLY_NOTHING);
  assert_int_equal(talk->machine.run_count, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(offers_nothing_without_a_command_or_a_blocked_key, set_up, tear_down),
      cmocka_unit_test_setup_teardown(lets_a_blocked_key_in_after_consent, set_up, tear_down),
      cmocka_unit_test_setup_teardown(offers_programs_no_choice_that_they_cannot_see, set_up, tear_down),
  };
  return cmocka_run_group_tests_name("key allow", tests, NULL, NULL);
}
