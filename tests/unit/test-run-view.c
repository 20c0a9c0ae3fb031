/* SPDX-License-Identifier: Apache-2.0
 * Tests of what the wizard keeps of what children tell. */
#include "gtk/checks.h"
#include "gtk/failure-report.h"
#include "gtk/key-text.h"
#include "gtk/run-view.h"

#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static json_t *parse(const char *text) {
  json_t *json = json_loads(text, 0, NULL);
  assert_non_null(json);
  return json;
}

static void take(struct ce_run_view *run, const char *line) {
  CE_AUTO(ce_json) json_t *event = parse(line);
  ce_run_view_take(run, event, line);
}

static void keeps_what_a_run_told(void **state) {
  (void)state;
  struct ce_run_view run = {0};
  ce_run_view_begin(&run);
  take(&run, "{\"event\":\"phase\",\"name\":\"commit\",\"message\":\"Putting\"}");
  take(&run, "{\"event\":\"step\",\"name\":\"put-file\",\"subject\":\"/etc/x\"}");
  take(&run, "{\"event\":\"finding\",\"name\":\"usbguard\",\"finding\":{\"level\":\"warning\"}}");
  take(&run, "{\"event\":\"key\",\"name\":\"certificate\",\"certificate\":{\"days_left\":3}}");
  take(&run, "{\"event\":\"key\",\"name\":\"ready\",\"key\":{\"reason\":\"ready\"}}");
  take(&run, "{\"event\":\"warning\",\"name\":\"missing\",\"id\":\"CE-PRE-001\"}");
  take(&run, "{\"event\":\"result\",\"id\":\"CE-OK\",\"subject\":\"1.0\"}");
  take(&run, "{\"event\":\"of a later version\",\"name\":7}");
  assert_string_equal(run.phase, "commit");
  assert_string_equal(run.step_subject, "/etc/x");
  assert_int_equal(json_array_size(run.findings), 1);
  assert_int_equal(json_array_size(run.certificates), 1);
  assert_int_equal(json_array_size(run.warnings), 1);
  assert_true(ce_key_is_ready(json_object_get(run.key, "key")));
  assert_non_null(run.result);
  assert_non_null(strstr(ce_blob_text(&run.log), "put-file"));
  assert_non_null(strstr(ce_blob_text(&run.details), "/etc/x"));
  ce_run_view_clear(&run);
}

/* "Waiting for the password" is for the time before the run told anything. */
static void has_a_sentence_for_every_phase(void **state) {
  (void)state;
  static const char *const phases[] = {"security", "trust",  "fetch",   "probe",  "prerequisites", "stage",
                                       "trial",    "commit", "trigger", "verify", "allowances",    "revert"};
  const char *waiting = ce_phase_sentence("");
  const char *unknown = ce_phase_sentence("of a later version");
  assert_string_not_equal(waiting, unknown);
  for (size_t i = 0; i < sizeof phases / sizeof phases[0]; i++) {
    assert_string_not_equal(ce_phase_sentence(phases[i]), waiting);
    assert_string_not_equal(ce_phase_sentence(phases[i]), unknown);
  }
}

/* A run as root may find what the person's own look does not: the page shows the run's. */
static void shows_findings_of_a_run_as_checks(void **state) {
  (void)state;
  struct ce_run_view run = {0};
  struct ce_checks checks = {0};
  ce_run_view_begin(&run);
  take(&run, "{\"event\":\"finding\",\"name\":\"360epp\",\"subject\":\"360 EPP\",\"message\":\"at work\","
             "\"finding\":{\"level\":\"warning\"}}");
  take(&run, "{\"event\":\"finding\",\"name\":\"noexec\",\"message\":\"mounted\","
             "\"finding\":{\"level\":\"fault\"}}");
  take(&run, "{\"event\":\"finding\",\"name\":\"selinux\",\"message\":\"enforces\","
             "\"finding\":{\"level\":\"advice\"}}");
  ce_checks_read_findings(&checks, run.findings);
  assert_int_equal(checks.count, 2);
  assert_int_equal(ce_checks_level_before(&checks), CE_CHECK_FAULT);
  assert_true(ce_checks_warn_of(&checks, "360epp") && ce_checks_warn_of(&checks, "noexec"));
  assert_true(ce_check_is_product(&checks.items[0]));
  assert_false(ce_check_is_product(&checks.items[1]));
  ce_checks_clear(&checks);
  ce_run_view_clear(&run);
}

