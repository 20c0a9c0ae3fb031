/* SPDX-License-Identifier: Apache-2.0
 * Tests of txn/transaction: what apply() refuses, what it brings, and what it leaves when it fails. Power
 * loss is the business of tests/crash. */
#include "txn-scene.h"

#include <errno.h>

static void changes_nothing_for_a_plan_that_does_not_commit(void **state) {
  struct scene *scene = *state;
  free(scene->plan->after->txid);
  scene->plan->after->txid = scene_copy("");
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_OK);
  assert_int_equal(ce_txn_finish(&scene->txn, scene->plan, &scene->err), CE_OK);
  scene_assert_untouched(scene);
  assert_int_equal(ce_disk_calls(scene->disk), 0);
}

static void commits_the_receipt_of_a_plan_without_steps(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  assert_int_equal(scene_apply(scene), CE_OK);
  assert_int_equal(ce_txn_finish(&scene->txn, scene->plan, &scene->err), CE_OK);
  assert_int_equal(ce_txn_read_receipt(scene->fs, &receipt, &scene->err), CE_OK);
  assert_non_null(receipt);
  assert_string_equal(receipt->txid, SCENE_TXID);
  assert_false(scene_has(scene, CE_JOURNAL));
}

static void reads_no_receipt_where_there_is_none(void **state) {
  struct scene *scene = *state;
  struct ce_receipt *receipt = NULL;
  assert_int_equal(ce_txn_read_receipt(scene->fs, &receipt, &scene->err), CE_OK);
  assert_null(receipt);
}

static void brings_the_tree_and_what_comes_from_it(void **state) {
  static const struct ce_fake_member members[] = {
      {"bin/tool", 0755, "tool", NULL}, {"lib/a/one", 0644, "one", NULL}, {"lib/a/two", 0, NULL, "one"},
      {"lib/a-b", 0444, "a-b", NULL},   {"rules", 0644, "rules", NULL},   {0}};
  struct scene *scene = *state;
  struct ce_fs_stat stat;
  /* The package's order is that of bytes: "lib/a-b" comes before "lib/a/one". */
  struct ce_fake_member sorted[6] = {members[0], members[3], members[1], members[2], members[4], {0}};
  scene_take_package(scene, sorted);
  struct ce_step *tree = scene_step(scene, CE_STEP_ADD_TREE, CE_VERSIONS "/1.0");
  tree->meta.uid = 7;
  tree->meta.gid = 8;
  scene_put_file(scene, "etc/70.rules", CE_CONTENT_TREE, CE_VERSIONS "/1.0/rules", "rules")->file.uid = 9;
  scene_put_file(scene, "etc/direct", CE_CONTENT_PACKAGE, "bin/tool", "tool")->file.mode = 0600;
  scene_put_link(scene, CE_CURRENT, "versions/1.0")->link.gid = 5;
  assert_int_equal(scene_apply(scene), CE_OK);
  scene_assert_text(scene, CE_VERSIONS "/1.0/bin/tool", "tool");
  scene_assert_text(scene, CE_CURRENT "/lib/a/one", "one");
  scene_assert_text(scene, "etc/70.rules", "rules");
  scene_assert_text(scene, "etc/direct", "tool");
  assert_int_equal(ce_fs_inspect(scene->fs, CE_VERSIONS "/1.0/lib/a", &stat, &scene->err), CE_OK);
  assert_int_equal(stat.mode, 0755);
  assert_int_equal(stat.uid, 7);
  assert_int_equal(ce_fs_inspect(scene->fs, CE_VERSIONS "/1.0/lib/a-b", &stat, &scene->err), CE_OK);
  assert_int_equal(stat.mode, 0444);
  assert_int_equal(stat.gid, 8);
  assert_int_equal(ce_fs_inspect(scene->fs, CE_VERSIONS "/1.0/lib/a/two", &stat, &scene->err), CE_OK);
  assert_int_equal(stat.type, CE_FS_LINK);
  assert_int_equal(stat.uid, 7);
  assert_int_equal(ce_fs_inspect(scene->fs, "etc/70.rules", &stat, &scene->err), CE_OK);
  assert_int_equal(stat.uid, 9);
  assert_int_equal(ce_fs_inspect(scene->fs, "etc/direct", &stat, &scene->err), CE_OK);
  assert_int_equal(stat.mode, 0600);
  assert_int_equal(ce_fs_inspect(scene->fs, CE_CURRENT, &stat, &scene->err), CE_OK);
  assert_int_equal(stat.gid, 5);
}

