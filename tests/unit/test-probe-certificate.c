/* SPDX-License-Identifier: Apache-2.0
 * Tests of the description of certificates, on those in tests/data/payload. */
#include "base/json.h"
#include "probe/certificate.h"
#include "switches/switches.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static size_t read_der(const char *name, uint8_t *ret, size_t room) {
  char path[512];
  snprintf(path, sizeof path, "%s/payload/%s", CE_TEST_DATA, name);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  size_t size = fread(ret, 1, room, file);
  fclose(file);
  return size;
}

static int64_t at(const char *text) {
  int64_t seconds = 0;
  struct ce_error err;
  assert_int_equal(ce_switches_time("--now", text, &seconds, &err), CE_OK);
  return seconds;
}

static json_t *describe(const char *name, const char *now) {
  uint8_t der[4096];
  struct ce_error err = {0};
  json_t *json = NULL;
  size_t size = read_der(name, der, sizeof der);
  assert_int_equal(ce_certificate_describe(der, size, at(now), &json, &err), CE_OK);
  return json;
}

static json_int_t number_of(const json_t *json, const char *key) {
  return json_integer_value(json_object_get(json, key));
}

static void describes_an_rsa_certificate(void **state) {
  (void)state;
  CE_AUTO(ce_json) json_t *json = describe("rsa.der", "2026-12-02");
  assert_string_equal(ce_json_text(json, "subject"), "CN=张三,O=示例公司,C=CN");
  assert_string_equal(ce_json_text(json, "subject_name"), "张三");
  assert_string_equal(ce_json_text(json, "issuer_name"), "轻工 CA");
  assert_string_equal(ce_json_text(json, "serial"), "0123456789ABCDEF");
  assert_string_equal(ce_json_text(json, "not_before"), "2026-01-01T00:00:00Z");
  assert_string_equal(ce_json_text(json, "not_after"), "2027-01-01T00:00:00Z");
  assert_int_equal(number_of(json, "days_left"), 30);
  assert_true(json_is_false(json_object_get(json, "not_yet_valid")));
  assert_string_equal(ce_json_text(json, "key_type"), "RSA");
  assert_int_equal(number_of(json, "key_bits"), 2048);
  assert_string_equal(ce_json_text(json, "sha256"),
                      "f4bfc2053dc3bb5a5686e80470942e89f830b556a5ac37e82ecd05648373fb83");
}

static void describes_a_national_key(void **state) {
  (void)state;
  CE_AUTO(ce_json) json_t *json = describe("sm2.der", "2026-12-02");
  assert_string_equal(ce_json_text(json, "subject_name"), "国密");
  assert_string_equal(ce_json_text(json, "key_type"), "SM2");
  assert_int_equal(number_of(json, "key_bits"), 256);
}

static void counts_whole_days_on_both_sides_of_the_end(void **state) {
  (void)state;
  static const struct {
    const char *now;
    json_int_t days;
  } cases[] = {
      {"2026-12-30T23:59:59Z", 1},  {"2026-12-31", 1},  {"2026-12-31T00:00:01Z", 0}, {"2027-01-01", 0},
      {"2027-01-01T00:00:01Z", -1}, {"2027-01-02", -1}, {"2027-01-03", -2},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    CE_AUTO(ce_json) json_t *json = describe("rsa.der", cases[i].now);
    assert_int_equal(number_of(json, "days_left"), cases[i].days);
  }
  CE_AUTO(ce_json) json_t *early = describe("rsa.der", "2025-12-31");
  assert_true(json_is_true(json_object_get(early, "not_yet_valid")));
}

static void takes_the_innermost_name_and_cleans_it(void **state) {
  (void)state;
  CE_AUTO(ce_json) json_t *json = describe("ec.der", "2026-12-02");
  assert_string_equal(ce_json_text(json, "subject_name"), "inner????");
  assert_null(strchr(ce_json_text(json, "subject"), '\a'));
  assert_string_equal(ce_json_text(json, "key_type"), "EC");
  assert_int_equal(number_of(json, "key_bits"), 384);
  assert_string_equal(ce_json_text(json, "not_before"), "1999-12-31T23:59:59Z");
  assert_string_equal(ce_json_text(json, "not_after"), "2060-02-29T12:00:00Z");
}

static void names_a_certificate_without_common_name(void **state) {
  (void)state;
  CE_AUTO(ce_json) json_t *json = describe("nameless.der", "2026-12-02");
  assert_string_equal(ce_json_text(json, "subject_name"), "O=Only Org");
  assert_string_equal(ce_json_text(json, "key_type"), "ED25519");
  assert_int_equal(number_of(json, "days_left"), -1);
}

static void ignores_what_follows_the_certificate(void **state) {
  (void)state;
  uint8_t der[4096] = {0};
  struct ce_error err = {0};
  CE_AUTO(ce_json) json_t *json = NULL;
  size_t size = read_der("rsa.der", der, sizeof der);
  assert_int_equal(ce_certificate_describe(der, size + 100, 0, &json, &err), CE_OK);
  assert_string_equal(ce_json_text(json, "sha256"),
                      "f4bfc2053dc3bb5a5686e80470942e89f830b556a5ac37e82ecd05648373fb83");
}

static void refuses_what_is_no_certificate(void **state) {
  (void)state;
  uint8_t der[4096] = {0};
  struct ce_error err = {0};
  json_t *json = NULL;
  size_t size = read_der("rsa.der", der, sizeof der);
  assert_int_equal(ce_certificate_describe(der, 0, 0, &json, &err), CE_CHILD);
  assert_int_equal(ce_certificate_describe(der, size / 2, 0, &json, &err), CE_CHILD);
  assert_int_equal(ce_certificate_describe((const uint8_t *)"garbage", 7, 0, &json, &err), CE_CHILD);
  CE_AUTO(ce_free) uint8_t *large = calloc(1, CE_CERTIFICATE_BYTES_MAX + 1);
  assert_int_equal(ce_certificate_describe(large, CE_CERTIFICATE_BYTES_MAX + 1, 0, &json, &err), CE_CHILD);
  assert_null(json);
}

static void reads_times(void **state) {
  (void)state;
  int64_t seconds = 7;
  struct ce_error err;
  assert_int_equal(at("1970-01-02"), 86400);
  assert_int_equal(at("2026-11-22T08:00:01Z"), 1795334401);
  static const char *const wrong[] = {"",     "now", "2026", "2026-13-01", "2026-11-22T08:00", "2026-11-22x",
                                      "12345"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(ce_switches_time("--now", wrong[i], &seconds, &err), CE_USAGE);
  }
  assert_int_equal(seconds, 7);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(describes_an_rsa_certificate),
      cmocka_unit_test(describes_a_national_key),
      cmocka_unit_test(counts_whole_days_on_both_sides_of_the_end),
      cmocka_unit_test(takes_the_innermost_name_and_cleans_it),
      cmocka_unit_test(names_a_certificate_without_common_name),
      cmocka_unit_test(ignores_what_follows_the_certificate),
      cmocka_unit_test(refuses_what_is_no_certificate),
      cmocka_unit_test(reads_times),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
