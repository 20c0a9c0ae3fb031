/* SPDX-License-Identifier: Apache-2.0
 * Tests of putting certenv on allow-lists and taking it off again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine-scene.h"
#include "engine/allowance.h"
#include "model/layout.h"

#define HASH  "Kj0eyVqHyIKm+qCqqzqZqzqZqzqZqzqZqzqZqzqZqzo="
#define RULE  "allow id 096e:0807 hash \"" HASH "\""
#define TRUST "etc/fapolicyd/trust.d/certenv"

#define BLOCKED                                                                                              \
  "4: block id 1234:5678 serial \"\" name \"stick\" hash \"AAAA\" with-interface 08:06:50\n"                 \
  "7: block id 096e:0807 serial \"1\" name \"key\" hash \"" HASH "\" with-interface 0b:00:00\n"

static const struct scene_rule tools[] = {{"usbguard list-devices", 0, BLOCKED, NULL},
                                          {"usbguard list-rules", 0, "3: allow id 1d6b:0002\n", NULL},
                                          {"usbguard append-rule", 0, "8\n", NULL},
                                          {"", 0, NULL, NULL},
                                          {0}};
static const struct scene_rule with_rule[] = {{"usbguard list-devices", 0, BLOCKED, NULL},
                                              {"usbguard list-rules", 0, "8: " RULE "\n", NULL},
                                              {"", 0, NULL, NULL},
                                              {0}};

static char *all_fixes[] = {"fapolicyd", "usbguard", "kysec", "selinux", "something-later", NULL};

static struct ce_manifest_file files[] = {
    {.path = (char[]){"bin/tool"}, .mode = 0755, .size_bytes = 4},
    {.path = (char[]){"lib/a b.so"}, .mode = 0644, .size_bytes = 5},
    {.path = (char[]){"lib/libx.so.8"}, .mode = 0644, .size_bytes = 6},
    {.path = (char[]){"lib/link.so"}, .type = CE_MANIFEST_LINK, .link_target = (char[]){"libx.so.8"}},
    {.path = (char[]){"share/text"}, .mode = 0644, .size_bytes = 7},
};
static const struct ce_manifest manifest = {
    .version = (char[]){"2.0"}, .files = files, .file_count = sizeof files / sizeof files[0]};

static void open_with_tools(struct scene *scene, const struct scene_rule *rules) {
  static const char *const places[] = {"etc/fapolicyd/trust.d/", "usr/sbin/fapolicyd-cli", "usr/bin/usbguard",
                                       "usr/sbin/kysec_set",     "usr/sbin/restorecon",    "var/lib/"};
  scene_open(scene, true, rules);
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    scene_make(scene, places[i]);
  }
}

static void make_plan(struct scene *scene, struct ce_allowance_plan *plan) {
  struct ce_error err;
  assert_int_equal(ce_allowance_make_plan(&scene->engine, all_fixes, plan, &err), CE_OK);
}

/* Everything that the plan has; it ends with the code. */
static void grant(struct scene *scene, enum ce_code expected) {
  CE_AUTO(ce_allowance_plan) struct ce_allowance_plan plan = {0};
  struct ce_error err;
  make_plan(scene, &plan);
  assert_int_equal(ce_allowance_grant(&scene->engine, &plan, &err), expected);
}

static void plans_what_this_machine_has_commands_for(void **state) {
  (void)state;
  struct scene scene;
  CE_AUTO(ce_allowance_plan) struct ce_allowance_plan plan = {0};
  open_with_tools(&scene, tools);
  make_plan(&scene, &plan);
  assert_true(plan.fapolicyd);
  assert_true(plan.kysec);
  assert_false(plan.selinux); /* nothing is installed that has labels */
  assert_int_equal(plan.device_count, 1);
  assert_int_equal(plan.devices[0].number, 7);
  assert_int_equal(ce_strings_count(plan.lines), 3);
  assert_string_equal(plan.lines[2], "usbguard append-rule '" RULE "' && usbguard allow-device 7");
  scene_close(&scene);
}

