/* SPDX-License-Identifier: Apache-2.0
 * Tests of the key catalogue's lines. */
#include "json-sample.h"
#include "model/key-catalogue.h"

#include <stdio.h>

#define GOOD "055c:e618|hid|gm3000|service|龙脉|Longmai|test\n"

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
  assert_int_equal(key->unlock, CE_KEY_UNLOCK_SERVICE);
  assert_string_equal(key->module, "gm3000");
  assert_string_equal(key->name_zh, "龙脉 mToken GM3000（光盘型）");
  assert_string_equal(key->name_en, "Longmai mToken GM3000 (CD-ROM type)");
  assert_string_equal(key->source, "deployment");
  assert_string_equal(ce_key_catalogue_find(catalogue, 0x0403, 0xc587)->module, "-");
  assert_int_equal(ce_key_catalogue_find(catalogue, 0x096e, 0x0807)->class, CE_KEY_VENDOR);
  assert_int_equal(ce_key_catalogue_find(catalogue, 0x096e, 0x0807)->unlock, CE_KEY_UNLOCK_SO_PIN);
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
    bool opensc = strcmp(key->module, "opensc") == 0;
    assert_ptr_equal(ce_key_catalogue_find(catalogue, key->vendor_id, key->product_id), key);
    assert_int_equal(key->unlock, opensc ? CE_KEY_UNLOCK_PUK : CE_KEY_UNLOCK_SERVICE);
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
  static const char *const lines[][2] = {{"055d", "fewer"},
                                         {"055d:0001|hid|-|A|B", "fewer"}, /* of an older table */
                                         {"055d:0001|hid|-|puk|A|B|s|x", "more"},
                                         {"055d:0001 hid - puk A B s", "fewer"},
                                         {" # not a comment", "fewer"},
                                         {"055d:|hid|-|puk|A|B|s", "id"},
                                         {"055d:*|hid|-|puk|A|B|s", "id"},
                                         {"055D:0001|hid|-|puk|A|B|s", "id"},
                                         {"055d:00001|hid|-|puk|A|B|s", "id"},
                                         {"055d-0001|hid|-|puk|A|B|s", "id"},
                                         {"0x55:0001|hid|-|puk|A|B|s", "id"},
                                         {"055d:0001|usb|-|puk|A|B|s", "class"},
                                         {"055d:0001|hid|-|PUK|A|B|s", "unlock"},
                                         {"055d:0001|hid|-||A|B|s", "unlock"},
                                         {"055d:0001|hid||puk|A|B|s", "module"},
                                         {"055d:0001|hid|../x|puk|A|B|s", "module"},
                                         {"055d:0001|hid|-|puk||B|s", "Chinese"},
                                         {"055d:0001|hid|-|puk|A||s", "English"},
                                         {"055d:0001|hid|-|puk|A|B\x1b[1m|s", "English"},
                                         {"055d:0001|hid|-|puk|A|B|", "source"},
                                         {"055d:0001|hid|-|puk|A|B|s t", "source"},
                                         {"055d:0001|hid|-|puk|A|B|s\r", "source"},
                                         {"055d:0001|hid|-|puk|\xff|B|s", "UTF-8"},
                                         {"055c:e618|hid|-|puk|A|B|s", "twice"},
                                         {"055c:e617|hid|-|puk|A|B|s", "order"}};
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    char text[256];
    int size = snprintf(text, sizeof text, "# one\n%s%s\n# four\n", GOOD, lines[i][0]);
    set_tabs(text, (size_t)size);
    struct ce_key_catalogue *catalogue = NULL;
    struct ce_error err = {0};
    assert_int_equal(ce_key_catalogue_parse(text, (size_t)size, &catalogue, &err), CE_USAGE);
    assert_null(catalogue);
    assert_says(&err, "line 3:");
    assert_says(&err, lines[i][1]);
  }
}

