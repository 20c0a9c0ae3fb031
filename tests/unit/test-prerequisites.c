/* SPDX-License-Identifier: Apache-2.0
 * Capabilities, the package managers' command lines, and the record of what was installed. */
#include "engine-scene.h"
#include "engine/capability.h"
#include "engine/package-manager.h"
#include "engine/prerequisites.h"
#include "model/layout.h"
#include "model/strings.h"
#include "ports/fs-document.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static char *debian[] = {"pcscd", NULL};
static char *fedora[] = {"pcsc-lite", NULL};
static char *suse[] = {"pcsc-lite", NULL};
static char *arch_linux[] = {"pcsclite", NULL};
static struct ce_prerequisite pcscd = {.capability = "pcscd",
                                       .required = true,
                                       .debian = debian,
                                       .fedora = fedora,
                                       .suse = suse,
                                       .arch = arch_linux};
static char *sonames[] = {"libpcsclite.so.1", NULL};
static const struct ce_manifest manifest = {
    .prerequisites = &pcscd, .prerequisite_count = 1, .sonames = sonames};

static const struct scene_rule nothing[] = {{.command = NULL}};

static void finds_capabilities_where_the_distributions_keep_them(void **state) {
  (void)state;
  struct scene scene;
  scene_open(&scene, false, nothing);
  assert_false(ce_capability_present(&scene.engine, "x86_64", "pcscd"));
  assert_false(ce_capability_present(&scene.engine, "x86_64", "no-such-thing"));
  scene_make(&scene, "usr/sbin/pcscd");
  scene_make(&scene, "usr/lib64/pcsc/drivers/ifd-ccid.bundle/");
  scene_make(&scene, "usr/lib/aarch64-linux-gnu/libp11-kit.so.0");
  scene_make(&scene, "lib64/libz.so.1");
  assert_true(ce_capability_present(&scene.engine, "x86_64", "pcscd"));
  assert_true(ce_capability_present(&scene.engine, "x86_64", "ccid"));
  assert_true(ce_capability_present(&scene.engine, "aarch64", "p11-kit"));
  assert_false(ce_capability_present(&scene.engine, "x86_64", "p11-kit"));
  assert_true(ce_capability_present(&scene.engine, "x86_64", "libz.so.1"));
  scene_close(&scene);
}

static void lists_what_is_missing_once(void **state) {
  (void)state;
  struct scene scene;
  struct ce_error err;
  CE_AUTO(ce_strings) char **missing = NULL;
  scene_open(&scene, false, nothing);
  assert_int_equal(ce_capability_missing(&scene.engine, "x86_64", &manifest, &missing, &err), CE_OK);
  assert_int_equal(ce_strings_count(missing), 2);
  assert_string_equal(missing[0], "pcscd");
  assert_string_equal(missing[1], "libpcsclite.so.1");
  scene_close(&scene);
}

static void chooses_the_package_manager_of_the_family(void **state) {
  (void)state;
  static const struct {
    const char *program;
    enum ce_package_manager manager;
    const char *package;
  } families[] = {{"usr/bin/apt-get", CE_MANAGER_APT, "pcscd"},
                  {"usr/bin/dnf", CE_MANAGER_DNF, "pcsc-lite"},
                  {"usr/bin/zypper", CE_MANAGER_ZYPPER, "pcsc-lite"},
                  {"usr/bin/pacman", CE_MANAGER_PACMAN, "pcsclite"}};
  for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
    struct scene scene;
    struct ce_error err;
    CE_AUTO(ce_strings) char **wanted = NULL;
    scene_open(&scene, true, nothing);
    assert_int_equal(ce_package_manager_find(&scene.engine), CE_MANAGER_NONE);
    scene_make(&scene, families[i].program);
    assert_int_equal(ce_package_manager_find(&scene.engine), families[i].manager);
    assert_int_equal(ce_prerequisites_wanted(&scene.engine, &manifest, &wanted, &err), CE_OK);
    assert_int_equal(ce_strings_count(wanted), 1);
    assert_string_equal(wanted[0], families[i].package);
    scene_close(&scene);
  }
}

static void never_runs_a_package_manager_in_an_image(void **state) {
  (void)state;
  struct scene scene;
  struct ce_error err;
  CE_AUTO(ce_strings) char **missing = NULL;
  bool came = false;
  scene_open(&scene, false, nothing);
  scene_make(&scene, "usr/bin/apt-get");
  assert_int_equal(ce_prerequisites_install(&scene.engine, &manifest, &came, &missing, &err), CE_OK);
  assert_int_equal(scene.run_count, 0);
  assert_int_equal(ce_strings_count(missing), 2);
  scene_close(&scene);
}

