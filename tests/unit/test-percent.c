/* SPDX-License-Identifier: Apache-2.0
 * Tests of the names that roles have as files. */
#include "trust/percent.h"

#include "base/cleanup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void encodes_all_but_unreserved_characters(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"", ""},
      {"role-1_a.b~C", "role-1_a.b~C"},
      {"?", "%3F"},
      {"#", "%23"},
      {"/delegatedrole", "%2Fdelegatedrole"},
      {"../delegatedrole", "..%2Fdelegatedrole"},
      {".", "."},
      {"100%", "100%25"},
      {"a b\n\\", "a%20b%0A%5C"},
      {"中", "%E4%B8%AD"},
      {"!*'();:@&=+$,[]", "%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%5B%5D"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CE_AUTO(ce_free) char *encoded = ce_percent_encode(rows[i][0]);
    assert_string_equal(encoded, rows[i][1]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(encodes_all_but_unreserved_characters)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
