/* SPDX-License-Identifier: Apache-2.0
 * A directory as the real file system, for each means of staying inside it. */
#ifndef CE_TESTS_FS_SCENE_H
#define CE_TESTS_FS_SCENE_H

#include "ports/fs-root.h"
#include "ports/fs.h"

#include "temp-tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static enum ce_fs_root_means means; /* that set_up() opens it with; main() runs the tests by each */

struct fixture {
  char *root;
  struct ce_fs *fs;
  struct ce_error err;
};

static int set_up(void **state) {
  struct fixture *fixture = calloc(1, sizeof *fixture);
  fixture->root = temp_make();
  assert_int_equal(ce_fs_root_open(fixture->root, means, &fixture->fs, &fixture->err), CE_OK);
  *state = fixture;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *fixture = *state;
  umask(022);
  ce_fs_free(fixture->fs);
  temp_remove(fixture->root);
  free(fixture);
  return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