static void records_exactly_what_came_with_the_install(void **state) {
  (void)state;
  /* rpm -qa says the same before and after here, so the intention is dropped from the record again. */
  static const struct scene_rule rules[] = {
      {"rpm -qa", 0, "bash\nglibc\n", NULL}, {"dnf -y -q install pcsc-lite", 0, "", NULL}, {.command = NULL}};
  struct scene scene;
  struct ce_error err;
  CE_AUTO(ce_strings) char **missing = NULL;
  bool came = false;
  CE_AUTO(ce_blob) struct ce_blob record = {0};
  scene_open(&scene, true, rules);
  scene_make(&scene, "usr/bin/dnf");
  scene_make(&scene, CE_STATE "/");
  assert_int_equal(ce_prerequisites_install(&scene.engine, &manifest, &came, &missing, &err), CE_OK);
  assert_true(scene_ran(&scene, "dnf -y -q install pcsc-lite"));
  assert_int_equal(ce_fs_document_read(scene.fs, CE_PREREQUISITES, 4096, &record, &err), CE_OK);
  assert_non_null(strstr(ce_blob_text(&record), "\"dnf\""));
  assert_null(strstr(ce_blob_text(&record), "pcsc-lite"));
  scene_close(&scene);
}

static void refreshes_the_lists_when_the_first_try_fails(void **state) {
  (void)state;
  static const struct scene_rule rules[] = {{"dpkg-query", 0, "ii bash\nrc old\n", NULL},
                                            {"apt-get -q", 0, "", NULL},
                                            {"apt-get -y", 100, "", "E: Unable to locate package pcscd"},
                                            {.command = NULL}};
  struct scene scene;
  struct ce_error err;
  CE_AUTO(ce_strings) char **names = NULL;
  scene_open(&scene, true, rules);
  scene_make(&scene, "usr/bin/apt-get");
  assert_int_equal(ce_package_manager_install(&scene.engine, CE_MANAGER_APT, debian, &err), CE_CHILD);
  assert_int_equal(scene.run_count, 3);
  assert_non_null(strstr(err.detail, "Unable to locate"));
  /* What is removed and not purged is not installed. */
  assert_int_equal(ce_package_manager_list(&scene.engine, CE_MANAGER_APT, &names, &err), CE_OK);
  assert_int_equal(ce_strings_count(names), 1);
  assert_string_equal(names[0], "bash");
  scene_close(&scene);
}

static volatile sig_atomic_t cancelled;

/* The person cancels while the package manager works, which then fails. */
static enum ce_code cancel_at_install(void *context, const char *const argv[], const char *const extra_env[],
                                      int64_t timeout_ms, struct ce_process_result *ret,
                                      struct ce_error *err) {
  cancelled = cancelled || strcmp(argv[0], "apt-get") == 0;
  return scene_run(context, argv, extra_env, timeout_ms, ret, err);
}

static void lets_a_run_end_and_begins_no_other_after_a_cancel(void **state) {
  (void)state;
  static const struct scene_rule rules[] = {
      {"dpkg-query", 0, "ii bash\nii half\n", NULL}, {"apt-get", 100, "", "E: not found"}, {.command = NULL}};
  struct scene scene;
  struct ce_error err;
  CE_AUTO(ce_strings) char **missing = NULL;
  bool came = false;
  scene_open(&scene, true, rules);
  scene_make(&scene, "usr/bin/apt-get");
  scene_make(&scene, CE_STATE "/");
  scene.process.run = cancel_at_install;
  scene.engine.cancelled = &cancelled;
  assert_int_equal(ce_prerequisites_install(&scene.engine, &manifest, &came, &missing, &err), CE_CANCELLED);
  assert_int_equal(scene.run_count, 3); /* list, install, list: what came is recorded */
  assert_false(came);                   /* the list is the same as before */
  assert_true(temp_exists(scene.root, CE_PREREQUISITES));
  scene.run_count = 0;
  assert_int_equal(ce_prerequisites_install(&scene.engine, &manifest, &came, &missing, &err), CE_CANCELLED);
  assert_int_equal(scene.run_count, 0);
  scene_close(&scene);
}

static const char apt_record[] = "{\"format\": 1, \"manager\": \"apt\", \"packages\": [\"pcscd\"]}";

static void put_record(struct scene *scene, const char *record) {
  struct ce_error err;
  scene_make(scene, CE_STATE "/");
  assert_int_equal(ce_fs_document_replace(scene->fs, CE_PREREQUISITES, record, strlen(record), 0644, &err),
                   CE_OK);
}

/* A machine that has apt-get, whose first list is short. */
static void open_with_apt(struct scene *scene,
                          enum ce_code (*run)(void *context, const char *const argv[],
                                              const char *const extra_env[], int64_t timeout_ms,
                                              struct ce_process_result *ret, struct ce_error *err)) {
  static const struct scene_rule rules[] = {
      {"dpkg-query", 0, "ii bash\n", NULL}, {"apt-get", 0, NULL, NULL}, {.command = NULL}};
  scene_open(scene, true, rules);
  scene_make(scene, "usr/bin/apt-get");
  scene->process.run = run;
}

static enum ce_code install(struct scene *scene, bool *ret_came) {
  CE_AUTO(ce_strings) char **missing = NULL;
  struct ce_error err;
  return ce_prerequisites_install(&scene->engine, &manifest, ret_came, &missing, &err);
}