static void tells_phases_steps_and_progress(void **state) {
  static const struct ce_fake_member members[] = {{"file", 0644, "some text", NULL}, {0}};
  struct scene *scene = *state;
  scene_take_package(scene, members);
  scene_step(scene, CE_STEP_ADD_TREE, CE_VERSIONS "/1.0");
  scene_put_link(scene, CE_CURRENT, "versions/1.0");
  assert_int_equal(scene_apply(scene), CE_OK);
  assert_string_equal(ce_blob_text(&scene->events),
                      "stage -\nstage -\nstage -\ncommit -\nadd-tree " CE_VERSIONS "/1.0\n"
                      "put-link " CE_CURRENT "\n");
}

static void takes_over_a_stale_partial_tree(void **state) {
  static const struct ce_fake_member members[] = {{"file", 0644, "text", NULL}, {0}};
  struct scene *scene = *state;
  scene_make(scene, CE_VERSIONS "/1.0.partial/old");
  scene_put(scene, CE_VERSIONS "/1.0.partial/old/junk", 0644, "junk");
  scene_take_package(scene, members);
  scene_step(scene, CE_STEP_ADD_TREE, CE_VERSIONS "/1.0");
  assert_int_equal(scene_apply(scene), CE_OK);
  assert_false(scene_has(scene, CE_VERSIONS "/1.0/old"));
  assert_false(scene_has(scene, CE_VERSIONS "/1.0.partial"));
}

static void refuses_while_a_journal_waits(void **state) {
  struct scene *scene = *state;
  scene_put(scene, CE_JOURNAL, 0600, "anything");
  scene_put_link(scene, "etc/link", "x");
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_INTERRUPTED);
  scene_assert_untouched(scene);
}

static void refuses_a_file_that_changed_since_the_plan(void **state) {
  struct scene *scene = *state;
  scene_put(scene, "etc/file", 0644, "as planned");
  scene_put_link(scene, "etc/file", "x");
  scene_put(scene, "etc/file", 0644, "AS planned");
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_CONFLICT);
  assert_string_equal(scene->err.subject, "etc/file");
  scene_assert_untouched(scene);
}

static void refuses_a_path_that_is_no_longer_absent(void **state) {
  struct scene *scene = *state;
  scene_step(scene, CE_STEP_MAKE_DIRECTORY, "etc/new");
  scene_make(scene, "etc/new");
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_CONFLICT);
  scene_assert_untouched(scene);
}

static void refuses_a_mode_that_changed_since_the_plan(void **state) {
  struct scene *scene = *state;
  scene_put(scene, "etc/file", 0600, "text");
  scene_step(scene, CE_STEP_SET_MODE, "etc/file");
  assert_int_equal(ce_fs_set_mode(scene->fs, "etc/file", 0640, &scene->err), CE_OK);
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_CONFLICT);
  scene_assert_untouched(scene);
}

static void refuses_to_put_a_file_in_a_directorys_place(void **state) {
  struct scene *scene = *state;
  scene_make(scene, "etc/directory");
  scene_put_link(scene, "etc/directory", "x");
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_CONFLICT);
  scene_assert_untouched(scene);
}

static void refuses_two_steps_for_one_path(void **state) {
  struct scene *scene = *state;
  scene_put_link(scene, "etc/link", "x");
  scene_put_link(scene, "etc/link", "y");
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_INTERNAL);
  scene_assert_untouched(scene);
}

static void refuses_without_room_before_it_touches_anything(void **state) {
  static const struct ce_fake_member members[] = {{"file", 0644, "text", NULL}, {0}};
  struct scene *scene = *state;
  scene_take_package(scene, members);
  scene_step(scene, CE_STEP_ADD_TREE, CE_VERSIONS "/1.0");
  ce_disk_set_free_bytes(scene->disk, 65536);
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_NO_SPACE);
  assert_non_null(strstr(scene->err.detail, "65536 are free"));
  scene_assert_untouched(scene);
}

