/* SPDX-License-Identifier: Apache-2.0
 * Whole small files: limits, replacement and digests. */
#include "ports/fs-document.h"

#include "temp-tree.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
  char *root;
  struct ce_fs *fs;
  struct ce_error err;
};

static int set_up(void **state) {
  struct fixture *f = calloc(1, sizeof *f);
  f->root = temp_make();
  temp_directory(f->root, "d");
  assert_int_equal(ce_fs_open_root(f->root, &f->fs, &f->err), CE_OK);
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *f = *state;
  umask(022);
  ce_fs_free(f->fs);
  temp_remove(f->root);
  free(f);
  return 0;
}

static void reads_up_to_its_limit(void **state) {
  struct fixture *f = *state;
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  temp_write(f->root, "d/file", "0123456789", 0644);
  assert_int_equal(ce_fs_document_read(f->fs, "d/file", 10, &blob, &f->err), CE_OK);
  assert_string_equal(ce_blob_text(&blob), "0123456789");
  assert_int_equal(ce_fs_document_read(f->fs, "d/file", 9, &blob, &f->err), CE_IO);
  assert_int_equal(ce_fs_document_read(f->fs, "d/absent", 9, &blob, &f->err), CE_NOT_FOUND);
  assert_string_equal(ce_blob_text(&blob), "0123456789");
  temp_write(f->root, "d/file", "", 0644);
  assert_int_equal(ce_fs_document_read(f->fs, "d/file", 0, &blob, &f->err), CE_OK);
  assert_int_equal(blob.size, 0);
}

static void reads_files_of_many_chunks(void **state) {
  struct fixture *f = *state;
  static const size_t sizes[] = {65535, 65536, 65537, 200000};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    temp_write(f->root, "big", "", 0644);
    assert_int_equal(truncate(temp_path(f->root, "big"), (off_t)sizes[i]), 0);
    CE_AUTO(ce_blob) struct ce_blob blob = {0};
    assert_int_equal(ce_fs_document_read(f->fs, "big", sizes[i], &blob, &f->err), CE_OK);
    assert_int_equal(blob.size, sizes[i]);
    assert_int_equal(ce_fs_document_read(f->fs, "big", sizes[i] - 1, &blob, &f->err), CE_IO);
  }
}

static void replaces_with_exact_mode_and_removes_stale_attempts(void **state) {
  struct fixture *f = *state;
  umask(077);
  temp_write(f->root, "d/file.new", "stale", 0600);
  assert_int_equal(ce_fs_document_replace(f->fs, "d/file", "one", 3, 0644, &f->err), CE_OK);
  assert_string_equal(temp_read(f->root, "d/file"), "one");
  assert_int_equal(temp_mode(f->root, "d/file"), 0644);
  assert_int_equal(ce_fs_document_replace(f->fs, "d/file", "second", 6, 0600, &f->err), CE_OK);
  assert_string_equal(temp_read(f->root, "d/file"), "second");
  assert_int_equal(temp_mode(f->root, "d/file"), 0600);
  assert_false(temp_exists(f->root, "d/file.new"));
  assert_int_equal(ce_fs_document_replace(f->fs, "top", "", 0, 0644, &f->err), CE_OK);
  assert_string_equal(temp_read(f->root, "top"), "");
}

static void leaves_everything_when_it_cannot_replace(void **state) {
  struct fixture *f = *state;
  temp_directory(f->root, "d/file");
  temp_write(f->root, "d/file/x", "x", 0644);
  assert_int_equal(ce_fs_document_replace(f->fs, "d/file", "one", 3, 0644, &f->err), CE_IO);
  assert_int_equal(f->err.sys_errno, EISDIR);
  assert_true(temp_exists(f->root, "d/file/x"));
  assert_false(temp_exists(f->root, "d/file.new"));
  assert_int_equal(ce_fs_document_replace(f->fs, "no/file", "one", 3, 0644, &f->err), CE_NOT_FOUND);
  temp_directory(f->root, "d/other.new");
  assert_int_equal(ce_fs_document_replace(f->fs, "d/other", "one", 3, 0644, &f->err), CE_IO);
  assert_false(temp_exists(f->root, "d/other"));
}

