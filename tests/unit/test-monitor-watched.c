/* SPDX-License-Identifier: Apache-2.0
 * Tests of what the monitor takes from a receipt, how it judges what it sees, and what it says. */
#include "monitor/watched.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DIGEST "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
#define FILE_ENTRY(path)                                                                                     \
  "{\"path\": \"" path "\", \"mode\": \"0644\", \"size\": 4, \"sha256\": \"" DIGEST "\"}"

static const char receipt_text[] =
    "{\"format\": 1, \"txid\": \"0123456789abcdef\", \"installed\": true, \"installed_at\": 1, \"channel\": "
    "\"stable\","
    " \"package\": {\"path\": \"p\", \"size\": 1, \"sha256\": \"" DIGEST "\"},"
    " \"manifest\": {\"format\": 1, \"profile\": \"x\", \"version\": \"1.2\", \"arch\": \"x86_64\","
    "  \"integration\": [], \"prerequisites\": [], \"files\": [" FILE_ENTRY("bin/certenv") "," FILE_ENTRY(
        "lib/pkcs11/module.so") ", {\"path\": \"lib/pkcs11/module.so.1\", \"link\": "
                                "\"module.so\"}," FILE_ENTRY("share/doc/text") "]},"
                                                                               " \"paths\": ["
                                                                               "  {\"path\": "
                                                                               "\"etc/a.rules\", \"type\": "
                                                                               "\"file\", \"origin\": "
                                                                               "\"adopted\", \"mode\": "
                                                                               "\"0644\", \"size\": 4,"
                                                                               "   \"sha256\": \"" DIGEST
                                                                               "\"},"
                                                                               "  {\"path\": "
                                                                               "\"usr/local/bin/certenv\", "
                                                                               "\"type\": \"link\", "
                                                                               "\"origin\": \"created\","
                                                                               "   \"target\": "
                                                                               "\"/opt/certenv/current/bin/"
                                                                               "certenv\"},"
                                                                               "  {\"path\": "
                                                                               "\"usr/local/share/icons\", "
                                                                               "\"type\": \"directory\", "
                                                                               "\"origin\": \"created\", "
                                                                               "\"mode\": \"0755\"}],"
                                                                               " \"saved\": []}";

static struct ce_watched_list *make_list(void) {
  struct ce_error err = {0};
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  struct ce_watched_list *list = NULL;
  if (ce_receipt_parse(receipt_text, sizeof receipt_text - 1, &receipt, &err)) {
    fail_msg("%s: %s", err.subject, err.detail);
  }
  assert_int_equal(ce_watched_list_make(receipt, &list, &err), CE_OK);
  return list;
}

static void takes_paths_programs_and_modules(void **state) {
  (void)state;
  static const char *const expected[] = {
      "etc/a.rules",
      "opt/certenv/current",
      "opt/certenv/versions/1.2/bin/certenv",
      "opt/certenv/versions/1.2/lib/pkcs11/module.so",
      "opt/certenv/versions/1.2/lib/pkcs11/module.so.1",
      "usr/local/bin/certenv",
      "usr/local/share/icons",
  };
  CE_AUTO(ce_watched_list) struct ce_watched_list *list = make_list();
  assert_string_equal(list->version, "1.2");
  assert_int_equal(list->count, sizeof expected / sizeof *expected);
  for (size_t i = 0; i < list->count; i++) {
    assert_string_equal(list->items[i].path, expected[i]);
    assert_true(list->items[i].due);
  }
  assert_string_equal(list->items[1].expected.link_target, "versions/1.2");
}

static void takes_nothing_when_nothing_is_installed(void **state) {
  (void)state;
  struct ce_error err = {0};
  struct ce_receipt empty = {.installed = false};
  CE_AUTO(ce_watched_list) struct ce_watched_list *none = NULL, *uninstalled = NULL;
  assert_int_equal(ce_watched_list_make(NULL, &none, &err), CE_OK);
  assert_int_equal(none->count, 0);
  assert_string_equal(none->version, "");
  assert_int_equal(ce_watched_list_make(&empty, &uninstalled, &err), CE_OK);
  assert_int_equal(uninstalled->count, 0);
}

