/* SPDX-License-Identifier: Apache-2.0
 * Tests of reading USBGuard's lines. */
#include "engine/usbguard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HASH "Kj0eyVqHyIKm+qCqqzqZqzqZqzqZqzqZqzqZqzqZqzo="

static bool reads(const char *line, struct ce_usbguard_device *ret) {
  return ce_usbguard_read_device(line, strlen(line), ret);
}

static void reads_a_blocked_device(void **state) {
  (void)state;
  struct ce_usbguard_device device = {0};
  assert_true(reads("17: block id 096e:0807 serial \"0001\" name \"ePass\" hash \"" HASH
                    "\" parent-hash \"x=\" "
                    "via-port \"1-1\" with-interface { 0b:00:00 03:00:00 } with-connect-type \"hotplug\"",
                    &device));
  assert_int_equal(device.number, 17);
  assert_int_equal(device.vendor_id, 0x096e);
  assert_int_equal(device.product_id, 0x0807);
  assert_string_equal(device.hash, HASH);
}

static void takes_no_attribute_from_what_a_device_calls_itself(void **state) {
  (void)state;
  struct ce_usbguard_device device = {0};
  assert_true(reads("3: block id 1234:5678 serial \"\" name \"a hash \\\"AAAA\\\" hash \" hash \"" HASH "\"",
                    &device));
  assert_string_equal(device.hash, HASH);
  assert_true(reads("3: block id 1234:5678 name \"\\\\\" hash \"" HASH "\"", &device));
  assert_string_equal(device.hash, HASH);
}

static void refuses_lines_that_are_none(void **state) {
  (void)state;
  static const char *const lines[] = {"",
                                      "block id 096e:0807 hash \"" HASH "\"",
                                      "1: block id 096e:0807",
                                      "1: block id 096e: hash \"" HASH "\"",
                                      "1: block id 096e:0807 hash \"\"",
                                      "1: block id 096e:0807 hash \"AA BB\"",
                                      "1: block id 096e:0807 hash \"AA",
                                      "1: block id 096e:0807 name \"open hash \\",
                                      "9999999999: block id 096e:0807 hash \"" HASH "\"",
                                      "IPC connection failure!"};
  struct ce_usbguard_device device = {0};
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    assert_false(reads(lines[i], &device));
  }
}

static void finds_a_rule_that_is_the_same_and_no_other(void **state) {
  (void)state;
  static const char rule[] = "allow id 096e:0807 hash \"" HASH "\"";
  static const char same[] = "12: allow id 096e:0807 hash \"" HASH "\"";
  static const char more[] = "13: allow id 096e:0807 hash \"" HASH "\" via-port \"1-1\"";
  unsigned number = 0;
  assert_true(ce_usbguard_read_rule(same, strlen(same), rule, &number));
  assert_int_equal(number, 12);
  assert_false(ce_usbguard_read_rule(more, strlen(more), rule, &number));
  assert_false(ce_usbguard_read_rule(rule, strlen(rule), rule, &number));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_a_blocked_device),
      cmocka_unit_test(takes_no_attribute_from_what_a_device_calls_itself),
      cmocka_unit_test(refuses_lines_that_are_none),
      cmocka_unit_test(finds_a_rule_that_is_the_same_and_no_other),
  };
  return cmocka_run_group_tests_name("usbguard", tests, NULL, NULL);
}
