/* SPDX-License-Identifier: Apache-2.0
 * A small machine on a simulated disk and plans made by hand: for the tests of txn/. */
#ifndef CE_TESTS_TXN_SCENE_H
#define CE_TESTS_TXN_SCENE_H

#include "fakes/disk.h"
#include "fakes/package.h"
#include "model/layout.h"
#include "ports/fs-document.h"
#include "ports/hash.h"
#include "txn/transaction.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define SCENE_TXID  "00112233445566778899aabbccddeeff"
#define SCENE_STEPS 16

struct scene {
  struct ce_disk *disk;
  struct ce_fs *fs;
  struct ce_txn txn;
  struct ce_sink sink;
  struct ce_blob events; /* "name subject" a line */
  volatile sig_atomic_t cancelled;
  const char *cancel_at; /* an event's name that sets cancelled */
  struct ce_plan *plan;
  struct ce_fake_package package;
  struct ce_package *opened;
  struct ce_blob before; /* the tree when scene_begin() was called */
  struct ce_error err;
};

static inline void scene_note_event(void *context, const struct ce_event *event) {
  struct scene *scene = context;
  struct ce_error err;
  assert_int_equal(
      ce_blob_printf(&scene->events, &err, "%s %s\n", event->name, event->subject ? event->subject : "-"),
      CE_OK);
  if (scene->cancel_at && strcmp(scene->cancel_at, event->name) == 0) {
    scene->cancelled = 1;
  }
}

static inline char *scene_copy(const char *text) {
  char *copy = strdup(text);
  assert_non_null(copy);
  return copy;
}

static inline void scene_put(struct scene *scene, const char *path, uint32_t mode, const char *text) {
  struct ce_fs_file *file = NULL;
  assert_int_equal(ce_fs_remove_if_present(scene->fs, path, &scene->err), CE_OK);
  assert_int_equal(ce_fs_open(scene->fs, path, CE_FS_CREATE, mode, &file, &scene->err), CE_OK);
  assert_int_equal(ce_fs_file_write(file, text, strlen(text), &scene->err), CE_OK);
  assert_int_equal(ce_fs_file_close(file, &scene->err), CE_OK);
}

static inline void scene_make(struct scene *scene, const char *path) {
  assert_int_equal(ce_fs_make_directories(scene->fs, path, 0755, &scene->err), CE_OK);
}

static inline struct ce_plan *scene_new_plan(void) {
  static const char *const empty[] = {NULL};
  struct ce_plan *plan = calloc(1, sizeof *plan);
  assert_non_null(plan);
  plan->txid = scene_copy(SCENE_TXID);
  plan->from_version = scene_copy("");
  plan->to_version = scene_copy("1.0");
  plan->steps = calloc(SCENE_STEPS, sizeof *plan->steps);
  plan->units_stop = calloc(1, sizeof empty);
  plan->after = calloc(1, sizeof *plan->after);
  plan->after->txid = scene_copy(SCENE_TXID);
  plan->after->channel = scene_copy("stable");
  plan->after->package = scene_copy("");
  plan->after->saved = calloc(4, sizeof *plan->after->saved);
  return plan;
}

static inline int scene_set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  scene->disk = ce_disk_new();
  scene->fs = ce_disk_fs(scene->disk);
  scene->sink = (struct ce_sink){scene_note_event, scene};
  scene->txn = (struct ce_txn){.fs = scene->fs, .sink = &scene->sink, .cancelled = &scene->cancelled};
  scene->plan = scene_new_plan();
  scene_make(scene, "etc");
  scene_make(scene, CE_VERSIONS);
  scene_make(scene, CE_STATE);
  *state = scene;
  return 0;
}

static inline int scene_tear_down(void **state) {
  struct scene *scene = *state;
  ce_package_free(scene->opened);
  ce_fake_package_clear(&scene->package);
  ce_plan_free(scene->plan);
  ce_blob_clear(&scene->events);
  ce_blob_clear(&scene->before);
  ce_disk_free(scene->disk);
  free(scene);
  return 0;
}

static inline void scene_take_package(struct scene *scene, const struct ce_fake_member *members) {
  static const struct ce_integration none[] = {{0}};
  ce_fake_package_make(&(struct ce_fake_recipe){"1.0", members, none}, &scene->package);
  scene->opened = ce_fake_package_open(&scene->package);
  scene->plan->needs_package = true;
}

/* What is at path now. */
static inline struct ce_path_state scene_look(struct scene *scene, const char *path) {
  static const enum ce_path_type types[] = {CE_PATH_FILE, CE_PATH_LINK, CE_PATH_DIRECTORY, CE_PATH_OTHER};
  struct ce_path_state found = {.type = CE_PATH_ABSENT};
  struct ce_fs_stat stat;
  bool exists = false;
  assert_int_equal(ce_fs_exists(scene->fs, path, &exists, &stat, &scene->err), CE_OK);
  if (exists) {
    found =
        (struct ce_path_state){.type = types[stat.type], .mode = stat.mode, .uid = stat.uid, .gid = stat.gid};
    found.mode = stat.type == CE_FS_LINK ? 0 : stat.mode;
  }
  if (found.type == CE_PATH_FILE) {
    found.digest_known = true;
    assert_int_equal(ce_fs_document_digest(scene->fs, path, &found.sha256, &found.size_bytes, &scene->err),
                     CE_OK);
  } else if (found.type == CE_PATH_LINK) {
    assert_int_equal(ce_fs_read_link(scene->fs, path, &found.link_target, &scene->err), CE_OK);
  }
  return found;
}

