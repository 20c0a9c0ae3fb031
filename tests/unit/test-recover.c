/* SPDX-License-Identifier: Apache-2.0
 * Tests of txn/recover: journals of every kind, and files that somebody changed in the meantime. */
#include "txn-scene.h"

#include "model/record.h"
#include "txn/journal.h"

#include <errno.h>

static const struct ce_fake_member members[] = {{"file", 0644, "new", NULL}, {0}};

static enum ce_code recover(struct scene *scene, enum ce_recovery *ret) {
  return ce_txn_recover(&scene->txn, ret, &scene->err);
}

/* Stops the plan at its n-th changing call and leaves what a killed program leaves. */
static void stop_at(struct scene *scene, size_t call) {
  ce_disk_settle(scene->disk);
  ce_disk_set_fault(scene->disk, (struct ce_disk_fault){.call = call, .of_changes = true});
  assert_int_not_equal(scene_apply(scene), CE_OK);
  struct ce_disk *left = ce_disk_copy(scene->disk);
  ce_disk_free(scene->disk);
  scene->disk = left;
  scene->fs = ce_disk_fs(left);
  scene->txn.fs = scene->fs;
}

/* Changing calls until path is what the plan makes of it. */
static void stop_after_commit_of(struct scene *scene, const char *path) {
  for (size_t call = 1; call < 100; call++) {
    CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_copy(scene->disk);
    CE_AUTO(ce_package) struct ce_package *package = ce_fake_package_open(&scene->package);
    CE_AUTO(ce_blob) struct ce_blob found = {0};
    struct ce_txn txn = {.fs = ce_disk_fs(disk)};
    ce_disk_set_fault(disk, (struct ce_disk_fault){.call = call, .of_changes = true});
    assert_int_not_equal(ce_txn_apply(&txn, scene->plan, package, &scene->err), CE_OK);
    CE_AUTO(ce_disk) struct ce_disk *left = ce_disk_copy(disk);
    if (ce_fs_document_read(ce_disk_fs(left), path, 100, &found, &scene->err) == CE_OK &&
        strcmp(ce_blob_text(&found), "new") == 0) {
      stop_at(scene, call);
      return;
    }
  }
  fail();
}

static void finds_nothing_without_a_journal(void **state) {
  struct scene *scene = *state;
  enum ce_recovery recovery = CE_RECOVERY_REVERTED;
  bool interrupted = true;
  scene_begin(scene);
  assert_int_equal(ce_txn_is_interrupted(scene->fs, &interrupted, &scene->err), CE_OK);
  assert_false(interrupted);
  assert_int_equal(recover(scene, &recovery), CE_OK);
  assert_int_equal(recovery, CE_RECOVERY_NOTHING);
  scene_assert_untouched(scene);
}

static void works_where_there_is_no_state_directory(void **state) {
  struct scene *scene = *state;
  enum ce_recovery recovery = CE_RECOVERY_REVERTED;
  assert_int_equal(ce_fs_remove_directory(scene->fs, CE_STATE, &scene->err), CE_OK);
  scene_begin(scene);
  assert_int_equal(recover(scene, &recovery), CE_OK);
  assert_int_equal(recovery, CE_RECOVERY_NOTHING);
  scene_assert_untouched(scene);
}

static void removes_files_that_were_never_finished(void **state) {
  struct scene *scene = *state;
  enum ce_recovery recovery = CE_RECOVERY_REVERTED;
  scene_begin(scene);
  scene_put(scene, CE_JOURNAL ".new", 0600, "half a jour");
  scene_put(scene, CE_RECEIPT ".new", 0644, "half a rec");
  assert_int_equal(recover(scene, &recovery), CE_OK);
  scene_assert_untouched(scene);
}

static void says_that_a_journal_waits(void **state) {
  struct scene *scene = *state;
  bool interrupted = false;
  scene_put_link(scene, "etc/link", "x");
  stop_at(scene, 8);
  assert_int_equal(ce_txn_is_interrupted(scene->fs, &interrupted, &scene->err), CE_OK);
  assert_true(interrupted);
}

