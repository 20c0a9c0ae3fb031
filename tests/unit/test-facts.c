/* SPDX-License-Identifier: Apache-2.0
 * Tests of facts and path states. */
#include "json-sample.h"
#include "model/facts.h"

#include <stdio.h>

static const struct ce_json_context context = {CE_IO, "facts"};

static struct ce_facts *read_sample(void) {
  json_t *json = sample_load("facts.json");
  struct ce_facts *facts = NULL;
  struct ce_error err = {0};
  if (ce_facts_from_json(json, &facts, &err) != CE_OK) {
    fail_msg("%s: %s", err.subject, err.detail);
  }
  json_decref(json);
  return facts;
}

static void reads_every_member(void **state) {
  (void)state;
  struct ce_facts *facts = read_sample();
  assert_true(facts->live);
  assert_true(facts->systemd_running);
  assert_true(facts->udev_running);
  assert_false(facts->display);
  assert_int_equal(facts->owner_uid, 0);
  assert_string_equal(facts->arch, "x86_64");
  assert_string_equal(facts->os_id, "debian");
  assert_string_equal(facts->os_like, "");
  assert_string_equal(facts->os_version, "12");
  assert_int_equal(facts->free_bytes, 1000000000);
  assert_int_equal(facts->path_count, 6);
  assert_string_equal(facts->tree_extras[0], "opt/certenv/versions/1.3.9/lib/stranger.so");
  assert_null(facts->tree_extras[1]);
  const struct ce_path_fact *rules = ce_facts_find(facts, "etc/udev/rules.d/70-certenv.rules");
  assert_int_equal(rules->state.type, CE_PATH_FILE);
  assert_int_equal(rules->state.mode, 0644);
  assert_int_equal(rules->state.size_bytes, 120);
  assert_true(rules->state.digest_known);
  assert_false(rules->read_only);
  assert_true(ce_facts_find(facts, "usr")->read_only);
  assert_int_equal(ce_facts_find(facts, "dev/sr0")->state.type, CE_PATH_OTHER);
  assert_int_equal(ce_facts_find(facts, "dev/sr0")->state.gid, 24);
  assert_int_equal(ce_facts_find(facts, "opt/certenv")->state.type, CE_PATH_ABSENT);
  assert_string_equal(ce_facts_find(facts, "opt/certenv/current")->state.link_target, "versions/1.3.9");
  assert_null(ce_facts_find(facts, "opt/certenv/now"));
  ce_facts_free(facts);
}

static void writes_what_it_reads(void **state) {
  (void)state;
  struct ce_facts *facts = read_sample();
  json_t *written = ce_facts_to_json(facts);
  json_t *sample = sample_load("facts.json");
  assert_true(json_equal(written, sample));
  json_decref(written);
  json_decref(sample);
  ce_facts_free(facts);
}

static void writes_facts_that_are_empty(void **state) {
  (void)state;
  struct ce_facts empty = {.free_bytes = UINT64_MAX};
  json_t *json = ce_facts_to_json(&empty);
  assert_non_null(json);
  struct ce_facts *facts = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_facts_from_json(json, &facts, &err), CE_OK);
  assert_int_equal(facts->free_bytes, CE_JSON_INTEGER_MAX);
  assert_string_equal(facts->arch, "");
  assert_int_equal(facts->path_count, 0);
  assert_null(ce_facts_find(facts, "etc"));
  json_decref(json);
  ce_facts_free(facts);
}

static void sorts_paths_and_keeps_the_first_of_two(void **state) {
  (void)state;
  enum { COUNT = 400 };
  struct ce_facts facts = {.path_count = COUNT, .paths = calloc(COUNT, sizeof(struct ce_path_fact))};
  assert_non_null(facts.paths);
  for (size_t i = 0; i < COUNT; i++) {
    char path[32];
    snprintf(path, sizeof path, "p/%03zu", (i * 7) % 100);
    facts.paths[i].path = strdup(path);
    facts.paths[i].state =
        (struct ce_path_state){CE_PATH_LINK, .uid = (uint32_t)i, .link_target = strdup("x")};
  }
  ce_facts_sort(&facts);
  assert_int_equal(facts.path_count, 100);
  for (size_t i = 0; i < 100; i++) {
    char path[32];
    snprintf(path, sizeof path, "p/%03zu", i);
    assert_string_equal(facts.paths[i].path, path);
    /* The first round of 100 gave every path once. */
    assert_in_range(facts.paths[i].state.uid, 0, 99);
    assert_ptr_equal(ce_facts_find(&facts, path), &facts.paths[i]);
  }
  for (size_t i = 0; i < facts.path_count; i++) {
    free(facts.paths[i].path);
    ce_path_state_clear(&facts.paths[i].state);
  }
  free(facts.paths);
}

static void refuses_wrong_facts(void **state) {
  (void)state;
  static const char *const keys[] = {"live", "owner_uid", "arch", "os_id", "display", "free_bytes", "paths"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    json_t *json = sample_load("facts.json");
    json_object_del(json, keys[i]);
    struct ce_facts *facts = NULL;
    struct ce_error err = {0};
    assert_int_equal(ce_facts_from_json(json, &facts, &err), CE_IO);
    assert_null(facts);
    assert_says(&err, keys[i]);
    json_decref(json);
  }
  json_t *json = sample_load("facts.json");
  json_object_set_new(sample_entry(json, "paths", 2), "path", json_string("../etc"));
  struct ce_facts *facts = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_facts_from_json(json, &facts, &err), CE_IO);
  assert_says(&err, "paths[2]");
  json_decref(json);
}

