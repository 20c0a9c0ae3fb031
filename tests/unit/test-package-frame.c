/* SPDX-License-Identifier: Apache-2.0
 * Packages that are cut off, damaged, or hold more than they say: what is around the members. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "package-scene.h"

static void refuses_a_package_that_is_cut_off_anywhere(void **state) {
  struct package_scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_end(scene);
  put_text(scene, "a.txt", "hello");
  put_end(scene);
  compress(scene);
  for (size_t size = 0; size < scene->package.size; size++) {
    uint8_t *exact = malloc(size + 1);
    memcpy(exact, scene->package.data, size);
    assert_int_equal(walk_bytes(scene, exact, size), CE_PACKAGE_INVALID);
    free(exact);
  }
}

static void refuses_a_large_package_that_is_cut_off(void **state) {
  struct package_scene *scene = *state;
  put_usual(scene);
  compress(scene);
  assert_true(scene->package.size > 100000);
  for (size_t size = 0; size < scene->package.size; size += 16384) {
    assert_int_equal(walk_bytes(scene, scene->package.data, size), CE_PACKAGE_INVALID);
  }
}

static void never_hands_on_other_content_when_a_bit_is_flipped(void **state) {
  struct package_scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_end(scene);
  put_text(scene, "a.txt", "hello");
  put_end(scene);
  compress(scene);
  for (size_t bit = 0; bit < scene->package.size * 8; bit++) {
    scene->package.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    ce_blob_clear(&scene->seen);
    if (walk_bytes(scene, scene->package.data, scene->package.size) == CE_OK) {
      assert_non_null(strstr(ce_blob_text(&scene->seen), "\nhelloend "));
    }
    scene->package.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
}

static void refuses_what_is_no_package(void **state) {
  struct package_scene *scene = *state;
  assert_int_equal(walk_bytes(scene, (const uint8_t *)"", 0), CE_PACKAGE_INVALID);
  assert_int_equal(walk_bytes(scene, (const uint8_t *)"hello", 5), CE_PACKAGE_INVALID);
  put_usual(scene);
  assert_int_equal(walk_bytes(scene, scene->tar.data, scene->tar.size), CE_PACKAGE_INVALID);
}

static void refuses_bytes_behind_the_frame(void **state) {
  struct package_scene *scene = *state;
  put_usual(scene);
  compress(scene);
  assert_int_equal(ce_blob_append(&scene->package, "x", 1, &scene->err), CE_OK);
  assert_int_equal(walk_bytes(scene, scene->package.data, scene->package.size), CE_PACKAGE_INVALID);
  assert_non_null(strstr(scene->err.detail, "something follows its compressed data"));
}

static void refuses_members_behind_the_end_of_the_tar(void **state) {
  struct package_scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_end(scene);
  put_text(scene, "a.txt", "hello");
  put_end(scene);
  put_text(scene, "b.txt", "more");
  put_end(scene);
  assert_refused(scene, "something follows the end of its tar");
}

static void refuses_a_window_that_needs_much_memory(void **state) {
  struct package_scene *scene = *state;
  put_usual(scene);
  ZSTD_CCtx *frame = ZSTD_createCCtx();
  size_t bound = ZSTD_compressBound(scene->tar.size);
  uint8_t *bytes = malloc(bound);
  assert_true(frame && bytes);
  assert_false(ZSTD_isError(ZSTD_CCtx_setParameter(frame, ZSTD_c_windowLog, CE_ZSTD_WINDOW_LOG_MAX + 1)));
  ZSTD_outBuffer output = {bytes, bound, 0};
  ZSTD_inBuffer first = {scene->tar.data, 1, 0}, rest = {scene->tar.data, scene->tar.size, 1};
  assert_false(ZSTD_isError(ZSTD_compressStream2(frame, &output, &first, ZSTD_e_flush)));
  assert_int_equal(ZSTD_compressStream2(frame, &output, &rest, ZSTD_e_end), 0);
  assert_int_equal(walk_bytes(scene, bytes, output.pos), CE_PACKAGE_INVALID);
  assert_non_null(strstr(scene->err.detail, "memory"));
  free(bytes);
  ZSTD_freeCCtx(frame);
}

/* Compresses the tar so far and then a gigabyte of zeros. */
static void compress_with_bomb(struct package_scene *scene) {
  static const uint8_t zeros[1 << 20];
  static uint8_t block[1 << 20];
  ZSTD_CCtx *frame = ZSTD_createCCtx();
  assert_non_null(frame);
  for (size_t i = 0; i <= 1024; i++) {
    ZSTD_inBuffer input = {i == 0 ? scene->tar.data : zeros, i == 0 ? scene->tar.size : sizeof zeros, 0};
    size_t left = 1;
    while (i == 1024 ? left != 0 : input.pos < input.size) {
      ZSTD_outBuffer output = {block, sizeof block, 0};
      left = ZSTD_compressStream2(frame, &output, &input, i == 1024 ? ZSTD_e_end : ZSTD_e_continue);
      assert_false(ZSTD_isError(left));
      assert_int_equal(ce_blob_append(&scene->package, block, output.pos, &scene->err), CE_OK);
    }
  }
  ZSTD_freeCCtx(frame);
}

static void stops_at_the_manifests_sizes_in_a_bomb_of_zeros(void **state) {
  struct package_scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_end(scene);
  put_text(scene, "a.txt", "hello");
  put_end(scene);
  compress_with_bomb(scene);
  assert_int_equal(walk_bytes(scene, scene->package.data, scene->package.size), CE_PACKAGE_INVALID);
  assert_non_null(strstr(scene->err.detail, "it holds more than the"));
}

static void stops_at_a_members_header_in_a_bomb(void **state) {
  struct package_scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_end(scene);
  struct ce_tar_writer tar = writer_of(scene);
  assert_int_equal(ce_tar_write_file(&tar, "a.txt", 0644, UINT64_C(1) << 30, &scene->err), CE_OK);
  compress_with_bomb(scene);
  assert_int_equal(walk_bytes(scene, scene->package.data, scene->package.size), CE_PACKAGE_INVALID);
  assert_non_null(strstr(scene->err.detail, "its size is not the one"));
}

static void stops_at_the_manifests_limit_in_a_bomb(void **state) {
  struct package_scene *scene = *state;
  struct ce_tar_writer tar = writer_of(scene);
  assert_int_equal(ce_tar_write_file(&tar, "manifest.json", 0644, UINT64_C(1) << 30, &scene->err), CE_OK);
  compress_with_bomb(scene);
  assert_int_equal(walk_bytes(scene, scene->package.data, scene->package.size), CE_PACKAGE_INVALID);
  assert_non_null(strstr(scene->err.detail, "too large"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, package_set_up, package_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(refuses_a_package_that_is_cut_off_anywhere),
      TEST(refuses_a_large_package_that_is_cut_off),
      TEST(never_hands_on_other_content_when_a_bit_is_flipped),
      TEST(refuses_what_is_no_package),
      TEST(refuses_bytes_behind_the_frame),
      TEST(refuses_members_behind_the_end_of_the_tar),
      TEST(refuses_a_window_that_needs_much_memory),
      TEST(stops_at_the_manifests_sizes_in_a_bomb_of_zeros),
      TEST(stops_at_a_members_header_in_a_bomb),
      TEST(stops_at_the_manifests_limit_in_a_bomb),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
