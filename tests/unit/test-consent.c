/* SPDX-License-Identifier: Apache-2.0
 * Tests of when somebody is asked. */
#include "cli/consent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct ce_error err;

static struct ce_session session_with(bool interactive, bool json, enum ce_option given) {
  struct ce_session session = {
      .face = {.language = ce_language_by_name("en"), .interactive = interactive, .json = json}};
  if (given < CE_OPTION_COUNT) {
    session.options.values[given] = "";
  }
  return session;
}

static enum ce_code check(bool interactive, bool json, enum ce_option given) {
  struct ce_session session = session_with(interactive, json, given);
  return ce_consent_check(&session, &err);
}

static void refuses_to_start_where_nobody_can_answer(void **state) {
  (void)state;
  assert_int_equal(check(false, false, CE_OPTION_COUNT), CE_USAGE);
  assert_non_null(strstr(err.detail, "--yes or --silent"));
}

static void starts_where_somebody_can_answer(void **state) {
  (void)state;
  assert_int_equal(check(true, false, CE_OPTION_COUNT), CE_OK);
  assert_int_equal(check(false, true, CE_OPTION_COUNT), CE_OK);
}

static void starts_where_there_is_nothing_to_ask(void **state) {
  (void)state;
  assert_int_equal(check(false, false, CE_OPTION_YES), CE_OK);
  assert_int_equal(check(false, false, CE_OPTION_SILENT), CE_OK);
  assert_int_equal(check(false, false, CE_OPTION_DRY_RUN), CE_OK);
}

static void asks_nothing_when_the_answer_was_given_before(void **state) {
  (void)state;
  static const enum ce_option answers[] = {CE_OPTION_YES, CE_OPTION_SILENT};
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    /* Without streams: any word would be a crash. */
    struct ce_session session = session_with(false, false, answers[i]);
    struct ce_consent consent = {.session = &session};
    const struct ce_plan plan = {.step_count = 0};
    assert_int_equal(ce_consent_ask(&consent, &plan, &err), CE_OK);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(refuses_to_start_where_nobody_can_answer),
      cmocka_unit_test(starts_where_somebody_can_answer),
      cmocka_unit_test(starts_where_there_is_nothing_to_ask),
      cmocka_unit_test(asks_nothing_when_the_answer_was_given_before),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