static void refuses_fields_that_are_too_long(void **state) {
  (void)state;
  char label[66], name[258];
  memset(label, 'x', sizeof label);
  memset(name, 'x', sizeof name);
  label[65] = name[257] = '\0';
  const char *const wrong[][4] = {{label, "A", "s", "the module is longer than 64 bytes"},
                                  {"-", name, "s", "the Chinese name is longer than 256 bytes"},
                                  {"-", "A", label, "the source is longer than 64 bytes"}};
  for (size_t i = 0; i < 2 * sizeof wrong / sizeof wrong[0]; i++) {
    const char *const *fields = wrong[i / 2];
    size_t shorter = i % 2; /* every second time by one byte, which makes it right */
    char text[512];
    int size = snprintf(
        text, sizeof text, "055d:0001|hid|%s|puk|%s|B|%s\n", fields[0] + (fields[0] == label ? shorter : 0),
        fields[1] + (fields[1] == name ? shorter : 0), fields[2] + (fields[2] == label ? shorter : 0));
    set_tabs(text, (size_t)size);
    struct ce_key_catalogue *catalogue = NULL;
    struct ce_error err = {0};
    enum ce_code code = ce_key_catalogue_parse(text, (size_t)size, &catalogue, &err);
    assert_int_equal(code, shorter ? CE_OK : CE_USAGE);
    if (code != CE_OK) {
      assert_says(&err, "line 1:");
      assert_says(&err, fields[3]);
    }
    ce_key_catalogue_free(catalogue);
  }
}

static void refuses_lines_with_nul_bytes_or_too_long(void **state) {
  (void)state;
  char nul[] = "055d:0001|hid|-|puk|A\0B|C|s\n";
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
    used += (size_t)snprintf(text + used, room - used, "%04x:%04x|hid|-|puk|A|B|s\n", i >> 16, i & 0xffff);
  }
  set_tabs(text, used);
  assert_int_equal(ce_key_catalogue_parse(text, used, &catalogue, &err), CE_USAGE);
  assert_says(&err, "more keys");
  assert_null(catalogue);
  free(text);
}

static void names_every_class_and_way_to_unlock(void **state) {
  (void)state;
  assert_string_equal(ce_key_class_name(CE_KEY_CCID), "ccid");
  assert_string_equal(ce_key_class_name(CE_KEY_HID), "hid");
  assert_string_equal(ce_key_class_name(CE_KEY_SCSI), "scsi");
  assert_string_equal(ce_key_class_name(CE_KEY_VENDOR), "vendor");
  assert_string_equal(ce_key_unlock_name(CE_KEY_UNLOCK_PUK), "puk");
  assert_string_equal(ce_key_unlock_name(CE_KEY_UNLOCK_SO_PIN), "so-pin");
  assert_string_equal(ce_key_unlock_name(CE_KEY_UNLOCK_SERVICE), "service");
}

static void carries_the_catalogue_of_the_project(void **state) {
  (void)state;
  size_t size = 0;
  char *text = read_whole(CE_TEST_DATA "/../../udev-rules/keys.tbl", &size);
  struct ce_key_catalogue *read = NULL, *builtin = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_key_catalogue_parse(text, size, &read, &err), CE_OK);
  assert_int_equal(ce_key_catalogue_builtin(&builtin, &err), CE_OK);
  assert_int_equal(builtin->count, read->count);
  for (size_t i = 0; i < read->count; i++) {
    assert_int_equal(builtin->keys[i].product_id, read->keys[i].product_id);
    assert_string_equal(builtin->keys[i].name_zh, read->keys[i].name_zh);
  }
  ce_key_catalogue_free(read);
  ce_key_catalogue_free(builtin);
  free(text);
}

/* The catalogue of lines with '|' for tabs. */
static struct ce_key_catalogue *catalogue_of(const char *lines) {
  char *text = strdup(lines);
  assert_non_null(text);
  size_t size = strlen(text);
  set_tabs(text, size);
  struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err = {0};
  if (ce_key_catalogue_parse(text, size, &catalogue, &err) != CE_OK) {
    fail_msg("%s", err.detail);
  }
  free(text);
  return catalogue;
}

