/* SPDX-License-Identifier: Apache-2.0
 * Tests of channel files. */
#include "json-sample.h"
#include "model/channel.h"

static void assert_refused(json_t *json, enum ce_code code, const char *word) {
  size_t size = 0;
  char *bytes = sample_bytes(json, &size);
  struct ce_channel *channel = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_channel_parse(bytes, size, &channel, &err), code);
  assert_null(channel);
  assert_says(&err, word);
  free(bytes);
}

static void writes_what_it_reads(void **state) {
  (void)state;
  size_t size = 0;
  char *bytes = sample_bytes(sample_load("channel.json"), &size);
  struct ce_channel *channel = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_channel_parse(bytes, size, &channel, &err), CE_OK);
  assert_string_equal(channel->name, "stable");
  assert_string_equal(channel->arch, "x86_64");
  assert_string_equal(channel->version, "1.4.0");
  assert_string_equal(channel->package, "packages/certenv-env_1.4.0_x86_64.tar.zst");
  CE_AUTO(ce_blob) struct ce_blob first = {0};
  assert_int_equal(ce_channel_write(channel, &first, &err), CE_OK);
  json_t *written = json_loadb((const char *)first.data, first.size, 0, NULL);
  json_t *sample = sample_load("channel.json");
  assert_true(json_equal(written, sample));
  json_decref(written);
  json_decref(sample);
  ce_channel_free(channel);
  free(bytes);
}

static void refuses_wrong_members(void **state) {
  (void)state;
  static const char *const wrong[][2] = {
      {"channel", ""},       {"channel", "Stable"},   {"channel", "a/../b"},
      {"arch", "x86/64"},    {"version", "v1"},       {"version", "../1"},
      {"package", "/etc/x"}, {"package", "../x.tar"}, {"package", ""}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    json_t *json = sample_load("channel.json");
    json_object_set_new(json, wrong[i][0], json_string(wrong[i][1]));
    assert_refused(json, CE_TRUST_FORMAT, wrong[i][0]);
  }
  static const char *const keys[] = {"format", "channel", "arch", "version", "package"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    json_t *json = sample_load("channel.json");
    json_object_del(json, keys[i]);
    assert_refused(json, CE_TRUST_FORMAT, keys[i]);
  }
}

static void refuses_newer_formats(void **state) {
  (void)state;
  assert_refused(json_pack("{s:i}", "format", 2), CE_PACKAGE_FORMAT, "format 2");
}

static void refuses_files_beyond_the_limit(void **state) {
  (void)state;
  json_t *json = sample_load("channel.json");
  char *text = calloc(1, CE_CHANNEL_BYTES_MAX + 1);
  assert_non_null(text);
  memset(text, 'x', CE_CHANNEL_BYTES_MAX);
  json_object_set_new(json, "comment", json_string(text));
  free(text);
  assert_refused(json, CE_TRUST_FORMAT, "bytes");
}

static void knows_names_and_places(void **state) {
  (void)state;
  assert_true(ce_channel_name_is_valid("stable"));
  assert_true(ce_channel_name_is_valid("beta-2"));
  assert_false(ce_channel_name_is_valid(""));
  assert_false(ce_channel_name_is_valid("-beta"));
  assert_false(ce_channel_name_is_valid("../stable"));
  assert_false(ce_channel_name_is_valid("a23456789012345678901234567890123"));
  char *path = ce_channel_target_path("stable", "x86_64");
  assert_string_equal(path, "channels/stable/x86_64.json");
  free(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes_what_it_reads),   cmocka_unit_test(refuses_wrong_members),
      cmocka_unit_test(refuses_newer_formats),  cmocka_unit_test(refuses_files_beyond_the_limit),
      cmocka_unit_test(knows_names_and_places),
  };
  return cmocka_run_group_tests_name("channel", tests, NULL, NULL);
}
