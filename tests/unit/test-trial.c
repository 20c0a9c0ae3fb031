/* SPDX-License-Identifier: Apache-2.0
 * Tests of trying staged programs: on a machine where nobody is known to interfere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine-scene.h"
#include "engine/trial.h"
#include "model/layout.h"

#include <errno.h>

#define STAGED CE_VERSIONS "/2.0.partial"
#define PROBE  "/" STAGED "/bin/certenv-probe"

static struct ce_manifest_file files[] = {
    {.path = (char[]){"bin/certenv-probe"}, .mode = 0755, .size_bytes = 4},
    {.path = (char[]){"lib/pkcs11/module.so"}, .mode = 0644, .size_bytes = 5},
    {.path = (char[]){"share/text"}, .mode = 0644, .size_bytes = 6}};

static char version[] = "2.0";
static char tree[] = CE_VERSIONS "/2.0";

struct fixture {
  struct scene scene;
  struct ce_manifest manifest;
  struct ce_receipt after;
  struct ce_step step;
  struct ce_plan plan;
  struct ce_trial trial;
  struct ce_sink sink;
  struct ce_clock clock;
  int64_t now_ms;
  size_t notes;
  size_t refusals; /* starts of the probe that are still to be refused */
  volatile sig_atomic_t cancelled;
  bool cancel_at_start;
  struct ce_error err;
};

static void count_note(void *context, const struct ce_event *event) {
  struct fixture *fixture = context;
  fixture->notes += strcmp(event->name, "allow-list") == 0;
}

static int64_t tell_ms(void *context) {
  return ((struct fixture *)context)->now_ms;
}

static void pass_ms(void *context, int64_t ms) {
  ((struct fixture *)context)->now_ms += ms;
}

static enum ce_code refuse_first(void *context, const char *const argv[], const char *const extra_env[],
                                 int64_t timeout_ms, struct ce_process_result *ret, struct ce_error *err) {
  struct fixture *fixture = context;
  fixture->cancelled = fixture->cancelled || (fixture->cancel_at_start && strcmp(argv[0], PROBE) == 0);
  if (strcmp(argv[0], PROBE) == 0 && fixture->refusals > 0) {
    fixture->refusals--;
    return ce_fail_sys(err, EPERM, "run", argv[0]);
  }
  return scene_run(&fixture->scene, argv, extra_env, timeout_ms, ret, err);
}

static void fixture_open(struct fixture *fixture, const struct scene_rule *rules) {
  *fixture = (struct fixture){0};
  scene_open(&fixture->scene, true, rules);
  fixture->scene.process = (struct ce_process){.run = refuse_first, .context = fixture};
  fixture->clock = (struct ce_clock){.monotonic_ms = tell_ms, .sleep_ms = pass_ms, .context = fixture};
  fixture->sink = (struct ce_sink){count_note, fixture};
  fixture->scene.engine.clock = &fixture->clock;
  fixture->scene.engine.sink = &fixture->sink;
  fixture->scene.engine.cancelled = &fixture->cancelled;
  fixture->manifest = (struct ce_manifest){.version = version, .files = files, .file_count = 3};
  fixture->after = (struct ce_receipt){.installed = true, .manifest = &fixture->manifest};
  fixture->step = (struct ce_step){.kind = CE_STEP_ADD_TREE, .path = tree};
  fixture->plan = (struct ce_plan){.steps = &fixture->step, .step_count = 1, .after = &fixture->after};
  fixture->trial = (struct ce_trial){.engine = &fixture->scene.engine, .plan = &fixture->plan};
}

static const struct scene_rule well[] = {{"", 0, NULL, NULL}, {0}};

static void starts_the_probe_and_loads_the_module(void **state) {
  (void)state;
  struct fixture fixture;
  fixture_open(&fixture, well);
  assert_int_equal(ce_trial_staged(&fixture.trial, &fixture.err), CE_OK);
  assert_int_equal(fixture.scene.run_count, 2);
  assert_string_equal(fixture.scene.runs[0], PROBE " --version");
  assert_string_equal(fixture.scene.runs[1], PROBE " /" STAGED "/lib/pkcs11/module.so");
  scene_close(&fixture.scene);
}