static void refuses_a_read_only_place_before_it_touches_anything(void **state) {
  struct scene *scene = *state;
  ce_disk_mount(scene->disk, "etc");
  scene_put_link(scene, CE_CURRENT, "versions/1.0");
  scene_put_link(scene, "etc/link", "x");
  ce_disk_set_read_only(scene->disk, "etc", true);
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_READ_ONLY);
  assert_string_equal(scene->err.subject, "etc");
  scene_assert_untouched(scene);
}

static void removing_what_is_gone_already_is_fine(void **state) {
  struct scene *scene = *state;
  scene_put(scene, "etc/file", 0644, "text");
  scene_make(scene, CE_VERSIONS "/0.9");
  scene_step(scene, CE_STEP_REMOVE_FILE, "etc/file");
  scene_step(scene, CE_STEP_REMOVE_TREE, CE_VERSIONS "/0.9");
  scene_step(scene, CE_STEP_REMOVE_DIRECTORY, CE_VERSIONS);
  assert_int_equal(ce_fs_remove_file(scene->fs, "etc/file", &scene->err), CE_OK);
  assert_int_equal(ce_fs_remove_directory(scene->fs, CE_VERSIONS "/0.9", &scene->err), CE_OK);
  assert_int_equal(scene_apply(scene), CE_OK);
  assert_int_equal(ce_txn_finish(&scene->txn, scene->plan, &scene->err), CE_OK);
  assert_false(scene_has(scene, CE_VERSIONS));
}

static void leaves_a_directory_that_somebody_uses(void **state) {
  struct scene *scene = *state;
  scene_put(scene, CE_VERSIONS "/mine", 0644, "text");
  scene_step(scene, CE_STEP_REMOVE_DIRECTORY, CE_VERSIONS);
  assert_int_equal(scene_apply(scene), CE_OK);
  assert_int_equal(ce_txn_finish(&scene->txn, scene->plan, &scene->err), CE_OK);
  scene_assert_text(scene, CE_VERSIONS "/mine", "text");
}

static void reverts_when_a_files_source_is_not_what_was_planned(void **state) {
  struct scene *scene = *state;
  scene_make(scene, "opt/certenv/versions/1.0");
  scene_put(scene, CE_VERSIONS "/1.0/rules", 0644, "damaged");
  scene_step(scene, CE_STEP_MAKE_DIRECTORY, "etc/new");
  scene_put_file(scene, "etc/new/rules", CE_CONTENT_TREE, CE_VERSIONS "/1.0/rules", "rules");
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_CONFLICT);
  assert_string_equal(scene->err.subject, CE_VERSIONS "/1.0/rules");
  scene_assert_untouched(scene);
}

static void puts_the_text_of_the_plan(void **state) {
  struct scene *scene = *state;
  scene_put(scene, "etc/list", 0600, "damaged");
  scene_put_text(scene, "etc/list", "<plist>\n&amp;\n</plist>\n");
  scene_put_text(scene, "etc/empty", "");
  assert_int_equal(scene_apply(scene), CE_OK);
  scene_assert_text(scene, "etc/list", "<plist>\n&amp;\n</plist>\n");
  scene_assert_text(scene, "etc/empty", "");
  assert_int_equal(scene_look(scene, "etc/list").mode, 0644);
}

static void reverts_when_a_text_is_not_what_was_planned(void **state) {
  struct scene *scene = *state;
  scene_put(scene, "etc/list", 0600, "old");
  scene_put_text(scene, "etc/list", "text")->file.text[0] = 'T';
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_INTERNAL);
  assert_string_equal(scene->err.subject, "etc/list");
  scene_assert_untouched(scene);
}

static void reverts_when_a_kept_copy_is_damaged(void **state) {
  struct scene *scene = *state;
  scene_make(scene, CE_BACKUP);
  scene_put(scene, CE_BACKUP "/00aa-1", 0644, "damaged");
  scene_put(scene, "etc/file", 0644, "ours");
  scene_put_file(scene, "etc/file", CE_CONTENT_BACKUP, CE_BACKUP "/00aa-1", "theirs");
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_IO);
  assert_string_equal(scene->err.subject, CE_BACKUP "/00aa-1");
  scene_assert_untouched(scene);
}

static void reverts_when_the_package_is_another_one(void **state) {
  static const struct ce_fake_member members[] = {{"file", 0644, "other text", NULL}, {0}};
  struct scene *scene = *state;
  scene_take_package(scene, members);
  scene_put_file(scene, "etc/file", CE_CONTENT_PACKAGE, "file", "text");
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_PACKAGE_INVALID);
  scene_assert_untouched(scene);
}

