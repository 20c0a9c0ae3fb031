/* SPDX-License-Identifier: Apache-2.0
 * Tests of profiles. */
#include "json-sample.h"
#include "model/profile.h"

static enum ce_code parse(json_t *json, struct ce_profile **ret, struct ce_error *err) {
  size_t size = 0;
  char *bytes = sample_bytes(json, &size);
  enum ce_code code = ce_profile_parse(bytes, size, ret, err);
  free(bytes);
  return code;
}

static void assert_refused(json_t *json, enum ce_code code, const char *word) {
  struct ce_profile *profile = NULL;
  struct ce_error err = {0};
  assert_int_equal(parse(json, &profile, &err), code);
  assert_null(profile);
  assert_says(&err, word);
}

static void reads_every_member(void **state) {
  (void)state;
  struct ce_profile *profile = NULL;
  struct ce_error err = {0};
  assert_int_equal(parse(sample_load("profile.json"), &profile, &err), CE_OK);
  assert_string_equal(profile->id, "clii");
  assert_string_equal(profile->organisation_zh, "轻工业办公平台");
  assert_string_equal(profile->organisation_en, "Light industry office platform");
  assert_string_equal(profile->portal_url, "http://cnlicoa.clii.com.cn/portal/staticPage");
  assert_string_equal(profile->user_service_url, "http://ca.clii.com.cn/xtxuserweb");
  assert_string_equal(profile->phone, "010-68396268");
  assert_string_equal(profile->initial_pin, "111111");
  assert_int_equal(profile->pin_tries, 10);
  assert_int_equal(profile->reminder_days, 60);
  assert_string_equal(profile->repositories[0], "https://certenv.example.cn/repository");
  assert_string_equal(profile->repositories[1], "http://mirror.example.cn:8080/certenv/");
  assert_null(profile->repositories[2]);
  ce_profile_free(profile);
}

static void needs_neither_repositories_nor_an_initial_pin(void **state) {
  (void)state;
  json_t *json = sample_load("profile.json");
  json_object_del(json, "repositories");
  json_object_set_new(json_object_get(json, "pin"), "initial", json_string(""));
  struct ce_profile *profile = NULL;
  struct ce_error err = {0};
  assert_int_equal(parse(json, &profile, &err), CE_OK);
  assert_null(profile->repositories[0]);
  assert_string_equal(profile->initial_pin, "");
  ce_profile_free(profile);
}

static void refuses_addresses_that_are_not_of_the_web(void **state) {
  (void)state;
  static const char *const addresses[] = {"",
                                          "ftp://example.cn/",
                                          "file:///etc/passwd",
                                          "javascript:alert(1)",
                                          "//example.cn",
                                          "--help",
                                          "http://",
                                          "https:///path",
                                          "http://:80/",
                                          "http://user@example.cn/",
                                          "https://user:pass@example.cn",
                                          "http://exa mple.cn/",
                                          "http://example.cn/`id`",
                                          "http://example.cn/\"x",
                                          "http://例子.cn/",
                                          "HTTP://example.cn/"};
  for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
    json_t *json = sample_load("profile.json");
    json_object_set_new(json, "portal_url", json_string(addresses[i]));
    assert_refused(json, CE_PACKAGE_INVALID, "portal_url");
    json = sample_load("profile.json");
    json_object_set_new(json, "repositories", json_pack("[s,s]", "https://example.cn", addresses[i]));
    assert_refused(json, CE_PACKAGE_INVALID, "repositories");
  }
}

static void refuses_wrong_texts(void **state) {
  (void)state;
  static const char *const wrong[][2] = {{"id", "CLII"},       {"id", ""},    {"id", "../x"},
                                         {"phone", "010\n68"}, {"phone", ""}, {"phone", "\x7f"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    json_t *json = sample_load("profile.json");
    json_object_set_new(json, wrong[i][0], json_string(wrong[i][1]));
    assert_refused(json, CE_PACKAGE_INVALID, wrong[i][0]);
  }
  json_t *json = sample_load("profile.json");
  json_object_set_new(json_object_get(json, "organisation"), "zh",
                      json_string("\xc2\x9b"
                                  "31m"));
  assert_refused(json, CE_PACKAGE_INVALID, "zh");
  json = sample_load("profile.json");
  json_object_set_new(json_object_get(json, "pin"), "initial", json_string("11 11"));
  assert_refused(json, CE_PACKAGE_INVALID, "initial");
}

static void refuses_numbers_out_of_range(void **state) {
  (void)state;
  static const int tries[] = {0, -1, 101};
  for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
    json_t *json = sample_load("profile.json");
    json_object_set_new(json_object_get(json, "pin"), "tries", json_integer(tries[i]));
    assert_refused(json, CE_PACKAGE_INVALID, "tries");
  }
  static const int days[] = {0, 3651};
  for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
    json_t *json = sample_load("profile.json");
    json_object_set_new(json, "reminder_days", json_integer(days[i]));
    assert_refused(json, CE_PACKAGE_INVALID, "reminder_days");
  }
}

static void refuses_missing_members(void **state) {
  (void)state;
  static const char *const keys[] = {"format",           "id",    "organisation", "portal_url",
                                     "user_service_url", "phone", "pin",          "reminder_days"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    json_t *json = sample_load("profile.json");
    json_object_del(json, keys[i]);
    assert_refused(json, CE_PACKAGE_INVALID, keys[i]);
  }
}

static void refuses_newer_formats(void **state) {
  (void)state;
  assert_refused(json_pack("{s:i}", "format", 2), CE_PACKAGE_FORMAT, "format 2");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_every_member),
      cmocka_unit_test(needs_neither_repositories_nor_an_initial_pin),
      cmocka_unit_test(refuses_addresses_that_are_not_of_the_web),
      cmocka_unit_test(refuses_wrong_texts),
      cmocka_unit_test(refuses_numbers_out_of_range),
      cmocka_unit_test(refuses_missing_members),
      cmocka_unit_test(refuses_newer_formats),
  };
  return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