static void does_not_write_through_a_planted_link(void **state) {
  struct fixture *f = *state;
  temp_write(f->root, "victim", "safe", 0644);
  temp_link(f->root, "d/file.new", "../victim");
  temp_link(f->root, "d/file", "../victim");
  assert_int_equal(ce_fs_document_replace(f->fs, "d/file", "mine", 4, 0644, &f->err), CE_OK);
  assert_string_equal(temp_read(f->root, "victim"), "safe");
  assert_string_equal(temp_read(f->root, "d/file"), "mine");
}

static void digests_files(void **state) {
  struct fixture *f = *state;
  struct ce_digest digest;
  char hex[CE_DIGEST_HEX_SIZE];
  uint64_t size = 0;
  temp_write(f->root, "abc", "abc", 0644);
  assert_int_equal(ce_fs_document_digest(f->fs, "abc", &digest, &size, &f->err), CE_OK);
  ce_digest_to_hex(&digest, hex);
  assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert_int_equal(size, 3);
  temp_write(f->root, "zeros", "", 0644);
  assert_int_equal(truncate(temp_path(f->root, "zeros"), 131072), 0);
  assert_int_equal(ce_fs_document_digest(f->fs, "zeros", &digest, NULL, &f->err), CE_OK);
  ce_digest_to_hex(&digest, hex);
  assert_string_equal(hex, "fa43239bcee7b97ca62f007cc68487560a39e19f74f3dde7486db3f98df8e471");
  assert_int_equal(ce_fs_document_digest(f->fs, "d", &digest, &size, &f->err), CE_IO);
}

static void tells_of_an_open_file_what_it_is(void **state) {
  struct fixture *f = *state;
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  CE_AUTO(ce_fs_file) struct ce_fs_file *writer = NULL;
  struct ce_fs_stat seen;
  struct ce_fs_stat stat;
  struct ce_digest whole;
  struct ce_digest digest;
  uint64_t size_bytes = 0;
  temp_write(f->root, "d/file", "0123456789", 0640);
  assert_int_equal(ce_fs_inspect(f->fs, "d/file", &seen, &f->err), CE_OK);
  assert_int_equal(ce_fs_document_digest(f->fs, "d/file", &whole, NULL, &f->err), CE_OK);
  assert_int_equal(ce_fs_open(f->fs, "d/file", CE_FS_READ, 0, &file, &f->err), CE_OK);
  assert_int_equal(ce_fs_rename(f->fs, "d/file", "d/elsewhere", &f->err), CE_OK);
  assert_int_equal(ce_fs_file_inspect(file, &stat, &f->err), CE_OK);
  assert_memory_equal(&stat, &seen, sizeof stat);
  assert_int_equal(ce_fs_file_digest(file, &digest, &size_bytes, &f->err), CE_OK);
  assert_int_equal(size_bytes, 10);
  assert_true(ce_digest_equal(&digest, &whole));
  assert_int_equal(ce_fs_open(f->fs, "d/elsewhere", CE_FS_APPEND, 0, &writer, &f->err), CE_OK);
  assert_int_equal(ce_fs_file_inspect(writer, &stat, &f->err), CE_UNSUPPORTED);
}

static void puts_and_stages_without_a_trace_of_the_other(void **state) {
  struct fixture *f = *state;
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  bool exists = true;
  assert_int_equal(ce_fs_document_stage(f->fs, "d/file", "one", 3, 0600, &f->err), CE_OK);
  assert_int_equal(ce_fs_exists(f->fs, "d/file", &exists, NULL, &f->err), CE_OK);
  assert_false(exists);
  assert_int_equal(ce_fs_document_read(f->fs, "d/file.new", 9, &blob, &f->err), CE_OK);
  assert_string_equal(ce_blob_text(&blob), "one");
  assert_int_equal(ce_fs_document_put(f->fs, "d/file", "other", 5, 0600, &f->err), CE_OK);
  assert_int_equal(ce_fs_exists(f->fs, "d/file.new", &exists, NULL, &f->err), CE_OK);
  assert_false(exists);
  assert_int_equal(ce_fs_document_read(f->fs, "d/file", 9, &blob, &f->err), CE_OK);
  assert_string_equal(ce_blob_text(&blob), "other");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(reads_up_to_its_limit),
      TEST(reads_files_of_many_chunks),
      TEST(replaces_with_exact_mode_and_removes_stale_attempts),
      TEST(leaves_everything_when_it_cannot_replace),
      TEST(does_not_write_through_a_planted_link),
      TEST(digests_files),
      TEST(tells_of_an_open_file_what_it_is),
      TEST(puts_and_stages_without_a_trace_of_the_other),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
