/* SPDX-License-Identifier: Apache-2.0
 * Tests of taking a committed transaction back. */
#include "txn-scene.h"

#include <errno.h>

/* A tree that is exchanged, a file that was somebody's, a link, a file that goes. */
static void plan_exchange(struct scene *scene) {
  static const struct ce_fake_member members[] = {{"file", 0644, "new", NULL}, {0}};
  scene_make(scene, CE_VERSIONS "/1.0/deep");
  scene_put(scene, CE_VERSIONS "/1.0/deep/file", 0644, "old");
  scene_put(scene, "etc/kept", 0640, "theirs");
  scene_put(scene, "etc/gone", 0644, "goes");
  scene_take_package(scene, members);
  scene_step(scene, CE_STEP_REMOVE_TREE, CE_VERSIONS "/1.0");
  struct ce_step *add = scene_step(scene, CE_STEP_ADD_TREE, CE_VERSIONS "/1.0");
  ce_path_state_clear(&add->prior);
  scene_put_file(scene, "etc/kept", CE_CONTENT_PACKAGE, "file", "new");
  scene_put_link(scene, CE_CURRENT, "versions/1.0");
  scene_step(scene, CE_STEP_REMOVE_FILE, "etc/gone");
  scene_begin(scene);
}

static void takes_a_committed_transaction_back(void **state) {
  struct scene *scene = *state;
  plan_exchange(scene);
  assert_int_equal(scene_apply(scene), CE_OK);
  assert_true(scene_has(scene, CE_VERSIONS "/1.0/file"));
  assert_int_equal(ce_txn_undo(&scene->txn, scene->plan, NULL, &scene->err), CE_OK);
  scene_assert_untouched(scene);
  assert_false(scene_has(scene, CE_JOURNAL));
}

static void takes_back_what_a_scanner_took_away(void **state) {
  struct scene *scene = *state;
  plan_exchange(scene);
  assert_int_equal(scene_apply(scene), CE_OK);
  assert_int_equal(ce_fs_remove_file(scene->fs, CE_VERSIONS "/1.0/file", &scene->err), CE_OK);
  assert_int_equal(ce_fs_remove_file(scene->fs, CE_CURRENT, &scene->err), CE_OK);
  assert_int_equal(ce_txn_undo(&scene->txn, scene->plan, NULL, &scene->err), CE_OK);
  scene_assert_untouched(scene);
}

static enum ce_code take_back(struct scene *scene, struct ce_txn *txn) {
  return ce_txn_undo(txn, scene->plan, NULL, &scene->err);
}

static void expect_one_state(const char *tree, bool new, bool done) {
  bool is_old = strstr(tree, "1.0/deep/file") && strstr(tree, "etc/gone");
  bool is_new = strstr(tree, "1.0/file") && !strstr(tree, "etc/gone");
  assert_true(new ? is_new && !is_old : is_old && !is_new);
  assert_true(!new || !done);
}

static void takes_back_at_every_crash(void **state) {
  struct scene *scene = *state;
  plan_exchange(scene);
  assert_int_equal(scene_apply(scene), CE_OK);
  scene_crash_everywhere(scene, take_back, expect_one_state);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)
      TEST(takes_a_committed_transaction_back),
      TEST(takes_back_what_a_scanner_took_away),
      TEST(takes_back_at_every_crash),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
