/* SPDX-License-Identifier: Apache-2.0
 * Facts as engine/probe collects them from a root, and the state directory around a run. */
#include "engine-scene.h"
#include "engine/probe.h"
#include "engine/services.h"
#include "engine/state.h"
#include "model/layout.h"
#include "model/strings.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct scene_rule nothing[] = {{.command = NULL}};

static struct ce_manifest_file files[] = {
    {.path = "bin/certenv", .mode = 0755, .size_bytes = 5},
    {.path = "lib/a.so", .mode = 0644, .size_bytes = 1},
};
static struct ce_integration integration[] = {
    {.kind = CE_INTEGRATION_UNIT,
     .file = "lib/a.so",
     .target = "etc/systemd/system/certenv-monitor.service",
     .wanted_by = "multi-user.target"},
};
static struct ce_manifest manifest = {.profile = "p",
                                      .version = "1.0",
                                      .arch = "x86_64",
                                      .files = files,
                                      .file_count = 2,
                                      .integration = integration,
                                      .integration_count = 1};

static struct ce_facts *probe(struct scene *scene, const struct ce_manifest *wanted,
                              const struct ce_receipt *receipt, enum ce_probe_depth depth) {
  struct ce_facts *facts = NULL;
  struct ce_error err;
  assert_int_equal(ce_probe(&scene->engine, wanted, NULL, receipt, depth, &facts, &err), CE_OK);
  return facts;
}

static void looks_at_every_path_and_its_parents(void **state) {
  (void)state;
  struct scene scene;
  scene_open(&scene, false, nothing);
  scene_make(&scene, "etc/systemd/");
  scene_make(&scene, "opt/certenv/versions/1.0/");
  CE_AUTO(ce_facts) struct ce_facts *facts = probe(&scene, &manifest, NULL, CE_PROBE_SHALLOW);
  static const char *const wanted[] = {"etc",
                                       "etc/systemd",
                                       "etc/systemd/system",
                                       "etc/systemd/system/certenv-monitor.service",
                                       "etc/systemd/system/multi-user.target.wants",
                                       "etc/systemd/system/multi-user.target.wants/certenv-monitor.service",
                                       "opt",
                                       "opt/certenv",
                                       "opt/certenv/current",
                                       "opt/certenv/versions",
                                       "opt/certenv/versions/1.0",
                                       "opt/certenv/versions/1.0/bin",
                                       "opt/certenv/versions/1.0/bin/certenv",
                                       "opt/certenv/versions/1.0/lib",
                                       "opt/certenv/versions/1.0/lib/a.so"};
  assert_int_equal(facts->path_count, sizeof wanted / sizeof wanted[0]);
  for (size_t i = 0; i < facts->path_count; i++) {
    assert_string_equal(facts->paths[i].path, wanted[i]);
    bool there = i < 2 || (i > 5 && i < 11 && i != 8);
    assert_int_equal(facts->paths[i].state.type, there ? CE_PATH_DIRECTORY : CE_PATH_ABSENT);
  }
  assert_false(facts->live);
  assert_int_equal(facts->owner_uid, getuid());
  scene_close(&scene);
}

static void asks_for_nothing_below_a_tree_that_is_not_there(void **state) {
  (void)state;
  struct scene scene;
  scene_open(&scene, false, nothing);
  CE_AUTO(ce_facts) struct ce_facts *facts = probe(&scene, &manifest, NULL, CE_PROBE_DEEP);
  assert_non_null(ce_facts_find(facts, "opt/certenv/versions/1.0"));
  assert_null(ce_facts_find(facts, "opt/certenv/versions/1.0/lib/a.so"));
  scene_close(&scene);
}

static void reads_tree_content_only_when_deep(void **state) {
  (void)state;
  struct scene scene;
  scene_open(&scene, false, nothing);
  scene_make(&scene, "opt/certenv/versions/1.0/lib/a.so");
  CE_AUTO(ce_facts) struct ce_facts *shallow = probe(&scene, &manifest, NULL, CE_PROBE_SHALLOW);
  CE_AUTO(ce_facts) struct ce_facts *deep = probe(&scene, &manifest, NULL, CE_PROBE_DEEP);
  const char *path = "opt/certenv/versions/1.0/lib/a.so";
  assert_false(ce_facts_find(shallow, path)->state.digest_known);
  assert_true(ce_facts_find(deep, path)->state.digest_known);
  scene_close(&scene);
}

