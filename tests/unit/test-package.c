/* SPDX-License-Identifier: Apache-2.0
 * Packages, good and hostile: each is a tar written block by block, then compressed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bundle/package.h"
#include "bundle/ustar.h"
#include "bundle/zstd-source.h"
#include "ports/hash.h"
#include "publish/tar-writer.h"

#include <stdio.h>
#include <string.h>
#include <zstd.h>

#define BIG_SIZE 700000

struct scene {
  struct ce_blob manifest, tar, package;
  struct ce_blob seen; /* what the visitor got: "begin a.txt\n", data, "end a.txt\n" */
  struct ce_error err;
  const char *unwanted;       /* a member that the visitor skips */
  enum ce_code visitor_fails; /* from data() */
};

static uint8_t *big_bytes(void) {
  static uint8_t bytes[BIG_SIZE];
  uint32_t noise = 1;
  for (size_t i = 0; i < sizeof bytes; i++) {
    noise = noise * 1664525 + 1013904223;
    bytes[i] = (uint8_t)(noise >> 24);
  }
  return bytes;
}

static int set_up(void **state) {
  *state = calloc(1, sizeof(struct scene));
  return *state ? 0 : -1;
}

static int tear_down(void **state) {
  struct scene *scene = *state;
  ce_blob_clear(&scene->manifest);
  ce_blob_clear(&scene->tar);
  ce_blob_clear(&scene->package);
  ce_blob_clear(&scene->seen);
  free(scene);
  return 0;
}

static enum ce_code collect(void *context, const void *bytes, size_t size, struct ce_error *err) {
  return ce_blob_append(context, bytes, size, err);
}

static struct ce_tar_writer writer_of(struct scene *scene) {
  return (struct ce_tar_writer){collect, &scene->tar, 0};
}

static void put_file(struct scene *scene, const char *name, uint32_t mode, const void *bytes, size_t size) {
  struct ce_tar_writer tar = writer_of(scene);
  assert_int_equal(ce_tar_write_file(&tar, name, mode, size, &scene->err), CE_OK);
  assert_int_equal(ce_blob_append(&scene->tar, bytes, size, &scene->err), CE_OK);
  assert_int_equal(ce_tar_write_padding(&tar, size, &scene->err), CE_OK);
}

static void put_text(struct scene *scene, const char *name, const char *text) {
  put_file(scene, name, 0644, text, strlen(text));
}

static void put_link(struct scene *scene, const char *name, const char *target) {
  struct ce_tar_writer tar = writer_of(scene);
  assert_int_equal(ce_tar_write_link(&tar, name, target, &scene->err), CE_OK);
}

static void put_end(struct scene *scene) {
  struct ce_tar_writer tar = writer_of(scene);
  assert_int_equal(ce_tar_write_end(&tar, &scene->err), CE_OK);
}

static void seal(struct ce_ustar_header *header) {
  snprintf(header->checksum, sizeof header->checksum, "%06o", ce_ustar_checksum(header));
  header->checksum[7] = ' ';
}

/* A header without data whose type is anything. */
static void put_odd(struct scene *scene, const char *name, char type, const char *link_name) {
  size_t at = scene->tar.size;
  put_link(scene, name, link_name);
  struct ce_ustar_header *header = (struct ce_ustar_header *)(scene->tar.data + at);
  header->type = type;
  seal(header);
}

static void list_text(struct scene *scene, const char *text) {
  assert_int_equal(ce_blob_printf(&scene->manifest, &scene->err, "%s", text), CE_OK);
}

static void list_start(struct scene *scene) {
  list_text(scene, "{\"format\":1,\"profile\":\"test\",\"version\":\"1.0\",\"arch\":\"x86_64\",\"files\":[");
}

static void list_separator(struct scene *scene) {
  size_t size = scene->manifest.size;
  list_text(scene, size > 0 && scene->manifest.data[size - 1] == '}' ? "," : "");
}

static void list_file(struct scene *scene, const char *path, const void *bytes, size_t size) {
  struct ce_digest digest;
  char hex[CE_DIGEST_HEX_SIZE];
  ce_hash_bytes(bytes, size, &digest);
  ce_digest_to_hex(&digest, hex);
  list_separator(scene);
  assert_int_equal(ce_blob_printf(&scene->manifest, &scene->err,
                                  "{\"path\":\"%s\",\"mode\":\"0644\",\"size\":%zu,\"sha256\":\"%s\"}", path,
                                  size, hex),
                   CE_OK);
}