/* A finding knows nothing of a key: nobody can say yet whether there is something to allow. */
static void takes_fixes_that_are_about_programs_from_findings(void **state) {
  (void)state;
  struct ce_run_view run = {0};
  struct ce_checks checks = {0};
  ce_run_view_begin(&run);
  take(&run, "{\"event\":\"finding\",\"name\":\"fapolicyd\",\"message\":\"at work\","
             "\"finding\":{\"level\":\"warning\",\"effects\":[\"programs\"],\"fix\":\"fapolicyd\"}}");
  take(&run, "{\"event\":\"finding\",\"name\":\"usbguard\",\"message\":\"at work\","
             "\"finding\":{\"level\":\"warning\",\"effects\":[\"devices\"],\"fix\":\"usbguard\"}}");
  ce_checks_read_findings(&checks, run.findings);
  assert_int_equal(checks.count, 2);
  assert_string_equal(checks.items[0].fix, "fapolicyd");
  assert_string_equal(checks.items[1].fix, "");
  assert_string_equal(ce_checks_key_fix(&checks), "");
  ce_checks_clear(&checks);
  ce_run_view_clear(&run);
}

static void finds_what_can_be_done_about_a_key(void **state) {
  (void)state;
  json_t *answer = parse("{\"checks\":[{\"group\":\"security\",\"id\":\"usbguard\",\"level\":\"warning\","
                         "\"message\":\"at work\",\"fix\":\"usbguard\"},{\"group\":\"key\",\"id\":\"ready\","
                         "\"level\":\"ok\",\"message\":\"ready\"},{\"group\":\"key\",\"id\":\"blocked\","
                         "\"level\":\"warning\",\"message\":\"blocked\",\"fix\":\"usbguard\"}]}");
  struct ce_checks checks = {0};
  assert_true(ce_checks_read(&checks, answer));
  assert_string_equal(ce_checks_key_fix(&checks), "usbguard");
  checks.count--;
  assert_string_equal(ce_checks_key_fix(&checks), "");
  ce_checks_clear(&checks);
  json_decref(answer);
}

static void keeps_only_the_beginning_of_a_flood(void **state) {
  (void)state;
  struct ce_run_view run = {0};
  ce_run_view_begin(&run);
  for (int i = 0; i < 20000; i++) {
    take(&run, "{\"event\":\"warning\",\"name\":\"a-name-of-some-length\",\"message\":\"a message of some "
               "length, too\"}");
  }
  assert_true(run.log.size <= CE_RUN_LOG_BYTES_MAX && run.details.size <= CE_RUN_LOG_BYTES_MAX);
  assert_int_equal(json_array_size(run.warnings), CE_RUN_WARNINGS_MAX);
  ce_run_view_clear(&run);
}

static void an_agreement_covers_the_same_packages_and_fewer(void **state) {
  (void)state;
  CE_AUTO(ce_json)
  json_t *document = parse("{\"summary\":{\"packages\":[\"pcscd\",\"libccid\"]},\"steps\":[1,2,3]}");
  CE_AUTO(ce_json) json_t *fewer = parse("{\"packages\":[\"libccid\"]}");
  CE_AUTO(ce_json) json_t *more = parse("{\"packages\":[\"libccid\",\"opensc\"]}");
  CE_AUTO(ce_json) json_t *restart = parse("{\"packages\":[],\"restarts\":[\"pcscd\"]}");
  struct ce_plan_view plan = {0};
  assert_false(ce_plan_view_covers(&plan, fewer));
  assert_true(ce_plan_view_read(&plan, document));
  assert_int_equal(plan.step_count, 3);
  assert_true(ce_plan_view_covers(&plan, fewer));
  assert_false(ce_plan_view_covers(&plan, more));
  assert_false(ce_plan_view_covers(&plan, restart));
  ce_plan_view_clear(&plan);
}

