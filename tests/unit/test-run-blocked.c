/* SPDX-License-Identifier: Apache-2.0
 * What a refusal is called when nobody known has refused. */
#include "engine-scene.h"
#include "engine/run.h"
#include "model/layout.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct scene_rule nothing[] = {{0}};

/* The code of a write that failed so. */
static enum ce_code blame_write(uint32_t uid, int sys_errno) {
  struct scene scene;
  struct ce_receipt none = {0};
  struct ce_plan plan = {.after = &none};
  struct ce_report report = {.plan = &plan};
  struct ce_error err;
  scene_open(&scene, false, nothing);
  scene.engine.uid = uid;
  struct ce_run_state run = {.engine = &scene.engine, .report = &report};
  (void)ce_fail_sys(&err, sys_errno, "rename", "etc/udev/rules.d/70-certenv.rules");
  ce_run_blame_write(&run, &err);
  assert_string_equal(err.subject, "etc/udev/rules.d/70-certenv.rules");
  scene_close(&scene);
  return err.code;
}

static void root_lacks_no_rights(void **state) {
  (void)state;
  assert_int_equal(blame_write(0, EPERM), CE_CONFLICT);
  assert_int_equal(blame_write(0, EACCES), CE_CONFLICT);
  assert_int_equal(blame_write(1000, EACCES), CE_PERMISSION);
}

static void what_is_gone_here_is_no_file_of_the_source(void **state) {
  (void)state;
  assert_int_equal(blame_write(0, ENOENT), CE_IO);
  assert_int_equal(blame_write(1000, ENOENT), CE_IO);
}

static void other_failures_keep_their_names(void **state) {
  (void)state;
  assert_int_equal(blame_write(0, ENOSPC), CE_NO_SPACE);
  assert_int_equal(blame_write(0, EROFS), CE_READ_ONLY);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(root_lacks_no_rights),
      cmocka_unit_test(what_is_gone_here_is_no_file_of_the_source),
      cmocka_unit_test(other_failures_keep_their_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