static void list_link(struct scene *scene, const char *path, const char *target) {
  list_separator(scene);
  assert_int_equal(
      ce_blob_printf(&scene->manifest, &scene->err, "{\"path\":\"%s\",\"link\":\"%s\"}", path, target),
      CE_OK);
}

/* Ends the list and makes it the first member. */
static void list_end(struct scene *scene) {
  list_text(scene, "],\"integration\":[],\"prerequisites\":[],\"sonames\":[]}");
  put_file(scene, "manifest.json", 0644, scene->manifest.data, scene->manifest.size);
}

static void list_usual(struct scene *scene) {
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_link(scene, "b", "a.txt");
  list_file(scene, "c/big", big_bytes(), BIG_SIZE);
  list_end(scene);
}

static void compress(struct scene *scene) {
  size_t bound = ZSTD_compressBound(scene->tar.size);
  uint8_t *bytes = malloc(bound);
  assert_non_null(bytes);
  size_t size = ZSTD_compress(bytes, bound, scene->tar.data, scene->tar.size, 1);
  assert_false(ZSTD_isError(size));
  ce_blob_clear(&scene->package);
  assert_int_equal(ce_blob_append(&scene->package, bytes, size, &scene->err), CE_OK);
  free(bytes);
}

static enum ce_code see_begin(void *context, const struct ce_manifest_file *file, bool *ret_wanted,
                              struct ce_error *err) {
  struct scene *scene = context;
  *ret_wanted = !scene->unwanted || strcmp(scene->unwanted, file->path) != 0;
  return ce_blob_printf(&scene->seen, err, "begin %s\n", file->path);
}

static enum ce_code see_data(void *context, const void *bytes, size_t size, struct ce_error *err) {
  struct scene *scene = context;
  if (scene->visitor_fails != CE_OK) {
    return ce_fail(err, scene->visitor_fails, "write", "disk", "full");
  }
  return ce_blob_append(&scene->seen, bytes, size, err);
}

static enum ce_code see_end(void *context, const struct ce_manifest_file *file, struct ce_error *err) {
  return ce_blob_printf(&((struct scene *)context)->seen, err, "end %s\n", file->path);
}

/* Opens and walks exactly size bytes of the package. */
static enum ce_code walk_bytes(struct scene *scene, const uint8_t *bytes, size_t size) {
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_package) struct ce_package *package = NULL;
  struct ce_package_visitor visitor = {see_begin, see_data, see_end, scene};
  enum ce_code code = ce_reader_of_bytes(bytes, size, &reader, &scene->err);
  if (code == CE_OK) {
    code = ce_package_open(reader, &package, &scene->err);
  }
  return code == CE_OK ? ce_package_walk(package, &visitor, &scene->err) : code;
}

static enum ce_code walk(struct scene *scene) {
  compress(scene);
  return walk_bytes(scene, scene->package.data, scene->package.size);
}

static void assert_refused(struct scene *scene, const char *why) {
  assert_int_equal(walk(scene), CE_PACKAGE_INVALID);
  if (!strstr(scene->err.detail, why)) {
    fail_msg("'%s' does not say '%s'", scene->err.detail, why);
  }
}

static void put_usual(struct scene *scene) {
  list_usual(scene);
  put_text(scene, "a.txt", "hello");
  put_link(scene, "b", "a.txt");
  put_file(scene, "c/big", 0644, big_bytes(), BIG_SIZE);
  put_end(scene);
}

static void visits_members_in_order_with_their_data(void **state) {
  struct scene *scene = *state;
  put_usual(scene);
  assert_int_equal(walk(scene), CE_OK);
  static const char before[] = "begin a.txt\nhelloend a.txt\nbegin b\nend b\nbegin c/big\n";
  size_t start = sizeof before - 1;
  assert_int_equal(scene->seen.size, start + BIG_SIZE + strlen("end c/big\n"));
  assert_memory_equal(scene->seen.data, before, start);
  assert_memory_equal(scene->seen.data + start, big_bytes(), BIG_SIZE);
}

static void skips_what_the_visitor_does_not_want(void **state) {
  struct scene *scene = *state;
  scene->unwanted = "c/big";
  put_usual(scene);
  assert_int_equal(walk(scene), CE_OK);
  assert_string_equal(ce_blob_text(&scene->seen),
                      "begin a.txt\nhelloend a.txt\nbegin b\nend b\nbegin c/big\n");
}