static void keeps_states_over_a_new_receipt(void **state) {
  (void)state;
  CE_AUTO(ce_watched_list) struct ce_watched_list *older = make_list(), *list = make_list(), *none = NULL;
  struct ce_error err = {0};
  older->items[2].state = CE_WATCHED_MISSING;
  ce_watched_list_take_states(list, older);
  assert_int_equal(list->items[2].state, CE_WATCHED_MISSING);
  assert_int_equal(list->items[0].state, CE_WATCHED_IN_PLACE);
  assert_int_equal(ce_watched_list_make(NULL, &none, &err), CE_OK);
  ce_watched_list_take_states(list, none);
  assert_int_equal(list->items[2].state, CE_WATCHED_MISSING);
}

static void judges_files(void **state) {
  (void)state;
  const struct ce_path_state expected = {
      .type = CE_PATH_FILE, .mode = 0644, .size_bytes = 4, .digest_known = true, .sha256.bytes = {1}};
  struct ce_path_state actual = expected;
  assert_int_equal(ce_watched_judge(&expected, &actual), CE_WATCHED_IN_PLACE);
  actual.sha256.bytes[0] = 2;
  assert_int_equal(ce_watched_judge(&expected, &actual), CE_WATCHED_CHANGED);
  actual.digest_known = false;
  assert_int_equal(ce_watched_judge(&expected, &actual), CE_WATCHED_IN_PLACE);
  actual.size_bytes = 5;
  assert_int_equal(ce_watched_judge(&expected, &actual), CE_WATCHED_CHANGED);
  actual = expected;
  actual.mode = 04644;
  assert_int_equal(ce_watched_judge(&expected, &actual), CE_WATCHED_CHANGED);
  actual.type = CE_PATH_DIRECTORY;
  assert_int_equal(ce_watched_judge(&expected, &actual), CE_WATCHED_CHANGED);
  actual.type = CE_PATH_ABSENT;
  assert_int_equal(ce_watched_judge(&expected, &actual), CE_WATCHED_MISSING);
}

static void judges_links_by_what_they_say(void **state) {
  (void)state;
  const struct ce_path_state expected = {.type = CE_PATH_LINK, .link_target = (char[]){"a"}};
  const struct ce_path_state same = {.type = CE_PATH_LINK, .mode = 0777, .link_target = (char[]){"a"}};
  const struct ce_path_state other = {.type = CE_PATH_LINK, .link_target = (char[]){"b"}};
  assert_int_equal(ce_watched_judge(&expected, &same), CE_WATCHED_IN_PLACE);
  assert_int_equal(ce_watched_judge(&expected, &other), CE_WATCHED_CHANGED);
}

static void assert_message(enum ce_watched_state from, enum ce_watched_state to, const char *expected) {
  struct ce_error err;
  CE_AUTO(ce_free) char *line = NULL;
  assert_int_equal(ce_watched_message("etc/x", from, to, &line, &err), CE_OK);
  if (expected) {
    assert_string_equal(line, expected);
  } else {
    assert_null(line);
  }
}

static void says_changes_and_nothing_else(void **state) {
  (void)state;
  assert_message(CE_WATCHED_IN_PLACE, CE_WATCHED_IN_PLACE, NULL);
  assert_message(CE_WATCHED_MISSING, CE_WATCHED_MISSING, NULL);
  assert_message(CE_WATCHED_IN_PLACE, CE_WATCHED_MISSING,
                 "<4>/etc/x is missing; 'certenv repair' puts it back");
  assert_message(CE_WATCHED_MISSING, CE_WATCHED_CHANGED,
                 "<4>/etc/x is not what was installed; 'certenv repair' puts it back");
  assert_message(CE_WATCHED_CHANGED, CE_WATCHED_IN_PLACE, "<5>/etc/x is in place again");
  assert_message(CE_WATCHED_IN_PLACE, CE_WATCHED_UNREADABLE, "<4>/etc/x cannot be looked at");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_paths_programs_and_modules),
      cmocka_unit_test(takes_nothing_when_nothing_is_installed),
      cmocka_unit_test(keeps_states_over_a_new_receipt),
      cmocka_unit_test(judges_files),
      cmocka_unit_test(judges_links_by_what_they_say),
      cmocka_unit_test(says_changes_and_nothing_else),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