static void plans_nothing_where_there_are_no_commands(void **state) {
  (void)state;
  struct scene scene;
  CE_AUTO(ce_allowance_plan) struct ce_allowance_plan plan = {0};
  scene_open(&scene, true, tools);
  make_plan(&scene, &plan);
  assert_int_equal(ce_strings_count(plan.lines), 0);
  assert_int_equal(scene.run_count, 0);
  scene_close(&scene);
}

/* A record is there when the first command that changes something starts. */
static enum ce_code check_record(void *context, const char *const argv[], const char *const extra_env[],
                                 int64_t timeout_ms, struct ce_process_result *ret, struct ce_error *err) {
  struct scene *scene = context;
  bool changes = strcmp(argv[1] ? argv[1] : "", "append-rule") == 0 || strcmp(argv[0], "fapolicyd-cli") == 0;
  if (changes) {
    assert_true(temp_exists(scene->root, CE_ALLOWANCES));
  }
  return scene_run(context, argv, extra_env, timeout_ms, ret, err);
}

static void records_before_it_does(void **state) {
  (void)state;
  struct scene scene;
  open_with_tools(&scene, tools);
  scene.process.run = check_record;
  grant(&scene, CE_OK);
  assert_true(scene_ran(&scene, "fapolicyd-cli --update"));
  assert_true(scene_ran(&scene, "usbguard append-rule " RULE));
  assert_true(scene_ran(&scene, "usbguard allow-device 7"));
  assert_non_null(strstr(temp_read(scene.root, CE_ALLOWANCES), "fapolicyd"));
  assert_string_equal(temp_read(scene.root, TRUST), "");
  scene_close(&scene);
}

static void takes_no_rule_of_others_for_its_own(void **state) {
  (void)state;
  struct scene scene;
  open_with_tools(&scene, with_rule);
  grant(&scene, CE_OK);
  assert_null(strstr(temp_read(scene.root, CE_ALLOWANCES), "096e"));
  scene_close(&scene);
}

static void trusts_what_is_on_its_way_at_both_of_its_places(void **state) {
  (void)state;
  struct scene scene;
  open_with_tools(&scene, tools);
  grant(&scene, CE_OK);
  size_t before = scene.run_count;
  assert_true(ce_allowance_renew(&scene.engine, NULL, &manifest, CE_VERSIONS "/2.0.partial"));
  const char *text = temp_read(scene.root, TRUST);
  assert_non_null(strstr(text, "/opt/certenv/versions/2.0/bin/tool 4 0000"));
  assert_non_null(strstr(text, "/opt/certenv/versions/2.0.partial/lib/libx.so.8 6 0000"));
  assert_null(strstr(text, "a b"));
  assert_null(strstr(text, "link.so"));
  assert_true(
      scene_ran(&scene, "kysec_set -n exectl -v verified /opt/certenv/versions/2.0.partial/bin/tool"));
  assert_false(
      scene_ran(&scene, "kysec_set -n exectl -v verified /opt/certenv/versions/2.0.partial/share/text"));
  assert_int_equal(scene.run_count - before, 4);
  assert_true(ce_allowance_renew(&scene.engine, NULL, NULL, NULL));
  assert_string_equal(temp_read(scene.root, TRUST), "");
  assert_false(ce_allowance_renew(&scene.engine, NULL, NULL, NULL));
  scene_close(&scene);
}

static void renews_nothing_that_was_not_granted(void **state) {
  (void)state;
  struct scene scene;
  open_with_tools(&scene, tools);
  assert_false(ce_allowance_renew(&scene.engine, NULL, &manifest, CE_VERSIONS "/2.0.partial"));
  assert_false(temp_exists(scene.root, TRUST));
  assert_int_equal(scene.run_count, 0);
  scene_close(&scene);
}

