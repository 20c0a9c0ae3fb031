/* SPDX-License-Identifier: Apache-2.0
 * The scenes of the crash tests. */
#include "scene.h"

#include "model/layout.h"
#include "txn/lock.h"

#include <stdio.h>
#include <string.h>

#define TXID_BEFORE "00000000000000aa"
#define TXID        "00000000000000bb"

const char *const scene_names[] = {"install",         "upgrade", "repair", "uninstall",
                                   "uninstall-mixed", "purge",   NULL};

void scene_clear(struct scene *scene) {
  ce_disk_free(scene->before);
  ce_plan_free(scene->plan);
  if (scene->has_package) {
    ce_fake_package_clear(&scene->package);
  }
  ce_blob_clear(&scene->old_tree);
  ce_blob_clear(&scene->new_tree);
}

/* The state directory and its locks may stay behind empty; everything else in it counts. */
void scene_describe(const struct ce_disk *disk, struct ce_blob *ret) {
  static const char *const without[] = {CE_STATE, CE_LOCK, CE_BUSY, NULL};
  ce_blob_clear(ret);
  ce_disk_describe(disk, without, ret);
}

static struct ce_disk *new_machine(void) {
  struct ce_disk *disk = ce_disk_new();
  struct ce_error err;
  static const char *const mounts[] = {"opt", "var"};
  for (size_t i = 0; i < sizeof mounts / sizeof mounts[0]; i++) {
    fixture_check(ce_fs_make_directory(ce_disk_fs(disk), mounts[i], 0755, &err), &err);
    ce_disk_mount(disk, mounts[i]);
  }
  fixture_machine(ce_disk_fs(disk));
  return disk;
}

static struct ce_disk *new_installed(void) {
  struct ce_disk *disk = new_machine();
  CE_AUTO(ce_fake_package) struct ce_fake_package package = {0};
  fixture_package("1.0", &package);
  fixture_carry_out(ce_disk_fs(disk), CE_VERB_INSTALL, false, TXID_BEFORE, &package);
  return disk;
}

static void take_package(struct scene *scene, const char *version) {
  fixture_package(version, &scene->package);
  scene->has_package = true;
}

static void open_install(struct scene *scene) {
  scene->before = new_machine();
  take_package(scene, "1.0");
  scene->plan = fixture_plan(ce_disk_fs(scene->before), CE_VERB_INSTALL, false, TXID, &scene->package);
}

static void open_upgrade(struct scene *scene) {
  scene->before = new_installed();
  fixture_edit(ce_disk_fs(scene->before));
  take_package(scene, "2.0");
  scene->plan = fixture_plan(ce_disk_fs(scene->before), CE_VERB_INSTALL, false, TXID, &scene->package);
}

static void open_repair(struct scene *scene) {
  scene->before = new_installed();
  fixture_damage(ce_disk_fs(scene->before));
  take_package(scene, "1.0");
  scene->plan = fixture_plan(ce_disk_fs(scene->before), CE_VERB_REPAIR, false, TXID, &scene->package);
}

static void open_uninstall(struct scene *scene) {
  scene->before = new_installed();
  fixture_edit(ce_disk_fs(scene->before));
  scene->plan = fixture_plan(ce_disk_fs(scene->before), CE_VERB_UNINSTALL, false, TXID, NULL);
}

static void open_uninstall_mixed(struct scene *scene) {
  scene->before = new_installed();
  fixture_stray(ce_disk_fs(scene->before));
  scene->plan = fixture_plan(ce_disk_fs(scene->before), CE_VERB_UNINSTALL, false, TXID, NULL);
}

static void open_purge(struct scene *scene) {
  scene->before = new_installed();
  fixture_state(ce_disk_fs(scene->before));
  scene->plan = fixture_plan(ce_disk_fs(scene->before), CE_VERB_UNINSTALL, true, TXID, NULL);
}

bool scene_open(const char *name, struct scene *ret) {
  static void (*const openers[])(struct scene *) = {open_install,   open_upgrade,         open_repair,
                                                    open_uninstall, open_uninstall_mixed, open_purge};
  for (size_t i = 0; scene_names[i]; i++) {
    if (strcmp(scene_names[i], name) == 0) {
      *ret = (struct scene){.name = scene_names[i]};
      openers[i](ret);
      ce_disk_settle(ret->before);
      scene_describe(ret->before, &ret->old_tree);
      CE_AUTO(ce_disk) struct ce_disk *after = ce_disk_copy(ret->before);
      if (!scene_run(ret, after).finished) {
        fprintf(stderr, "scene %s does not run to its end\n", name);
        abort();
      }
      scene_describe(after, &ret->new_tree);
      return true;
    }
  }
  return false;
}

static enum ce_code recover(struct ce_disk *disk, enum ce_recovery *ret, struct ce_lock **ret_lock,
                            struct ce_error *err) {
  enum ce_recovery ignored;
  struct ce_txn txn = {.fs = ce_disk_fs(disk)};
  enum ce_code code = ce_lock_take(ce_disk_fs(disk), ce_clock_system(), 0, NULL, ret_lock, err);
  return code == CE_OK ? ce_txn_recover(&txn, ret ? ret : &ignored, err) : code;
}

enum ce_code scene_recover(struct ce_disk *disk, enum ce_recovery *ret) {
  struct ce_error err;
  CE_AUTO(ce_lock) struct ce_lock *lock = NULL;
  return recover(disk, ret, &lock, &err);
}

struct scene_outcome scene_run(const struct scene *scene, struct ce_disk *disk) {
  struct ce_error err;
  struct ce_txn txn = {.fs = ce_disk_fs(disk)};
  struct scene_outcome outcome = {0};
  CE_AUTO(ce_lock) struct ce_lock *lock = NULL;
  CE_AUTO(ce_package)
  struct ce_package *package = scene->has_package ? ce_fake_package_open(&scene->package) : NULL;
  outcome.code = recover(disk, NULL, &lock, &err);
  if (outcome.code == CE_OK) {
    outcome.code = ce_txn_apply(&txn, scene->plan, package, &err);
    outcome.applied = outcome.code == CE_OK;
  }
  if (outcome.applied) {
    outcome.code = ce_txn_finish(&txn, scene->plan, &err);
    outcome.finished = outcome.code == CE_OK;
  }
  return outcome;
}
