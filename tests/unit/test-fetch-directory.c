/* SPDX-License-Identifier: Apache-2.0
 * A repository in a directory: what it gives, what it counts as missing, and the limits of every source. */
#include "ports/fetch.h"

#include "temp-tree.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
  char *base;
  char root[PATH_MAX];
  struct ce_fetch *fetch;
  struct ce_error err;
};

static int set_up(void **state) {
  struct fixture *f = calloc(1, sizeof *f);
  f->base = temp_make();
  temp_directory(f->base, "repository");
  temp_directory(f->base, "repository/metadata");
  temp_directory(f->base, "repository/targets");
  temp_write(f->base, "repository/metadata/1.root.json", "root", 0644);
  temp_write(f->base, "secret", "secret", 0644);
  snprintf(f->root, sizeof f->root, "%s/repository", f->base);
  assert_int_equal(ce_fetch_open_directory(f->root, &f->fetch, &f->err), CE_OK);
  alarm(60);
  *state = f;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *f = *state;
  alarm(0);
  ce_fetch_free(f->fetch);
  temp_remove(f->base);
  free(f);
  return 0;
}

static void gives_files_within_the_limit(void **state) {
  struct fixture *f = *state;
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  assert_string_equal(f->fetch->name, f->root);
  assert_int_equal(ce_fetch_blob(f->fetch, "metadata/1.root.json", 4, &blob, &f->err), CE_OK);
  assert_string_equal(ce_blob_text(&blob), "root");
  assert_int_equal(ce_fetch_blob(f->fetch, "metadata/1.root.json", 3, &blob, &f->err), CE_TRUST_DIGEST);
  assert_string_equal(ce_blob_text(&blob), "root");
  temp_write(f->root, "targets/empty", "", 0644);
  assert_int_equal(ce_fetch_blob(f->fetch, "targets/empty", 0, &blob, &f->err), CE_OK);
  assert_int_equal(blob.size, 0);
}

static void streams_large_files(void **state) {
  struct fixture *f = *state;
  temp_write(f->root, "targets/big", "", 0644);
  assert_int_equal(truncate(temp_path(f->root, "targets/big"), 1000003), 0);
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  assert_int_equal(ce_fetch_blob(f->fetch, "targets/big", 1000003, &blob, &f->err), CE_OK);
  assert_int_equal(blob.size, 1000003);
}

static void counts_what_is_not_there_as_missing(void **state) {
  struct fixture *f = *state;
  assert_int_equal(mkfifo(temp_path(f->root, "targets/fifo"), 0644), 0);
  static const char *const paths[] = {
      "metadata/2.root.json",
      "metadata",
      "metadata/1.root.json/x",
      "targets/fifo",
      "",
      "../secret",
      "/etc/hosts",
      "metadata/../metadata/1.root.json",
      "metadata//1.root.json",
  };
  struct ce_blob blob = {0};
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    assert_int_equal(ce_fetch_blob(f->fetch, paths[i], 100, &blob, &f->err), CE_NOT_FOUND);
    assert_int_equal(f->err.code, CE_NOT_FOUND);
  }
  assert_null(blob.data);
}

static void counts_links_that_lead_out_as_missing(void **state) {
  struct fixture *f = *state;
  char absolute[PATH_MAX];
  char within[PATH_MAX + 32];
  snprintf(absolute, sizeof absolute, "%s/secret", f->base);
  snprintf(within, sizeof within, "%s/metadata/1.root.json", f->root);
  const char *const targets[] = {absolute, "../../secret", within, "/etc/hosts", "loop", "/"};
  struct ce_blob blob = {0};
  for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
    temp_link(f->root, "targets/loop", targets[i]);
    assert_int_equal(ce_fetch_blob(f->fetch, "targets/loop", 100, &blob, &f->err), CE_NOT_FOUND);
    assert_int_equal(unlink(temp_path(f->root, "targets/loop")), 0);
  }
  temp_link(f->root, "targets/up", "../..");
  assert_int_equal(ce_fetch_blob(f->fetch, "targets/up/secret", 100, &blob, &f->err), CE_NOT_FOUND);
  assert_null(blob.data);
}

static void follows_links_that_stay_inside(void **state) {
  struct fixture *f = *state;
  temp_link(f->root, "targets/same", "../metadata/1.root.json");
  temp_link(f->root, "targets/meta", "../metadata");
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  assert_int_equal(ce_fetch_blob(f->fetch, "targets/same", 100, &blob, &f->err), CE_OK);
  assert_int_equal(ce_fetch_blob(f->fetch, "targets/meta/1.root.json", 100, &blob, &f->err), CE_OK);
  assert_string_equal(ce_blob_text(&blob), "root");
}

static void assert_unusable(struct fixture *f, const char *directory, int sys_errno) {
  struct ce_fetch *fetch = NULL;
  assert_int_equal(ce_fetch_open_directory(directory, &fetch, &f->err), CE_SOURCE_UNUSABLE);
  assert_int_equal(f->err.sys_errno, sys_errno);
  assert_null(fetch);
}

static void refuses_what_is_no_repository(void **state) {
  struct fixture *f = *state;
  assert_unusable(f, temp_path(f->base, "absent"), ENOENT);
  assert_unusable(f, temp_path(f->base, "secret"), ENOTDIR);
  assert_unusable(f, f->base, ENOENT);
  temp_write(f->base, "metadata", "a file", 0644);
  assert_unusable(f, f->base, ENOTDIR);
  temp_directory(f->base, "other");
  temp_link(f->base, "other/metadata", "../repository/metadata");
  assert_unusable(f, temp_path(f->base, "other"), EXDEV);
}

/* A source that gives more than it may. */
static enum ce_code give_too_much(struct ce_fetch *fetch, const char *path, uint64_t offset_bytes,
                                  uint64_t limit_bytes, ce_fetch_receive *receive, void *context,
                                  struct ce_error *err) {
  (void)fetch;
  (void)path;
  (void)offset_bytes;
  enum ce_code code = CE_OK;
  for (uint64_t i = 0; code == CE_OK && i < limit_bytes + 1; i++) {
    code = receive(context, "x", 1, err);
  }
  return code;
}

static void no_source_can_exceed_the_limit(void **state) {
  struct fixture *f = *state;
  static const struct ce_fetch_ops ops = {.get = give_too_much};
  struct ce_fetch generous = {.ops = &ops};
  struct ce_blob blob = {0};
  assert_int_equal(ce_fetch_blob(&generous, "metadata/x", 10, &blob, &f->err), CE_TRUST_DIGEST);
  assert_null(blob.data);
}

static enum ce_code refuse(void *context, const void *bytes, size_t size, struct ce_error *err) {
  (void)bytes;
  (void)size;
  ++*(int *)context;
  return ce_fail(err, CE_CANCELLED, "receive", "", "enough");
}

static void the_receiver_can_end_the_transfer(void **state) {
  struct fixture *f = *state;
  temp_write(f->root, "targets/big", "", 0644);
  assert_int_equal(truncate(temp_path(f->root, "targets/big"), 1000003), 0);
  int calls = 0;
  assert_int_equal(ce_fetch_get(f->fetch, "targets/big", 0, UINT64_MAX, refuse, &calls, &f->err),
                   CE_CANCELLED);
  assert_int_equal(calls, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(gives_files_within_the_limit),        TEST(streams_large_files),
      TEST(counts_what_is_not_there_as_missing), TEST(counts_links_that_lead_out_as_missing),
      TEST(follows_links_that_stay_inside),      TEST(refuses_what_is_no_repository),
      TEST(no_source_can_exceed_the_limit),      TEST(the_receiver_can_end_the_transfer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