static void write_record(const struct scene *scene) {
  scene_make(scene, "var/lib/certenv/");
  temp_write(scene->root, CE_ALLOWANCES,
             "{\"format\":1,\"allowed\":[\"fapolicyd\"],\"usbguard_rules\":[\"allow id 096e:0807 hash "
             "\\\"" HASH "\\\"\"]}",
             0644);
  temp_write(scene->root, TRUST, "/x 1 2\n", 0644);
}

/* The rule is listed until it is removed. */
static enum ce_code list_once(void *context, const char *const argv[], const char *const extra_env[],
                              int64_t timeout_ms, struct ce_process_result *ret, struct ce_error *err) {
  struct scene *scene = context;
  if (scene_ran(scene, "usbguard remove-rule 8")) {
    scene->rules = tools;
  }
  return scene_run(context, argv, extra_env, timeout_ms, ret, err);
}

static void takes_everything_back_and_forgets_it(void **state) {
  (void)state;
  struct scene scene;
  open_with_tools(&scene, with_rule);
  scene.process.run = list_once;
  write_record(&scene);
  ce_allowance_withdraw(&scene.engine);
  assert_false(temp_exists(scene.root, TRUST));
  assert_false(temp_exists(scene.root, CE_ALLOWANCES));
  assert_true(scene_ran(&scene, "usbguard remove-rule 8"));
  assert_true(scene_ran(&scene, "fapolicyd-cli --update"));
  scene_close(&scene);
}

static void remembers_what_it_cannot_take_back_now(void **state) {
  (void)state;
  static const struct scene_rule stopped[] = {
      {"usbguard", 1, NULL, "IPC connection failure"}, {"", 0, NULL, NULL}, {0}};
  struct scene scene;
  open_with_tools(&scene, stopped);
  write_record(&scene);
  ce_allowance_withdraw(&scene.engine);
  assert_false(temp_exists(scene.root, TRUST));
  assert_true(temp_exists(scene.root, CE_ALLOWANCES));
  scene_close(&scene);
}

static void count_warnings(void *context, const struct ce_event *event) {
  size_t *count = context;
  *count += event->kind == CE_EVENT_WARNING;
}

/* A consent ends with the uninstall: the next install asks anew. */
static void takes_trust_back_where_fapolicyd_does_not_run(void **state) {
  (void)state;
  static const struct scene_rule stopped[] = {{"fapolicyd-cli", 1, NULL, "no fifo"},
                                              {"usbguard list-devices", 0, "", NULL},
                                              {"", 0, NULL, NULL},
                                              {0}};
  struct scene scene;
  size_t warnings = 0;
  const struct ce_sink sink = {count_warnings, &warnings};
  open_with_tools(&scene, tools);
  grant(&scene, CE_OK);
  scene.rules = stopped;
  scene.engine.sink = &sink;
  ce_allowance_withdraw(&scene.engine);
  assert_true(scene_ran(&scene, "fapolicyd-cli --update"));
  assert_int_equal(warnings, 1);
  assert_false(temp_exists(scene.root, TRUST));
  assert_false(temp_exists(scene.root, CE_ALLOWANCES));
  scene.rules = tools;
  ce_allowance_renew(&scene.engine, NULL, &manifest, CE_VERSIONS "/2.0.partial");
  assert_false(temp_exists(scene.root, TRUST));
  scene_close(&scene);
}

static void refuses_a_record_of_a_newer_program(void **state) {
  (void)state;
  struct scene scene;
  CE_AUTO(ce_allowance_plan) struct ce_allowance_plan plan = {0};
  struct ce_error err;
  open_with_tools(&scene, tools);
  scene_make(&scene, "var/lib/certenv/");
  temp_write(scene.root, CE_ALLOWANCES, "{\"format\":2}", 0644);
  make_plan(&scene, &plan);
  assert_int_equal(ce_allowance_grant(&scene.engine, &plan, &err), CE_STATE_FORMAT);
  assert_false(temp_exists(scene.root, TRUST));
  scene_close(&scene);
}