static void ends_with_the_visitors_failure(void **state) {
  struct scene *scene = *state;
  scene->visitor_fails = CE_NO_SPACE;
  put_usual(scene);
  assert_int_equal(walk(scene), CE_NO_SPACE);
  assert_string_equal(scene->err.detail, "full");
}

static void reads_names_that_are_too_long_for_ustar(void **state) {
  struct scene *scene = *state;
  char path[420], target[512];
  memset(path, 'x', sizeof path);
  path[200] = '/';
  path[sizeof path - 1] = '\0';
  snprintf(target, sizeof target, "../%s", path);
  list_start(scene);
  list_link(scene, "link/to", target);
  list_file(scene, path, "hello", 5);
  list_end(scene);
  put_link(scene, "link/to", target);
  put_text(scene, path, "hello");
  put_end(scene);
  assert_int_equal(walk(scene), CE_OK);
}

static void accepts_a_package_without_files(void **state) {
  struct scene *scene = *state;
  list_start(scene);
  list_end(scene);
  put_end(scene);
  assert_int_equal(walk(scene), CE_OK);
  assert_int_equal(scene->seen.size, 0);
}

static void refuses_a_package_that_is_cut_off_anywhere(void **state) {
  struct scene *scene = *state;
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
  struct scene *scene = *state;
  put_usual(scene);
  compress(scene);
  assert_true(scene->package.size > 100000);
  for (size_t size = 0; size < scene->package.size; size += 16384) {
    assert_int_equal(walk_bytes(scene, scene->package.data, size), CE_PACKAGE_INVALID);
  }
}

static void never_hands_on_other_content_when_a_bit_is_flipped(void **state) {
  struct scene *scene = *state;
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

static void refuses_members_in_another_order(void **state) {
  struct scene *scene = *state;
  list_usual(scene);
  put_link(scene, "b", "a.txt");
  put_text(scene, "a.txt", "hello");
  put_file(scene, "c/big", 0644, big_bytes(), BIG_SIZE);
  put_end(scene);
  assert_refused(scene, "the manifest has a.txt in this place");
}

static void refuses_a_member_that_the_manifest_does_not_know(void **state) {
  struct scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_end(scene);
  put_text(scene, "a.txt", "hello");
  put_text(scene, "z.txt", "more");
  put_end(scene);
  assert_refused(scene, "the manifest does not know it");
  assert_string_equal(scene->err.subject, "z.txt");
}

static void refuses_a_package_with_a_member_missing(void **state) {
  struct scene *scene = *state;
  list_usual(scene);
  put_text(scene, "a.txt", "hello");
  put_link(scene, "b", "a.txt");
  put_end(scene);
  assert_refused(scene, "it is missing in the package");
  assert_string_equal(scene->err.subject, "c/big");
}

static void refuses_a_member_of_another_size(void **state) {
  struct scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_end(scene);
  put_text(scene, "a.txt", "hello!");
  put_end(scene);
  assert_refused(scene, "its size is not the one");
}

static void refuses_a_member_with_other_content(void **state) {
  struct scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_end(scene);
  put_text(scene, "a.txt", "hallo");
  put_end(scene);
  assert_refused(scene, "its content is not what");
  assert_null(strstr(ce_blob_text(&scene->seen), "end a.txt"));
}

static void refuses_a_link_to_elsewhere(void **state) {
  struct scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_link(scene, "b", "a.txt");
  list_end(scene);
  put_text(scene, "a.txt", "hello");
  put_link(scene, "b", "../../etc/passwd");
  put_end(scene);
  assert_refused(scene, "it is not the link");
}

static void refuses_anything_but_plain_files_and_links(void **state) {
  struct scene *scene = *state;
  static const char types[] = {'1', '3', '4', '5', '6', '2'};
  for (size_t i = 0; i < sizeof types; i++) {
    ce_blob_clear(&scene->tar);
    ce_blob_clear(&scene->manifest);
    list_start(scene);
    list_file(scene, "a.txt", "", 0);
    list_file(scene, "b.txt", "", 0);
    list_end(scene);
    put_text(scene, "a.txt", "");
    put_odd(scene, "b.txt", types[i], "a.txt");
    put_end(scene);
    if (walk(scene) != CE_PACKAGE_INVALID) {
      fail_msg("a member of type '%c' was accepted", types[i]);
    }
  }
}

static void refuses_a_file_in_the_place_of_a_link(void **state) {
  struct scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_link(scene, "b", "a.txt");
  list_end(scene);
  put_text(scene, "a.txt", "hello");
  put_text(scene, "b", "a.txt");
  put_end(scene);
  assert_refused(scene, "it is not the link");
}

static void refuses_another_mode_and_setuid_above_all(void **state) {
  struct scene *scene = *state;
  static const uint32_t modes[] = {04644, 02644, 01644, 0755, 0600};
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    ce_blob_clear(&scene->tar);
    ce_blob_clear(&scene->manifest);
    list_start(scene);
    list_file(scene, "a.txt", "hello", 5);
    list_end(scene);
    put_file(scene, "a.txt", modes[i], "hello", 5);
    put_end(scene);
    assert_refused(scene, "its mode is not the one");
  }
}