static void finishes_what_was_committed(void **state) {
  struct scene *scene = *state;
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  scene_put(scene, "etc/file", 0644, "text");
  scene_step(scene, CE_STEP_REMOVE_FILE, "etc/file");
  assert_int_equal(scene_apply(scene), CE_OK);
  assert_true(scene_has(scene, "etc/.certenv-" SCENE_TXID "-0.old"));
  assert_int_equal(recover(scene, &recovery), CE_OK);
  assert_int_equal(recovery, CE_RECOVERY_FINISHED);
  assert_false(scene_has(scene, "etc/.certenv-" SCENE_TXID "-0.old"));
  assert_false(scene_has(scene, "etc/file"));
  assert_false(scene_has(scene, CE_JOURNAL));
}

static void damage_journal(struct scene *scene, size_t offset) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_fs_file *file = NULL;
  assert_int_equal(ce_fs_document_read(scene->fs, CE_JOURNAL, 1 << 20, &bytes, &scene->err), CE_OK);
  assert_true(offset < bytes.size);
  bytes.data[offset] ^= 1;
  assert_int_equal(ce_fs_remove_file(scene->fs, CE_JOURNAL, &scene->err), CE_OK);
  assert_int_equal(ce_fs_open(scene->fs, CE_JOURNAL, CE_FS_CREATE, 0600, &file, &scene->err), CE_OK);
  assert_int_equal(ce_fs_file_write(file, bytes.data, bytes.size, &scene->err), CE_OK);
  assert_int_equal(ce_fs_file_close(file, &scene->err), CE_OK);
}

static void touches_nothing_when_the_journal_is_damaged(void **state) {
  struct scene *scene = *state;
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  scene_put(scene, "etc/file", 0644, "text");
  scene_step(scene, CE_STEP_REMOVE_FILE, "etc/file");
  assert_int_equal(scene_apply(scene), CE_OK);
  damage_journal(scene, 60);
  scene_begin(scene);
  assert_int_equal(recover(scene, &recovery), CE_JOURNAL_DAMAGED);
  scene_assert_untouched(scene);
}

static void append_journal(struct scene *scene, const void *bytes, size_t size) {
  struct ce_fs_file *file = NULL;
  assert_int_equal(ce_fs_open(scene->fs, CE_JOURNAL, CE_FS_APPEND, 0, &file, &scene->err), CE_OK);
  assert_int_equal(ce_fs_file_write(file, bytes, size, &scene->err), CE_OK);
  assert_int_equal(ce_fs_file_close(file, &scene->err), CE_OK);
}

static void ignores_a_torn_tail(void **state) {
  struct scene *scene = *state;
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  scene_put(scene, "etc/file", 0644, "text");
  scene_step(scene, CE_STEP_REMOVE_FILE, "etc/file");
  assert_int_equal(scene_apply(scene), CE_OK);
  append_journal(scene, "CEJ1\x10\0\0\0 torn", 13);
  assert_int_equal(recover(scene, &recovery), CE_OK);
  assert_int_equal(recovery, CE_RECOVERY_FINISHED);
}

static void put_record(struct scene *scene, uint64_t sequence, const char *body) {
  CE_AUTO(ce_blob) struct ce_blob record = {0};
  assert_int_equal(ce_record_append(&record, sequence, body, strlen(body), ce_hash_bytes, &scene->err),
                   CE_OK);
  if (sequence == 0) {
    scene_put(scene, CE_JOURNAL, 0600, "");
  }
  append_journal(scene, record.data, record.size);
}

static void refuses_a_journal_of_a_newer_program(void **state) {
  struct scene *scene = *state;
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  put_record(scene, 0, "{\"record\": \"begin\", \"format\": 2, \"plan\": {}}");
  scene_begin(scene);
  assert_int_equal(recover(scene, &recovery), CE_STATE_FORMAT);
  scene_assert_untouched(scene);
}

