/* SPDX-License-Identifier: Apache-2.0
 * Tests of plans as values and as JSON. */
#include "json-sample.h"
#include "model/plan.h"

static void writes_what_it_reads(void **state) {
  (void)state;
  json_t *sample = sample_load("plan.json");
  struct ce_plan *plan = NULL;
  struct ce_error err = {0};
  if (ce_plan_from_json(sample, &plan, &err) != CE_OK) {
    fail_msg("%s: %s", err.subject, err.detail);
  }
  assert_int_equal(plan->verb, CE_VERB_UPDATE);
  assert_false(plan->purge);
  assert_string_equal(plan->txid, "00112233445566778899aabbccddeeff");
  assert_string_equal(plan->from_version, "1.3.9");
  assert_string_equal(plan->to_version, "1.4.0");
  assert_int_equal(plan->step_count, 10);
  assert_int_equal(plan->triggers, (1u << CE_TRIGGER_COUNT) - 1);
  assert_string_equal(plan->units_stop[0], "certenv-old.service");
  assert_true(plan->needs_package);
  assert_int_equal(plan->bytes_needed, 2170096);
  assert_null(plan->after);
  assert_int_equal(plan->conflict_count, 0);
  assert_int_equal(plan->note_count, 0);
  json_t *written = ce_plan_to_json(plan, false);
  assert_true(json_equal(written, sample));
  json_decref(written);
  json_decref(sample);
  ce_plan_free(plan);
}

static struct ce_plan *plan_with_notes(void) {
  struct ce_plan *plan = calloc(1, sizeof *plan);
  assert_non_null(plan);
  plan->verb = CE_VERB_UNINSTALL;
  plan->purge = true;
  plan->txid = strdup("0123456789abcdef");
  plan->triggers = CE_TRIGGER_UNIT_STOP | CE_TRIGGER_UDEV;
  plan->conflicts = calloc(1, sizeof *plan->conflicts);
  plan->conflicts[0] = (struct ce_conflict){CE_READ_ONLY, strdup("usr"), strdup("a link to \"\xff\"")};
  plan->conflict_count = 1;
  plan->notes = calloc(1, sizeof *plan->notes);
  plan->notes[0] = (struct ce_plan_note){"kept-edited", "The file is kept: %s", strdup("etc/桌面")};
  plan->note_count = 1;
  plan->after = calloc(1, sizeof *plan->after);
  return plan;
}

static void writes_conflicts_and_notes_for_people_only(void **state) {
  (void)state;
  struct ce_plan *plan = plan_with_notes();
  json_t *journal = ce_plan_to_json(plan, false);
  json_t *people = ce_plan_to_json(plan, true);
  assert_null(json_object_get(journal, "conflicts"));
  assert_null(json_object_get(journal, "notes"));
  json_t *conflict = sample_entry(people, "conflicts", 0);
  assert_string_equal(json_string_value(json_object_get(conflict, "code")), "CE-RUN-003");
  assert_string_equal(json_string_value(json_object_get(conflict, "detail")), "a link to \"\xef\xbf\xbd\"");
  json_t *note = sample_entry(people, "notes", 0);
  assert_string_equal(json_string_value(json_object_get(note, "name")), "kept-edited");
  assert_string_equal(json_string_value(json_object_get(note, "subject")), "etc/桌面");
  struct ce_plan *again = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_plan_from_json(people, &again, &err), CE_OK);
  assert_true(again->purge);
  assert_int_equal(again->triggers, CE_TRIGGER_UNIT_STOP | CE_TRIGGER_UDEV);
  assert_int_equal(again->conflict_count, 0);
  json_decref(journal);
  json_decref(people);
  ce_plan_free(plan);
  ce_plan_free(again);
}

static void assert_refused(json_t *json, enum ce_code code, const char *word) {
  struct ce_plan *plan = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_plan_from_json(json, &plan, &err), code);
  assert_null(plan);
  assert_says(&err, word);
  json_decref(json);
}

static void refuses_damage(void **state) {
  (void)state;
  json_t *sample = sample_load("plan.json");
  const char *key;
  json_t *value;
  json_object_foreach(sample, key, value) {
    if (strcmp(key, "units_stop") != 0) {
      json_t *json = json_copy(sample);
      json_object_del(json, key);
      assert_refused(json, CE_JOURNAL_DAMAGED, key);
    }
  }
  json_t *option = json_copy(sample);
  json_object_set_new(option, "units_stop", json_pack("[s]", "--now"));
  assert_refused(option, CE_JOURNAL_DAMAGED, "units_stop");
  json_decref(sample);
  assert_refused(json_array(), CE_JOURNAL_DAMAGED, "format");
}

static void refuses_wrong_members(void **state) {
  (void)state;
  static const char *const wrong[][2] = {{"verb", "explode"},        {"txid", "../../x"},
                                         {"from_version", "../1.0"}, {"to_version", "new"},
                                         {"steps", "none"},          {"triggers", "all"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    json_t *json = sample_load("plan.json");
    json_object_set_new(json, wrong[i][0], json_string(wrong[i][1]));
    assert_refused(json, CE_JOURNAL_DAMAGED, wrong[i][0]);
  }
  json_t *json = sample_load("plan.json");
  json_object_set_new(json, "triggers", json_pack("[s]", "reboot"));
  assert_refused(json, CE_JOURNAL_DAMAGED, "triggers");
  json = sample_load("plan.json");
  json_object_set_new(json, "triggers", json_pack("[i]", 1));
  assert_refused(json, CE_JOURNAL_DAMAGED, "triggers");
  json = sample_load("plan.json");
  json_object_set_new(sample_entry(json, "steps", 4), "path", json_string("/"));
  assert_refused(json, CE_JOURNAL_DAMAGED, "steps[4]");
}

static void refuses_newer_formats(void **state) {
  (void)state;
  json_t *json = sample_load("plan.json");
  json_object_set_new(json, "format", json_integer(2));
  assert_refused(json, CE_STATE_FORMAT, "format 2");
}

static void knows_verbs_and_triggers_by_name(void **state) {
  (void)state;
  for (int i = 0; i < CE_VERB_COUNT; i++) {
    assert_int_equal(ce_verb_by_name(ce_verb_name((enum ce_verb)i)), i);
  }
  assert_int_equal(ce_verb_by_name("status"), CE_VERB_COUNT);
  assert_string_equal(ce_trigger_name(CE_TRIGGER_UDEV), "udev");
  assert_string_equal(ce_trigger_name(CE_TRIGGER_ICON_CACHE), "icon-cache");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes_what_it_reads),  cmocka_unit_test(writes_conflicts_and_notes_for_people_only),
      cmocka_unit_test(refuses_damage),        cmocka_unit_test(refuses_wrong_members),
      cmocka_unit_test(refuses_newer_formats), cmocka_unit_test(knows_verbs_and_triggers_by_name),
  };
  return cmocka_run_group_tests_name("plan-model", tests, NULL, NULL);
}
