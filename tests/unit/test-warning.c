/* SPDX-License-Identifier: Apache-2.0
 * Tests of the sentence before an installation beside security software. */
#include "guard/warning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void names_products_that_can_be_disabled(void **state) {
  (void)state;
  assert_true(ce_warning_names("360epp"));
  assert_true(ce_warning_names("huorong"));
}

static void does_not_name_rules_of_the_kernel(void **state) {
  (void)state;
  static const char *const rules[] = {"usbguard", "fapolicyd", "selinux", "no such product", ""};
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
    assert_false(ce_warning_names(rules[i]));
  }
}

static void separates_names_as_the_language_does(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_blob) struct ce_blob chinese = {0};
  CE_AUTO(ce_blob) struct ce_blob english = {0};
  for (int i = 0; i < 2; i++) {
    assert_int_equal(ce_warning_add(&chinese, i == 0 ? "甲" : "乙", true, &err), CE_OK);
    assert_int_equal(ce_warning_add(&english, i == 0 ? "one" : "two", false, &err), CE_OK);
  }
  assert_string_equal(ce_blob_text(&chinese), "甲、乙");
  assert_string_equal(ce_blob_text(&english), "one, two");
}

static void has_a_place_for_names_only_when_there_are_any(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_blob) struct ce_blob names = {0};
  assert_null(strstr(ce_warning_sentence(&names), "%"));
  assert_int_equal(ce_warning_add(&names, "one", false, &err), CE_OK);
  assert_non_null(strstr(ce_warning_sentence(&names), "disable %s,"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_products_that_can_be_disabled),
      cmocka_unit_test(does_not_name_rules_of_the_kernel),
      cmocka_unit_test(separates_names_as_the_language_does),
      cmocka_unit_test(has_a_place_for_names_only_when_there_are_any),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
