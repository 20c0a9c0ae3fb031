/* SPDX-License-Identifier: Apache-2.0
 * Tests of text for terminals. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void counts_two_columns_for_chinese_and_none_for_combining(void **state) {
  (void)state;
  assert_int_equal(ce_utf8_columns(""), 0);
  assert_int_equal(ce_utf8_columns("certenv"), 7);
  assert_int_equal(ce_utf8_columns("证书环境"), 8);
  assert_int_equal(ce_utf8_columns("证书，Key。"), 2 * 4 + 3);
  assert_int_equal(ce_utf8_columns("e\xcc\x81"), 1);
  assert_int_equal(ce_utf8_columns("\xf0\x9f\x94\x91"), 2);
}

static void expect_clean(const char *text, const char *expected) {
  char clean[256];
  ce_utf8_clean(text, clean, sizeof clean);
  assert_string_equal(clean, expected);
}

static void takes_the_sting_out_of_what_others_wrote(void **state) {
  (void)state;
  expect_clean("etc/文件 1", "etc/文件 1");
  expect_clean("one\ntwo\tthree\r", "one two three ");
  expect_clean("\033[2J\007", "\xef\xbf\xbd[2J\xef\xbf\xbd");
  expect_clean("a\xe2\x80\xae.txt", "a\xef\xbf\xbd.txt"); /* U+202E turns the direction of writing */
  expect_clean("\xc2\x9b", "\xef\xbf\xbd");               /* U+009B, an escape sequence in one character */
  expect_clean("a\xd8\x9c"
               "b\xc2\xad",
               "a\xef\xbf\xbd"
               "b\xef\xbf\xbd");                    /* U+061C turns it too, U+00AD is not seen */
  expect_clean("\xf3\xa0\x81\x81", "\xef\xbf\xbd"); /* U+E0041, a letter that is not seen */
}

static void replaces_bytes_that_are_not_utf8(void **state) {
  (void)state;
  expect_clean("\xff", "\xef\xbf\xbd");
  expect_clean("\xe8\xaf", "\xef\xbf\xbd\xef\xbf\xbd");                   /* cut short */
  expect_clean("\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd");                   /* overlong */
  expect_clean("\xed\xa0\x80x", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx"); /* half of a surrogate pair */
  expect_clean("\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void cuts_after_a_whole_character(void **state) {
  (void)state;
  char clean[6];
  ce_utf8_clean("证书环境", clean, sizeof clean);
  assert_string_equal(clean, "证");
  ce_utf8_clean("abcdefgh", clean, sizeof clean);
  assert_string_equal(clean, "abcde");
  ce_utf8_clean("abc", clean, 1);
  assert_string_equal(clean, "");
}

static void shortens_in_the_middle_to_the_columns_that_there_are(void **state) {
  (void)state;
  static const char *const texts[] = {"",
                                      "short",
                                      "正在准备文件",
                                      "/etc/udev/rules.d/70-certenv.rules",
                                      "/桌面/证书助手.desktop",
                                      "e\xcc\x81\xcc\x81xyz"};
  char fitted[256];
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    for (size_t columns = 0; columns < 40; columns++) {
      ce_utf8_fit(texts[i], columns, fitted, sizeof fitted);
      assert_true(ce_utf8_columns(fitted) <= columns);
      assert_true(ce_utf8_columns(texts[i]) > columns || strcmp(fitted, texts[i]) == 0);
    }
  }
  ce_utf8_fit("/etc/udev/rules.d/70-certenv.rules", 20, fitted, sizeof fitted);
  assert_string_equal(fitted, "/etc/udev...nv.rules");
  ce_utf8_fit("正在准备文件", 9, fitted, sizeof fitted);
  assert_string_equal(fitted, "正...件");
}

static void never_writes_beyond_a_small_buffer(void **state) {
  (void)state;
  char small[8];
  ce_utf8_fit("证书应用环境", 100, small, sizeof small);
  assert_string_equal(small, "证书");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts_two_columns_for_chinese_and_none_for_combining),
      cmocka_unit_test(takes_the_sting_out_of_what_others_wrote),
      cmocka_unit_test(replaces_bytes_that_are_not_utf8),
      cmocka_unit_test(cuts_after_a_whole_character),
      cmocka_unit_test(shortens_in_the_middle_to_the_columns_that_there_are),
      cmocka_unit_test(never_writes_beyond_a_small_buffer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