static void remembers_why_there_is_no_plan(void **state) {
  (void)state;
  CE_AUTO(ce_json) json_t *result = parse("{\"event\":\"result\",\"id\":\"CE-VER-001\"}");
  struct ce_plan_view plan = {0};
  assert_false(ce_plan_view_read(&plan, result));
  assert_int_equal(ce_code_of_id(plan.problem_id), CE_BUNDLE_DAMAGED);
  assert_int_equal(ce_code_of_id("CE-XXX-999"), CE_CODE_COUNT);
}

static void reads_the_doctor(void **state) {
  (void)state;
  CE_AUTO(ce_json)
  json_t *answer =
      parse("{\"state\":\"attention\",\"checks\":[{\"group\":\"machine\",\"id\":\"clock\",\"level\":\"ok\","
            "\"message\":\"Right.\"},"
            "{\"group\":\"security\",\"id\":\"usbguard\",\"level\":\"warning\",\"message\":\"At "
            "work.\",\"subject\":\"USBGuard\"},"
            "{\"group\":\"key\",\"id\":\"key\",\"level\":\"fault\",\"message\":\"None.\"},{\"level\":7},3]}");
  struct ce_checks checks = {0};
  assert_true(ce_checks_read(&checks, answer));
  assert_int_equal(checks.count, 3);
  assert_int_equal(ce_checks_level_before(&checks), CE_CHECK_WARNING);
  assert_true(ce_checks_warn_of(&checks, "usbguard"));
  assert_false(ce_checks_warn_of(&checks, "clock"));
  assert_string_equal(checks.items[0].action, "");
  ce_checks_clear(&checks);
  CE_AUTO(ce_json) json_t *usage = parse("{\"event\":\"result\"}");
  assert_false(ce_checks_read(&checks, usage));
}

static void speaks_of_a_key_in_any_language(void **state) {
  (void)state;
  CE_AUTO(ce_json)
  json_t *key = parse(
      "{\"state\":\"no-driver\",\"reason\":\"no-driver\",\"name_en\":\"Longmai\",\"name_zh\":\"龙脉\"}");
  CE_AUTO(ce_free) char *english = ce_key_sentence(ce_language_by_name("en"), key);
  CE_AUTO(ce_free) char *chinese = ce_key_sentence(ce_language_by_name("zh_CN"), key);
  assert_non_null(strstr(english, "Longmai"));
  assert_non_null(strstr(chinese, "龙脉"));
  assert_true(ce_key_is_workable(key));
  CE_AUTO(ce_json) json_t *none = parse("{\"state\":\"none\",\"reason\":\"none\"}");
  assert_true(ce_key_is_absent(none));
  assert_false(ce_key_is_workable(none));
  CE_AUTO(ce_json)
  json_t *later = parse("{\"state\":\"melted\",\"reason\":\"melted.down\",\"sentence\":\"It melted.\"}");
  CE_AUTO(ce_free) char *sentence = ce_key_sentence(ce_language_by_name("zh_CN"), later);
  assert_string_equal(sentence, "It melted.");
}

static struct ce_run_view ended(enum ce_code code, const char *result) {
  struct ce_run_view run = {0};
  ce_run_view_begin(&run);
  if (result) {
    take(&run, result);
  }
  ce_run_view_end(&run, code, ce_json_text(run.result, "detail"));
  return run;
}

