/* SPDX-License-Identifier: Apache-2.0
 * Tests of what the doctor says about a machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine-scene.h"
#include "engine/doctor-look.h"
#include "engine/doctor-machine.h"
#include "engine/doctor.h"
#include "model/layout.h"
#include "txn/lock.h"

#define DAY_S 86400

static struct ce_doctor_machine good(void) {
  return (struct ce_doctor_machine){
      .now_s = 1800000000,
      .known_s = 1799000000,
      .known_from = "test",
      .places = {{.path = "opt/certenv", .device = 1, .free_bytes = 300, .need_bytes = 100},
                 {.path = "var/lib/certenv", .device = 2, .free_bytes = 300, .need_bytes = 200}},
      .arch = "x86_64",
      .libc = "",
      .manager = "apt"};
}

static enum ce_check_level level_of(const struct ce_doctor_machine *machine, const char *id) {
  CE_AUTO(ce_check_list) struct ce_check_list list = {0};
  struct ce_error err;
  assert_int_equal(ce_doctor_judge_machine(machine, &list, &err), CE_OK);
  assert_int_equal(list.count, 5);
  for (size_t i = 0; i < list.count; i++) {
    if (strcmp(list.items[i].id, id) == 0) {
      assert_true(list.items[i].level < CE_CHECK_WARNING || list.items[i].remedy);
      return list.items[i].level;
    }
  }
  fail_msg("no check %s", id);
  return CE_CHECK_OK;
}

static void finds_nothing_wrong_with_a_good_machine(void **state) {
  (void)state;
  static const char *const ids[] = {"clock", "space", "architecture", "place", "package-manager"};
  struct ce_doctor_machine machine = good();
  for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
    assert_int_equal(level_of(&machine, ids[i]), CE_CHECK_OK);
  }
}

static void says_that_the_clock_is_behind(void **state) {
  (void)state;
  struct ce_doctor_machine machine = good();
  machine.now_s = machine.known_s - DAY_S;
  assert_int_equal(level_of(&machine, "clock"), CE_CHECK_OK);
  machine.now_s--;
  assert_int_equal(level_of(&machine, "clock"), CE_CHECK_FAULT);
}

static void adds_up_what_one_file_system_must_hold(void **state) {
  (void)state;
  struct ce_doctor_machine machine = good();
  machine.places[1].device = 1;
  machine.places[0].free_bytes = machine.places[1].free_bytes = 299;
  assert_int_equal(level_of(&machine, "space"), CE_CHECK_FAULT);
  machine.places[1].device = 2;
  assert_int_equal(level_of(&machine, "space"), CE_CHECK_OK);
}

static void says_that_the_package_is_for_another_machine(void **state) {
  (void)state;
  struct ce_doctor_machine machine = good();
  machine.package_arch = "x86_64";
  assert_int_equal(level_of(&machine, "architecture"), CE_CHECK_OK);
  machine.package_arch = "aarch64";
  assert_int_equal(level_of(&machine, "architecture"), CE_CHECK_FAULT);
}

static void says_that_a_place_cannot_be_used(void **state) {
  (void)state;
  struct ce_doctor_machine machine = good();
  machine.places[1].no_programs = true; /* none run from there */
  assert_int_equal(level_of(&machine, "place"), CE_CHECK_OK);
  machine.places[0].no_programs = true;
  assert_int_equal(level_of(&machine, "place"), CE_CHECK_FAULT);
  machine.places[0].no_programs = false;
  machine.places[1].read_only = true;
  assert_int_equal(level_of(&machine, "place"), CE_CHECK_FAULT);
}

static void advises_where_there_is_no_package_manager(void **state) {
  (void)state;
  struct ce_doctor_machine machine = good();
  machine.manager = "";
  assert_int_equal(level_of(&machine, "package-manager"), CE_CHECK_ADVICE);
}

static const struct scene_rule silent[] = {{"", 1, NULL, NULL}, {0}};

static struct ce_prerequisite needed[] = {
    {.capability = (char[]){"pcscd"}, .required = true, .debian = (char *[]){(char[]){"pcscd"}, NULL}},
    {.capability = (char[]){"ccid"}, .required = true}};
static const struct ce_manifest manifest = {.prerequisites = needed, .prerequisite_count = 2};

