/* SPDX-License-Identifier: Apache-2.0
 * base/json: what the reader accepts and refuses, and arrays that are read apart. */
#include "base/json.h"

#include "json-sample.h"

static const struct ce_json_context context = {CE_RECEIPT_DAMAGED, "doc.json"};

/* A copy without a NUL behind it, so that reading past the end is seen. */
static json_t *parse(const char *text, struct ce_error *err) {
  size_t size = strlen(text);
  char *bytes = malloc(size ? size : 1);
  assert_non_null(bytes);
  memcpy(bytes, text, size);
  json_t *json = NULL;
  enum ce_code code = ce_json_parse(&context, bytes, size, 1000, &json, err);
  assert_int_equal(code, json ? CE_OK : CE_RECEIPT_DAMAGED);
  free(bytes);
  return json;
}

static void assert_refused(const char *text, const char *word) {
  struct ce_error err;
  if (parse(text, &err)) {
    fail_msg("%s was accepted", text);
  }
  assert_says(&err, word);
}

static void reads_values_of_every_kind(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_json)
  json_t *json =
      parse(" {\"a\":[1, -2,true,false,null,\"x\",{}, []],\n\"\": \"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}\r\n", &err);
  assert_non_null(json);
  const json_t *array = json_object_get(json, "a");
  assert_int_equal(json_array_size(array), 8);
  assert_int_equal(json_integer_value(json_array_get(array, 1)), -2);
  assert_true(json_is_null(json_array_get(array, 4)));
  assert_string_equal(json_string_value(json_object_get(json, "")), "\"\\/\b\f\n\r\t");
}

static void reads_characters_written_as_escapes(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_json) json_t *json = parse("[\"a\\u0041\\u00e9\\u6876\\uD83D\\ude00z\"]", &err);
  assert_string_equal(json_string_value(json_array_get(json, 0)), "aA\xc3\xa9\xe6\xa1\xb6\xf0\x9f\x98\x80z");
  assert_refused("[\"\\ud800\"]", "escape");
  assert_refused("[\"\\udc00\"]", "escape");
  assert_refused("[\"\\ud800\\u0041\"]", "escape");
  assert_refused("[\"\\u12g4\"]", "escape");
  assert_refused("[\"\\x\"]", "escape");
  assert_refused("[\"\\u0000\"]", "NUL");
}

static void refuses_what_is_no_document(void **state) {
  (void)state;
  static const char *const texts[] = {
      "",        " ",        "1",     "\"a\"", "{",     "[",          "[1",     "[1,",     "[1,]",   "[,]",
      "{\"a\"}", "{\"a\":}", "{a:1}", "[tru]", "[1 2]", "{\"a\":1,}", "[1]x",   "[\"a]",   "[\"a\\", "[-]",
      "[+1]",    "[01]",     "[.5]",  "[nul",  "[1}",   "{\"a\":1]",  "[\"\\u", "[\"\n\"]"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    assert_refused(texts[i], "line ");
  }
  assert_refused("[\n\n  x]", "line 3:");
}

static void refuses_invalid_utf8(void **state) {
  (void)state;
  assert_refused("[\"\xff\"]", "UTF-8");
  assert_refused("[\"\xc0\x80\"]", "UTF-8");
  assert_refused("[\"\xed\xa0\x80\"]", "UTF-8");
  assert_refused("{\"\xe6\xa1\":1}", "UTF-8");
}

static void refuses_names_that_are_there_twice(void **state) {
  (void)state;
  assert_refused("{\"a\":1,\"b\":2,\"a\":1}", "twice");
  assert_refused("{\"a\":1,\"\\u0061\":1}", "twice");
}

static void holds_numbers_to_integers_that_every_reader_takes(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_json) json_t *json = parse("[9007199254740992,-9007199254740992,-0]", &err);
  assert_int_equal(json_integer_value(json_array_get(json, 0)), CE_JSON_INTEGER_MAX);
  assert_int_equal(json_integer_value(json_array_get(json, 1)), -CE_JSON_INTEGER_MAX);
  assert_refused("[9007199254740993]", "2^53");
  assert_refused("[-9007199254740993]", "2^53");
  assert_refused("[99999999999999999999999999999999]", "2^53");
  assert_refused("[1.0]", "integer");
  assert_refused("[1e2]", "integer");
}

static void refuses_too_deep_and_too_large_documents(void **state) {
  (void)state;
  struct ce_error err;
  char deep[2 * CE_JSON_DEPTH_MAX + 3] = {0};
  memset(deep, '[', CE_JSON_DEPTH_MAX);
  memset(deep + CE_JSON_DEPTH_MAX, ']', CE_JSON_DEPTH_MAX);
  CE_AUTO(ce_json) json_t *json = parse(deep, &err);
  assert_non_null(json);
  memset(deep, '[', CE_JSON_DEPTH_MAX + 1);
  memset(deep + CE_JSON_DEPTH_MAX + 1, ']', CE_JSON_DEPTH_MAX + 1);
  assert_refused(deep, "deeper");
  char large[1002];
  memset(large, ' ', sizeof large - 1);
  large[sizeof large - 1] = '\0';
  assert_refused(large, "1001 bytes");
}

static enum ce_code parse_apart(const char *text, struct ce_json_items *items, json_t **ret) {
  static const char *const path[] = {"a", "b", NULL};
  struct ce_error err;
  return ce_json_parse_apart(&context, text, strlen(text), 1000, path, items, ret, &err);
}

