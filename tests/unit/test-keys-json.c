/* SPDX-License-Identifier: Apache-2.0
 * Tests of keys.json, the key catalogue for programs. */
#include "json-sample.h"
#include "model/key-catalogue.h"

#include <stdio.h>

static enum ce_code parse(json_t *json, struct ce_key_catalogue **ret, struct ce_error *err) {
  size_t size = 0;
  char *bytes = sample_bytes(json, &size);
  enum ce_code code = ce_key_catalogue_parse_json(bytes, size, ret, err);
  free(bytes);
  return code;
}

static void assert_refused(json_t *json, enum ce_code code, const char *entry, const char *word) {
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err = {0};
  assert_int_equal(parse(json, &catalogue, &err), code);
  assert_null(catalogue);
  assert_says(&err, entry);
  assert_says(&err, word);
}

static void reads_every_member_in_any_order(void **state) {
  (void)state;
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err = {0};
  assert_int_equal(parse(sample_load("keys.json"), &catalogue, &err), CE_OK);
  assert_int_equal(catalogue->count, 3);
  const struct ce_key *key = &catalogue->keys[0];
  assert_int_equal(key->vendor_id, 0x055c);
  assert_int_equal(key->product_id, 0xdb08);
  assert_int_equal(key->class, CE_KEY_SCSI);
  assert_int_equal(key->unlock, CE_KEY_UNLOCK_SO_PIN);
  assert_string_equal(key->module, "gm3000");
  assert_string_equal(key->name_zh, "龙脉 mToken GM3000（光盘型）");
  assert_string_equal(key->name_en, "Longmai mToken GM3000 (CD-ROM type)");
  assert_string_equal(key->source, "deployment");
  assert_int_equal(ce_key_catalogue_find(catalogue, 0x08e6, 0x3438)->unlock, CE_KEY_UNLOCK_PUK);
  assert_string_equal(ce_key_catalogue_find(catalogue, 0xf055, 0x0001)->module, "-");
  ce_key_catalogue_free(catalogue);
}

static void reads_what_knows_neither_unlock_nor_source(void **state) {
  (void)state;
  json_t *json = sample_load("keys.json");
  json_object_del(sample_entry(json, "keys", 1), "unlock");
  json_object_del(sample_entry(json, "keys", 1), "source");
  json_object_set_new(sample_entry(json, "keys", 0), "source", json_string(""));
  json_object_set_new(sample_entry(json, "keys", 0), "later", json_true());
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err = {0};
  assert_int_equal(parse(json, &catalogue, &err), CE_OK);
  assert_int_equal(catalogue->keys[0].unlock, CE_KEY_UNLOCK_SERVICE);
  assert_string_equal(catalogue->keys[0].source, "");
  assert_string_equal(catalogue->keys[2].source, "");
  ce_key_catalogue_free(catalogue);
}

static void reads_an_empty_list(void **state) {
  (void)state;
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err = {0};
  assert_int_equal(parse(json_pack("{s:i,s:[]}", "format", 1, "keys"), &catalogue, &err), CE_OK);
  assert_int_equal(catalogue->count, 0);
  ce_key_catalogue_free(catalogue);
}

static void refuses_wrong_members_by_entry(void **state) {
  (void)state;
  static const char *const wrong[][2] = {{"id", "055c:"},         {"id", "055C:DB08"}, {"id", "055cdb08"},
                                         {"id", "055c:db080"},    {"id", ""},          {"class", "usb"},
                                         {"class", ""},           {"module", ""},      {"module", "../../so"},
                                         {"unlock", "admin"},     {"unlock", ""},      {"name_zh", ""},
                                         {"name_zh", "A\x1b[m"},  {"name_en", ""},     {"name_en", "A\nB"},
                                         {"source", "two words"}, {"source", "-"},     {"module", "a b"},
                                         {"class", "ccid\n"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    json_t *json = sample_load("keys.json");
    json_object_set_new(sample_entry(json, "keys", 2), wrong[i][0], json_string(wrong[i][1]));
    assert_refused(json, CE_PACKAGE_INVALID, "keys[2]", wrong[i][0]);
  }
  static const char *const members[] = {"id", "class", "module", "unlock", "name_zh", "name_en", "source"};
  for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
    json_t *json = sample_load("keys.json");
    json_object_set_new(sample_entry(json, "keys", 1), members[i], json_integer(1));
    assert_refused(json, CE_PACKAGE_INVALID, "keys[1]", members[i]);
  }
  json_t *json = sample_load("keys.json");
  json_array_append_new(json_object_get(json, "keys"), json_string("055c:0001"));
  assert_refused(json, CE_PACKAGE_INVALID, "keys[3]", "object");
}