static void refuses_records_that_mean_nothing(void **state) {
  static const char *const bodies[] = {
      "{}",
      "[]",
      "{\"record\": 1}",
      "{\"record\": \"prepared\"}",
      "{\"record\": \"begin\", \"format\": 1}",
      "{\"record\": \"begin\", \"format\": 1, \"plan\": {}, \"spare\": []}",
      "{\"record\": \"begin\", \"format\": 1, \"plan\": {}, \"spare\": [\"etc/passwd\"]}",
      "{\"record\": \"begin\", \"format\": 1, \"plan\": {}, \"spare\": [\"" CE_BACKUP
      "/../../../etc/passwd\"]}",
      "{\"record\": \"begin\", \"format\": 1, \"plan\": {}, \"spare\": [1]}",
      "{\"record\": \"begin\", \"format\": 0, \"plan\": {}, \"spare\": []}",
  };
  struct scene *scene = *state;
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    enum ce_recovery recovery = CE_RECOVERY_NOTHING;
    put_record(scene, 0, bodies[i]);
    scene_begin(scene);
    assert_int_equal(recover(scene, &recovery), CE_JOURNAL_DAMAGED);
    scene_assert_untouched(scene);
  }
}

static void refuses_records_out_of_place(void **state) {
  static const char *const bodies[] = {"{\"record\": \"committed\"}", "{\"record\": \"begin\"}", "{}"};
  for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
    struct scene *scene = *state;
    enum ce_recovery recovery = CE_RECOVERY_NOTHING;
    CE_AUTO(ce_blob) struct ce_blob begin = {0};
    scene_put_link(scene, "etc/link", "x");
    assert_int_equal(ce_journal_format(scene->plan, NULL, &begin, &scene->err), CE_OK);
    assert_int_equal(ce_journal_begin(scene->fs, &begin, &scene->err), CE_OK);
    put_record(scene, 1, bodies[i]);
    scene_begin(scene);
    assert_int_equal(recover(scene, &recovery), CE_JOURNAL_DAMAGED);
    scene_assert_untouched(scene);
    scene_tear_down(state);
    scene_set_up(state);
  }
}

static void touches_nothing_when_the_receipt_is_damaged(void **state) {
  struct scene *scene = *state;
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  scene_put_link(scene, "etc/link", "x");
  stop_at(scene, 9);
  scene_put(scene, CE_RECEIPT, 0644, "{\"format\": 1, ");
  scene_begin(scene);
  assert_int_equal(recover(scene, &recovery), CE_RECEIPT_DAMAGED);
  scene_assert_untouched(scene);
}

static void keeps_a_file_that_was_changed_since_and_its_original(void **state) {
  struct scene *scene = *state;
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  scene_put(scene, "etc/file", 0640, "theirs");
  scene_take_package(scene, members);
  scene_put_file(scene, "etc/file", CE_CONTENT_PACKAGE, "file", "new");
  stop_after_commit_of(scene, "etc/file");
  scene_put(scene, "etc/file", 0644, "changed by hand");
  assert_int_equal(recover(scene, &recovery), CE_OK);
  assert_int_equal(recovery, CE_RECOVERY_REVERTED);
  scene_assert_text(scene, "etc/file", "changed by hand");
  scene_assert_text(scene, CE_BACKUP "/" SCENE_TXID "-0.original", "theirs");
  assert_true(scene_told(scene, "kept-edited /etc/file"));
  assert_true(scene_told(scene, "original-kept /" CE_BACKUP "/" SCENE_TXID "-0.original"));
  assert_false(scene_has(scene, CE_JOURNAL));
}

static void keeps_a_new_file_that_was_changed_since(void **state) {
  struct scene *scene = *state;
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  scene_take_package(scene, members);
  scene_put_file(scene, "etc/file", CE_CONTENT_PACKAGE, "file", "new");
  stop_after_commit_of(scene, "etc/file");
  scene_put(scene, "etc/file", 0644, "changed by hand");
  assert_int_equal(recover(scene, &recovery), CE_OK);
  scene_assert_text(scene, "etc/file", "changed by hand");
  assert_true(scene_told(scene, "kept-edited /etc/file"));
}