static void leaves_an_array_apart_and_hands_it_out_by_element(void **state) {
  (void)state;
  struct ce_error err;
  struct ce_json_items items = {0};
  CE_AUTO(ce_json) json_t *json = NULL;
  const char *text = "{\"b\":[0],\"a\":{\"b\":[ {\"c\":\"]\"} ,[2,3], \"\\\"\" ],\"d\":4}}";
  assert_int_equal(parse_apart(text, &items, &json), CE_OK);
  assert_int_equal(items.count, 3);
  assert_int_equal(json_array_size(json_object_get(json, "b")), 1);
  assert_int_equal(json_array_size(json_object_get(json_object_get(json, "a"), "b")), 0);
  static const enum { OBJECT, ARRAY, STRING } kinds[] = {OBJECT, ARRAY, STRING};
  for (size_t i = 0; i < items.count; i++) {
    CE_AUTO(ce_json) json_t *element = NULL;
    assert_int_equal(ce_json_items_next(&context, &items, &element, &err), CE_OK);
    assert_int_equal(json_is_object(element), kinds[i] == OBJECT);
    assert_int_equal(json_is_array(element), kinds[i] == ARRAY);
    assert_int_equal(json_is_string(element), kinds[i] == STRING);
  }
}

static void reads_whole_what_is_no_array_at_that_place(void **state) {
  (void)state;
  static const char *const texts[] = {"{\"a\":{\"b\":{}}}", "{\"a\":[[1]]}", "{\"c\":1}",
                                      "[{\"a\":{\"b\":[1]}}]", "{\"c\":{\"a\":{\"b\":[1]}}}"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    struct ce_json_items items = {0};
    struct ce_error err;
    CE_AUTO(ce_json) json_t *json = NULL;
    CE_AUTO(ce_json) json_t *whole = parse(texts[i], &err);
    assert_int_equal(parse_apart(texts[i], &items, &json), CE_OK);
    assert_null(items.begin);
    assert_int_equal(items.count, 0);
    assert_true(json_equal(json, whole));
  }
}

static void finds_what_is_wrong_in_an_array_apart(void **state) {
  (void)state;
  static const char *const whole[] = {"{\"a\":{\"b\":[1,2", "{\"a\":{\"b\":[1}}", "{\"a\":{\"b\":[{]}}}",
                                      "{\"a\":{\"b\":[\"x}}", "{\"a\":{\"b\":[],\"b\":[]}}"};
  for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
    struct ce_json_items items = {0};
    CE_AUTO(ce_json) json_t *json = NULL;
    assert_int_equal(parse_apart(whole[i], &items, &json), CE_RECEIPT_DAMAGED);
    assert_null(items.begin);
  }
  static const char *const elements[] = {"{\"a\":{\"b\":[1,]}}", "{\"a\":{\"b\":[,]}}",
                                         "{\"a\":{\"b\":[1 2]}}", "{\"a\":{\"b\":[{\"c\":[}]]}}",
                                         "{\"a\":{\"b\":[1.5]}}"};
  for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++) {
    struct ce_json_items items = {0};
    struct ce_error err;
    CE_AUTO(ce_json) json_t *json = NULL;
    enum ce_code code = parse_apart(elements[i], &items, &json);
    for (size_t k = 0; code == CE_OK && k < items.count; k++) {
      CE_AUTO(ce_json) json_t *element = NULL;
      code = ce_json_items_next(&context, &items, &element, &err);
    }
    assert_int_equal(code, CE_RECEIPT_DAMAGED);
  }
}

static json_t *make_element(const void *array, size_t index) {
  return json_incref(json_array_get(array, index));
}

static void writes_around_an_array_what_it_would_write_with_it(void **state) {
  (void)state;
  struct ce_error err;
  static const char *const arrays[] = {"[1]", "[{\"z\":[],\"a\":{\"b\":[1,2]}},\"\\n null\\n\",[[]],{}]"};
  for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
    CE_AUTO(ce_json) json_t *array = parse(arrays[i], &err);
    CE_AUTO(ce_json)
    json_t *whole = json_pack("{s:[s],s:{s:O,s:n},s:i}", "a", "null", "m", "files", array, "n", "z", 1);
    CE_AUTO(ce_json)
    json_t *frame = json_pack("{s:[s],s:{s:[n],s:n},s:i}", "a", "null", "m", "files", "n", "z", 1);
    CE_AUTO(ce_blob) struct ce_blob expected = {0};
    CE_AUTO(ce_blob) struct ce_blob written = {0};
    assert_int_equal(ce_json_write(whole, true, &expected, &err), CE_OK);
    assert_int_equal(ce_json_write_around(frame, json_array_size(array), make_element, array, &written, &err),
                     CE_OK);
    assert_string_equal(ce_blob_text(&written), ce_blob_text(&expected));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_values_of_every_kind),
      cmocka_unit_test(reads_characters_written_as_escapes),
      cmocka_unit_test(refuses_what_is_no_document),
      cmocka_unit_test(refuses_invalid_utf8),
      cmocka_unit_test(refuses_names_that_are_there_twice),
      cmocka_unit_test(holds_numbers_to_integers_that_every_reader_takes),
      cmocka_unit_test(refuses_too_deep_and_too_large_documents),
      cmocka_unit_test(leaves_an_array_apart_and_hands_it_out_by_element),
      cmocka_unit_test(reads_whole_what_is_no_array_at_that_place),
      cmocka_unit_test(finds_what_is_wrong_in_an_array_apart),
      cmocka_unit_test(writes_around_an_array_what_it_would_write_with_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
