/* SPDX-License-Identifier: Apache-2.0
 * Tests of what is added to an error on its way up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"

#include <string.h>

static void puts_the_context_before_the_detail(void **state) {
  (void)state;
  struct ce_error err;
  ce_fail(&err, CE_NETWORK, "fetch", "metadata/2.root.json", "no answer");
  ce_error_context(&err, "try %d", 2);
  assert_string_equal(err.detail, "try 2: no answer");
  ce_fail(&err, CE_NETWORK, "fetch", "metadata/2.root.json", "%s", "");
  ce_error_context(&err, "try %d", 2);
  assert_string_equal(err.detail, "try 2");
}

static void names_what_a_person_knows_and_keeps_the_old_name(void **state) {
  (void)state;
  struct ce_error err;
  ce_fail(&err, CE_NETWORK, "fetch", "metadata/2.root.json", "no answer");
  ce_error_name(&err, "https://example.cn/100%s");
  assert_int_equal(err.code, CE_NETWORK);
  assert_string_equal(err.op, "fetch");
  assert_string_equal(err.subject, "https://example.cn/100%s");
  assert_string_equal(err.detail, "metadata/2.root.json: no answer");
}

static void repeats_no_name_and_adds_none_that_is_empty(void **state) {
  (void)state;
  struct ce_error err;
  ce_fail(&err, CE_NOT_FOUND, "open", "/media/stick", "no such directory");
  ce_error_name(&err, "/media/stick");
  assert_string_equal(err.detail, "no such directory");
  ce_fail(&err, CE_NOT_FOUND, "open", "", "no such directory");
  ce_error_name(&err, "/media/stick");
  assert_string_equal(err.subject, "/media/stick");
  assert_string_equal(err.detail, "no such directory");
}

static void shortens_what_is_too_long(void **state) {
  (void)state;
  struct ce_error err;
  char longest[1000], old[1000];
  memset(longest, 'n', sizeof longest - 1);
  memset(old, 'o', sizeof old - 1);
  longest[sizeof longest - 1] = old[sizeof old - 1] = '\0';
  ce_fail(&err, CE_NETWORK, "fetch", old, "%s", old);
  ce_error_name(&err, longest);
  assert_int_equal(strlen(err.subject), sizeof err.subject - 1);
  assert_int_equal(strlen(err.detail), sizeof err.detail - 1);
  assert_int_equal(err.detail[0], 'o');
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(puts_the_context_before_the_detail),
      cmocka_unit_test(names_what_a_person_knows_and_keeps_the_old_name),
      cmocka_unit_test(repeats_no_name_and_adds_none_that_is_empty),
      cmocka_unit_test(shortens_what_is_too_long),
  };
  return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
