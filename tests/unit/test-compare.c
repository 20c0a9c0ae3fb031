/* SPDX-License-Identifier: Apache-2.0
 * Tests of the comparison that `status` shows. */
#include "plan/compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TREE "opt/certenv/versions/1.0"
#define RULE "etc/udev/rules.d/70-certenv.rules"

/* An installed version with one program and one rule, and facts that agree with it. */
struct scene {
  struct ce_manifest_file file;
  struct ce_manifest manifest;
  struct ce_receipt_path paths[2];
  struct ce_receipt receipt;
  struct ce_path_fact facts[4];
  struct ce_facts machine;
};

enum { FACT_RULES_DIRECTORY, FACT_RULE, FACT_CURRENT, FACT_PROGRAM };

static void set_scene(struct scene *scene) {
  static const struct ce_digest rule = {{1}};
  static const struct ce_digest program = {{2}};
  *scene = (struct scene){
      .file = {.path = "bin/certenv", .mode = 0755, .size_bytes = 7, .sha256 = program},
      .manifest = {.version = "1.0", .file_count = 1},
      .paths = {{.path = "etc/udev/rules.d", .type = CE_PATH_DIRECTORY, .mode = 0755},
                {.path = RULE, .type = CE_PATH_FILE, .mode = 0644, .size_bytes = 5, .sha256 = rule}},
      .receipt = {.installed = true, .path_count = 2},
      .facts = {{.path = "etc/udev/rules.d", .state = {.type = CE_PATH_DIRECTORY, .mode = 0755}},
                {.path = RULE,
                 .state = {.type = CE_PATH_FILE,
                           .mode = 0644,
                           .size_bytes = 5,
                           .digest_known = true,
                           .sha256 = rule}},
                {.path = "opt/certenv/current",
                 .state = {.type = CE_PATH_LINK, .mode = 0777, .link_target = "versions/1.0"}},
                {.path = TREE "/bin/certenv",
                 .state = {.type = CE_PATH_FILE,
                           .mode = 0755,
                           .size_bytes = 7,
                           .digest_known = true,
                           .sha256 = program}}},
      .machine = {.path_count = 4},
  };
  scene->manifest.files = &scene->file;
  scene->receipt.manifest = &scene->manifest;
  scene->receipt.paths = scene->paths;
  scene->machine.paths = scene->facts;
}

static enum ce_item_state compare_one(const struct scene *scene, const char *path, size_t *ret_faults) {
  struct ce_error err;
  CE_AUTO(ce_item_list) struct ce_item_list items = {0};
  assert_int_equal(ce_compare(&scene->receipt, &scene->machine, &items, &err), CE_OK);
  *ret_faults = items.fault_count;
  for (size_t i = 0; i < items.count; i++) {
    if (strcmp(items.items[i].path, path) == 0) {
      return items.items[i].state;
    }
  }
  fail_msg("no item %s", path);
  return CE_ITEM_OK;
}

static void check(const struct scene *scene, const char *path, enum ce_item_state expected) {
  size_t faults = 0;
  assert_int_equal(compare_one(scene, path, &faults), expected);
  assert_int_equal(faults, expected == CE_ITEM_OK || expected == CE_ITEM_FOREIGN ? 0 : 1);
}

static void lists_everything_sorted_by_path(void **state) {
  (void)state;
  static const char *const expected[] = {"etc/udev/rules.d", RULE, "opt/certenv/current",
                                         TREE "/bin/certenv"};
  struct ce_error err;
  struct scene scene;
  set_scene(&scene);
  CE_AUTO(ce_item_list) struct ce_item_list items = {0};
  assert_int_equal(ce_compare(&scene.receipt, &scene.machine, &items, &err), CE_OK);
  assert_int_equal(items.count, 4);
  assert_int_equal(items.fault_count, 0);
  for (size_t i = 0; i < items.count; i++) {
    assert_string_equal(items.items[i].path, expected[i]);
    assert_int_equal(items.items[i].state, CE_ITEM_OK);
  }
}

static void tells_missing_from_changed_from_mode(void **state) {
  (void)state;
  struct scene scene;
  set_scene(&scene);
  scene.facts[FACT_RULE].state.mode = 0600;
  check(&scene, RULE, CE_ITEM_MODE);
  scene.facts[FACT_RULE].state.sha256.bytes[0] ^= 1;
  check(&scene, RULE, CE_ITEM_CHANGED);
  scene.facts[FACT_RULE].state = (struct ce_path_state){0};
  check(&scene, RULE, CE_ITEM_MISSING);
}

