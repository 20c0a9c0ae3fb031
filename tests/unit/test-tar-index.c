/* SPDX-License-Identifier: Apache-2.0
 * The table of contents of a bundle's tar: nobody has signed it yet when it is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/blob.h"
#include "bundle/tar-index.h"
#include "bundle/ustar.h"
#include "publish/tar-writer.h"

#include <stdio.h>
#include <string.h>

struct scene {
  struct ce_blob tar;
  struct ce_error err;
};

static int set_up(void **state) {
  *state = calloc(1, sizeof(struct scene));
  return *state ? 0 : -1;
}

static int tear_down(void **state) {
  struct scene *scene = *state;
  ce_blob_clear(&scene->tar);
  free(scene);
  return 0;
}

static enum ce_code collect(void *context, const void *bytes, size_t size, struct ce_error *err) {
  return ce_blob_append(context, bytes, size, err);
}

static void put(struct scene *scene, const char *name, const char *text) {
  struct ce_tar_writer tar = {collect, &scene->tar, 0};
  assert_int_equal(ce_tar_write_file(&tar, name, 0644, strlen(text), &scene->err), CE_OK);
  assert_int_equal(ce_blob_append(&scene->tar, text, strlen(text), &scene->err), CE_OK);
  assert_int_equal(ce_tar_write_padding(&tar, strlen(text), &scene->err), CE_OK);
}

static void put_end(struct scene *scene) {
  struct ce_tar_writer tar = {collect, &scene->tar, 0};
  assert_int_equal(ce_tar_write_end(&tar, &scene->err), CE_OK);
}

static void put_usual(struct scene *scene) {
  put(scene, "metadata/1.root.json", "the root");
  put(scene, "targets/channels/stable/x86_64.json", "the channel");
  put_end(scene);
}

static enum ce_code read_index(struct scene *scene) {
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_tar_index) struct ce_tar_index index = {0};
  assert_int_equal(ce_reader_of_bytes(scene->tar.data, scene->tar.size, &reader, &scene->err), CE_OK);
  return ce_tar_index_read(reader, &index, &scene->err);
}

static void assert_refused(struct scene *scene, const char *why) {
  assert_int_equal(read_index(scene), CE_BUNDLE_DAMAGED);
  if (!strstr(scene->err.detail, why)) {
    fail_msg("'%s' does not say '%s'", scene->err.detail, why);
  }
}

static struct ce_ustar_header *header_at(struct scene *scene, size_t offset) {
  return (struct ce_ustar_header *)(scene->tar.data + offset);
}

static void seal(struct ce_ustar_header *header) {
  snprintf(header->checksum, sizeof header->checksum, "%06o", ce_ustar_checksum(header));
  header->checksum[7] = ' ';
}

static void finds_members_by_their_names(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_tar_index) struct ce_tar_index index = {0};
  put(scene, "targets/z", "last");
  put_usual(scene);
  assert_int_equal(ce_reader_of_bytes(scene->tar.data, scene->tar.size, &reader, &scene->err), CE_OK);
  assert_int_equal(ce_tar_index_read(reader, &index, &scene->err), CE_OK);
  assert_int_equal(index.count, 3);
  const struct ce_tar_member *member = ce_tar_index_find(&index, "targets/z");
  assert_non_null(member);
  assert_int_equal(member->size_bytes, 4);
  assert_memory_equal(scene->tar.data + member->offset, "last", 4);
  assert_null(ce_tar_index_find(&index, "targets/y"));
}

static void refuses_an_empty_tar(void **state) {
  struct scene *scene = *state;
  put_end(scene);
  assert_refused(scene, "the bundle is empty");
  ce_blob_clear(&scene->tar);
  assert_refused(scene, "ends inside a member");
}

static void refuses_names_that_lead_elsewhere(void **state) {
  struct scene *scene = *state;
  static const char *const names[] = {"metadata/../x",
                                      "/metadata/x",
                                      "metadata//x",
                                      "metadata/./x",
                                      "metadata/",
                                      "metadata",
                                      "../metadata",
                                      "x",
                                      "",
                                      "targets\\x",
                                      "metadata/\001",
                                      "metadata/\xff"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    ce_blob_clear(&scene->tar);
    put(scene, names[i], "x");
    put_end(scene);
    if (read_index(scene) != CE_BUNDLE_DAMAGED) {
      fail_msg("'%s' was accepted", names[i]);
    }
  }
}

static void refuses_anything_but_regular_files(void **state) {
  struct scene *scene = *state;
  static const char types[] = {'\0', '1', '2', '3', '4', '5', '6', '7', 'x', 'g', 'S', 'K', 'V'};
  for (size_t i = 0; i < sizeof types; i++) {
    ce_blob_clear(&scene->tar);
    put(scene, "metadata/1.root.json", "");
    put_end(scene);
    header_at(scene, 0)->type = types[i];
    seal(header_at(scene, 0));
    assert_refused(scene, "not a regular file");
  }
}

static void refuses_a_name_twice(void **state) {
  struct scene *scene = *state;
  put(scene, "metadata/1.root.json", "a");
  put(scene, "metadata/2.root.json", "b");
  put(scene, "metadata/1.root.json", "c");
  put_end(scene);
  assert_refused(scene, "it is there twice");
}

static void refuses_sizes_that_are_no_numbers_or_too_large(void **state) {
  struct scene *scene = *state;
  static const char sizes[][13] = {"\x80\0\0\0\0\0\0\0\0\0\0\1",
                                   "77777777777",
                                   "777777777777",
                                   "00000002000",
                                   "            ",
                                   "0000000000x",
                                   "-0000000001",
                                   "9"};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    ce_blob_clear(&scene->tar);
    put(scene, "metadata/1.root.json", "x");
    put_end(scene);
    memcpy(header_at(scene, 0)->size, sizes[i], 12);
    seal(header_at(scene, 0));
    if (read_index(scene) != CE_BUNDLE_DAMAGED) {
      fail_msg("size %zu of the list was accepted", i);
    }
  }
}

static void refuses_other_tar_dialects(void **state) {
  struct scene *scene = *state;
  put_usual(scene);
  memcpy(header_at(scene, 0)->magic, "ustar  ", CE_USTAR_MAGIC_SIZE);
  seal(header_at(scene, 0));
  assert_refused(scene, "not of the ustar format");
}

static void refuses_what_follows_the_end(void **state) {
  struct scene *scene = *state;
  put_usual(scene);
  put_usual(scene);
  assert_refused(scene, "something follows the end");
  ce_blob_clear(&scene->tar);
  put(scene, "metadata/1.root.json", "x");
  put_end(scene);
  scene->tar.size -= CE_USTAR_BLOCK;
  assert_refused(scene, "ends inside a member");
}

static void make_long_name(char *name, size_t length) {
  memset(name, 'n', length);
  memcpy(name, "targets/", strlen("targets/"));
  for (size_t i = 200; i < length; i += 200) {
    name[i] = '/';
  }
  name[length] = '\0';
}

static void reads_long_names(void **state) {
  struct scene *scene = *state;
  static const size_t lengths[] = {100, 101, 150, 255, 256, 300, 512, 1024};
  char name[1100];
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    make_long_name(name, lengths[i]);
    ce_blob_clear(&scene->tar);
    put(scene, name, "x");
    put_end(scene);
    assert_int_equal(scene->tar.size, ce_tar_file_bytes(name, 1) + CE_TAR_END_SIZE);
    assert_int_equal(read_index(scene), CE_OK);
  }
}

static void refuses_damaged_long_names(void **state) {
  struct scene *scene = *state;
  char name[1100];
  make_long_name(name, 1025);
  put(scene, name, "x");
  put_end(scene);
  assert_refused(scene, "impossible length");
  make_long_name(name, 600);
  for (size_t i = 0; i < 3; i++) {
    ce_blob_clear(&scene->tar);
    put(scene, name, "x");
    put_end(scene);
    if (i == 0) {
      scene->tar.data[CE_USTAR_BLOCK + 100] = '\0';
    } else if (i == 1) {
      scene->tar.data[CE_USTAR_BLOCK + 600] = 'x';
    } else {
      /* The member that has the name is another long name. */
      header_at(scene, 3 * CE_USTAR_BLOCK)->type = CE_USTAR_TYPE_LONG_NAME;
      seal(header_at(scene, 3 * CE_USTAR_BLOCK));
    }
    assert_int_equal(read_index(scene), CE_BUNDLE_DAMAGED);
  }
}

static void refuses_too_many_members(void **state) {
  struct scene *scene = *state;
  for (size_t i = 0; i <= CE_TAR_MEMBERS_MAX; i++) {
    char name[40];
    snprintf(name, sizeof name, "targets/%zu", i);
    put(scene, name, "");
  }
  put_end(scene);
  assert_refused(scene, "too many members");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(finds_members_by_their_names),
      TEST(refuses_an_empty_tar),
      TEST(refuses_names_that_lead_elsewhere),
      TEST(refuses_anything_but_regular_files),
      TEST(refuses_a_name_twice),
      TEST(refuses_sizes_that_are_no_numbers_or_too_large),
      TEST(refuses_other_tar_dialects),
      TEST(refuses_what_follows_the_end),
      TEST(reads_long_names),
      TEST(refuses_damaged_long_names),
      TEST(refuses_too_many_members),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
