/* SPDX-License-Identifier: Apache-2.0
 * Tests of NULL-terminated string lists. */
#include "json-sample.h"
#include "model/strings.h"

static const struct ce_json_context context = {CE_PACKAGE_INVALID, "list"};

static const char *refuse_b(const char *text) {
  return strcmp(text, "b") == 0 ? "is b" : NULL;
}

static void copies_and_counts(void **state) {
  (void)state;
  char *list[] = {(char *)"a", (char *)"b", NULL};
  char **copy = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_strings_copy(list, &copy, &err), CE_OK);
  assert_int_equal(ce_strings_count(copy), 2);
  assert_true(ce_strings_contain(copy, "b"));
  assert_false(ce_strings_contain(copy, "c"));
  assert_ptr_not_equal(copy[0], list[0]);
  ce_strings_free(copy);
}

static void takes_null_for_an_empty_list(void **state) {
  (void)state;
  assert_int_equal(ce_strings_count(NULL), 0);
  assert_false(ce_strings_contain(NULL, "a"));
  ce_strings_free(NULL);
  char **copy = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_strings_copy(NULL, &copy, &err), CE_OK);
  assert_non_null(copy);
  assert_null(copy[0]);
  ce_strings_free(copy);
  json_t *json = ce_strings_to_json(NULL);
  assert_int_equal(json_array_size(json), 0);
  json_decref(json);
}

static void reads_lists_within_their_limits(void **state) {
  (void)state;
  json_t *json = json_pack("{s:[s,s,s],s:s,s:[i]}", "list", "a", "b", "桌面", "text", "x", "numbers", 1);
  char **list = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_strings_from_json(&context, json, "list", 3, 6, NULL, &list, &err), CE_OK);
  assert_string_equal(list[2], "桌面");
  ce_strings_free(list);
  list = NULL;
  assert_int_equal(ce_strings_from_json(&context, json, "list", 2, 6, NULL, &list, &err), CE_PACKAGE_INVALID);
  assert_int_equal(ce_strings_from_json(&context, json, "list", 3, 5, NULL, &list, &err), CE_PACKAGE_INVALID);
  assert_says(&err, "entry 2");
  assert_int_equal(ce_strings_from_json(&context, json, "list", 3, 6, refuse_b, &list, &err),
                   CE_PACKAGE_INVALID);
  assert_says(&err, "is b");
  assert_int_equal(ce_strings_from_json(&context, json, "text", 3, 6, NULL, &list, &err), CE_PACKAGE_INVALID);
  assert_int_equal(ce_strings_from_json(&context, json, "numbers", 3, 6, NULL, &list, &err),
                   CE_PACKAGE_INVALID);
  assert_null(list);
  assert_int_equal(ce_strings_from_json(&context, json, "absent", 3, 6, NULL, &list, &err), CE_OK);
  assert_null(list[0]);
  ce_strings_free(list);
  json_decref(json);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(copies_and_counts),
      cmocka_unit_test(takes_null_for_an_empty_list),
      cmocka_unit_test(reads_lists_within_their_limits),
  };
  return cmocka_run_group_tests_name("strings", tests, NULL, NULL);
}
