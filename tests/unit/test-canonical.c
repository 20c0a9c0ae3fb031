/* SPDX-License-Identifier: Apache-2.0
 * Tests of canonical JSON and of TUF's date-times. */
#include "trust/canonical.h"

#include "trust/instant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static json_t *read_json(const char *text) {
  json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
  assert_non_null(value);
  return value;
}

static void assert_canonical(const char *text, const char *expected) {
  json_t *value = read_json(text);
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  struct ce_error err;
  assert_int_equal(ce_canonical_write(value, &blob, &err), CE_OK);
  assert_string_equal(ce_blob_text(&blob), expected);
  json_decref(value);
}

static void writes_scalars(void **state) {
  (void)state;
  assert_canonical("null", "null");
  assert_canonical("true", "true");
  assert_canonical("false", "false");
  assert_canonical("0", "0");
  assert_canonical("-0", "0");
  assert_canonical("-9007199254740992", "-9007199254740992");
  assert_canonical("\"\"", "\"\"");
}

static void drops_white_space(void **state) {
  (void)state;
  assert_canonical(" { \"a\" : [ 1 , 2 ] ,\n\t\"b\" : { } } ", "{\"a\":[1,2],\"b\":{}}");
}

static void sorts_keys_by_bytes(void **state) {
  (void)state;
  assert_canonical("{\"b\":1,\"a\":2,\"B\":3,\"ab\":4,\"\":5}", "{\"\":5,\"B\":3,\"a\":2,\"ab\":4,\"b\":1}");
  /* U+E000 sorts before U+10000 by bytes and by code points, after it by UTF-16 units. */
  assert_canonical("{\"\\ud800\\udc00\":1,\"\\ue000\":2,\"\\u00e9\":3,\"z\":4}",
                   "{\"z\":4,\"\xc3\xa9\":3,\"\xee\x80\x80\":2,\"\xf0\x90\x80\x80\":1}");
}

static void escapes_only_quotes_and_backslashes(void **state) {
  (void)state;
  assert_canonical("\"a\\\"b\\\\c\\/d\\n\\u0001\\u007f\\u4e2d\"", "\"a\\\"b\\\\c/d\n\x01\x7f\xe4\xb8\xad\"");
  assert_canonical("{\"\\\\\":\"\\\"\\\"\"}", "{\"\\\\\":\"\\\"\\\"\"}");
}

static void refuses_numbers_that_are_not_integers(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  struct ce_error err;
  json_t *value = read_json("{\"a\":[1.5]}");
  assert_int_equal(ce_canonical_write(value, &blob, &err), CE_TRUST_FORMAT);
  json_decref(value);
}

static void agrees_with_securesystemslib(void **state) {
  (void)state;
  json_t *value = json_load_file(CE_TEST_DATA "/trust/interop/odd.json", 0, NULL);
  assert_non_null(value);
  char expected[4096];
  FILE *file = fopen(CE_TEST_DATA "/trust/interop/odd.canonical", "rb");
  assert_non_null(file);
  size_t size = fread(expected, 1, sizeof expected, file);
  fclose(file);
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  struct ce_error err;
  assert_int_equal(ce_canonical_write(value, &blob, &err), CE_OK);
  assert_int_equal(blob.size, size);
  assert_memory_equal(blob.data, expected, size);
  json_decref(value);
}

static void reads_moments(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t moment_s;
  } rows[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2000-02-29T23:59:59Z", 951868799},
      {"2038-01-19T03:14:08Z", INT64_C(2147483648)},
      {"1969-12-31T23:59:59Z", -1},
      {"9999-12-31T23:59:59Z", INT64_C(253402300799)},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int64_t moment_s = 0;
    char text[CE_INSTANT_SIZE];
    assert_true(ce_instant_parse(rows[i].text, &moment_s));
    assert_int_equal(moment_s, rows[i].moment_s);
    ce_instant_format(moment_s, text);
    assert_string_equal(text, rows[i].text);
  }
}

static void refuses_moments_of_another_form(void **state) {
  (void)state;
  static const char *const texts[] = {
      "",
      "2030-01-01",
      "2030-01-01T00:00:00",
      "2030-01-01T00:00:00+00:00",
      "2030-01-01T00:00:00.5Z",
      "2030-01-01t00:00:00z",
      "2030-01-01 00:00:00Z",
      " 2030-01-01T00:00:00Z",
      "2030-01-01T00:00:00Z ",
      "+030-01-01T00:00:00Z",
      "2030-1-01T00:00:000Z",
      "2030-00-01T00:00:00Z",
      "2030-13-01T00:00:00Z",
      "2030-02-30T00:00:00Z",
      "2029-02-29T00:00:00Z",
      "2030-01-00T00:00:00Z",
      "2030-01-01T24:00:00Z",
      "2030-01-01T23:60:00Z",
      "2030-01-01T23:59:60Z",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    int64_t moment_s = 42;
    assert_false(ce_instant_parse(texts[i], &moment_s));
    assert_int_equal(moment_s, 42);
  }
}

static void formats_moments_beyond_the_calendar_as_its_ends(void **state) {
  (void)state;
  char text[CE_INSTANT_SIZE];
  ce_instant_format(INT64_MAX, text);
  assert_string_equal(text, "9999-12-31T23:59:59Z");
  ce_instant_format(INT64_MIN, text);
  assert_string_equal(text, "0000-01-01T00:00:00Z");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes_scalars),
      cmocka_unit_test(drops_white_space),
      cmocka_unit_test(sorts_keys_by_bytes),
      cmocka_unit_test(escapes_only_quotes_and_backslashes),
      cmocka_unit_test(refuses_numbers_that_are_not_integers),
      cmocka_unit_test(agrees_with_securesystemslib),
      cmocka_unit_test(reads_moments),
      cmocka_unit_test(refuses_moments_of_another_form),
      cmocka_unit_test(formats_moments_beyond_the_calendar_as_its_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