static void tries_nothing_where_no_tree_comes(void **state) {
  (void)state;
  struct fixture fixture;
  fixture_open(&fixture, well);
  fixture.step.kind = CE_STEP_PUT_FILE;
  assert_int_equal(ce_trial_staged(&fixture.trial, &fixture.err), CE_OK);
  assert_int_equal(fixture.scene.run_count, 0);
  scene_close(&fixture.scene);
}

static void is_blocked_by_nobody_known(void **state) {
  (void)state;
  struct fixture fixture;
  fixture_open(&fixture, well);
  fixture.refusals = 1;
  assert_int_equal(ce_trial_staged(&fixture.trial, &fixture.err), CE_BLOCKED);
  assert_string_equal(fixture.err.subject, "/" CE_VERSIONS "/2.0/bin/certenv-probe");
  assert_non_null(strstr(fixture.err.detail, "SHA-256 0000"));
  assert_non_null(strstr(fixture.err.detail, strerror(EPERM)));
  assert_int_equal(fixture.notes, 2);
  scene_close(&fixture.scene);
}

static void lets_a_module_fail_in_its_own_way(void **state) {
  (void)state;
  static const struct scene_rule failing[] = {
      {PROBE " --version", 0, NULL, NULL}, {PROBE, 3, "{\"error\": \"no pcscd\"}", NULL}, {0}};
  struct fixture fixture;
  fixture_open(&fixture, failing);
  assert_int_equal(ce_trial_staged(&fixture.trial, &fixture.err), CE_OK);
  scene_close(&fixture.scene);
}

/* fapolicyd was allowed, and its list is renewed by the first trial. */
static void open_allowed(struct fixture *fixture) {
  fixture_open(fixture, well);
  scene_make(&fixture->scene, "etc/fapolicyd/trust.d/");
  scene_make(&fixture->scene, "var/lib/certenv/");
  temp_write(fixture->scene.root, CE_ALLOWANCES, "{\"format\":1,\"allowed\":[\"fapolicyd\"]}", 0644);
}

static void has_patience_after_an_allowance_was_renewed(void **state) {
  (void)state;
  struct fixture fixture;
  open_allowed(&fixture);
  fixture.refusals = 5;
  assert_int_equal(ce_trial_staged(&fixture.trial, &fixture.err), CE_OK);
  assert_true(fixture.now_ms >= 2500);
  /* What is trusted is the same now: nothing needs time to take effect. */
  fixture.refusals = 5;
  assert_int_equal(ce_trial_staged(&fixture.trial, &fixture.err), CE_BLOCKED);
  scene_close(&fixture.scene);
}

static void loses_its_patience(void **state) {
  (void)state;
  struct fixture fixture;
  open_allowed(&fixture);
  fixture.refusals = SIZE_MAX;
  assert_int_equal(ce_trial_staged(&fixture.trial, &fixture.err), CE_BLOCKED);
  assert_true(fixture.now_ms >= 30000 && fixture.now_ms < 32000);
  scene_close(&fixture.scene);
}

/* Who cancels is not told that somebody blocks, and does not wait for it. */
static void hears_a_cancel(void **state) {
  (void)state;
  struct fixture fixture;
  open_allowed(&fixture);
  fixture.refusals = SIZE_MAX;
  fixture.cancel_at_start = true;
  assert_int_equal(ce_trial_staged(&fixture.trial, &fixture.err), CE_CANCELLED);
  assert_int_equal(fixture.now_ms, 0);
  assert_int_equal(fixture.notes, 0);
  scene_close(&fixture.scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(starts_the_probe_and_loads_the_module),
      cmocka_unit_test(tries_nothing_where_no_tree_comes),
      cmocka_unit_test(is_blocked_by_nobody_known),
      cmocka_unit_test(lets_a_module_fail_in_its_own_way),
      cmocka_unit_test(has_patience_after_an_allowance_was_renewed),
      cmocka_unit_test(loses_its_patience),
      cmocka_unit_test(hears_a_cancel),
  };
  return cmocka_run_group_tests_name("trial", tests, NULL, NULL);
}