/* The list after the install has it. */
static enum ce_code list_after(void *context, const char *const argv[], const char *const extra_env[],
                               int64_t timeout_ms, struct ce_process_result *ret, struct ce_error *err) {
  static const struct scene_rule with_it[] = {
      {"dpkg-query", 0, "ii bash\nii pcscd\n", NULL}, {"apt-get", 0, NULL, NULL}, {.command = NULL}};
  struct scene *scene = context;
  if (scene->run_count >= 2) {
    scene->rules = with_it;
  }
  return scene_run(context, argv, extra_env, timeout_ms, ret, err);
}

static void says_that_something_came_which_was_recorded_before(void **state) {
  (void)state;
  struct scene scene;
  bool came = false;
  open_with_apt(&scene, list_after);
  put_record(&scene, apt_record);
  assert_int_equal(install(&scene, &came), CE_OK);
  assert_true(came);
  scene_close(&scene);
}

/* The second list fails. */
static enum ce_code list_once(void *context, const char *const argv[], const char *const extra_env[],
                              int64_t timeout_ms, struct ce_process_result *ret, struct ce_error *err) {
  static const struct scene_rule broken[] = {{"dpkg-query", 2, "", "broken"}, {.command = NULL}};
  struct scene *scene = context;
  if (scene->run_count >= 2) {
    scene->rules = broken;
  }
  return scene_run(context, argv, extra_env, timeout_ms, ret, err);
}

static void says_that_something_may_have_come(void **state) {
  (void)state;
  struct scene scene;
  bool came = false;
  open_with_apt(&scene, list_once);
  scene_make(&scene, CE_STATE "/");
  assert_int_equal(install(&scene, &came), CE_CHILD);
  assert_true(came);
  assert_non_null(strstr(temp_read(scene.root, CE_PREREQUISITES), "pcscd")); /* the intention */
  scene_close(&scene);
}

static void remembers_what_it_cannot_remove_now(void **state) {
  (void)state;
  static const struct scene_rule locked[] = {
      {"dpkg-query", 0, "ii pcscd\n", NULL}, {"dpkg --purge", 2, "", "locked"}, {.command = NULL}};
  struct scene scene;
  scene_open(&scene, true, locked);
  put_record(&scene, apt_record);
  ce_prerequisites_remove(&scene.engine);
  assert_true(scene_ran(&scene, "dpkg --purge pcscd"));
  assert_true(temp_exists(scene.root, CE_PREREQUISITES));
  scene_close(&scene);
}

static void removes_only_what_is_recorded_and_still_there(void **state) {
  (void)state;
  static const struct scene_rule rules[] = {
      {"rpm -qa", 0, "bash\npcsc-lite\n", NULL}, {"rpm -e pcsc-lite", 0, "", NULL}, {.command = NULL}};
  static const char record[] =
      "{\"format\": 1, \"manager\": \"zypper\", \"packages\": [\"pcsc-lite\", \"pcsc-ccid\"]}";
  struct scene scene;
  struct ce_error err;
  scene_open(&scene, true, rules);
  scene_make(&scene, CE_STATE "/");
  assert_int_equal(ce_fs_document_replace(scene.fs, CE_PREREQUISITES, record, strlen(record), 0644, &err),
                   CE_OK);
  ce_prerequisites_remove(&scene.engine);
  assert_true(scene_ran(&scene, "rpm -e pcsc-lite"));
  assert_false(temp_exists(scene.root, CE_PREREQUISITES));
  scene_close(&scene);
}

static void runs_nothing_from_a_record_that_looks_like_an_option(void **state) {
  (void)state;
  static const char record[] = "{\"format\": 1, \"manager\": \"apt\", \"packages\": [\"--force-all\"]}";
  struct scene scene;
  struct ce_error err;
  scene_open(&scene, true, nothing);
  scene_make(&scene, CE_STATE "/");
  assert_int_equal(ce_fs_document_replace(scene.fs, CE_PREREQUISITES, record, strlen(record), 0644, &err),
                   CE_OK);
  ce_prerequisites_remove(&scene.engine);
  assert_int_equal(scene.run_count, 0);
  scene_close(&scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_capabilities_where_the_distributions_keep_them),
      cmocka_unit_test(lists_what_is_missing_once),
      cmocka_unit_test(chooses_the_package_manager_of_the_family),
      cmocka_unit_test(never_runs_a_package_manager_in_an_image),
      cmocka_unit_test(records_exactly_what_came_with_the_install),
      cmocka_unit_test(refreshes_the_lists_when_the_first_try_fails),
      cmocka_unit_test(lets_a_run_end_and_begins_no_other_after_a_cancel),
      cmocka_unit_test(says_that_something_came_which_was_recorded_before),
      cmocka_unit_test(says_that_something_may_have_come),
      cmocka_unit_test(remembers_what_it_cannot_remove_now),
      cmocka_unit_test(removes_only_what_is_recorded_and_still_there),
      cmocka_unit_test(runs_nothing_from_a_record_that_looks_like_an_option),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
