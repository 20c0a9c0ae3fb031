/* SPDX-License-Identifier: Apache-2.0
 * Tests of what the system's services are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine-scene.h"
#include "engine/services.h"

static const struct scene_rule all_well[] = {{"", 0, NULL, NULL}, {0}};
static const struct scene_rule usr_read_only[] = {
    {"systemd-hwdb --usr", 1, NULL, "Read-only file system"}, {"", 0, NULL, NULL}, {0}};

/* The commands for a new hwdb file on a machine that has its compiled database at the path. */
static void trigger_hwdb(struct scene *scene, const struct scene_rule *rules, const char *path) {
  struct ce_plan plan = {.triggers = CE_TRIGGER_HWDB};
  scene_open(scene, true, rules);
  if (path) {
    scene_make(scene, path);
  }
  ce_services_trigger(&scene->engine, &plan);
}

static void compiles_the_hardware_database_where_it_is(void **state) {
  (void)state;
  static const struct {
    const char *path, *command;
  } machines[] = {{"usr/lib/udev/hwdb.bin", "systemd-hwdb --usr update"},
                  {"lib/udev/hwdb.bin", "systemd-hwdb --usr update"},
                  {"etc/udev/hwdb.bin", "systemd-hwdb update"},
                  {NULL, "systemd-hwdb update"}};
  for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
    struct scene scene;
    trigger_hwdb(&scene, all_well, machines[i].path);
    assert_int_equal(scene.run_count, 1);
    assert_string_equal(scene.runs[0], machines[i].command);
    scene_close(&scene);
  }
}

static void compiles_it_in_etc_where_usr_cannot_be_written(void **state) {
  (void)state;
  struct scene scene;
  trigger_hwdb(&scene, usr_read_only, "usr/lib/udev/hwdb.bin");
  assert_int_equal(scene.run_count, 2);
  assert_string_equal(scene.runs[1], "systemd-hwdb update");
  scene_close(&scene);
}

static void restarts_pcscd_where_it_runs(void **state) {
  (void)state;
  struct ce_plan plan = {.triggers = CE_TRIGGER_PCSCD};
  struct scene scene;
  scene_open(&scene, true, all_well);
  ce_services_trigger(&scene.engine, &plan);
  assert_int_equal(scene.run_count, 1);
  assert_string_equal(scene.runs[0], "systemctl try-restart pcscd.service");
  scene_close(&scene);
}

static void tells_udev_after_its_database(void **state) {
  (void)state;
  struct ce_plan plan = {.triggers = CE_TRIGGER_HWDB | CE_TRIGGER_UDEV};
  struct scene scene;
  scene_open(&scene, true, all_well);
  ce_services_trigger(&scene.engine, &plan);
  assert_int_equal(scene.run_count, 3);
  assert_string_equal(scene.runs[0], "systemd-hwdb update");
  assert_string_equal(scene.runs[1], "udevadm control --reload");
  assert_int_equal(strncmp(scene.runs[2], "udevadm trigger --action=change", 31), 0);
  scene_close(&scene);
}

static struct ce_prerequisite pcscd_is_needed[] = {{.capability = (char[]){"pcscd"}}};

static void starts_pcscd_where_nothing_listens(void **state) {
  (void)state;
  static const struct scene_rule stopped[] = {
      {"systemctl --quiet is-active", 3, NULL, NULL}, {"", 0, NULL, NULL}, {0}};
  const struct ce_manifest manifest = {.prerequisites = pcscd_is_needed, .prerequisite_count = 1};
  struct scene scene;
  scene_open(&scene, true, stopped);
  ce_services_start_pcscd(&scene.engine, &manifest);
  assert_int_equal(scene.run_count, 3);
  assert_string_equal(scene.runs[2], "systemctl start pcscd.socket");
  scene_close(&scene);
}

static void leaves_pcscd_alone_where_it_listens_or_nobody_needs_it(void **state) {
  (void)state;
  const struct ce_manifest needs = {.prerequisites = pcscd_is_needed, .prerequisite_count = 1};
  const struct ce_manifest does_not = {0};
  struct scene scene;
  scene_open(&scene, true, all_well);
  ce_services_start_pcscd(&scene.engine, &does_not);
  assert_int_equal(scene.run_count, 0);
  ce_services_start_pcscd(&scene.engine, &needs);
  assert_int_equal(scene.run_count, 1);
  assert_string_equal(scene.runs[0], "systemctl --quiet is-active pcscd.socket");
  scene_close(&scene);
}

static struct ce_integration one_unit[] = {{.kind = CE_INTEGRATION_UNIT,
                                            .target = (char[]){"etc/systemd/system/certenv-monitor.service"},
                                            .wanted_by = (char[]){"multi-user.target"}}};
static struct ce_manifest with_unit = {.integration = one_unit, .integration_count = 1};
static struct ce_receipt installed = {.installed = true, .manifest = &with_unit};
static const struct ce_plan brings_all = {.triggers = CE_TRIGGER_UDEV | CE_TRIGGER_SYSTEMD_RELOAD |
                                                      CE_TRIGGER_UNIT_START | CE_TRIGGER_PCSCD,
                                          .after = &installed};

static void takes_a_first_install_from_the_services(void **state) {
  (void)state;
  struct scene scene;
  scene_open(&scene, true, all_well);
  ce_services_stop_new(&scene.engine, &brings_all, NULL);
  assert_int_equal(scene.run_count, 1);
  assert_string_equal(scene.runs[0], "systemctl stop certenv-monitor.service");
  ce_services_trigger_old(&scene.engine, &brings_all, NULL);
  assert_true(scene_ran(&scene, "udevadm control --reload"));
  assert_true(scene_ran(&scene, "systemctl daemon-reload"));
  assert_true(scene_ran(&scene, "systemctl try-restart pcscd.service"));
  assert_false(scene_ran(&scene, "systemctl restart certenv-monitor.service"));
  scene_close(&scene);
}

static void starts_the_units_of_the_old_version_again(void **state) {
  (void)state;
  struct scene scene;
  scene_open(&scene, true, all_well);
  ce_services_stop_new(&scene.engine, &brings_all, &installed);
  assert_int_equal(scene.run_count, 0);
  ce_services_trigger_old(&scene.engine, &brings_all, &installed);
  assert_true(scene_ran(&scene, "systemctl restart certenv-monitor.service"));
  scene_close(&scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(compiles_the_hardware_database_where_it_is),
      cmocka_unit_test(compiles_it_in_etc_where_usr_cannot_be_written),
      cmocka_unit_test(restarts_pcscd_where_it_runs),
      cmocka_unit_test(tells_udev_after_its_database),
      cmocka_unit_test(takes_a_first_install_from_the_services),
      cmocka_unit_test(starts_the_units_of_the_old_version_again),
      cmocka_unit_test(starts_pcscd_where_nothing_listens),
      cmocka_unit_test(leaves_pcscd_alone_where_it_listens_or_nobody_needs_it),
  };
  return cmocka_run_group_tests_name("services", tests, NULL, NULL);
}