/* Who closed the window was promised that everything is taken back; a signal promises nothing. */
static void closes_only_as_it_was_promised(void **state) {
  (void)state;
  static const char packages[] = "{\"event\":\"result\",\"packages_stay\":true}";
  static const char pending[] = "{\"event\":\"result\",\"pending\":true}";
  static const struct {
    enum ce_code code;
    const char *result;
    bool cancelling, promised, anyway;
  } rows[] = {
      {CE_CANCELLED, NULL, true, true, true},     {CE_CANCELLED, packages, true, false, true},
      {CE_CANCELLED, pending, true, false, true}, {CE_OK, NULL, true, false, true},
      {CE_OK, NULL, false, true, true},           {CE_CHILD, NULL, true, false, false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct ce_run_view run = ended(rows[i].code, rows[i].result);
    assert_false(ce_run_view_may_close(&run, CE_CLOSING_NOT, rows[i].cancelling));
    assert_int_equal(ce_run_view_may_close(&run, CE_CLOSING_AS_PROMISED, rows[i].cancelling),
                     rows[i].promised);
    assert_int_equal(ce_run_view_may_close(&run, CE_CLOSING_ANYWAY, rows[i].cancelling), rows[i].anyway);
    ce_run_view_clear(&run);
  }
}

/* The wait for the key comes when all is in place, and a cancel ends it with an outcome of its own. */
static void takes_a_cancel_of_the_last_wait_for_done(void **state) {
  (void)state;
  static const char timeout[] = "{\"event\":\"result\",\"id\":\"CE-KEY-001\"}";
  struct ce_run_view run = ended(CE_KEY_TIMEOUT, timeout);
  assert_false(ce_run_view_is_done(&run));
  assert_false(ce_run_view_may_close(&run, CE_CLOSING_ANYWAY, true));
  take(&run, "{\"event\":\"note\",\"name\":\"key-not-ready\"}");
  assert_true(ce_run_view_is_done(&run));
  assert_false(ce_run_view_may_close(&run, CE_CLOSING_AS_PROMISED, true));
  assert_true(ce_run_view_may_close(&run, CE_CLOSING_ANYWAY, true));
  ce_run_view_clear(&run);
}

static void says_that_the_package_manager_is_not_cancelled(void **state) {
  (void)state;
  struct ce_run_view run = {0};
  ce_run_view_begin(&run);
  take(&run, "{\"event\":\"phase\",\"name\":\"stage\"}");
  assert_false(ce_run_view_is_uninterruptible(&run));
  assert_non_null(strstr(ce_run_view_sentence(&run, true), "put back"));
  take(&run, "{\"event\":\"phase\",\"name\":\"prerequisites\"}");
  assert_true(ce_run_view_is_uninterruptible(&run));
  assert_non_null(strstr(ce_run_view_sentence(&run, true), "package manager finishes"));
  assert_string_equal(ce_run_view_sentence(&run, false), ce_phase_sentence("prerequisites"));
  ce_run_view_clear(&run);
}

static void tells_one_that_died_from_one_that_does_not_end(void **state) {
  (void)state;
  struct ce_run_view run = ended(CE_CHILD, NULL);
  assert_true(ce_run_view_has_died(&run));
  assert_non_null(strstr(ce_run_view_failure(&run), "unexpectedly"));
  ce_run_view_begin(&run);
  ce_run_view_abandon(&run);
  assert_true(ce_run_view_has_died(&run));
  assert_non_null(strstr(ce_run_view_failure(&run), "has not ended"));
  ce_run_view_begin(&run);
  ce_run_view_end(&run, CE_CHILD, "");
  assert_null(strstr(ce_run_view_failure(&run), "has not ended"));
  ce_run_view_clear(&run);
  run = ended(CE_CHILD, "{\"event\":\"result\",\"subject\":\"/usr/bin/pkexec\",\"message\":\"failed\"}");
  assert_true(ce_run_view_has_died(&run));
  ce_run_view_clear(&run);
  run = ended(CE_CHILD, "{\"event\":\"result\",\"subject\":\"/usr/bin/dpkg\",\"message\":\"dpkg failed\"}");
  assert_false(ce_run_view_has_died(&run));
  assert_string_equal(ce_run_view_failure(&run), "dpkg failed");
  ce_run_view_clear(&run);
}

static void finds_the_reason_of_a_refusal(void **state) {
  (void)state;
  assert_int_equal(ce_refusal_reason_length("nobody asks; the command is: sudo x; y"), strlen("nobody asks"));
  assert_int_equal(ce_refusal_reason_length("the command is: sudo x"), 0);
}

#define CONFLICT(path) "{\"event\":\"warning\",\"name\":\"conflict\",\"subject\":\"" path "\"}"

static void names_all_that_is_in_the_way(void **state) {
  (void)state;
  const struct ce_language *english = ce_language_by_name("en");
  struct ce_run_view run = ended(CE_IO, "{\"event\":\"result\"}");
  assert_null(ce_run_view_subjects(&run, english));
  ce_run_view_clear(&run);
  run = ended(CE_CONFLICT, "{\"event\":\"result\",\"subject\":\"/a\"}");
  take(&run, CONFLICT("/a"));
  take(&run, "{\"event\":\"warning\",\"name\":\"log\",\"subject\":\"/log\"}");
  take(&run, CONFLICT("/b"));
  take(&run, CONFLICT("/c"));
  CE_AUTO(ce_free) char *few = ce_run_view_subjects(&run, english);
  assert_string_equal(few, "/a\n/b\n/c");
  static const char *const more[] = {CONFLICT("/d"), CONFLICT("/e"), CONFLICT("/f"), CONFLICT("/g"),
                                     CONFLICT("/h")};
  for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
    take(&run, more[i]);
  }
  CE_AUTO(ce_free) char *many = ce_run_view_subjects(&run, english);
  assert_string_equal(many, "/a\n/b\n/c\n/d\n/e\n/f\nand 2 more, see the details");
  ce_run_view_clear(&run);
}

