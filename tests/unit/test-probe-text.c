/* SPDX-License-Identifier: Apache-2.0
 * Tests of the cleaning of text from tokens. */
#include "base/cleanup.h"
#include "probe/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_cleaned(const char *bytes, size_t size, const char *expected) {
  CE_AUTO(ce_free) char *text = ce_token_text((const uint8_t *)bytes, size);
  assert_string_equal(text, expected);
}
#define assert_clean(literal, expected) assert_cleaned(literal, sizeof(literal) - 1, expected)

static void takes_the_padding_off(void **state) {
  (void)state;
  assert_clean("Token   ", "Token");
  assert_clean("Token\0garbage", "Token");
  assert_clean("   ", "");
  assert_clean("", "");
  assert_clean(" a b ", " a b");
}

static void keeps_utf8(void **state) {
  (void)state;
  assert_clean("轻工业联会  ", "轻工业联会");
  assert_clean("\xf0\x9f\x94\x91", "\xf0\x9f\x94\x91");
}

static void reads_gb18030(void **state) {
  (void)state;
  assert_clean("\xd6\xa4\xca\xe9", "证书");
}

static void replaces_what_is_no_text(void **state) {
  (void)state;
  assert_clean("a\xff\xff\xff", "a???");
  assert_clean("a\x1b[31m\n", "a?[31m?");
  assert_clean("\xc2\x85", "??");
}

static void replaces_what_turns_the_direction(void **state) {
  (void)state;
  assert_clean("a\xe2\x80\xae"
               "b",
               "a???b");
  assert_clean("\xe2\x81\xa6", "???");
}

static void refuses_overlong_and_cut_characters(void **state) {
  (void)state;
  CE_AUTO(ce_free) char *overlong = ce_token_text((const uint8_t *)"\xc0\xaf", 2);
  assert_null(strchr(overlong, '/'));
  CE_AUTO(ce_free) char *cut = ce_token_text((const uint8_t *)"\xe8\xaf", 2);
  assert_non_null(cut);
  CE_AUTO(ce_free) char *surrogate = ce_token_text((const uint8_t *)"\xed\xa0\x80", 3);
  assert_null(strstr(surrogate, "\xed\xa0\x80"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_the_padding_off),
      cmocka_unit_test(keeps_utf8),
      cmocka_unit_test(reads_gb18030),
      cmocka_unit_test(replaces_what_is_no_text),
      cmocka_unit_test(replaces_what_turns_the_direction),
      cmocka_unit_test(refuses_overlong_and_cut_characters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