static void reports_names_that_are_not_utf8(void **state) {
  (void)state;
  char *extras[] = {(char *)"opt/certenv/versions/1/\xff", NULL};
  struct ce_facts facts = {.tree_extras = extras};
  json_t *json = ce_facts_to_json(&facts);
  assert_non_null(json);
  assert_string_equal(json_string_value(json_array_get(json_object_get(json, "tree_extras"), 0)),
                      "opt/certenv/versions/1/\xef\xbf\xbd");
  json_decref(json);
}

static void keeps_link_texts_of_any_bytes(void **state) {
  (void)state;
  static const char *const targets[] = {"plain", "/abs/olute", "\xff\xfe latin", "line\nbreak", "桌面"};
  for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
    struct ce_path_state before = {CE_PATH_LINK, .mode = 0777, .uid = 1, .gid = 2,
                                   .link_target = (char *)targets[i]};
    json_t *json = ce_path_state_to_json(&before);
    assert_non_null(json);
    struct ce_path_state after = {0};
    struct ce_error err = {0};
    assert_int_equal(ce_path_state_from_json(json, &context, &after, &err), CE_OK);
    assert_string_equal(after.link_target, targets[i]);
    assert_int_equal(after.uid, 1);
    assert_int_equal(after.gid, 2);
    ce_path_state_clear(&after);
    json_decref(json);
  }
}

static void refuses_wrong_link_texts(void **state) {
  (void)state;
  static const char *const texts[] = {"", "zz", "abc", "0041", "4100"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    json_t *json = json_pack("{s:s,s:s,s:i,s:i,s:s}", "type", "link", "mode", "0777", "uid", 0, "gid", 0,
                             "target_hex", texts[i]);
    struct ce_path_state path_state = {0};
    struct ce_error err = {0};
    assert_int_equal(ce_path_state_from_json(json, &context, &path_state, &err), CE_IO);
    assert_null(path_state.link_target);
    json_decref(json);
  }
}

static void keeps_special_mode_bits_of_what_was_there(void **state) {
  (void)state;
  struct ce_path_state before = {CE_PATH_FILE, .mode = 06755, .size_bytes = 7};
  json_t *json = ce_path_state_to_json(&before);
  struct ce_path_state after = {0};
  struct ce_error err = {0};
  assert_int_equal(ce_path_state_from_json(json, &context, &after, &err), CE_OK);
  assert_int_equal(after.mode, 06755);
  assert_false(after.digest_known);
  json_decref(json);
}

static void refuses_wrong_path_states(void **state) {
  (void)state;
  static const char *const texts[] = {
      "{}",
      "[]",
      "{\"type\":\"socket\"}",
      "{\"type\":\"file\"}",
      "{\"type\":\"file\",\"mode\":\"0644\",\"uid\":0,\"gid\":0}",
      "{\"type\":\"file\",\"mode\":\"0644\",\"uid\":-1,\"gid\":0,\"size\":1}",
      "{\"type\":\"file\",\"mode\":\"0644\",\"uid\":4294967296,\"gid\":0,\"size\":1}",
      "{\"type\":\"file\",\"mode\":\"0644\",\"uid\":0,\"gid\":0,\"size\":1,\"sha256\":\"00\"}",
      "{\"type\":\"file\",\"mode\":\"17777\",\"uid\":0,\"gid\":0,\"size\":1}",
      "{\"type\":\"link\",\"mode\":\"0777\",\"uid\":0,\"gid\":0}",
      "{\"type\":\"directory\",\"uid\":0,\"gid\":0}",
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    json_t *json = json_loads(texts[i], 0, NULL);
    assert_non_null(json);
    struct ce_path_state path_state = {.uid = 42};
    struct ce_error err = {0};
    assert_int_equal(ce_path_state_from_json(json, &context, &path_state, &err), CE_IO);
    assert_int_equal(path_state.uid, 42);
    json_decref(json);
  }
}

static void copies_share_nothing(void **state) {
  (void)state;
  struct ce_path_state before = {CE_PATH_LINK, .mode = 0777, .link_target = strdup("a")};
  struct ce_path_state copy = {0};
  struct ce_error err = {0};
  assert_int_equal(ce_path_state_copy(&before, &copy, &err), CE_OK);
  ce_path_state_clear(&before);
  assert_int_equal(before.type, CE_PATH_ABSENT);
  assert_string_equal(copy.link_target, "a");
  ce_path_state_clear(&copy);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_every_member),
      cmocka_unit_test(writes_what_it_reads),
      cmocka_unit_test(writes_facts_that_are_empty),
      cmocka_unit_test(sorts_paths_and_keeps_the_first_of_two),
      cmocka_unit_test(refuses_wrong_facts),
      cmocka_unit_test(reports_names_that_are_not_utf8),
      cmocka_unit_test(keeps_link_texts_of_any_bytes),
      cmocka_unit_test(refuses_wrong_link_texts),
      cmocka_unit_test(keeps_special_mode_bits_of_what_was_there),
      cmocka_unit_test(refuses_wrong_path_states),
      cmocka_unit_test(copies_share_nothing),
  };
  return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