static void merges_with_the_second_one_in_front(void **state) {
  (void)state;
  struct ce_key_catalogue *base = catalogue_of("0001:0001|hid|-|service|A|A|base\n"
                                               "0001:0003|hid|-|service|B|B|base\n"
                                               "0002:0001|hid|-|service|C|C|base\n");
  struct ce_key_catalogue *extra = catalogue_of("0001:0002|ccid|m|puk|D|D|extra\n"
                                                "0001:0003|ccid|opensc|so-pin|E|E|extra\n"
                                                "0003:0001|ccid|-|service|F|F|extra\n");
  struct ce_key_catalogue *merged = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_key_catalogue_merge(base, extra, &merged, &err), CE_OK);
  assert_int_equal(base->count, 3);
  ce_key_catalogue_free(base);
  ce_key_catalogue_free(extra);
  static const char *const names[] = {"A", "D", "E", "C", "F"};
  assert_int_equal(merged->count, 5);
  for (size_t i = 0; i < merged->count; i++) {
    assert_string_equal(merged->keys[i].name_en, names[i]);
  }
  const struct ce_key *replaced = ce_key_catalogue_find(merged, 1, 3);
  assert_int_equal(replaced->class, CE_KEY_CCID);
  assert_int_equal(replaced->unlock, CE_KEY_UNLOCK_SO_PIN);
  assert_string_equal(replaced->module, "opensc");
  assert_string_equal(replaced->source, "extra");
  ce_key_catalogue_free(merged);
}

static void merges_empty_catalogues(void **state) {
  (void)state;
  struct ce_key_catalogue *empty = catalogue_of("");
  struct ce_key_catalogue *one = catalogue_of("0001:0001|hid|-|service|A|A|s\n");
  struct ce_key_catalogue *merged = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_key_catalogue_merge(empty, empty, &merged, &err), CE_OK);
  assert_int_equal(merged->count, 0);
  ce_key_catalogue_free(merged);
  assert_int_equal(ce_key_catalogue_merge(one, empty, &merged, &err), CE_OK);
  assert_int_equal(merged->count, 1);
  ce_key_catalogue_free(merged);
  assert_int_equal(ce_key_catalogue_merge(empty, one, &merged, &err), CE_OK);
  assert_int_equal(merged->count, 1);
  ce_key_catalogue_free(merged);
  ce_key_catalogue_free(empty);
  ce_key_catalogue_free(one);
}

static void refuses_to_merge_beyond_the_limit(void **state) {
  (void)state;
  size_t room = 32 * (size_t)CE_KEY_CATALOGUE_MAX;
  char *text = malloc(room);
  assert_non_null(text);
  size_t used = 0;
  for (unsigned i = 0; i < CE_KEY_CATALOGUE_MAX; i++) {
    used += (size_t)snprintf(text + used, room - used, "0001:%04x|hid|-|puk|A|B|s\n", i);
  }
  struct ce_key_catalogue *full = catalogue_of(text), *merged = NULL;
  struct ce_key_catalogue *same = catalogue_of("0001:0007|hid|-|service|A|A|s\n");
  struct ce_key_catalogue *other = catalogue_of("0000:0007|hid|-|service|A|A|s\n");
  struct ce_error err = {0};
  assert_int_equal(ce_key_catalogue_merge(full, other, &merged, &err), CE_USAGE);
  assert_null(merged);
  assert_says(&err, "more than 20000 keys");
  assert_int_equal(ce_key_catalogue_merge(full, same, &merged, &err), CE_OK);
  ce_key_catalogue_free(merged);
  ce_key_catalogue_free(full);
  ce_key_catalogue_free(same);
  ce_key_catalogue_free(other);
  free(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_every_field),
      cmocka_unit_test(reads_the_catalogue_of_the_project),
      cmocka_unit_test(reads_an_empty_catalogue_and_a_last_line_without_end),
      cmocka_unit_test(refuses_wrong_lines_by_number),
      cmocka_unit_test(refuses_fields_that_are_too_long),
      cmocka_unit_test(refuses_lines_with_nul_bytes_or_too_long),
      cmocka_unit_test(refuses_catalogues_beyond_the_limits),
      cmocka_unit_test(names_every_class_and_way_to_unlock),
      cmocka_unit_test(carries_the_catalogue_of_the_project),
      cmocka_unit_test(merges_with_the_second_one_in_front),
      cmocka_unit_test(merges_empty_catalogues),
      cmocka_unit_test(refuses_to_merge_beyond_the_limit),
  };
  return cmocka_run_group_tests_name("key-catalogue", tests, NULL, NULL);
}
