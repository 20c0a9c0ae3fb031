/* SPDX-License-Identifier: Apache-2.0
 * Tests of profiles. */
#include "json-sample.h"
#include "model/profile.h"

#include <stdio.h>

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
  assert_true(profile->wants_driver);
  assert_true(profile->has_icon);
  assert_int_equal(profile->keys->count, 2);
  const struct ce_key *key = &profile->keys->keys[0];
  assert_int_equal(key->vendor_id, 0x055c);
  assert_int_equal(key->class, CE_KEY_HID);
  assert_int_equal(key->unlock, CE_KEY_UNLOCK_SO_PIN);
  assert_string_equal(key->module, "gm3000");
  assert_string_equal(key->name_zh, "本单位证书");
  assert_string_equal(key->name_en, "Our certificate key");
  assert_string_equal(key->source, "profile");
  key = &profile->keys->keys[1];
  assert_int_equal(key->vendor_id, 0xf055);
  assert_int_equal(key->unlock, CE_KEY_UNLOCK_SERVICE);
  ce_profile_free(profile);
}

static void needs_neither_repositories_nor_keys_nor_an_initial_pin(void **state) {
  (void)state;
  json_t *json = sample_load("profile.json");
  json_object_del(json, "repositories");
  json_object_del(json, "keys");
  json_object_del(json, "driver");
  json_object_del(json, "icon");
  json_object_set_new(json_object_get(json, "pin"), "initial", json_string(""));
  struct ce_profile *profile = NULL;
  struct ce_error err = {0};
  assert_int_equal(parse(json, &profile, &err), CE_OK);
  assert_null(profile->repositories[0]);
  assert_string_equal(profile->initial_pin, "");
  assert_int_equal(profile->keys->count, 0);
  assert_false(profile->wants_driver);
  assert_false(profile->has_icon);
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

static void refuses_wrong_keys_by_entry(void **state) {
  (void)state;
  static const char *const wrong[][3] = {{"id", "055c:", "VID:PID"},     {"id", "055c:E618", "VID:PID"},
                                         {"class", "usb", "not known"},  {"module", "lib/x.so", "letters"},
                                         {"unlock", "pin", "not known"}, {"name_zh", "", "empty"},
                                         {"name_en", "A\n", "control"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    json_t *json = sample_load("profile.json");
    json_object_set_new(sample_entry(json, "keys", 1), wrong[i][0], json_string(wrong[i][1]));
    assert_refused(json_incref(json), CE_PACKAGE_INVALID, "keys[1]");
    assert_refused(json_incref(json), CE_PACKAGE_INVALID, wrong[i][0]);
    assert_refused(json, CE_PACKAGE_INVALID, wrong[i][2]);
  }
  char name[258];
  memset(name, 'x', sizeof name);
  name[257] = '\0';
  json_t *json = sample_load("profile.json");
  json_object_set_new(sample_entry(json, "keys", 0), "name_zh", json_string(name));
  assert_refused(json_incref(json), CE_PACKAGE_INVALID, "keys[0]");
  assert_refused(json, CE_PACKAGE_INVALID, "at most 256 are allowed");
  json = sample_load("profile.json");
  json_array_append(json_object_get(json, "keys"), sample_entry(json, "keys", 0));
  assert_refused(json_incref(json), CE_PACKAGE_INVALID, "keys[2]");
  assert_refused(json, CE_PACKAGE_INVALID, "is also that of keys[0]");
  json = sample_load("profile.json");
  json_object_set_new(json, "keys", json_object());
  assert_refused(json, CE_PACKAGE_INVALID, "keys");
  json = sample_load("profile.json");
  json_object_set_new(json, "driver", json_string("yes"));
  assert_refused(json, CE_PACKAGE_INVALID, "driver");
  json = sample_load("profile.json");
  json_object_set_new(json, "icon", json_string("icon.png"));
  assert_refused(json, CE_PACKAGE_INVALID, "icon");
}

static void takes_a_thousand_keys_and_no_more(void **state) {
  (void)state;
  json_t *json = sample_load("profile.json");
  json_t *keys = json_array();
  char name[128];
  memset(name, 'x', sizeof name);
  name[127] = '\0';
  for (int i = CE_PROFILE_KEYS_MAX; i > 0; i--) {
    char id[16];
    snprintf(id, sizeof id, "0001:%04x", i);
    json_array_append_new(keys, json_pack("{s:s,s:s,s:s,s:s,s:s}", "id", id, "class", "ccid", "module", "-",
                                          "name_zh", name, "name_en", name));
  }
  json_object_set_new(json, "keys", keys);
  struct ce_profile *profile = NULL;
  struct ce_error err = {0};
  assert_int_equal(parse(json_incref(json), &profile, &err), CE_OK);
  assert_int_equal(profile->keys->count, CE_PROFILE_KEYS_MAX);
  assert_int_equal(profile->keys->keys[0].product_id, 1);
  ce_profile_free(profile);
  json_array_append(keys, json_array_get(keys, 0));
  assert_refused(json, CE_PACKAGE_INVALID, "keys");
}

static void refuses_newer_formats(void **state) {
  (void)state;
  assert_refused(json_pack("{s:i}", "format", 2), CE_PACKAGE_FORMAT, "format 2");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_every_member),
      cmocka_unit_test(needs_neither_repositories_nor_keys_nor_an_initial_pin),
      cmocka_unit_test(refuses_addresses_that_are_not_of_the_web),
      cmocka_unit_test(refuses_wrong_texts),
      cmocka_unit_test(refuses_numbers_out_of_range),
      cmocka_unit_test(refuses_missing_members),
      cmocka_unit_test(refuses_wrong_keys_by_entry),
      cmocka_unit_test(takes_a_thousand_keys_and_no_more),
      cmocka_unit_test(refuses_newer_formats),
  };
  return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