static void puts_back_exact_mode_and_owner(void **state) {
  struct scene *scene = *state;
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  scene_put(scene, "etc/file", 0640, "theirs");
  scene_put(scene, "etc/mode", 0644, "text");
  assert_int_equal(ce_fs_set_owner(scene->fs, "etc/file", 33, 44, &scene->err), CE_OK);
  assert_int_equal(ce_fs_set_owner(scene->fs, "etc/mode", 55, 66, &scene->err), CE_OK);
  assert_int_equal(ce_fs_set_mode(scene->fs, "etc/mode", 04711, &scene->err), CE_OK);
  scene_take_package(scene, members);
  scene_step(scene, CE_STEP_SET_MODE, "etc/mode");
  scene_put_file(scene, "etc/file", CE_CONTENT_PACKAGE, "file", "new");
  scene_begin(scene);
  stop_after_commit_of(scene, "etc/file");
  struct ce_fs_stat stat;
  assert_int_equal(ce_fs_inspect(scene->fs, "etc/mode", &stat, &scene->err), CE_OK);
  assert_int_equal(stat.mode, 0755);
  assert_int_equal(recover(scene, &recovery), CE_OK);
  scene_assert_untouched(scene);
}

static void gives_a_moved_file_no_place_that_is_taken(void **state) {
  struct scene *scene = *state;
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  scene_put(scene, "etc/removed", 0644, "text");
  scene_take_package(scene, members);
  scene_step(scene, CE_STEP_REMOVE_FILE, "etc/removed");
  scene_put_file(scene, "etc/file", CE_CONTENT_PACKAGE, "file", "new");
  stop_after_commit_of(scene, "etc/file");
  scene_put(scene, "etc/removed", 0644, "made by hand");
  assert_int_equal(recover(scene, &recovery), CE_OK);
  scene_assert_text(scene, "etc/removed", "made by hand");
  scene_assert_text(scene, "etc/.certenv-" SCENE_TXID "-0.old", "text");
  assert_true(scene_told(scene, "original-kept /etc/.certenv-" SCENE_TXID "-0.old"));
}

static void purge_leaves_copies_of_somebodys_files(void **state) {
  struct scene *scene = *state;
  scene_make(scene, CE_BACKUP);
  scene_make(scene, CE_TUF);
  scene_make(scene, CE_LOG_DIRECTORY);
  scene_put(scene, CE_BACKUP "/00aa-3", 0600, "edited by hand");
  scene_put(scene, CE_TUF "/root.json", 0644, "{}");
  scene_put(scene, CE_LOG_DIRECTORY "/certenv.log", 0644, "log");
  scene_put(scene, CE_LOG_DIRECTORY "/notes", 0644, "not a log");
  scene->plan->verb = CE_VERB_UNINSTALL;
  scene->plan->purge = true;
  scene->plan->after->saved[0] = scene_copy(CE_BACKUP "/00aa-3");
  assert_int_equal(scene_apply(scene), CE_OK);
  assert_int_equal(ce_txn_finish(&scene->txn, scene->plan, &scene->err), CE_OK);
  scene_assert_text(scene, CE_BACKUP "/00aa-3", "edited by hand");
  scene_assert_text(scene, CE_LOG_DIRECTORY "/notes", "not a log");
  assert_false(scene_has(scene, CE_LOG_DIRECTORY "/certenv.log"));
  assert_false(scene_has(scene, CE_TUF));
  assert_false(scene_has(scene, CE_RECEIPT));
  assert_false(scene_has(scene, CE_JOURNAL));
  assert_true(scene_told(scene, "saved-left /" CE_BACKUP));
}

static void purge_takes_the_state_directory(void **state) {
  struct scene *scene = *state;
  scene_put(scene, CE_LOCK, 0600, "");
  scene_put(scene, CE_BUSY, 0644, "");
  scene_put(scene, CE_PREREQUISITES ".new", 0644, "{}");
  scene->plan->verb = CE_VERB_UNINSTALL;
  scene->plan->purge = true;
  assert_int_equal(scene_apply(scene), CE_OK);
  assert_int_equal(ce_txn_finish(&scene->txn, scene->plan, &scene->err), CE_OK);
  assert_false(scene_has(scene, CE_STATE));
  assert_true(scene_has(scene, "var/lib"));
  assert_false(scene_told(scene, "saved-left"));
}

