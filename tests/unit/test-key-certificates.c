/* SPDX-License-Identifier: Apache-2.0
 * Tests of what is told about a key's certificates. */
#include "cli/sink-text.h"
#include "engine/key-certificates.h"

#include "sink-fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct ce_key_found key = {
    .reason = CE_KEY_REASON_READY, .name_zh = "飞天", .name_en = "Feitian"};

/* What a person reads; the next but one call overwrites it. */
static const char *told(const char *report, const char *language) {
  struct fake_clock clock;
  struct fake_stream people;
  fake_clock_set(&clock, 0);
  fake_stream_open(&people);
  struct ce_face face = {
      .language = ce_language_by_name(language), .people = people.file, .errors = people.file};
  struct ce_sink_text text;
  ce_sink_text_open(&text, &face, &clock.clock, 0);
  json_t *json = json_loads(report, 0, NULL);
  assert_non_null(json);
  ce_key_certificates_tell_report(&text.sink, json, &key);
  json_decref(json);
  const char *shown = fake_stream_take(&people);
  fake_stream_close(&people);
  return shown;
}

static void tells_each_certificate_with_its_days(void **state) {
  (void)state;
  static const char report[] =
      "{\"slots\": [{\"token\": {\"certificates\": ["
      "{\"subject_name\": \"张伟\", \"issuer_name\": \"CA\", \"not_after\": \"2027-01-01T00:00:00Z\", "
      "\"days_left\": 21},"
      "{\"subject_name\": \"%s%d\", \"days_left\": -3}]}}, {\"token_present\": false}]}";
  assert_string_equal(told(report, "en"), "Certificate on the key: 张伟, valid for 21 more days.\n"
                                          "Certificate on the key: %s%d, expired.\n");
  assert_string_equal(told(report, "zh_CN"), "Key 中的证书：张伟，剩余有效期 21 天。\n"
                                             "Key 中的证书：%s%d，已过期。\n");
}

static void tells_why_there_is_none(void **state) {
  (void)state;
  assert_string_equal(told("{\"slots\": [{\"token\": {\"certificates\": []}}]}", "en"),
                      "There is no certificate on the key Feitian.\n");
  assert_string_equal(told("{\"slots\": [{\"token_present\": false}]}", "en"),
                      "The module does not recognise the key Feitian.\n");
  assert_string_equal(told("{\"error\": {}}", "zh_CN"), "模块无法识别数字证书 Key 飞天。\n");
}

static void is_not_misled_by_a_strange_report(void **state) {
  (void)state;
  assert_string_equal(
      told("{\"slots\": [5, {\"token\": {\"certificates\": [\"x\", {\"error\": {}}]}}]}", "en"),
      "There is no certificate on the key Feitian.\n");
  assert_string_equal(told("[]", "en"), "The module does not recognise the key Feitian.\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tells_each_certificate_with_its_days),
      cmocka_unit_test(tells_why_there_is_none),
      cmocka_unit_test(is_not_misled_by_a_strange_report),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
