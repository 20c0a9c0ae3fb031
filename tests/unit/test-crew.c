/* SPDX-License-Identifier: Apache-2.0
 * ports/crew: every part once, the first failure, and file systems that have one handle only. */
#include "fakes/disk.h"
#include "ports/crew.h"
#include "ports/fs-document.h"
#include "temp-tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>

#include <cmocka.h>

#define PARTS 1000u

struct count {
  atomic_uint done[PARTS];
  size_t fails_from; /* this part and all above it fail */
};

static enum ce_code count_part(void *context, struct ce_fs *fs, size_t part, struct ce_error *err) {
  struct count *count = context;
  struct ce_fs_stat stat;
  atomic_fetch_add(&count->done[part], 1);
  if (part >= count->fails_from) {
    return ce_fail(err, CE_IO, "count", "", "part %zu", part);
  }
  return ce_fs_inspect(fs, "", &stat, err);
}

static void works_on_every_part_once(void **state) {
  (void)state;
  char *root = temp_make();
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  struct ce_error err;
  assert_int_equal(ce_fs_open_root(root, &fs, &err), CE_OK);
  static struct count count;
  count.fails_from = PARTS;
  assert_int_equal(ce_crew_run(fs, PARTS, count_part, &count, &err), CE_OK);
  for (size_t i = 0; i < PARTS; i++) {
    assert_int_equal(atomic_load(&count.done[i]), 1);
  }
  assert_int_equal(ce_crew_run(fs, 0, count_part, &count, &err), CE_OK);
  assert_int_equal(atomic_load(&count.done[0]), 1);
  temp_remove(root);
}

static void reports_the_failure_that_working_in_turn_meets_first(void **state) {
  (void)state;
  char *root = temp_make();
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  struct ce_error err;
  assert_int_equal(ce_fs_open_root(root, &fs, &err), CE_OK);
  for (int i = 0; i < 50; i++) {
    struct count count = {.fails_from = 300};
    assert_int_equal(ce_crew_run(fs, PARTS, count_part, &count, &err), CE_IO);
    assert_string_equal(err.detail, "part 300");
    for (size_t part = 0; part < 300; part++) {
      assert_int_equal(atomic_load(&count.done[part]), 1);
    }
    assert_int_equal(atomic_load(&count.done[300 + CE_CREW_THREADS_MAX]), 0);
  }
  temp_remove(root);
}

static void works_in_turn_where_the_file_system_has_one_handle(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_new();
  struct ce_fs *fs = ce_disk_fs(disk);
  struct ce_fs *shared = NULL;
  assert_int_equal(ce_fs_share(fs, &shared, &err), CE_UNSUPPORTED);
  assert_null(shared);
  static struct count count;
  count.fails_from = PARTS;
  assert_int_equal(ce_crew_run(fs, PARTS, count_part, &count, &err), CE_OK);
  assert_int_equal(atomic_load(&count.done[PARTS - 1]), 1);
}

static void a_shared_handle_stays_inside_the_root(void **state) {
  (void)state;
  char *root = temp_make();
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  CE_AUTO(ce_fs) struct ce_fs *shared = NULL;
  struct ce_error err;
  assert_int_equal(ce_fs_open_root(root, &fs, &err), CE_OK);
  assert_int_equal(ce_fs_make_link(fs, "/etc", "out", &err), CE_OK);
  assert_int_equal(ce_fs_document_replace(fs, "a", "text", 4, 0644, &err), CE_OK);
  assert_int_equal(ce_fs_share(fs, &shared, &err), CE_OK);
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  assert_int_equal(ce_fs_document_read(shared, "a", 100, &text, &err), CE_OK);
  assert_string_equal(ce_blob_text(&text), "text");
  assert_int_equal(ce_fs_document_read(shared, "out/passwd", 100, &text, &err), CE_NOT_FOUND);
  temp_remove(root);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(works_on_every_part_once),
      cmocka_unit_test(reports_the_failure_that_working_in_turn_meets_first),
      cmocka_unit_test(works_in_turn_where_the_file_system_has_one_handle),
      cmocka_unit_test(a_shared_handle_stays_inside_the_root),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
