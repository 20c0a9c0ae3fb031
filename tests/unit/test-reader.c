/* SPDX-License-Identifier: Apache-2.0
 * Readers of paths, parts and memory. */
#include "ports/reader.h"

#include "temp-tree.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
  char *root;
  struct ce_error err;
};

static int set_up(void **state) {
  struct fixture *f = calloc(1, sizeof *f);
  f->root = temp_make();
  temp_write(f->root, "file", "0123456789", 0644);
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *f = *state;
  temp_remove(f->root);
  free(f);
  return 0;
}

/* Every part of "0123456789" by every offset and size, and beyond its end. */
static void assert_reads_digits(struct ce_reader *reader) {
  static const char digits[] = "0123456789";
  struct ce_error err;
  assert_int_equal(reader->size_bytes, 10);
  for (uint64_t offset = 0; offset <= 11; offset++) {
    for (size_t size = 0; size <= 12; size++) {
      char buffer[12];
      size_t got = 99;
      size_t left = offset < 10 ? (size_t)(10 - offset) : 0;
      assert_int_equal(ce_reader_read_at(reader, offset, buffer, size, &got, &err), CE_OK);
      assert_int_equal(got, size < left ? size : left);
      assert_memory_equal(buffer, &digits[offset < 10 ? offset : 10], got);
    }
  }
  size_t got = 99;
  char byte;
  assert_int_equal(ce_reader_read_at(reader, UINT64_MAX, &byte, 1, &got, &err), CE_OK);
  assert_int_equal(got, 0);
}

static void reads_a_file_of_the_machine(void **state) {
  struct fixture *f = *state;
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  assert_int_equal(ce_reader_open_path(temp_path(f->root, "file"), &reader, &f->err), CE_OK);
  assert_reads_digits(reader);
}

static void reads_the_running_program(void **state) {
  struct fixture *f = *state;
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  assert_int_equal(ce_reader_open_path("/proc/self/exe", &reader, &f->err), CE_OK);
  char magic[4];
  size_t got = 0;
  assert_int_equal(ce_reader_read_at(reader, 0, magic, sizeof magic, &got, &f->err), CE_OK);
  assert_memory_equal(magic, "\177ELF", 4);
}

static void reads_memory(void **state) {
  struct fixture *f = *state;
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_reader) struct ce_reader *empty = NULL;
  assert_int_equal(ce_reader_of_bytes("0123456789", 10, &reader, &f->err), CE_OK);
  assert_reads_digits(reader);
  assert_int_equal(ce_reader_of_bytes(NULL, 0, &empty, &f->err), CE_OK);
  size_t got = 99;
  assert_int_equal(ce_reader_read_at(empty, 0, NULL, 0, &got, &f->err), CE_OK);
  assert_int_equal(got, 0);
}

static void reads_a_slice_of_a_slice(void **state) {
  struct fixture *f = *state;
  CE_AUTO(ce_reader) struct ce_reader *whole = NULL;
  CE_AUTO(ce_reader) struct ce_reader *part = NULL;
  CE_AUTO(ce_reader) struct ce_reader *inner = NULL;
  assert_int_equal(ce_reader_of_bytes("ab--0123456789--yz", 18, &whole, &f->err), CE_OK);
  assert_int_equal(ce_reader_slice(whole, 2, 14, &part, &f->err), CE_OK);
  assert_int_equal(ce_reader_slice(part, 2, 10, &inner, &f->err), CE_OK);
  assert_reads_digits(inner);
}

static void refuses_slices_beyond_the_end(void **state) {
  struct fixture *f = *state;
  CE_AUTO(ce_reader) struct ce_reader *whole = NULL;
  CE_AUTO(ce_reader) struct ce_reader *end = NULL;
  struct ce_reader *none = NULL;
  assert_int_equal(ce_reader_of_bytes("0123", 4, &whole, &f->err), CE_OK);
  assert_int_equal(ce_reader_slice(whole, 4, 0, &end, &f->err), CE_OK);
  assert_int_equal(ce_reader_slice(whole, 5, 0, &none, &f->err), CE_IO);
  assert_int_equal(ce_reader_slice(whole, 1, 4, &none, &f->err), CE_IO);
  assert_int_equal(ce_reader_slice(whole, 1, UINT64_MAX, &none, &f->err), CE_IO);
  assert_int_equal(ce_reader_slice(whole, UINT64_MAX, 2, &none, &f->err), CE_IO);
  assert_null(none);
}

static void opens_regular_files_only(void **state) {
  struct fixture *f = *state;
  struct ce_reader *reader = NULL;
  alarm(30);
  assert_int_equal(mkfifo(temp_path(f->root, "fifo"), 0644), 0);
  assert_int_equal(ce_reader_open_path(temp_path(f->root, "fifo"), &reader, &f->err), CE_IO);
  assert_int_equal(f->err.sys_errno, EINVAL);
  assert_int_equal(ce_reader_open_path("/dev/null", &reader, &f->err), CE_IO);
  assert_int_equal(ce_reader_open_path(f->root, &reader, &f->err), CE_IO);
  assert_int_equal(f->err.sys_errno, EISDIR);
  assert_int_equal(ce_reader_open_path(temp_path(f->root, "absent"), &reader, &f->err), CE_NOT_FOUND);
  assert_null(reader);
  alarm(0);
}

static void keeps_its_size_when_the_file_changes(void **state) {
  struct fixture *f = *state;
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  char buffer[32];
  size_t got = 0;
  assert_int_equal(ce_reader_open_path(temp_path(f->root, "file"), &reader, &f->err), CE_OK);
  temp_write(f->root, "file", "0123456789 and more", 0644);
  assert_int_equal(ce_reader_read_at(reader, 0, buffer, sizeof buffer, &got, &f->err), CE_OK);
  assert_int_equal(got, 10);
  temp_write(f->root, "file", "012", 0644);
  assert_int_equal(ce_reader_read_at(reader, 0, buffer, sizeof buffer, &got, &f->err), CE_IO);
  assert_int_equal(got, 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(reads_a_file_of_the_machine),
      TEST(reads_the_running_program),
      TEST(reads_memory),
      TEST(reads_a_slice_of_a_slice),
      TEST(refuses_slices_beyond_the_end),
      TEST(opens_regular_files_only),
      TEST(keeps_its_size_when_the_file_changes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