static void another_owner_is_a_change_of_mode(void **state) {
  (void)state;
  struct scene scene;
  set_scene(&scene);
  scene.facts[FACT_PROGRAM].state.uid = 1000;
  check(&scene, TREE "/bin/certenv", CE_ITEM_MODE);
  set_scene(&scene);
  scene.facts[FACT_CURRENT].state.gid = 1000;
  check(&scene, "opt/certenv/current", CE_ITEM_MODE);
}

static void a_path_without_a_fact_is_missing(void **state) {
  (void)state;
  struct scene scene;
  set_scene(&scene);
  scene.machine.path_count = FACT_PROGRAM;
  check(&scene, TREE "/bin/certenv", CE_ITEM_MISSING);
}

static void a_shallow_look_believes_the_size(void **state) {
  (void)state;
  struct scene scene;
  set_scene(&scene);
  scene.facts[FACT_PROGRAM].state.digest_known = false;
  check(&scene, TREE "/bin/certenv", CE_ITEM_OK);
  scene.facts[FACT_PROGRAM].state.size_bytes++;
  check(&scene, TREE "/bin/certenv", CE_ITEM_CHANGED);
}

static void the_current_link_must_lead_to_the_version(void **state) {
  (void)state;
  struct scene scene;
  set_scene(&scene);
  scene.facts[FACT_CURRENT].state.link_target = "versions/0.9";
  check(&scene, "opt/certenv/current", CE_ITEM_CHANGED);
}

static void a_directory_may_be_a_link_but_no_file(void **state) {
  (void)state;
  struct scene scene;
  set_scene(&scene);
  scene.facts[FACT_RULES_DIRECTORY].state =
      (struct ce_path_state){.type = CE_PATH_LINK, .mode = 0777, .link_target = "/data/rules"};
  check(&scene, "etc/udev/rules.d", CE_ITEM_OK);
  scene.facts[FACT_RULES_DIRECTORY].state = (struct ce_path_state){.type = CE_PATH_FILE, .mode = 0755};
  check(&scene, "etc/udev/rules.d", CE_ITEM_CHANGED);
}

static void adopted_files_count_too(void **state) {
  (void)state;
  struct scene scene;
  set_scene(&scene);
  scene.paths[1].origin = CE_ORIGIN_ADOPTED;
  scene.facts[FACT_RULE].state = (struct ce_path_state){0};
  check(&scene, RULE, CE_ITEM_MISSING);
}

static void extras_are_foreign_and_no_fault(void **state) {
  (void)state;
  char *extras[] = {(char[]){TREE "/bin/my-script"}, NULL};
  struct scene scene;
  set_scene(&scene);
  scene.machine.tree_extras = extras;
  check(&scene, TREE "/bin/my-script", CE_ITEM_FOREIGN);
}

static void after_an_uninstall_there_are_no_items(void **state) {
  (void)state;
  struct ce_error err;
  struct scene scene;
  set_scene(&scene);
  scene.receipt.installed = false;
  scene.receipt.manifest = NULL;
  CE_AUTO(ce_item_list) struct ce_item_list items = {0};
  assert_int_equal(ce_compare(&scene.receipt, &scene.machine, &items, &err), CE_OK);
  assert_int_equal(items.count, 0);
}

static void a_wrong_mode_is_shown_as_a_change(void **state) {
  (void)state;
  assert_string_equal(ce_item_state_name(CE_ITEM_MODE), "changed");
  assert_string_equal(ce_item_state_name(CE_ITEM_FOREIGN), "foreign");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lists_everything_sorted_by_path),
      cmocka_unit_test(tells_missing_from_changed_from_mode),
      cmocka_unit_test(another_owner_is_a_change_of_mode),
      cmocka_unit_test(a_path_without_a_fact_is_missing),
      cmocka_unit_test(a_shallow_look_believes_the_size),
      cmocka_unit_test(the_current_link_must_lead_to_the_version),
      cmocka_unit_test(a_directory_may_be_a_link_but_no_file),
      cmocka_unit_test(adopted_files_count_too),
      cmocka_unit_test(extras_are_foreign_and_no_fault),
      cmocka_unit_test(after_an_uninstall_there_are_no_items),
      cmocka_unit_test(a_wrong_mode_is_shown_as_a_change),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