static void tells_fapolicyd_until_it_listens(void **state) {
  (void)state;
  static const struct scene_rule starting[] = {{"fapolicyd-cli", 1, NULL, "no fifo"},
                                               {"usbguard list-devices", 0, BLOCKED, NULL},
                                               {"", 0, NULL, NULL},
                                               {0}};
  struct scene scene;
  open_with_tools(&scene, starting);
  grant(&scene, CE_ATTENTION);
  assert_false(temp_exists(scene.root, TRUST)); /* or the doctor would take it for done */
  scene.rules = tools;
  grant(&scene, CE_OK);
  assert_true(temp_exists(scene.root, TRUST));
  scene.run_count = 0;
  grant(&scene, CE_OK);
  assert_true(scene_ran(&scene, "fapolicyd-cli --update"));
  scene_close(&scene);
}

static void keeps_a_trust_file_of_others(void **state) {
  (void)state;
  struct scene scene;
  open_with_tools(&scene, tools);
  temp_write(scene.root, TRUST, "/opt/certenv/x 1 2\n", 0644);
  grant(&scene, CE_ATTENTION);
  assert_string_equal(temp_read(scene.root, TRUST), "/opt/certenv/x 1 2\n");
  ce_allowance_withdraw(&scene.engine);
  assert_true(temp_exists(scene.root, TRUST));
  scene_close(&scene);
}

static void appends_no_rule_twice(void **state) {
  (void)state;
  struct scene scene;
  open_with_tools(&scene, with_rule);
  grant(&scene, CE_OK);
  assert_false(scene_ran(&scene, "usbguard append-rule " RULE));
  assert_true(scene_ran(&scene, "usbguard allow-device 7"));
  scene_close(&scene);
}

static void has_one_rule_for_two_equal_keys(void **state) {
  (void)state;
  static const struct scene_rule twins[] = {
      {"usbguard list-devices", 0,
       "7: block id 096e:0807 hash \"" HASH "\"\n9: block id 096e:0807 hash \"" HASH "\"\n", NULL},
      {"", 0, NULL, NULL},
      {0}};
  struct scene scene;
  size_t appended = 0;
  open_with_tools(&scene, twins);
  grant(&scene, CE_OK);
  for (size_t i = 0; i < scene.run_count; i++) {
    appended += strcmp(scene.runs[i], "usbguard append-rule " RULE) == 0;
  }
  assert_int_equal(appended, 1);
  assert_true(scene_ran(&scene, "usbguard allow-device 7"));
  assert_true(scene_ran(&scene, "usbguard allow-device 9"));
  scene_close(&scene);
}

static void touches_no_rules_that_it_cannot_see(void **state) {
  (void)state;
  static const struct scene_rule silent[] = {{"usbguard list-devices", 0, BLOCKED, NULL},
                                             {"usbguard list-rules", 1, NULL, "IPC"},
                                             {"", 0, NULL, NULL},
                                             {0}};
  struct scene scene;
  open_with_tools(&scene, silent);
  grant(&scene, CE_ATTENTION);
  assert_false(scene_ran(&scene, "usbguard append-rule " RULE));
  assert_null(strstr(temp_read(scene.root, CE_ALLOWANCES), "096e"));
  scene_close(&scene);
}

static void ends_where_a_rule_does_not_go(void **state) {
  (void)state;
  struct scene scene;
  open_with_tools(&scene, with_rule);
  write_record(&scene);
  ce_allowance_withdraw(&scene.engine);
  assert_true(scene_ran(&scene, "usbguard remove-rule 8"));
  assert_true(scene.run_count <= 4);
  assert_non_null(strstr(temp_read(scene.root, CE_ALLOWANCES), "096e"));
  assert_null(strstr(temp_read(scene.root, CE_ALLOWANCES), "fapolicyd")); /* that part is done */
  scene_close(&scene);
}