static void refuses_a_package_that_does_not_start_with_its_manifest(void **state) {
  struct scene *scene = *state;
  put_text(scene, "a.txt", "hello");
  list_usual(scene);
  put_end(scene);
  assert_refused(scene, "not the first member");
  ce_blob_clear(&scene->tar);
  put_end(scene);
  assert_int_equal(walk(scene), CE_PACKAGE_INVALID);
  ce_blob_clear(&scene->tar);
  put_link(scene, "manifest.json", "/etc/passwd");
  put_end(scene);
  assert_refused(scene, "not a plain file");
}

static void tells_a_newer_format(void **state) {
  struct scene *scene = *state;
  put_text(scene, "manifest.json", "{\"format\":2}");
  put_end(scene);
  assert_int_equal(walk(scene), CE_PACKAGE_FORMAT);
}

static void refuses_what_is_no_package(void **state) {
  struct scene *scene = *state;
  assert_int_equal(walk_bytes(scene, (const uint8_t *)"", 0), CE_PACKAGE_INVALID);
  assert_int_equal(walk_bytes(scene, (const uint8_t *)"hello", 5), CE_PACKAGE_INVALID);
  put_usual(scene);
  assert_int_equal(walk_bytes(scene, scene->tar.data, scene->tar.size), CE_PACKAGE_INVALID);
}

static void refuses_bytes_behind_the_frame(void **state) {
  struct scene *scene = *state;
  put_usual(scene);
  compress(scene);
  assert_int_equal(ce_blob_append(&scene->package, "x", 1, &scene->err), CE_OK);
  assert_int_equal(walk_bytes(scene, scene->package.data, scene->package.size), CE_PACKAGE_INVALID);
  assert_non_null(strstr(scene->err.detail, "something follows its compressed data"));
}

static void refuses_members_behind_the_end_of_the_tar(void **state) {
  struct scene *scene = *state;
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
  struct scene *scene = *state;
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
static void compress_with_bomb(struct scene *scene) {
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
  struct scene *scene = *state;
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
  struct scene *scene = *state;
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
  struct scene *scene = *state;
  struct ce_tar_writer tar = writer_of(scene);
  assert_int_equal(ce_tar_write_file(&tar, "manifest.json", 0644, UINT64_C(1) << 30, &scene->err), CE_OK);
  compress_with_bomb(scene);
  assert_int_equal(walk_bytes(scene, scene->package.data, scene->package.size), CE_PACKAGE_INVALID);
  assert_non_null(strstr(scene->err.detail, "too large"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(visits_members_in_order_with_their_data),
      TEST(skips_what_the_visitor_does_not_want),
      TEST(ends_with_the_visitors_failure),
      TEST(reads_names_that_are_too_long_for_ustar),
      TEST(accepts_a_package_without_files),
      TEST(refuses_a_package_that_is_cut_off_anywhere),
      TEST(refuses_a_large_package_that_is_cut_off),
      TEST(never_hands_on_other_content_when_a_bit_is_flipped),
      TEST(refuses_members_in_another_order),
      TEST(refuses_a_member_that_the_manifest_does_not_know),
      TEST(refuses_a_package_with_a_member_missing),
      TEST(refuses_a_member_of_another_size),
      TEST(refuses_a_member_with_other_content),
      TEST(refuses_a_link_to_elsewhere),
      TEST(refuses_anything_but_plain_files_and_links),
      TEST(refuses_a_file_in_the_place_of_a_link),
      TEST(refuses_another_mode_and_setuid_above_all),
      TEST(refuses_a_package_that_does_not_start_with_its_manifest),
      TEST(tells_a_newer_format),
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
