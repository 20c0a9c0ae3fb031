/* SPDX-License-Identifier: Apache-2.0
 * Tests of what the window says while something is put on an allow-list. */
#include "gtk/allow-view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void take(struct ce_allow_view *view, const char *line) {
  json_t *object = json_loads(line, 0, NULL);
  assert_non_null(object);
  ce_allow_view_take(view, object);
  json_decref(object);
}

static void says(const struct ce_allow_view *view, const char *words) {
  if (!strstr(ce_allow_view_sentence(view), words)) {
    fail_msg("\"%s\" says nothing of \"%s\"", ce_allow_view_sentence(view), words);
  }
}

#define QUESTION                                                                                             \
  "{\"event\":\"question\",\"id\":\"fix\",\"actions\":[\"usbguard allow-device 7\"],\"message\":\"Go on?\"}"
#define WARNING                                                                                              \
  "{\"event\":\"warning\",\"name\":\"allowance\",\"id\":\"CE-CHD-001\",\"detail\":\"exit status 1\"}"

static void follows_one_that_is_agreed_to(void **state) {
  (void)state;
  struct ce_allow_view view = {0};
  assert_string_equal(ce_allow_view_sentence(&view), "");
  assert_false(ce_allow_view_is_at_work(&view));
  ce_allow_view_begin(&view);
  says(&view, "password");
  assert_true(ce_allow_view_is_at_work(&view));
  take(&view, QUESTION);
  assert_int_equal(view.state, CE_ALLOW_ASKING);
  ce_allow_view_answer(&view);
  says(&view, "Changing");
  take(&view, "{\"checks\":[],\"state\":\"attention\"}");
  assert_false(ce_allow_view_has_allowed(&view));
  ce_allow_view_end(&view, true, ce_code_exit_status(CE_ATTENTION));
  assert_false(ce_allow_view_is_at_work(&view));
  assert_true(ce_allow_view_has_allowed(&view));
  says(&view, "It was put on");
}

static struct ce_allow_view ended(const char *const lines[], bool exited, enum ce_code code) {
  struct ce_allow_view view;
  ce_allow_view_begin(&view);
  for (; *lines; lines++) {
    take(&view, *lines);
  }
  ce_allow_view_end(&view, exited, ce_code_exit_status(code));
  assert_false(ce_allow_view_has_allowed(&view));
  return view;
}
#define ENDED(exited, code, ...) ended((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL}, exited, code)

static void says_why_nothing_was_allowed(void **state) {
  (void)state;
  struct ce_allow_view view = ENDED(true, CE_CANCELLED);
  says(&view, "password was not given");
  view = ENDED(true, CE_CANCELLED, QUESTION);
  says(&view, "Nothing was changed.");
  view = ENDED(true, CE_PERMISSION);
  says(&view, "rights were refused");
  view = ENDED(
      true, CE_PERMISSION,
      "{\"event\":\"result\",\"id\":\"CE-PRM-001\",\"detail\":\"no program asks; the command is: sudo x\"}");
  says(&view, "%s");
  assert_string_equal(view.detail, "no program asks");
  view = ENDED(true, CE_PERMISSION,
               "{\"event\":\"result\",\"id\":\"CE-PRM-001\",\"detail\":\"the command is: sudo x\"}");
  says(&view, "rights were refused");
  view = ENDED(true, CE_OK, "{\"event\":\"note\",\"name\":\"nothing-to-fix\"}");
  says(&view, "nothing here");
  view = ENDED(false, CE_OK, QUESTION);
  says(&view, "unexpectedly");
  view = ENDED(true, CE_LOCKED, QUESTION);
  assert_string_equal(ce_allow_view_sentence(&view), ce_code_sentence(CE_LOCKED));
}

/* The first is the cause; and what the doctor then sees may even be in order. */
static void tells_what_could_not_be_changed(void **state) {
  (void)state;
  struct ce_allow_view view =
      ENDED(true, CE_ATTENTION, QUESTION, WARNING,
            "{\"event\":\"warning\",\"name\":\"allowance\",\"detail\":\"a later one\"}");
  says(&view, "could not be changed: %s");
  assert_string_equal(view.detail, "exit status 1");
  view = ENDED(true, CE_OK, QUESTION, WARNING);
  says(&view, "could not be changed: %s");
}

/* Two codes may have one status. */
static void believes_the_result_more_than_the_status(void **state) {
  (void)state;
  char result[128];
  snprintf(result, sizeof result, "{\"event\":\"result\",\"id\":\"%s\"}", ce_code_id(CE_IO));
  struct ce_allow_view view = ENDED(true, CE_PERMISSION, QUESTION, result);
  assert_string_equal(ce_allow_view_sentence(&view), ce_code_sentence(CE_IO));
}

static void begins_anew(void **state) {
  (void)state;
  struct ce_allow_view view = ENDED(true, CE_PERMISSION, QUESTION, WARNING);
  ce_allow_view_begin(&view);
  ce_allow_view_end(&view, true, ce_code_exit_status(CE_CANCELLED));
  says(&view, "password was not given");
  assert_string_equal(view.detail, "");
}

static void names_what_is_allowed(void **state) {
  (void)state;
  assert_string_not_equal(ce_allow_label("usbguard"), ce_allow_label("fapolicyd"));
  assert_string_equal(ce_allow_label("fapolicyd"), ce_allow_label("kysec"));
  assert_non_null(strstr(ce_allow_offer("usbguard"), "key"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(follows_one_that_is_agreed_to),
      cmocka_unit_test(says_why_nothing_was_allowed),
      cmocka_unit_test(tells_what_could_not_be_changed),
      cmocka_unit_test(believes_the_result_more_than_the_status),
      cmocka_unit_test(begins_anew),
      cmocka_unit_test(names_what_is_allowed),
  };
  return cmocka_run_group_tests_name("allow view", tests, NULL, NULL);
}