static void names_foreign_files_in_the_tree_and_does_not_descend_into_foreign_directories(void **state) {
  (void)state;
  struct scene scene;
  struct ce_receipt receipt = {.installed = true, .manifest = &manifest};
  scene_open(&scene, false, nothing);
  scene_make(&scene, "opt/certenv/versions/1.0/bin/certenv");
  scene_make(&scene, "opt/certenv/versions/1.0/lib/a.so");
  scene_make(&scene, "opt/certenv/versions/1.0/lib/extra");
  scene_make(&scene, "opt/certenv/versions/1.0/lib-other/deep/file");
  CE_AUTO(ce_facts) struct ce_facts *facts = probe(&scene, NULL, &receipt, CE_PROBE_SHALLOW);
  assert_int_equal(ce_strings_count(facts->tree_extras), 2);
  assert_true(ce_strings_contain(facts->tree_extras, "opt/certenv/versions/1.0/lib-other"));
  assert_true(ce_strings_contain(facts->tree_extras, "opt/certenv/versions/1.0/lib/extra"));
  scene_close(&scene);
}

static void a_link_or_a_file_in_the_place_of_a_directory_is_foreign(void **state) {
  (void)state;
  struct scene scene;
  struct ce_error err;
  struct ce_receipt receipt = {.installed = true, .manifest = &manifest};
  scene_open(&scene, false, nothing);
  scene_make(&scene, "opt/certenv/versions/1.0/bin");
  scene_make(&scene, "elsewhere/a.so");
  scene_make(&scene, "elsewhere/other");
  assert_int_equal(ce_fs_make_link(scene.fs, "/elsewhere", "opt/certenv/versions/1.0/lib", &err), CE_OK);
  CE_AUTO(ce_facts) struct ce_facts *facts = probe(&scene, NULL, &receipt, CE_PROBE_SHALLOW);
  assert_int_equal(ce_strings_count(facts->tree_extras), 2);
  assert_string_equal(facts->tree_extras[0], "opt/certenv/versions/1.0/bin");
  assert_string_equal(facts->tree_extras[1], "opt/certenv/versions/1.0/lib");
  scene_close(&scene);
}

static void names_all_extras_in_order_across_many_directories(void **state) {
  (void)state;
  enum { DIRECTORIES = 100 };
  struct ce_manifest_file many[DIRECTORIES];
  struct ce_manifest tree = {.version = "1.0", .files = many, .file_count = DIRECTORIES};
  struct ce_receipt receipt = {.installed = true, .manifest = &tree};
  static char paths[DIRECTORIES][16];
  struct scene scene;
  scene_open(&scene, false, nothing);
  for (unsigned i = 0; i < DIRECTORIES; i++) {
    char full[64];
    snprintf(paths[i], sizeof paths[i], "d%03u/sub/file", i);
    many[i] = (struct ce_manifest_file){.path = paths[i], .mode = 0644, .size_bytes = 1};
    snprintf(full, sizeof full, "opt/certenv/versions/1.0/d%03u/sub/other", i);
    scene_make(&scene, full);
  }
  CE_AUTO(ce_facts) struct ce_facts *facts = probe(&scene, NULL, &receipt, CE_PROBE_DEEP);
  assert_int_equal(ce_strings_count(facts->tree_extras), DIRECTORIES);
  for (unsigned i = 1; i < DIRECTORIES; i++) {
    assert_true(strcmp(facts->tree_extras[i - 1], facts->tree_extras[i]) < 0);
  }
  scene_close(&scene);
}