static void reverts_when_the_package_lacks_a_file(void **state) {
  static const struct ce_fake_member members[] = {{"file", 0644, "text", NULL}, {0}};
  struct scene *scene = *state;
  scene_take_package(scene, members);
  scene_put_file(scene, "etc/file", CE_CONTENT_PACKAGE, "missing", "text");
  scene_begin(scene);
  assert_int_equal(scene_apply(scene), CE_PACKAGE_INVALID);
  scene_assert_untouched(scene);
}

static void reverts_when_it_is_cancelled(void **state) {
  static const char *const moments[] = {"stage", "commit", "put-link"};
  static const struct ce_fake_member members[] = {{"file", 0644, "text", NULL}, {0}};
  for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
    struct scene *scene = *state;
    scene_put(scene, "etc/replaced", 0640, "old");
    scene_put_link(scene, "etc/link", "x");
    scene_take_package(scene, members);
    scene_put_file(scene, "etc/replaced", CE_CONTENT_PACKAGE, "file", "text");
    scene_step(scene, CE_STEP_ADD_TREE, CE_VERSIONS "/1.0");
    scene->cancel_at = moments[i];
    scene_begin(scene);
    assert_int_equal(scene_apply(scene), CE_CANCELLED);
    scene_assert_untouched(scene);
    scene_tear_down(state);
    scene_set_up(state);
  }
}

static void can_be_cancelled_no_more_after_the_last_step(void **state) {
  struct scene *scene = *state;
  scene_put_link(scene, "etc/link", "x");
  assert_int_equal(scene_apply(scene), CE_OK);
  scene->cancelled = 1;
  assert_int_equal(ce_txn_finish(&scene->txn, scene->plan, &scene->err), CE_OK);
  assert_false(scene_has(scene, CE_JOURNAL));
}

static void reverts_when_its_very_last_call_fails(void **state) {
  struct scene *scene = *state;
  scene_put(scene, "etc/file", 0644, "text");
  scene_put(scene, "etc/other", 0644, "text");
  scene_put_link(scene, "etc/file", "x");
  scene_step(scene, CE_STEP_REMOVE_FILE, "etc/other");
  scene_begin(scene);
  CE_AUTO(ce_disk) struct ce_disk *probe = ce_disk_copy(scene->disk);
  struct ce_txn txn = {.fs = ce_disk_fs(probe)};
  assert_int_equal(ce_txn_apply(&txn, scene->plan, NULL, &scene->err), CE_OK);
  size_t calls = ce_disk_change_calls(probe);
  assert_true(calls > 4);
  ce_disk_set_fault(scene->disk, (struct ce_disk_fault){.call = calls, .sys_errno = EIO, .of_changes = true});
  assert_int_equal(scene_apply(scene), CE_IO);
  scene_assert_untouched(scene);
}

static void says_when_not_everything_could_be_put_back(void **state) {
  struct scene *scene = *state;
  scene_put_link(scene, "etc/link", "x");
  scene_begin(scene);
  ce_disk_set_fault(
      scene->disk, (struct ce_disk_fault){.call = 12, .sys_errno = EIO, .of_changes = true, .lasting = true});
  assert_int_equal(scene_apply(scene), CE_IO);
  assert_non_null(strstr(scene->err.detail, "not everything could be put back"));
  assert_true(scene_has(scene, CE_JOURNAL));
  ce_disk_set_fault(scene->disk, (struct ce_disk_fault){0});
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  assert_int_equal(ce_txn_recover(&scene->txn, &recovery, &scene->err), CE_OK);
  assert_int_equal(recovery, CE_RECOVERY_REVERTED);
  scene_assert_untouched(scene);
}

/* Full from the receipt's first byte on: the old receipt need not be written again, and the copies of the
 * replaced files find room where the new tree was. */