/* A step about what is at path now. */
static inline struct ce_step *scene_step(struct scene *scene, enum ce_step_kind kind, const char *path) {
  assert_true(scene->plan->step_count < SCENE_STEPS);
  struct ce_step *step = &scene->plan->steps[scene->plan->step_count++];
  *step = (struct ce_step){.kind = kind, .path = scene_copy(path), .prior = scene_look(scene, path)};
  step->precondition = step->prior.type == CE_PATH_ABSENT ? CE_PRECONDITION_ABSENT : CE_PRECONDITION_OURS;
  if (kind == CE_STEP_MAKE_DIRECTORY || kind == CE_STEP_ADD_TREE || kind == CE_STEP_SET_MODE) {
    step->meta.mode = 0755;
  }
  return step;
}

static inline struct ce_step *scene_put_file(struct scene *scene, const char *path, enum ce_content content,
                                             const char *content_path, const char *text) {
  struct ce_step *step = scene_step(scene, CE_STEP_PUT_FILE, path);
  step->file.mode = 0644;
  step->file.size_bytes = strlen(text);
  ce_hash_bytes(text, strlen(text), &step->file.sha256);
  step->file.content = content;
  step->file.content_path = scene_copy(content_path);
  scene->plan->needs_package |= content == CE_CONTENT_PACKAGE;
  return step;
}

static inline struct ce_step *scene_put_text(struct scene *scene, const char *path, const char *text) {
  struct ce_step *step = scene_step(scene, CE_STEP_PUT_FILE, path);
  step->file.mode = 0644;
  step->file.size_bytes = strlen(text);
  ce_hash_bytes(text, strlen(text), &step->file.sha256);
  step->file.content = CE_CONTENT_INLINE;
  step->file.text = scene_copy(text);
  return step;
}

static inline struct ce_step *scene_put_link(struct scene *scene, const char *path, const char *target) {
  struct ce_step *step = scene_step(scene, CE_STEP_PUT_LINK, path);
  step->link.target = scene_copy(target);
  return step;
}

/* The tree as it is now is what a failure must leave. */
static inline void scene_begin(struct scene *scene) {
  ce_disk_settle(scene->disk);
  ce_blob_clear(&scene->before);
  ce_disk_describe(scene->disk, NULL, &scene->before);
}

static inline void scene_assert_untouched(struct scene *scene) {
  CE_AUTO(ce_blob) struct ce_blob now = {0};
  ce_disk_describe(scene->disk, NULL, &now);
  assert_string_equal(ce_blob_text(&now), ce_blob_text(&scene->before));
}

static inline enum ce_code scene_apply(struct scene *scene) {
  return ce_txn_apply(&scene->txn, scene->plan, scene->opened, &scene->err);
}

/* What is interrupted, and what must hold of the tree then: new says that the receipt is there, done that act
 * had come to its end. */
typedef enum ce_code scene_act(struct scene *scene, struct ce_txn *txn);
typedef void scene_tell(const char *tree, bool new, bool done);

/* Stopped at each call of act, with what a crash may leave of it: recover() brings the old state or the new
 * one, whole. */
static inline void scene_crash_everywhere(struct scene *scene, scene_act *act, scene_tell *tell) {
  size_t calls = 1;
  size_t reverted = 0;
  size_t kept = 0;
  for (size_t call = 1; call <= calls; call++) {
    for (unsigned seed = 0; seed < 8; seed++) {
      CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_copy(scene->disk);
      struct ce_txn txn = {.fs = ce_disk_fs(disk)};
      enum ce_recovery recovery = CE_RECOVERY_NOTHING;
      ce_disk_set_fault(disk, (struct ce_disk_fault){.call = call, .of_changes = true});
      bool done = act(scene, &txn) == CE_OK;
      calls = done ? call : call + 1;
      CE_AUTO(ce_disk) struct ce_disk *left = ce_disk_crash(disk, seed);
      txn.fs = ce_disk_fs(left);
      assert_int_equal(ce_txn_recover(&txn, &recovery, &scene->err), CE_OK);
      CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
      assert_int_equal(ce_txn_read_receipt(txn.fs, &receipt, &scene->err), CE_OK);
      CE_AUTO(ce_blob) struct ce_blob tree = {0};
      ce_disk_describe(left, NULL, &tree);
      tell(ce_blob_text(&tree), receipt != NULL, done);
      assert_null(strstr(ce_blob_text(&tree), ".removed-"));
      assert_null(strstr(ce_blob_text(&tree), ".partial"));
      reverted += !receipt;
      kept += receipt != NULL;
    }
  }
  assert_true(calls > 10 && reverted > 0 && kept > 0);
}

/* NULL stands for absence. */
static inline void scene_assert_text(struct scene *scene, const char *path, const char *text) {
  CE_AUTO(ce_blob) struct ce_blob found = {0};
  enum ce_code code = ce_fs_document_read(scene->fs, path, 65536, &found, &scene->err);
  assert_int_equal(code, text ? CE_OK : CE_NOT_FOUND);
  if (text) {
    assert_string_equal(ce_blob_text(&found), text);
  }
}

static inline bool scene_has(struct scene *scene, const char *path) {
  bool exists = false;
  assert_int_equal(ce_fs_exists(scene->fs, path, &exists, NULL, &scene->err), CE_OK);
  return exists;
}

static inline bool scene_told(const struct scene *scene, const char *event) {
  return strstr(ce_blob_text(&scene->events), event) != NULL;
}

#endif