static void knows_the_time_left_of_a_phase(void **state) {
  (void)state;
  struct ce_run_view run = {0};
  ce_run_view_begin(&run);
  take(&run, "{\"event\":\"progress\",\"name\":\"fetch\",\"seconds_left\":7}");
  assert_int_equal(run.left_s, 7);
  take(&run, "{\"event\":\"phase\",\"name\":\"stage\"}");
  assert_int_equal(run.left_s, 0);
  ce_run_view_clear(&run);
}

static void joins_texts(void **state) {
  (void)state;
  CE_AUTO(ce_json) json_t *array = parse("[7,\"a\",\"b\",null]");
  CE_AUTO(ce_free) char *text = ce_texts_join(array, ", ");
  CE_AUTO(ce_free) char *nothing = ce_texts_join(NULL, ", ");
  assert_string_equal(text, "a, b");
  assert_string_equal(nothing, "");
}

/* The window shows nothing of a text that is not UTF-8; archives made elsewhere leave such names. */
static void reports_in_utf8_whatever_a_file_is_called(void **state) {
  (void)state;
  struct ce_run_view run = ended(CE_IO, NULL);
  const struct ce_checks checks = {0};
  CE_AUTO(ce_free) char *report = ce_failure_report(&run, &checks, "/home/\xd6\xa4\xca\xe9/setup.run");
  assert_non_null(strstr(report, "/setup.run\nkernel: "));
  assert_non_null(strstr(report, "outcome: CE-RUN-002"));
  CE_AUTO(ce_json) json_t *utf8 = json_string(report);
  assert_non_null(utf8);
  ce_run_view_clear(&run);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keeps_what_a_run_told),
      cmocka_unit_test(has_a_sentence_for_every_phase),
      cmocka_unit_test(shows_findings_of_a_run_as_checks),
      cmocka_unit_test(takes_fixes_that_are_about_programs_from_findings),
      cmocka_unit_test(finds_what_can_be_done_about_a_key),
      cmocka_unit_test(keeps_only_the_beginning_of_a_flood),
      cmocka_unit_test(an_agreement_covers_the_same_packages_and_fewer),
      cmocka_unit_test(remembers_why_there_is_no_plan),
      cmocka_unit_test(reads_the_doctor),
      cmocka_unit_test(speaks_of_a_key_in_any_language),
      cmocka_unit_test(closes_only_as_it_was_promised),
      cmocka_unit_test(takes_a_cancel_of_the_last_wait_for_done),
      cmocka_unit_test(says_that_the_package_manager_is_not_cancelled),
      cmocka_unit_test(tells_one_that_died_from_one_that_does_not_end),
      cmocka_unit_test(finds_the_reason_of_a_refusal),
      cmocka_unit_test(names_all_that_is_in_the_way),
      cmocka_unit_test(knows_the_time_left_of_a_phase),
      cmocka_unit_test(joins_texts),
      cmocka_unit_test(reports_in_utf8_whatever_a_file_is_called),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
