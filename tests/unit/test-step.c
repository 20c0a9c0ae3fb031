/* SPDX-License-Identifier: Apache-2.0
 * Tests of steps. */
#include "json-sample.h"
#include "model/step.h"

static const struct ce_json_context context = {CE_JOURNAL_DAMAGED, "plan"};

static void writes_what_it_reads(void **state) {
  (void)state;
  json_t *plan = sample_load("plan.json");
  json_t *steps = json_object_get(plan, "steps");
  unsigned kinds = 0;
  for (size_t i = 0; i < json_array_size(steps); i++) {
    struct ce_step step = {0};
    struct ce_error err = {0};
    assert_int_equal(ce_step_from_json(json_array_get(steps, i), &context, &step, &err), CE_OK);
    json_t *written = ce_step_to_json(&step);
    assert_true(json_equal(written, json_array_get(steps, i)));
    kinds |= 1u << step.kind;
    json_decref(written);
    ce_step_clear(&step);
    assert_null(step.path);
  }
  assert_int_equal(kinds, (1u << CE_STEP_KIND_COUNT) - 1);
  json_decref(plan);
}

static void reads_every_member_of_a_file(void **state) {
  (void)state;
  json_t *plan = sample_load("plan.json");
  struct ce_step step = {0};
  struct ce_error err = {0};
  assert_int_equal(ce_step_from_json(sample_entry(plan, "steps", 2), &context, &step, &err), CE_OK);
  assert_int_equal(step.kind, CE_STEP_PUT_FILE);
  assert_int_equal(step.precondition, CE_PRECONDITION_FOREIGN);
  assert_string_equal(step.path, "etc/udev/rules.d/70-certenv.rules");
  assert_int_equal(step.prior.mode, 04711);
  assert_int_equal(step.prior.uid, 1000);
  assert_int_equal(step.file.mode, 0644);
  assert_int_equal(step.file.size_bytes, 120);
  assert_int_equal(step.file.content, CE_CONTENT_PACKAGE);
  assert_string_equal(step.file.content_path, "udev/70-certenv.rules");
  assert_true(step.file.keep_prior);
  ce_step_clear(&step);
  json_decref(plan);
}

static void reads_the_text_of_a_file_that_was_made_for_this_machine(void **state) {
  (void)state;
  json_t *plan = sample_load("plan.json");
  struct ce_step step = {0};
  struct ce_error err = {0};
  assert_int_equal(ce_step_from_json(sample_entry(plan, "steps", 9), &context, &step, &err), CE_OK);
  assert_int_equal(step.file.content, CE_CONTENT_INLINE);
  assert_null(step.file.content_path);
  assert_int_equal(strlen(step.file.text), step.file.size_bytes);
  assert_non_null(strstr(step.file.text, "& \"Test\"</string>\n"));
  ce_step_clear(&step);
  json_decref(plan);
}

static void limits_the_text_of_a_file(void **state) {
  (void)state;
  static const size_t sizes[] = {0, CE_STEP_TEXT_MAX, CE_STEP_TEXT_MAX + 1};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    json_t *plan = sample_load("plan.json");
    json_t *json = sample_entry(plan, "steps", 9);
    CE_AUTO(ce_free) char *text = calloc(1, sizes[i] + 1);
    assert_non_null(text);
    memset(text, 'x', sizes[i]);
    json_object_set_new(json, "text", json_string(text));
    json_object_set_new(json, "size", json_integer((json_int_t)sizes[i]));
    struct ce_step step = {0};
    struct ce_error err = {0};
    bool allowed = sizes[i] <= CE_STEP_TEXT_MAX;
    assert_int_equal(ce_step_from_json(json, &context, &step, &err), allowed ? CE_OK : CE_JOURNAL_DAMAGED);
    ce_step_clear(&step);
    json_decref(plan);
  }
}

static void refuses_a_text_of_another_size(void **state) {
  (void)state;
  json_t *plan = sample_load("plan.json");
  json_t *json = sample_entry(plan, "steps", 9);
  json_object_set_new(json, "size", json_integer(50));
  struct ce_step step = {0};
  struct ce_error err = {0};
  assert_int_equal(ce_step_from_json(json, &context, &step, &err), CE_JOURNAL_DAMAGED);
  assert_says(&err, "text");
  json_decref(plan);
}