static void reads_the_distribution_from_os_release(void **state) {
  (void)state;
  struct scene scene;
  scene_open(&scene, false, nothing);
  scene_make(&scene, "usr/lib/");
  temp_write(scene.root, "usr/lib/os-release",
             "NAME=\"openEuler\"\nID=\"openEuler\"\nVERSION_ID='24.03'\nID_LIKE=fedora\n", 0644);
  CE_AUTO(ce_facts) struct ce_facts *facts = probe(&scene, &manifest, NULL, CE_PROBE_SHALLOW);
  assert_string_equal(facts->os_id, "openEuler");
  assert_string_equal(facts->os_version, "24.03");
  assert_string_equal(facts->os_like, "fedora");
  scene_close(&scene);
}

static void leaves_an_empty_root_empty_when_nothing_was_installed(void **state) {
  (void)state;
  struct scene scene;
  struct ce_error err;
  bool exists = true;
  scene_open(&scene, false, nothing);
  assert_int_equal(ce_state_prepare(&scene.engine, &err), CE_OK);
  scene_make(&scene, CE_TUF "/root.json");
  scene_make(&scene, CE_CACHE "/x.tar.zst");
  scene_make(&scene, CE_LOCK);
  scene_make(&scene, CE_BUSY);
  ce_state_forget(&scene.engine);
  assert_int_equal(ce_fs_exists(scene.fs, "var", &exists, NULL, &err), CE_OK);
  assert_false(exists);
  scene_close(&scene);
}

static void keeps_the_state_of_an_interrupted_run(void **state) {
  (void)state;
  struct scene scene;
  struct ce_error err;
  bool exists = false;
  scene_open(&scene, false, nothing);
  assert_int_equal(ce_state_prepare(&scene.engine, &err), CE_OK);
  scene_make(&scene, CE_JOURNAL);
  scene_make(&scene, CE_TUF "/root.json");
  ce_state_forget(&scene.engine);
  assert_int_equal(ce_fs_exists(scene.fs, CE_TUF "/root.json", &exists, NULL, &err), CE_OK);
  assert_true(exists);
  scene_close(&scene);
}

static void triggers_run_what_the_plan_says_and_survive_failures(void **state) {
  (void)state;
  static const struct scene_rule rules[] = {{"udevadm control", 1, "", "cannot connect"},
                                            {"systemctl daemon-reload", 0, "", ""},
                                            {"systemctl restart", 0, "", ""},
                                            {"systemctl stop", 0, "", ""},
                                            {.command = NULL}};
  struct scene scene;
  struct ce_receipt after = {.installed = true, .manifest = &manifest};
  char *stop[] = {"certenv-monitor.service", NULL};
  struct ce_plan plan = {.triggers = CE_TRIGGER_UDEV | CE_TRIGGER_SYSTEMD_RELOAD | CE_TRIGGER_UNIT_START,
                         .units_stop = stop,
                         .after = &after};
  scene_open(&scene, true, rules);
  ce_services_stop(&scene.engine, &plan);
  assert_int_equal(scene.run_count, 0);
  ce_services_trigger(&scene.engine, &plan);
  assert_true(scene_ran(&scene, "udevadm control --reload"));
  assert_true(scene_ran(&scene, "systemctl daemon-reload"));
  assert_true(scene_ran(&scene, "systemctl restart certenv-monitor.service"));
  plan.triggers = CE_TRIGGER_UNIT_STOP;
  ce_services_stop(&scene.engine, &plan);
  assert_true(scene_ran(&scene, "systemctl stop certenv-monitor.service"));
  scene_close(&scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(looks_at_every_path_and_its_parents),
      cmocka_unit_test(asks_for_nothing_below_a_tree_that_is_not_there),
      cmocka_unit_test(reads_tree_content_only_when_deep),
      cmocka_unit_test(names_foreign_files_in_the_tree_and_does_not_descend_into_foreign_directories),
      cmocka_unit_test(a_link_or_a_file_in_the_place_of_a_directory_is_foreign),
      cmocka_unit_test(names_all_extras_in_order_across_many_directories),
      cmocka_unit_test(reads_the_distribution_from_os_release),
      cmocka_unit_test(leaves_an_empty_root_empty_when_nothing_was_installed),
      cmocka_unit_test(keeps_the_state_of_an_interrupted_run),
      cmocka_unit_test(triggers_run_what_the_plan_says_and_survive_failures),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