static void refuses_missing_members_by_entry(void **state) {
  (void)state;
  static const char *const members[] = {"id", "class", "module", "name_zh", "name_en"};
  for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
    json_t *json = sample_load("keys.json");
    json_object_del(sample_entry(json, "keys", 0), members[i]);
    assert_refused(json, CE_PACKAGE_INVALID, "keys[0]", members[i]);
  }
  assert_refused(json_pack("{s:i}", "format", 1), CE_PACKAGE_INVALID, "keys", "missing");
  assert_refused(json_pack("{s:[]}", "keys"), CE_PACKAGE_INVALID, "format", "missing");
}

static void refuses_texts_that_are_too_long(void **state) {
  (void)state;
  static const struct {
    const char *member;
    size_t allowed;
  } limits[] = {{"module", 64}, {"source", 64}, {"name_zh", 256}, {"name_en", 256}};
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
    char text[300];
    memset(text, 'x', sizeof text);
    text[limits[i].allowed + 1] = '\0';
    json_t *json = sample_load("keys.json");
    json_object_set_new(sample_entry(json, "keys", 0), limits[i].member, json_string(text));
    assert_refused(json, CE_PACKAGE_INVALID, "keys[0]", limits[i].member);
    json = sample_load("keys.json");
    json_object_set_new(sample_entry(json, "keys", 0), limits[i].member, json_string(text + 1));
    struct ce_key_catalogue *catalogue = NULL;
    struct ce_error err = {0};
    assert_int_equal(parse(json, &catalogue, &err), CE_OK);
    ce_key_catalogue_free(catalogue);
  }
}

static void refuses_ids_that_are_there_twice(void **state) {
  (void)state;
  json_t *json = sample_load("keys.json");
  json_t *twin = json_copy(sample_entry(json, "keys", 1));
  json_object_set_new(twin, "name_en", json_string("Another name"));
  json_array_append_new(json_object_get(json, "keys"), twin);
  assert_refused(json_incref(json), CE_PACKAGE_INVALID, "keys[3]", "id");
  assert_refused(json, CE_PACKAGE_INVALID, "keys[1]", "id");
}

static void refuses_more_keys_than_allowed(void **state) {
  (void)state;
  json_t *keys = json_array();
  for (int i = 0; i <= CE_KEY_CATALOGUE_MAX; i++) {
    char id[16];
    snprintf(id, sizeof id, "0001:%04x", i);
    json_array_append_new(keys, json_pack("{s:s,s:s,s:s,s:s,s:s}", "id", id, "class", "hid", "module", "-",
                                          "name_zh", "A", "name_en", "B"));
  }
  json_t *json = json_pack("{s:i,s:O}", "format", 1, "keys", keys);
  assert_refused(json, CE_PACKAGE_INVALID, "keys", "20000");
  json_array_remove(keys, 0);
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err = {0};
  assert_int_equal(parse(json_pack("{s:i,s:o}", "format", 1, "keys", keys), &catalogue, &err), CE_OK);
  assert_int_equal(catalogue->count, CE_KEY_CATALOGUE_MAX);
  ce_key_catalogue_free(catalogue);
}

static void refuses_newer_formats_and_what_is_no_json(void **state) {
  (void)state;
  assert_refused(json_pack("{s:i,s:i}", "format", 2, "keys", 7), CE_PACKAGE_FORMAT, "keys.json", "format 2");
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_key_catalogue_parse_json("{\"format\": 1", 12, &catalogue, &err), CE_PACKAGE_INVALID);
  assert_int_equal(ce_key_catalogue_parse_json("", CE_KEYS_JSON_BYTES_MAX + 1, &catalogue, &err),
                   CE_PACKAGE_INVALID);
  assert_null(catalogue);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_every_member_in_any_order),
      cmocka_unit_test(reads_what_knows_neither_unlock_nor_source),
      cmocka_unit_test(reads_an_empty_list),
      cmocka_unit_test(refuses_wrong_members_by_entry),
      cmocka_unit_test(refuses_missing_members_by_entry),
      cmocka_unit_test(refuses_texts_that_are_too_long),
      cmocka_unit_test(refuses_ids_that_are_there_twice),
      cmocka_unit_test(refuses_more_keys_than_allowed),
      cmocka_unit_test(refuses_newer_formats_and_what_is_no_json),
  };
  return cmocka_run_group_tests_name("keys-json", tests, NULL, NULL);
}