static void restores_links_of_any_bytes(void **state) {
  (void)state;
  struct ce_step before = {.kind = CE_STEP_PUT_LINK,
                           .path = (char *)"etc/x",
                           .link = {.target = (char *)"\xff\x01", .uid = 1, .gid = UINT32_MAX}};
  json_t *json = ce_step_to_json(&before);
  struct ce_step after = {0};
  struct ce_error err = {0};
  assert_int_equal(ce_step_from_json(json, &context, &after, &err), CE_OK);
  assert_string_equal(after.link.target, "\xff\x01");
  assert_int_equal(after.link.gid, UINT32_MAX);
  ce_step_clear(&after);
  json_decref(json);
}

static void refuses_wrong_steps(void **state) {
  (void)state;
  static const char *const wrong[][2] = {
      {"kind", "format-disk"},    {"precondition", "fine"}, {"path", "/etc/x"},     {"path", "../x"},
      {"prior", "absent"},        {"mode", "rw"},           {"uid", "root"},        {"size", "1"},
      {"sha256", "abc"},          {"content", "network"},   {"content_path", "/x"}, {"content_path", "../x"},
      {"keep_prior", "sometimes"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    json_t *plan = sample_load("plan.json");
    json_t *json = sample_entry(plan, "steps", 2);
    json_object_set_new(json, wrong[i][0], json_string(wrong[i][1]));
    struct ce_step step = {.kind = CE_STEP_REMOVE_TREE};
    struct ce_error err = {0};
    assert_int_equal(ce_step_from_json(json, &context, &step, &err), CE_JOURNAL_DAMAGED);
    assert_says(&err, wrong[i][0]);
    assert_int_equal(step.kind, CE_STEP_REMOVE_TREE);
    assert_null(step.path);
    json_decref(plan);
  }
}

static void refuses_missing_members(void **state) {
  (void)state;
  json_t *plan = sample_load("plan.json");
  json_t *steps = json_object_get(plan, "steps");
  for (size_t i = 0; i < json_array_size(steps); i++) {
    const char *key;
    json_t *value;
    json_object_foreach(json_array_get(steps, i), key, value) {
      if (i == 3 && strcmp(key, "keep_prior") == 0) {
        continue; /* put-link had none at first */
      }
      json_t *json = json_copy(json_array_get(steps, i));
      json_object_del(json, key);
      struct ce_step step = {0};
      struct ce_error err = {0};
      assert_int_equal(ce_step_from_json(json, &context, &step, &err), CE_JOURNAL_DAMAGED);
      assert_says(&err, key);
      json_decref(json);
    }
  }
  json_decref(plan);
}

static void knows_every_kind_by_name(void **state) {
  (void)state;
  for (int i = 0; i < CE_STEP_KIND_COUNT; i++) {
    assert_int_equal(ce_step_kind_by_name(ce_step_kind_name((enum ce_step_kind)i)), i);
  }
  assert_string_equal(ce_step_kind_name(CE_STEP_SET_MODE), "set-mode");
  assert_int_equal(ce_step_kind_by_name("putfile"), CE_STEP_KIND_COUNT);
}

static void names_backups_after_transaction_and_step(void **state) {
  (void)state;
  char *path = ce_step_backup_path("0123456789abcdef", 12);
  assert_string_equal(path, "var/lib/certenv/backup/0123456789abcdef-12");
  free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes_what_it_reads),
      cmocka_unit_test(reads_every_member_of_a_file),
      cmocka_unit_test(reads_the_text_of_a_file_that_was_made_for_this_machine),
      cmocka_unit_test(limits_the_text_of_a_file),
      cmocka_unit_test(refuses_a_text_of_another_size),
      cmocka_unit_test(restores_links_of_any_bytes),
      cmocka_unit_test(refuses_wrong_steps),
      cmocka_unit_test(refuses_missing_members),
      cmocka_unit_test(knows_every_kind_by_name),
      cmocka_unit_test(names_backups_after_transaction_and_step),
  };
  return cmocka_run_group_tests_name("step", tests, NULL, NULL);
}
