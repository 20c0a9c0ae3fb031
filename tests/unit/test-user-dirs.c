/* SPDX-License-Identifier: Apache-2.0
 * Tests of reading user-dirs.dirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "launcher/user-dirs.h"

#include <stdio.h>
#include <string.h>

#define HOME "/home/zhang"

/* path is NULL where the state says all. */
static void check(const char *text, enum ce_user_dirs_desktop desktop, const char *path) {
  CE_AUTO(ce_user_dirs) struct ce_user_dirs dirs = {0};
  struct ce_error err;
  assert_int_equal(ce_user_dirs_parse(text, strlen(text), HOME, &dirs, &err), CE_OK);
  assert_int_equal(dirs.desktop, desktop);
  if (path) {
    assert_string_equal(dirs.path, path);
  } else {
    assert_null(dirs.path);
  }
}

static void takes_paths_below_the_home_and_absolute_ones(void **state) {
  (void)state;
  check("XDG_DESKTOP_DIR=\"$HOME/桌面\"\n", CE_USER_DIRS_NAMED, HOME "/桌面");
  check("XDG_DOWNLOAD_DIR=\"$HOME/x\"\n \tXDG_DESKTOP_DIR = \"/data/desk/\"", CE_USER_DIRS_NAMED,
        "/data/desk");
  check("XDG_DESKTOP_DIR=\"$HOME/a\\\"b\\\\c\"", CE_USER_DIRS_NAMED, HOME "/a\"b\\c");
  check("XDG_DESKTOP_DIR=\"$HOME/a\"\nXDG_DESKTOP_DIR=\"$HOME/b\"\n", CE_USER_DIRS_NAMED, HOME "/b");
}

static void knows_a_desktop_that_is_turned_off(void **state) {
  (void)state;
  check("XDG_DESKTOP_DIR=\"$HOME/\"\n", CE_USER_DIRS_DISABLED, NULL);
  check("XDG_DESKTOP_DIR=\"$HOME\"\n", CE_USER_DIRS_DISABLED, NULL);
  check("XDG_DESKTOP_DIR=\"" HOME "//\"\n", CE_USER_DIRS_DISABLED, NULL);
  check("XDG_DESKTOP_DIR=\"/\"\n", CE_USER_DIRS_DISABLED, NULL);
}

static void passes_over_what_only_a_shell_understands(void **state) {
  (void)state;
  static const char *const texts[] = {
      "",
      "XDG_DESKTOP_DIR",
      "XDG_DESKTOP_DIR=",
      "XDG_DESKTOP_DIR=$HOME/Desktop\n",
      "XDG_DESKTOP_DIR='$HOME/Desktop'\n",
      "XDG_DESKTOP_DIR=\"Desktop\"\n",
      "XDG_DESKTOP_DIR=\"$HOMEx/Desktop\"\n",
      "XDG_DESKTOP_DIR=\"$(id)/Desktop\"\n",
      "XDG_DESKTOP_DIR=\"$HOME/Desk\ntop\"\n",
      "XDG_DESKTOP_DIR=\"$HOME/Desktop",
      "XDG_DESKTOP_DIR=\"$HOME/Desktop\\",
      "XDG_DESKTOP_DIR=\"$HOME/\x01\"\n",
      "XDG_DESKTOP_DIR=\"$HOME/\xff\xfe\"\n",
      "#XDG_DESKTOP_DIR=\"$HOME/Desktop\"\n",
      "XDG_DESKTOP_DIRS=\"$HOME/Desktop\"\n",
  };
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    check(texts[i], CE_USER_DIRS_UNSET, NULL);
  }
}

static void does_not_run_what_looks_like_a_command(void **state) {
  (void)state;
  check("XDG_DESKTOP_DIR=\"$HOME/$(id)`id`\"\n", CE_USER_DIRS_NAMED, HOME "/$(id)`id`");
}

static void passes_over_a_path_that_is_too_long(void **state) {
  (void)state;
  char text[2 * CE_USER_DIRS_PATH_BYTES_MAX];
  int used = snprintf(text, sizeof text, "XDG_DESKTOP_DIR=\"/%0*d\"\n", CE_USER_DIRS_PATH_BYTES_MAX, 0);
  CE_AUTO(ce_user_dirs) struct ce_user_dirs dirs = {0};
  struct ce_error err;
  assert_int_equal(ce_user_dirs_parse(text, (size_t)used, HOME, &dirs, &err), CE_OK);
  assert_int_equal(dirs.desktop, CE_USER_DIRS_UNSET);
}

static void passes_over_a_nul_byte(void **state) {
  (void)state;
  static const char text[] = "XDG_DESKTOP_DIR=\"$HOME/a\0b\"\nXDG_DESKTOP_DIR=\"$HOME/c\"";
  CE_AUTO(ce_user_dirs) struct ce_user_dirs dirs = {0};
  struct ce_error err;
  assert_int_equal(ce_user_dirs_parse(text, sizeof text - 1, HOME, &dirs, &err), CE_OK);
  assert_string_equal(dirs.path, HOME "/c");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_paths_below_the_home_and_absolute_ones),
      cmocka_unit_test(knows_a_desktop_that_is_turned_off),
      cmocka_unit_test(passes_over_what_only_a_shell_understands),
      cmocka_unit_test(does_not_run_what_looks_like_a_command),
      cmocka_unit_test(passes_over_a_path_that_is_too_long),
      cmocka_unit_test(passes_over_a_nul_byte),
  };
  return cmocka_run_group_tests_name("user-dirs", tests, NULL, NULL);
}