/* One of them is ours, the other an administrator's. */
static enum ce_code list_two(void *context, const char *const argv[], const char *const extra_env[],
                             int64_t timeout_ms, struct ce_process_result *ret, struct ce_error *err) {
  static const struct scene_rule both[] = {
      {"usbguard list-rules", 0, "8: " RULE "\n9: " RULE "\n", NULL}, {"", 0, NULL, NULL}, {0}};
  static const struct scene_rule other[] = {
      {"usbguard list-rules", 0, "9: " RULE "\n", NULL}, {"", 0, NULL, NULL}, {0}};
  struct scene *scene = context;
  scene->rules = scene_ran(scene, "usbguard remove-rule 8") ? other : both;
  return scene_run(context, argv, extra_env, timeout_ms, ret, err);
}

static void removes_exactly_one_rule(void **state) {
  (void)state;
  struct scene scene;
  open_with_tools(&scene, tools);
  scene.process.run = list_two;
  write_record(&scene);
  ce_allowance_withdraw(&scene.engine);
  assert_true(scene_ran(&scene, "usbguard remove-rule 8"));
  assert_false(scene_ran(&scene, "usbguard remove-rule 9"));
  assert_false(temp_exists(scene.root, CE_ALLOWANCES));
  scene_close(&scene);
}

static void forgets_the_rules_of_a_usbguard_that_went_away(void **state) {
  (void)state;
  struct scene scene;
  scene_open(&scene, true, tools);
  scene_make(&scene, "etc/fapolicyd/trust.d/");
  write_record(&scene);
  ce_allowance_withdraw(&scene.engine);
  assert_false(temp_exists(scene.root, CE_ALLOWANCES));
  assert_false(temp_exists(scene.root, TRUST));
  assert_int_equal(scene.run_count, 0);
  scene_close(&scene);
}

static void leaves_no_state_behind_where_nothing_is_remembered(void **state) {
  (void)state;
  struct scene scene;
  struct ce_error err;
  const struct ce_allowance_plan nothing = {0};
  open_with_tools(&scene, tools);
  assert_int_equal(ce_allowance_grant(&scene.engine, &nothing, &err), CE_OK);
  assert_false(temp_exists(scene.root, CE_STATE));
  scene_close(&scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plans_what_this_machine_has_commands_for),
      cmocka_unit_test(plans_nothing_where_there_are_no_commands),
      cmocka_unit_test(records_before_it_does),
      cmocka_unit_test(takes_no_rule_of_others_for_its_own),
      cmocka_unit_test(trusts_what_is_on_its_way_at_both_of_its_places),
      cmocka_unit_test(renews_nothing_that_was_not_granted),
      cmocka_unit_test(takes_everything_back_and_forgets_it),
      cmocka_unit_test(remembers_what_it_cannot_take_back_now),
      cmocka_unit_test(takes_trust_back_where_fapolicyd_does_not_run),
      cmocka_unit_test(refuses_a_record_of_a_newer_program),
      cmocka_unit_test(tells_fapolicyd_until_it_listens),
      cmocka_unit_test(keeps_a_trust_file_of_others),
      cmocka_unit_test(appends_no_rule_twice),
      cmocka_unit_test(has_one_rule_for_two_equal_keys),
      cmocka_unit_test(touches_no_rules_that_it_cannot_see),
      cmocka_unit_test(ends_where_a_rule_does_not_go),
      cmocka_unit_test(removes_exactly_one_rule),
      cmocka_unit_test(forgets_the_rules_of_a_usbguard_that_went_away),
      cmocka_unit_test(leaves_no_state_behind_where_nothing_is_remembered),
  };
  return cmocka_run_group_tests_name("allowance", tests, NULL, NULL);
}
