/* SPDX-License-Identifier: Apache-2.0
 * Tests of the payload programs' command lines. */
#include "switches/switches.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct ce_switch options[] = {
    {"timeout", "SECONDS", "a number"}, {"json", NULL, "a flag"}, CE_SWITCH_HELP, CE_SWITCH_VERSION};
static const struct ce_switch_table table = {"usage: x", "does x", options, 4};

static struct {
  const char *values[4];
  const char *operands[1];
} got;

static enum ce_code parse(struct ce_error *err, size_t *ret_operands, char *a, char *b, char *c) {
  char *argv[] = {(char[]){"x"}, a, b, c, NULL};
  int argc = c ? 4 : b ? 3 : a ? 2 : 1;
  struct ce_switch_values values = {got.values, got.operands, 1};
  enum ce_code code = ce_switches_parse(&table, argc, argv, &values, err);
  *ret_operands = values.operand_count;
  return code;
}

#define TEXT(literal) ((char[]){literal})

static void takes_values_and_flags(void **state) {
  (void)state;
  struct ce_error err;
  size_t operands = 9;
  assert_int_equal(parse(&err, &operands, TEXT("--timeout"), TEXT("5"), TEXT("file")), CE_OK);
  assert_string_equal(got.values[0], "5");
  assert_null(got.values[1]);
  assert_int_equal(operands, 1);
  assert_string_equal(got.operands[0], "file");
  assert_int_equal(parse(&err, &operands, TEXT("--timeout=6"), TEXT("--json"), NULL), CE_OK);
  assert_string_equal(got.values[0], "6");
  assert_string_equal(got.values[1], "");
  assert_int_equal(operands, 0);
}

static void ends_options_at_two_dashes(void **state) {
  (void)state;
  struct ce_error err;
  size_t operands = 9;
  assert_int_equal(parse(&err, &operands, TEXT("--"), TEXT("--json"), NULL), CE_OK);
  assert_null(got.values[1]);
  assert_string_equal(got.operands[0], "--json");
  assert_int_equal(parse(&err, &operands, TEXT("-"), NULL, NULL), CE_OK);
  assert_string_equal(got.operands[0], "-");
}

static void names_the_nearest_option(void **state) {
  (void)state;
  struct ce_error err;
  size_t operands;
  assert_int_equal(parse(&err, &operands, TEXT("--timout=3"), NULL, NULL), CE_USAGE);
  assert_non_null(strstr(err.detail, "--timeout"));
  assert_int_equal(parse(&err, &operands, TEXT("--something-else-altogether"), NULL, NULL), CE_USAGE);
  assert_null(strstr(err.detail, "nearest"));
}

static void refuses_what_it_cannot_take(void **state) {
  (void)state;
  struct ce_error err;
  size_t operands;
  assert_int_equal(parse(&err, &operands, TEXT("--timeout"), NULL, NULL), CE_USAGE);
  assert_int_equal(parse(&err, &operands, TEXT("--json=1"), NULL, NULL), CE_USAGE);
  assert_int_equal(parse(&err, &operands, TEXT("-j"), NULL, NULL), CE_USAGE);
  assert_int_equal(parse(&err, &operands, TEXT("one"), TEXT("two"), NULL), CE_USAGE);
}

static void reads_numbers_within_bounds(void **state) {
  (void)state;
  struct ce_error err;
  int64_t number = 0;
  assert_int_equal(ce_switches_number("--timeout", "30", 1, 60, &number, &err), CE_OK);
  assert_int_equal(number, 30);
  static const char *const wrong[] = {"", "0", "61", "3x", " 3", "+3", "99999999999999999999", "-"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(ce_switches_number("--timeout", wrong[i], 1, 60, &number, &err), CE_USAGE);
  }
  assert_int_equal(number, 30);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_values_and_flags),      cmocka_unit_test(ends_options_at_two_dashes),
      cmocka_unit_test(names_the_nearest_option),    cmocka_unit_test(refuses_what_it_cannot_take),
      cmocka_unit_test(reads_numbers_within_bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