static void reverts_on_a_full_disk(void **state) {
  char text[6001];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  struct ce_fake_member members[] = {{"big", 0644, text, NULL}, {"file", 0644, "new", NULL}, {0}};
  struct scene *scene = *state;
  scene_put(scene, "etc/file", 0640, "theirs");
  scene_take_package(scene, members);
  scene_step(scene, CE_STEP_ADD_TREE, CE_VERSIONS "/1.0");
  scene_put_file(scene, "etc/file", CE_CONTENT_PACKAGE, "file", "new");
  scene_begin(scene);
  CE_AUTO(ce_disk) struct ce_disk *whole = ce_disk_copy(scene->disk);
  CE_AUTO(ce_package) struct ce_package *package = ce_fake_package_open(&scene->package);
  struct ce_txn txn = {.fs = ce_disk_fs(whole)};
  assert_int_equal(ce_txn_apply(&txn, scene->plan, package, &scene->err), CE_OK);
  /* The last calls: open, write, sync, close, rename, sync. */
  struct ce_disk_fault full = {.call = ce_disk_change_calls(whole) - 5,
                               .sys_errno = ENOSPC,
                               .of_changes = true,
                               .lasting = true,
                               .until_freed_bytes = 5000};
  ce_disk_set_fault(scene->disk, full);
  assert_int_equal(scene_apply(scene), CE_NO_SPACE);
  assert_null(strstr(scene->err.detail, "put back"));
  scene_assert_untouched(scene);
}

static void keeps_the_backups_that_are_wanted_and_drops_the_others(void **state) {
  static const struct ce_fake_member members[] = {{"file", 0644, "new", NULL}, {0}};
  struct scene *scene = *state;
  scene_put(scene, "etc/kept", 0640, "theirs");
  scene_put(scene, "etc/dropped", 0644, "ours");
  scene_put(scene, "etc/link", 0600, "a file where a link goes");
  scene_take_package(scene, members);
  scene_put_file(scene, "etc/kept", CE_CONTENT_PACKAGE, "file", "new")->file.keep_prior = true;
  scene_put_file(scene, "etc/dropped", CE_CONTENT_PACKAGE, "file", "new");
  scene_put_link(scene, "etc/link", "x")->link.keep_prior = true;
  assert_int_equal(scene_apply(scene), CE_OK);
  scene_assert_text(scene, CE_BACKUP "/" SCENE_TXID "-1", "ours");
  assert_int_equal(ce_txn_finish(&scene->txn, scene->plan, &scene->err), CE_OK);
  scene_assert_text(scene, CE_BACKUP "/" SCENE_TXID "-0", "theirs");
  scene_assert_text(scene, CE_BACKUP "/" SCENE_TXID "-1", NULL);
  scene_assert_text(scene, CE_BACKUP "/" SCENE_TXID "-2", "a file where a link goes");
  struct ce_fs_stat stat;
  assert_int_equal(ce_fs_inspect(scene->fs, CE_BACKUP, &stat, &scene->err), CE_OK);
  assert_int_equal(stat.mode, 0700);
}

static enum ce_code apply(struct scene *scene, struct ce_txn *txn) {
  CE_AUTO(ce_package) struct ce_package *package = ce_fake_package_open(&scene->package);
  return ce_txn_apply(txn, scene->plan, package, &scene->err);
}

static void expect_one_tree(const char *tree, bool new, bool done) {
  bool has_old = strstr(tree, "1.0/deep/file") != NULL;
  bool has_new = strstr(tree, "1.0/file") != NULL;
  assert_true(new ? has_new && !has_old : has_old && !has_new);
  assert_true(new || !done);
}

/* Every point of a plan that takes a tree away and puts another in its place. */
static void exchanges_a_tree_at_every_crash(void **state) {
  static const struct ce_fake_member members[] = {{"file", 0644, "new", NULL}, {0}};
  struct scene *scene = *state;
  scene_make(scene, CE_VERSIONS "/1.0/deep");
  scene_put(scene, CE_VERSIONS "/1.0/deep/file", 0644, "old");
  scene_take_package(scene, members);
  scene_step(scene, CE_STEP_REMOVE_TREE, CE_VERSIONS "/1.0");
  struct ce_step *add = scene_step(scene, CE_STEP_ADD_TREE, CE_VERSIONS "/1.0");
  ce_path_state_clear(&add->prior);
  scene_begin(scene);
  scene_crash_everywhere(scene, apply, expect_one_tree);
}

