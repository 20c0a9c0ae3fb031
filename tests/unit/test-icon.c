/* SPDX-License-Identifier: Apache-2.0
 * Tests of the look at an icon before anything decodes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/icon.h"
#include "png-sample.h"

/* Where the parts of the sample are: signature, IHDR, IDAT. */
#define HEADER_AT 8
#define WIDTH_AT  16
#define DEPTH_AT  24
#define DATA_AT   33

static void assert_problem(const struct png_sample *png, const char *word) {
  /* Exactly its bytes, so that reading past the end is seen. */
  uint8_t *exact = malloc(png->size ? png->size : 1);
  assert_non_null(exact);
  memcpy(exact, png->bytes, png->size);
  const char *problem = ce_icon_problem(exact, png->size);
  free(exact);
  if (!word) {
    assert_null(problem);
  } else if (!problem || !strstr(problem, word)) {
    fail_msg("not \"%s\" but \"%s\"", word, problem ? problem : "fine");
  }
}

static void takes_a_square_png(void **state) {
  (void)state;
  struct png_sample png = png_load();
  assert_problem(&png, NULL);
}

static void refuses_it_cut_off_anywhere(void **state) {
  (void)state;
  struct png_sample png = png_load();
  for (size_t size = png.size - 1; size > 8; size--) {
    struct png_sample cut = png;
    cut.size = size;
    assert_problem(&cut, "is cut off");
  }
  png.size = 7;
  assert_problem(&png, "is no PNG");
  png.size = 0;
  assert_problem(&png, "is no PNG");
}

static void refuses_it_with_any_bit_changed(void **state) {
  (void)state;
  for (size_t bit = 0; bit < png_load().size * 8; bit++) {
    struct png_sample png = png_load();
    png.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    if (!ce_icon_problem(png.bytes, png.size)) {
      fail_msg("bit %zu may be changed", bit);
    }
  }
}

static void refuses_what_is_behind_its_end(void **state) {
  (void)state;
  struct png_sample png = png_load();
  png.bytes[png.size++] = 0;
  assert_problem(&png, "behind its end");
}

static void wants_it_square_and_neither_small_nor_large(void **state) {
  (void)state;
  static const struct {
    uint32_t width, height;
    const char *problem;
  } shapes[] = {{96, 96, NULL},
                {512, 512, NULL},
                {95, 95, "not square"},
                {513, 513, "not square"},
                {96, 97, "not square"},
                {0, 0, "not square"},
                {0x7fffffff, 0x7fffffff, "not square"},
                {0xffffffff, 0xffffffff, "not square"}};
  for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
    struct png_sample png = png_load();
    png_put_u32(&png, WIDTH_AT, shapes[i].width);
    png_put_u32(&png, WIDTH_AT + 4, shapes[i].height);
    png_seal(&png, HEADER_AT);
    assert_problem(&png, shapes[i].problem);
  }
}

/* Depth, colour type, compression, filter, interlace. */
static void knows_which_headers_there_are(void **state) {
  (void)state;
  static const struct {
    uint8_t header[5];
    const char *problem;
  } headers[] = {{{1, 0, 0, 0, 0}, NULL},       {{16, 0, 0, 0, 1}, NULL},     {{8, 2, 0, 0, 0}, NULL},
                 {{4, 3, 0, 0, 0}, NULL},       {{8, 4, 0, 0, 0}, NULL},      {{16, 6, 0, 0, 0}, NULL},
                 {{16, 3, 0, 0, 0}, "damaged"}, {{4, 2, 0, 0, 0}, "damaged"}, {{8, 1, 0, 0, 0}, "damaged"},
                 {{8, 5, 0, 0, 0}, "damaged"},  {{8, 7, 0, 0, 0}, "damaged"}, {{3, 0, 0, 0, 0}, "damaged"},
                 {{0, 0, 0, 0, 0}, "damaged"},  {{8, 2, 1, 0, 0}, "damaged"}, {{8, 2, 0, 1, 0}, "damaged"},
                 {{8, 2, 0, 0, 2}, "damaged"}};
  for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
    struct png_sample png = png_load();
    memcpy(png.bytes + DEPTH_AT, headers[i].header, 5);
    png_seal(&png, HEADER_AT);
    assert_problem(&png, headers[i].problem);
  }
}

static void refuses_chunks_that_are_missing_twice_or_move(void **state) {
  (void)state;
  struct png_sample png = png_load();
  png_insert(&png, DATA_AT, "acTL", 8);
  assert_problem(&png, "animation");
  png = png_load();
  png_insert(&png, DATA_AT, "IHDR", 13);
  assert_problem(&png, "damaged");
  png = png_load();
  png_insert(&png, HEADER_AT, "tEXt", 13);
  assert_problem(&png, "damaged");
  png = png_load();
  png_insert(&png, DATA_AT, "IEND", 0);
  assert_problem(&png, "damaged");
  png = png_load();
  png_insert(&png, png.size - 12, "IEND", 1);
  assert_problem(&png, "damaged");
  png = png_load();
  png_insert(&png, DATA_AT, "tEXt", 100);
  assert_problem(&png, NULL);
}

static void takes_64_kib_and_no_more(void **state) {
  (void)state;
  struct png_sample png = png_load();
  png_insert(&png, DATA_AT, "tEXt", CE_ICON_BYTES_MAX - png.size - 12);
  assert_int_equal(png.size, CE_ICON_BYTES_MAX);
  assert_problem(&png, NULL);
  png = png_load();
  png_insert(&png, DATA_AT, "tEXt", CE_ICON_BYTES_MAX - png.size - 11);
  assert_problem(&png, "larger than 64 KiB");
}

static void refuses_a_length_that_is_not_there(void **state) {
  (void)state;
  static const uint32_t lengths[] = {0x7fffffff, 0x80000000, 0xfffffff3, 0xfffffff4, 0xffffffff};
  for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
    struct png_sample png = png_load();
    png_put_u32(&png, DATA_AT, lengths[i]);
    assert_problem(&png, "is cut off");
    png_put_u32(&png, HEADER_AT, lengths[i]);
    assert_problem(&png, "is cut off");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_a_square_png),
      cmocka_unit_test(refuses_it_cut_off_anywhere),
      cmocka_unit_test(refuses_it_with_any_bit_changed),
      cmocka_unit_test(refuses_what_is_behind_its_end),
      cmocka_unit_test(wants_it_square_and_neither_small_nor_large),
      cmocka_unit_test(knows_which_headers_there_are),
      cmocka_unit_test(refuses_chunks_that_are_missing_twice_or_move),
      cmocka_unit_test(takes_64_kib_and_no_more),
      cmocka_unit_test(refuses_a_length_that_is_not_there),
  };
  return cmocka_run_group_tests_name("icon", tests, NULL, NULL);
}
