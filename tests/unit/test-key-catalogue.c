/* SPDX-License-Identifier: Apache-2.0
 * Tests of the key catalogue's lines. */
#include "json-sample.h"
#include "model/key-catalogue.h"

#include <stdio.h>

#define GOOD "055c:e618|hid|gm3000|龙脉|Longmai\n"

/* '|' stands for a tab, so that the lines can be read. */
static void set_tabs(char *text, size_t size) {
  for (size_t i = 0; i < size; i++) {
    text[i] = text[i] == '|' ? '\t' : text[i];
  }
}

static char *read_whole(const char *path, size_t *ret_size) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  char *text = malloc(CE_KEY_CATALOGUE_BYTES_MAX);
  assert_non_null(text);
  *ret_size = fread(text, 1, CE_KEY_CATALOGUE_BYTES_MAX, file);
  fclose(file);
  return text;
}

static void reads_every_field(void **state) {
  (void)state;
  size_t size = 0;
  char *text = read_whole(CE_TEST_DATA "/model/keys.tbl", &size);
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_key_catalogue_parse(text, size, &catalogue, &err), CE_OK);
  free(text);
  assert_int_equal(catalogue->count, 4);
  const struct ce_key *key = ce_key_catalogue_find(catalogue, 0x055c, 0xdb08);
  assert_ptr_equal(key, &catalogue->keys[1]);
  assert_int_equal(key->class, CE_KEY_SCSI);
  assert_string_equal(key->module, "gm3000");
  assert_string_equal(key->name_zh, "龙脉 mToken GM3000（光盘型）");
  assert_string_equal(key->name_en, "Longmai mToken GM3000 (CD-ROM type)");
  assert_string_equal(ce_key_catalogue_find(catalogue, 0x0403, 0xc587)->module, "-");
  assert_int_equal(ce_key_catalogue_find(catalogue, 0x096e, 0x0807)->class, CE_KEY_VENDOR);
  assert_null(ce_key_catalogue_find(catalogue, 0x055c, 0xe619));
  assert_null(ce_key_catalogue_find(catalogue, 0x055c, 0));
  assert_null(ce_key_catalogue_find(catalogue, 0, 0));
  ce_key_catalogue_free(catalogue);
}

static void reads_the_catalogue_of_the_project(void **state) {
  (void)state;
  size_t size = 0;
  char *text = read_whole(CE_TEST_DATA "/../../udev-rules/keys.tbl", &size);
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err = {0};
  if (ce_key_catalogue_parse(text, size, &catalogue, &err) != CE_OK) {
    fail_msg("%s", err.detail);
  }
  assert_true(catalogue->count > 20);
  for (size_t i = 0; i < catalogue->count; i++) {
    const struct ce_key *key = &catalogue->keys[i];
    assert_ptr_equal(ce_key_catalogue_find(catalogue, key->vendor_id, key->product_id), key);
  }
  ce_key_catalogue_free(catalogue);
  free(text);
}

static void reads_an_empty_catalogue_and_a_last_line_without_end(void **state) {
  (void)state;
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_key_catalogue_parse("", 0, &catalogue, &err), CE_OK);
  assert_int_equal(catalogue->count, 0);
  assert_null(ce_key_catalogue_find(catalogue, 1, 1));
  ce_key_catalogue_free(catalogue);
  char good[] = GOOD;
  set_tabs(good, sizeof good);
  assert_int_equal(ce_key_catalogue_parse(good, sizeof good - 2, &catalogue, &err), CE_OK);
  assert_int_equal(catalogue->count, 1);
  assert_string_equal(catalogue->keys[0].name_en, "Longmai");
  ce_key_catalogue_free(catalogue);
}

static void refuses_wrong_lines_by_number(void **state) {
  (void)state;
  static const char *const lines[] = {
      "055d|hid|-|A|B",         "055d:|hid|-|A|B",     "055d:*|hid|-|A|B",      "055D:0001|hid|-|A|B",
      "055d:00001|hid|-|A|B",   "055d-0001|hid|-|A|B", "055d:0001|usb|-|A|B",   "055d:0001|hid||A|B",
      "055d:0001|hid|../x|A|B", "055d:0001|hid|-||B",  "055d:0001|hid|-|A|",    "055d:0001|hid|-|A",
      "055d:0001|hid|-|A|B|C",  "055d:0001 hid - A B", "055d:0001|hid|-|A|B\r", "055d:0001|hid|-|\xff|B",
      " # not a comment",       "055c:e618|hid|-|A|B", "055c:e617|hid|-|A|B",   "055d:0001|hid|-|A|B\x1b[1m"};
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    char text[256];
    int size = snprintf(text, sizeof text, "# one\n%s%s\n# four\n", GOOD, lines[i]);
    set_tabs(text, (size_t)size);
    struct ce_key_catalogue *catalogue = NULL;
    struct ce_error err = {0};
    assert_int_equal(ce_key_catalogue_parse(text, (size_t)size, &catalogue, &err), CE_USAGE);
    assert_null(catalogue);
    assert_says(&err, "line 3:");
  }
}

static void refuses_lines_with_nul_bytes_or_too_long(void **state) {
  (void)state;
  char nul[] = "055d:0001|hid|-|A\0B|C\n";
  set_tabs(nul, sizeof nul);
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_key_catalogue_parse(nul, sizeof nul - 1, &catalogue, &err), CE_USAGE);
  assert_says(&err, "line 1:");
  char text[1024];
  memset(text, '#', sizeof text);
  assert_int_equal(ce_key_catalogue_parse(text, sizeof text, &catalogue, &err), CE_USAGE);
  assert_says(&err, "line 1:");
}

static void refuses_catalogues_beyond_the_limits(void **state) {
  (void)state;
  size_t room = CE_KEY_CATALOGUE_BYTES_MAX + 64;
  char *text = malloc(room);
  assert_non_null(text);
  memset(text, '\n', room);
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_key_catalogue_parse(text, room, &catalogue, &err), CE_USAGE);
  size_t used = 0;
  for (unsigned i = 0; i <= CE_KEY_CATALOGUE_MAX; i++) {
    used += (size_t)snprintf(text + used, room - used, "%04x:%04x|hid|-|A|B\n", i >> 16, i & 0xffff);
  }
  set_tabs(text, used);
  assert_int_equal(ce_key_catalogue_parse(text, used, &catalogue, &err), CE_USAGE);
  assert_says(&err, "more keys");
  assert_null(catalogue);
  free(text);
}

static void names_every_class(void **state) {
  (void)state;
  assert_string_equal(ce_key_class_name(CE_KEY_CCID), "ccid");
  assert_string_equal(ce_key_class_name(CE_KEY_HID), "hid");
  assert_string_equal(ce_key_class_name(CE_KEY_SCSI), "scsi");
  assert_string_equal(ce_key_class_name(CE_KEY_VENDOR), "vendor");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_every_field),
      cmocka_unit_test(reads_the_catalogue_of_the_project),
      cmocka_unit_test(reads_an_empty_catalogue_and_a_last_line_without_end),
      cmocka_unit_test(refuses_wrong_lines_by_number),
      cmocka_unit_test(refuses_lines_with_nul_bytes_or_too_long),
      cmocka_unit_test(refuses_catalogues_beyond_the_limits),
      cmocka_unit_test(names_every_class),
  };
  return cmocka_run_group_tests_name("key-catalogue", tests, NULL, NULL);
}
