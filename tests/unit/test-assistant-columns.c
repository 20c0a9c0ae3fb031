/* SPDX-License-Identifier: Apache-2.0
 * Tests of widths and alignment on a terminal. */
#include "assistant/columns.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void counts_wide_and_combining_characters(void **state) {
  (void)state;
  assert_int_equal(ce_utf8_columns(""), 0);
  assert_int_equal(ce_utf8_columns("abc"), 3);
  assert_int_equal(ce_utf8_columns("证书 1"), 6);
  assert_int_equal(ce_utf8_columns("，（）"), 6);
  assert_int_equal(ce_utf8_columns("e\xcc\x81"), 1);
  assert_int_equal(ce_utf8_columns("é"), 1);
  assert_int_equal(ce_utf8_columns("\xf0\xa0\x80\x80"), 2);
}

static void aligns_chinese_with_latin(void **state) {
  (void)state;
  const char *const cells[] = {"名称", "天数", "a", "1", "张三丰", "20"};
  struct ce_error err;
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  assert_int_equal(ce_columns_write(cells, 3, 2, &text, &err), CE_OK);
  assert_string_equal(ce_blob_text(&text), "  名称    天数\n"
                                           "  a       1\n"
                                           "  张三丰  20\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts_wide_and_combining_characters),
      cmocka_unit_test(aligns_chinese_with_latin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