/* The engine removes them when it has taken back what they tell of. */
static void purge_leaves_records_that_are_the_engines(void **state) {
  struct scene *scene = *state;
  scene_put(scene, CE_LOCK, 0644, "");
  scene_put(scene, CE_PREREQUISITES, 0644, "{}");
  scene_put(scene, CE_ALLOWANCES, 0644, "{}");
  scene->plan->verb = CE_VERB_UNINSTALL;
  scene->plan->purge = true;
  assert_int_equal(scene_apply(scene), CE_OK);
  assert_int_equal(ce_txn_finish(&scene->txn, scene->plan, &scene->err), CE_OK);
  assert_true(scene_has(scene, CE_PREREQUISITES));
  assert_true(scene_has(scene, CE_ALLOWANCES));
  assert_false(scene_has(scene, CE_RECEIPT));
  assert_false(scene_has(scene, CE_JOURNAL));
}

struct completion {
  struct scene *scene;
  size_t count;
  bool purges, finds_journal;
};

static void note_completion(void *context, const struct ce_plan *plan) {
  struct completion *completion = context;
  completion->count++;
  completion->purges = plan->verb == CE_VERB_UNINSTALL && plan->purge && !plan->after;
  completion->finds_journal = scene_has(completion->scene, CE_JOURNAL);
}

/* A fault in the finish stops it; the next one tells again. */
static void tells_what_it_completes_until_it_is_done(void **state) {
  struct scene *scene = *state;
  struct completion completion = {.scene = scene};
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  scene->txn.completing = note_completion;
  scene->txn.completing_context = &completion;
  scene_put(scene, "etc/file", 0644, "text");
  scene_step(scene, CE_STEP_REMOVE_FILE, "etc/file");
  scene->plan->verb = CE_VERB_UNINSTALL;
  scene->plan->purge = true;
  assert_int_equal(scene_apply(scene), CE_OK);
  assert_int_equal(completion.count, 0);
  size_t next = ce_disk_change_calls(scene->disk) + 1;
  ce_disk_set_fault(scene->disk, (struct ce_disk_fault){.call = next, .of_changes = true, .sys_errno = EIO});
  assert_int_equal(recover(scene, &recovery), CE_IO);
  ce_disk_set_fault(scene->disk, (struct ce_disk_fault){0});
  assert_int_equal(recover(scene, &recovery), CE_OK);
  assert_int_equal(recovery, CE_RECOVERY_FINISHED);
  assert_int_equal(completion.count, 2);
  assert_true(completion.purges && completion.finds_journal);
  assert_int_equal(recover(scene, &recovery), CE_OK);
  assert_int_equal(completion.count, 2);
}

static void tells_nothing_of_what_it_reverts(void **state) {
  struct scene *scene = *state;
  struct completion completion = {.scene = scene};
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  scene_put_link(scene, "etc/link", "x");
  stop_at(scene, 8);
  scene->txn.completing = note_completion;
  scene->txn.completing_context = &completion;
  assert_int_equal(recover(scene, &recovery), CE_OK);
  assert_int_equal(recovery, CE_RECOVERY_REVERTED);
  assert_int_equal(completion.count, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)
      TEST(finds_nothing_without_a_journal),
      TEST(works_where_there_is_no_state_directory),
      TEST(removes_files_that_were_never_finished),
      TEST(says_that_a_journal_waits),
      TEST(finishes_what_was_committed),
      TEST(touches_nothing_when_the_journal_is_damaged),
      TEST(ignores_a_torn_tail),
      TEST(refuses_a_journal_of_a_newer_program),
      TEST(refuses_records_that_mean_nothing),
      TEST(refuses_records_out_of_place),
      TEST(touches_nothing_when_the_receipt_is_damaged),
      TEST(keeps_a_file_that_was_changed_since_and_its_original),
      TEST(keeps_a_new_file_that_was_changed_since),
      TEST(puts_back_exact_mode_and_owner),
      TEST(gives_a_moved_file_no_place_that_is_taken),
      TEST(purge_leaves_copies_of_somebodys_files),
      TEST(purge_takes_the_state_directory),
      TEST(purge_leaves_records_that_are_the_engines),
      TEST(tells_what_it_completes_until_it_is_done),
      TEST(tells_nothing_of_what_it_reverts),
#undef TEST
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
