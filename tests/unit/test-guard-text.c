/* SPDX-License-Identifier: Apache-2.0
 * Tests of the small texts that a look reads, and of names. */
#include "guard/mountinfo.h"
#include "guard/product.h"
#include "guard/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *setting(const char *text, const char *key) {
  static char value[CE_SETTING_SIZE];
  return ce_text_setting(text, strlen(text), key, value) ? value : NULL;
}

static void reads_settings_in_all_their_forms(void **state) {
  (void)state;
  assert_string_equal(setting("permissive = 0\n", "permissive"), "0");
  assert_string_equal(setting("  permissive=1", "permissive"), "1");
  assert_string_equal(setting("OnAccessPrevention yes\r\n", "OnAccessPrevention"), "yes");
  assert_string_equal(setting("ID=\"uos\"\n", "ID"), "uos");
  assert_string_equal(setting("a = 1\na = 2\n", "a"), "2");
  assert_string_equal(setting("a =\n", "a"), "");
}

static void takes_no_other_line_for_a_setting(void **state) {
  (void)state;
  assert_null(setting("", "a"));
  assert_null(setting("# permissive = 1\n", "permissive"));
  assert_null(setting("permissive_mode = 1\n", "permissive"));
  assert_null(setting("x permissive = 1\n", "permissive"));
  assert_null(setting("permissive\n", "permissive"));
  assert_null(setting("VERSION_ID=2\n", "ID"));
}

static void refuses_a_value_without_end(void **state) {
  (void)state;
  char text[2 * CE_SETTING_SIZE];
  memset(text, 'x', sizeof text);
  memcpy(text, "a=", 2);
  char value[CE_SETTING_SIZE];
  assert_false(ce_text_setting(text, sizeof text, "a", value));
  assert_false(ce_text_setting("a=x\0y", 5, "a", value));
}

static void finds_one_of_many_settings(void **state) {
  (void)state;
  static const char text[] = "Path /var\nPath /opt/certenv\nPath /home\n";
  assert_true(ce_text_has_setting(text, sizeof text - 1, "Path", "/opt/certenv"));
  assert_false(ce_text_has_setting(text, sizeof text - 1, "Path", "/opt"));
}

static void finds_words_of_a_list(void **state) {
  (void)state;
  static const char text[] = "org.a,certenv ,b\nlast";
  assert_true(ce_text_lists(text, sizeof text - 1, "certenv"));
  assert_true(ce_text_lists(text, sizeof text - 1, "last"));
  assert_false(ce_text_lists(text, sizeof text - 1, "org"));
  assert_false(ce_text_lists(text, 8, "certenv"));
  assert_false(ce_text_lists("", 0, "certenv"));
}

static bool asks(const char *text) {
  return ce_text_asks_before_access(text, strlen(text));
}

static void tells_who_is_asked_from_who_is_told(void **state) {
  (void)state;
  assert_true(asks(
      "pos:\t0\nfanotify flags:4 event-flags:0\nfanotify mnt_id:1f mflags:0 mask:10000 ignored_mask:0\n"));
  assert_true(asks("fanotify sdev:800001 mflags:0 mask:40020 ignored_mask:0\n"));
  assert_false(asks("fanotify mnt_id:1f mflags:0 mask:3b ignored_mask:70000\n"));
  assert_false(asks("fanotify flags:4 event-flags:0\n"));
  assert_false(asks("inotify wd:1 ino:2 sdev:3 mask:10000\n"));
  assert_false(asks("fanotify mnt_id:1f mask:"));
}

static void compares_names_exactly_or_by_their_beginning(void **state) {
  (void)state;
  assert_true(ce_sign_matches("eppagent", "eppagent", 8));
  assert_false(ce_sign_matches("eppagent", "eppagent2", 9));
  assert_false(ce_sign_matches("eppagent", "eppagen", 7));
  assert_true(ce_sign_matches("360safe*", "360safe", 7));
  assert_true(ce_sign_matches("360safe*", "360safe-suite", 13));
  assert_false(ce_sign_matches("360safe*", "360saf", 6));
}

static bool is_noexec(const char *text, const char *path) {
  struct ce_mount mount;
  return ce_mountinfo_find(text, strlen(text), path, &mount) && mount.noexec;
}

static void finds_the_mount_that_counts(void **state) {
  (void)state;
  static const char text[] = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
                             "30 22 0:26 / /opt rw,noexec shared:2 - tmpfs tmpfs rw\n"
                             "31 30 0:27 / /opt/certenv rw,nosuid - tmpfs tmpfs rw\n"
                             "32 22 0:28 / /a rw,noexec - tmpfs tmpfs rw\n"
                             "33 22 0:29 / /a rw - tmpfs tmpfs rw,noexec\n"
                             "34 22 0:30 / /with\\040blank rw,noexec master:1 - tmpfs tmpfs rw\n";
  assert_true(is_noexec(text, "/opt"));
  assert_true(is_noexec(text, "/opt/other"));
  assert_false(is_noexec(text, "/opt/certenv/current"));
  assert_false(is_noexec(text, "/option"));
  assert_false(is_noexec(text, "/a/b"));
  assert_true(is_noexec(text, "/with blank/x"));
}

static void counts_no_line_that_breaks_the_format(void **state) {
  (void)state;
  struct ce_mount mount;
  static const char text[] =
      "\n1 2 3 4 /opt\n1 2 3 / relative rw,noexec - a b c\n1 2 3 / /x\\000 noexec - a b c\n";
  assert_false(ce_mountinfo_find(text, sizeof text - 1, "/opt", &mount));
  assert_false(ce_mountinfo_find("", 0, "/opt", &mount));
}

/* Rows that the table must not have: a low name that is the only sign of a verdict is caught by the golden
 * cases. */
static void has_a_sound_table(void **state) {
  (void)state;
  for (size_t i = 0; i < CE_PRODUCT_COUNT; i++) {
    const struct ce_product_row *row = &ce_products[i];
    assert_true(row->id[0] && row->name_en[0] && row->name_zh[0]);
    assert_true(row->remedy || row->manner == CE_MANNER_MONITORS);
    for (size_t j = 0; j < i; j++) {
      assert_string_not_equal(row->id, ce_products[j].id);
    }
  }
  for (size_t i = 0; i < ce_sign_count; i++) {
    const char *star = strchr(ce_signs[i].pattern, '*');
    assert_true(ce_signs[i].pattern[0] != '/' && ce_signs[i].pattern[0] != '*');
    assert_true(!star || star[1] == '\0');
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_settings_in_all_their_forms),
      cmocka_unit_test(takes_no_other_line_for_a_setting),
      cmocka_unit_test(refuses_a_value_without_end),
      cmocka_unit_test(finds_one_of_many_settings),
      cmocka_unit_test(finds_words_of_a_list),
      cmocka_unit_test(tells_who_is_asked_from_who_is_told),
      cmocka_unit_test(compares_names_exactly_or_by_their_beginning),
      cmocka_unit_test(finds_the_mount_that_counts),
      cmocka_unit_test(counts_no_line_that_breaks_the_format),
      cmocka_unit_test(has_a_sound_table),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
