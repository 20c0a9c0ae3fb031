/* SPDX-License-Identifier: Apache-2.0
 * Tests of cutting a stream into lines. */
#include "gtk/line-reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void gives_the_same_lines_for_pieces_of_any_size(void **state) {
  (void)state;
  static const char stream[] = "one\n\nthree is longer\n{}\nrest";
  static const char *const lines[] = {"one", "", "three is longer", "{}"};
  for (size_t piece = 1; piece < sizeof stream; piece++) {
    struct ce_line_reader reader = {0};
    size_t found = 0;
    for (size_t at = 0; at < sizeof stream - 1; at += piece) {
      size_t left = sizeof stream - 1 - at;
      size_t length;
      assert_true(ce_line_reader_feed(&reader, stream + at, left < piece ? left : piece));
      for (const char *line; (line = ce_line_reader_next(&reader, &length));) {
        assert_true(found < sizeof lines / sizeof lines[0]);
        assert_string_equal(line, lines[found]);
        assert_int_equal(length, strlen(lines[found]));
        found++;
      }
    }
    assert_int_equal(found, sizeof lines / sizeof lines[0]);
    ce_line_reader_clear(&reader);
  }
}

static void gives_up_a_line_without_end(void **state) {
  (void)state;
  static char piece[65536];
  memset(piece, 'x', sizeof piece);
  struct ce_line_reader reader = {0};
  size_t taken = 0;
  while (ce_line_reader_feed(&reader, piece, sizeof piece)) {
    taken += sizeof piece;
    assert_true(taken <= CE_LINE_BYTES_MAX);
  }
  assert_int_equal(taken, CE_LINE_BYTES_MAX);
  ce_line_reader_clear(&reader);
}

static void gives_up_a_flood_of_lines(void **state) {
  (void)state;
  static char piece[4096];
  memset(piece, '\n', sizeof piece);
  struct ce_line_reader reader = {0};
  size_t length;
  size_t lines = 0;
  while (ce_line_reader_feed(&reader, piece, sizeof piece)) {
    while (ce_line_reader_next(&reader, &length)) {
      lines++;
    }
    assert_true(lines <= CE_LINES_COUNT_MAX + sizeof piece);
  }
  assert_true(lines > CE_LINES_COUNT_MAX);
  ce_line_reader_clear(&reader);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gives_the_same_lines_for_pieces_of_any_size),
      cmocka_unit_test(gives_up_a_line_without_end),
      cmocka_unit_test(gives_up_a_flood_of_lines),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