static void tells_what_can_be_installed_from_what_cannot(void **state) {
  (void)state;
  struct scene scene;
  struct ce_error err;
  scene_open(&scene, true, silent);
  scene_make(&scene, "usr/bin/apt-get");
  struct ce_doctor_subject subject = {.engine = &scene.engine, .arch = "x86_64", .manifest = &manifest};
  {
    CE_AUTO(ce_check_list) struct ce_check_list list = {0};
    assert_int_equal(ce_doctor_look_prerequisites(&subject, &list, &err), CE_OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].level, CE_CHECK_ADVICE);
    assert_int_equal(list.items[1].level, CE_CHECK_FAULT);
    assert_false(ce_check_list_is_ok(&list));
  }
  scene_make(&scene, "usr/sbin/pcscd");
  scene_make(&scene, "usr/lib/pcsc/drivers/ifd-ccid.bundle/");
  CE_AUTO(ce_check_list) struct ce_check_list list = {0};
  assert_int_equal(ce_doctor_look_prerequisites(&subject, &list, &err), CE_OK);
  assert_int_equal(list.items[0].level, CE_CHECK_OK);
  assert_int_equal(list.items[1].level, CE_CHECK_OK);
  scene_close(&scene);
}

static void says_that_nothing_is_installed(void **state) {
  (void)state;
  struct scene scene;
  struct ce_error err;
  CE_AUTO(ce_check_list) struct ce_check_list list = {0};
  scene_open(&scene, false, silent);
  assert_int_equal(ce_doctor_look(&scene.engine, &list, &err), CE_OK);
  const struct ce_check *last = &list.items[list.count - 1];
  assert_int_equal(last->group, CE_CHECK_ENVIRONMENT);
  assert_string_equal(last->id, "installed");
  assert_int_equal(last->level, CE_CHECK_ADVICE);
  scene_close(&scene);
}

static void says_that_the_record_cannot_be_read(void **state) {
  (void)state;
  struct scene scene;
  struct ce_error err;
  CE_AUTO(ce_check_list) struct ce_check_list list = {0};
  scene_open(&scene, false, silent);
  scene_make(&scene, "var/lib/certenv/receipt.json");
  assert_int_equal(ce_doctor_look(&scene.engine, &list, &err), CE_OK);
  const struct ce_check *last = &list.items[list.count - 1];
  assert_string_equal(last->id, "installed");
  assert_int_equal(last->level, CE_CHECK_WARNING);
  assert_string_equal(last->sentence, ce_code_sentence(CE_RECEIPT_DAMAGED));
  scene_close(&scene);
}

static enum ce_code is_stranger(struct ce_fs *fs, const char *path, bool *ret_fits, struct ce_error *err) {
  (void)fs;
  (void)err;
  *ret_fits = strcmp(path, "opt/certenv/versions/2.0/bin/tool") != 0;
  return CE_OK;
}

static void offers_to_label_only_what_has_a_wrong_label(void **state) {
  (void)state;
  struct scene scene;
  struct ce_manifest_file files[] = {{.path = (char[]){"bin/tool"}}, {.path = (char[]){"lib/x.so"}}};
  struct ce_manifest installed = {.version = (char[]){"2.0"}, .files = files, .file_count = 2};
  struct ce_receipt receipt = {.installed = true, .manifest = &installed};
  struct ce_error err;
  scene_open(&scene, true, silent);
  struct ce_doctor_subject subject = {.engine = &scene.engine, .receipt = &receipt};
  CE_AUTO(ce_check_list) struct ce_check_list list = {0};
  assert_int_equal(ce_doctor_look_labels(&subject, &list, &err), CE_OK);
  assert_int_equal(list.count, 0);
  const struct ce_fs_ops *real = scene.fs->ops;
  struct ce_fs_ops ops = *real;
  ops.label_fits = is_stranger;
  scene.fs->ops = &ops;
  assert_int_equal(ce_doctor_look_labels(&subject, &list, &err), CE_OK);
  scene.fs->ops = real;
  assert_int_equal(list.count, 1);
  assert_int_equal(list.items[0].level, CE_CHECK_WARNING);
  assert_string_equal(list.items[0].fix, "selinux");
  assert_string_equal(list.items[0].detail, "1; the first: /opt/certenv/versions/2.0/bin/tool");
  scene_close(&scene);
}

/* With a journal, as in the middle of a run. */
static void does_not_take_a_run_at_work_for_an_interrupted_one(void **state) {
  (void)state;
  struct scene scene;
  struct ce_lock *lock = NULL;
  struct ce_error err;
  scene_open(&scene, false, silent);
  assert_int_equal(ce_lock_take(scene.fs, ce_clock_system(), 0, NULL, &lock, &err), CE_OK);
  scene_make(&scene, CE_JOURNAL);
  CE_AUTO(ce_status) struct ce_status at_work = {0};
  assert_int_equal(ce_engine_status(&scene.engine, false, &at_work, &err), CE_OK);
  assert_true(at_work.busy);
  assert_int_equal(at_work.state, CE_STATUS_ABSENT);
  CE_AUTO(ce_check_list) struct ce_check_list list = {0};
  struct ce_doctor_subject subject = {.engine = &scene.engine};
  assert_int_equal(ce_doctor_look_environment(&subject, &list, &err), CE_OK);
  assert_int_equal(list.count, 1);
  assert_int_equal(list.items[0].level, CE_CHECK_ADVICE);
  assert_string_equal(list.items[0].sentence, ce_code_sentence(CE_LOCKED));
  ce_lock_free(lock);
  CE_AUTO(ce_status) struct ce_status left = {0};
  assert_int_equal(ce_engine_status(&scene.engine, false, &left, &err), CE_OK);
  assert_false(left.busy);
  assert_int_equal(left.state, CE_STATUS_INTERRUPTED);
  scene_close(&scene);
}