/* As on an overlay whose lower layer holds the tree: the call that would move it aside fails with EXDEV. */
static void removes_a_tree_that_cannot_be_moved(void **state) {
  struct scene *scene = *state;
  scene_make(scene, CE_VERSIONS "/1.0/deep");
  scene_put(scene, CE_VERSIONS "/1.0/deep/file", 0644, "old");
  scene_put_link(scene, "etc/link", "x");
  scene_step(scene, CE_STEP_REMOVE_TREE, CE_VERSIONS "/1.0");
  scene_begin(scene);
  size_t removed = 0;
  for (size_t call = 1; call < 30; call++) {
    CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_copy(scene->disk);
    struct ce_txn txn = {.fs = ce_disk_fs(disk)};
    bool exists = false;
    ce_disk_set_fault(disk, (struct ce_disk_fault){.call = call, .sys_errno = EXDEV, .of_changes = true});
    if (ce_txn_apply(&txn, scene->plan, NULL, &scene->err) != CE_OK) {
      continue;
    }
    ce_disk_set_fault(disk, (struct ce_disk_fault){0});
    assert_int_equal(ce_fs_exists(txn.fs, CE_VERSIONS "/1.0", &exists, NULL, &scene->err), CE_OK);
    removed += exists;
    assert_int_equal(ce_txn_finish(&txn, scene->plan, &scene->err), CE_OK);
    assert_int_equal(ce_fs_exists(txn.fs, CE_VERSIONS "/1.0", &exists, NULL, &scene->err), CE_OK);
    assert_false(exists);
  }
  assert_int_equal(removed, 1);
}

static enum ce_code refuse_staged(void *context, struct ce_error *err) {
  struct scene *scene = context;
  assert_true(scene_has(scene, CE_VERSIONS "/1.0.partial/file"));
  assert_false(scene_has(scene, CE_VERSIONS "/1.0"));
  return ce_fail(err, CE_BLOCKED, "run", "somebody", "not permitted");
}

static void reverts_what_is_refused_when_it_is_staged(void **state) {
  static const struct ce_fake_member members[] = {{"file", 0644, "new", NULL}, {0}};
  struct scene *scene = *state;
  scene_put(scene, "etc/kept", 0640, "theirs");
  scene_take_package(scene, members);
  scene_step(scene, CE_STEP_ADD_TREE, CE_VERSIONS "/1.0");
  scene_put_file(scene, "etc/kept", CE_CONTENT_PACKAGE, "file", "new");
  scene_begin(scene);
  scene->txn.staged = refuse_staged;
  scene->txn.staged_context = scene;
  assert_int_equal(scene_apply(scene), CE_BLOCKED);
  assert_string_equal(scene->err.subject, "somebody");
  scene_assert_untouched(scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)
      TEST(changes_nothing_for_a_plan_that_does_not_commit),
      TEST(commits_the_receipt_of_a_plan_without_steps),
      TEST(reads_no_receipt_where_there_is_none),
      TEST(brings_the_tree_and_what_comes_from_it),
      TEST(tells_phases_steps_and_progress),
      TEST(takes_over_a_stale_partial_tree),
      TEST(refuses_while_a_journal_waits),
      TEST(reverts_what_is_refused_when_it_is_staged),
      TEST(refuses_a_file_that_changed_since_the_plan),
      TEST(refuses_a_path_that_is_no_longer_absent),
      TEST(refuses_a_mode_that_changed_since_the_plan),
      TEST(refuses_to_put_a_file_in_a_directorys_place),
      TEST(refuses_two_steps_for_one_path),
      TEST(refuses_without_room_before_it_touches_anything),
      TEST(refuses_a_read_only_place_before_it_touches_anything),
      TEST(removing_what_is_gone_already_is_fine),
      TEST(leaves_a_directory_that_somebody_uses),
      TEST(reverts_when_a_files_source_is_not_what_was_planned),
      TEST(puts_the_text_of_the_plan),
      TEST(reverts_when_a_text_is_not_what_was_planned),
      TEST(reverts_when_a_kept_copy_is_damaged),
      TEST(reverts_when_the_package_is_another_one),
      TEST(reverts_when_the_package_lacks_a_file),
      TEST(reverts_when_it_is_cancelled),
      TEST(can_be_cancelled_no_more_after_the_last_step),
      TEST(reverts_when_its_very_last_call_fails),
      TEST(says_when_not_everything_could_be_put_back),
      TEST(reverts_on_a_full_disk),
      TEST(keeps_the_backups_that_are_wanted_and_drops_the_others),
      TEST(exchanges_a_tree_at_every_crash),
      TEST(removes_a_tree_that_cannot_be_moved),
#undef TEST
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