static struct ce_finding usbguard_finding(void) {
  static char evidence[] = "process";
  return (struct ce_finding){.id = "usbguard",
                             .name_en = "USBGuard",
                             .name_zh = "USBGuard",
                             .level = CE_FINDING_FAULT,
                             .effects = CE_EFFECT_DEVICES,
                             .sentence = "%s blocks",
                             .remedy = "allow it",
                             .fix = "usbguard",
                             .evidence = evidence};
}

static void passes_findings_on(void **state) {
  (void)state;
  struct scene scene;
  struct ce_finding found = usbguard_finding();
  struct ce_finding_list findings = {.items = &found, .count = 1};
  struct ce_key_report none = {0};
  scene_open(&scene, true, silent);
  struct ce_doctor_subject subject = {.engine = &scene.engine, .findings = &findings, .keys = &none};
  CE_AUTO(ce_check_list) struct ce_check_list list = {0};
  struct ce_error err;
  assert_int_equal(ce_doctor_look_security(&subject, &list, &err), CE_OK);
  assert_int_equal(list.count, 1);
  assert_int_equal(list.items[0].level, CE_CHECK_FAULT);
  assert_string_equal(list.items[0].detail, "process");
  findings.count = 0;
  assert_int_equal(ce_doctor_look_security(&subject, &list, &err), CE_OK);
  assert_int_equal(list.items[1].level, CE_CHECK_OK);
  scene_close(&scene);
}

/* Whether both the device control and the key of that reason carry the fix; they have it together. */
static bool is_offered_for(struct scene *scene, enum ce_key_reason reason) {
  struct ce_finding found = usbguard_finding();
  struct ce_finding_list findings = {.items = &found, .count = 1};
  struct ce_key_found key = {.reason = reason};
  struct ce_key_report keys = {.found = &key, .count = 1};
  struct ce_doctor_subject subject = {.engine = &scene->engine, .findings = &findings, .keys = &keys};
  CE_AUTO(ce_check_list) struct ce_check_list list = {0};
  struct ce_error err;
  assert_int_equal(ce_doctor_look_security(&subject, &list, &err), CE_OK);
  assert_int_equal(ce_doctor_look_keys(&subject, &list, &err), CE_OK);
  assert_int_equal(list.count, 2);
  for (size_t i = 0; i < list.count; i++) {
    assert_true(!list.items[i].fix == !list.items[0].fix);
    assert_true(!list.items[i].fix || strcmp(list.items[i].fix, "usbguard") == 0);
  }
  return list.items[0].fix;
}

static void offers_a_rule_only_for_a_key_that_is_blocked(void **state) {
  (void)state;
  struct scene scene;
  scene_open(&scene, true, silent);
  assert_false(is_offered_for(&scene, CE_KEY_REASON_BLOCKED)); /* there is no command that could do it */
  scene_make(&scene, "usr/bin/usbguard");
  assert_true(is_offered_for(&scene, CE_KEY_REASON_BLOCKED));
  assert_false(is_offered_for(&scene, CE_KEY_REASON_READY));
  assert_false(is_offered_for(&scene, CE_KEY_REASON_NONE));
  scene_close(&scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(finds_nothing_wrong_with_a_good_machine),
      cmocka_unit_test(says_that_the_clock_is_behind),
      cmocka_unit_test(adds_up_what_one_file_system_must_hold),
      cmocka_unit_test(says_that_the_package_is_for_another_machine),
      cmocka_unit_test(says_that_a_place_cannot_be_used),
      cmocka_unit_test(advises_where_there_is_no_package_manager),
      cmocka_unit_test(tells_what_can_be_installed_from_what_cannot),
      cmocka_unit_test(says_that_nothing_is_installed),
      cmocka_unit_test(says_that_the_record_cannot_be_read),
      cmocka_unit_test(offers_to_label_only_what_has_a_wrong_label),
      cmocka_unit_test(does_not_take_a_run_at_work_for_an_interrupted_one),
      cmocka_unit_test(passes_findings_on),
      cmocka_unit_test(offers_a_rule_only_for_a_key_that_is_blocked),
  };
  return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
