/* SPDX-License-Identifier: Apache-2.0
 * Tests of guard/os-release. */
#include "guard/os-release.h"
#include "temp-tree.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct ce_os_release read_below(const char *root) {
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  struct ce_error err;
  struct ce_os_release system;
  assert_int_equal(ce_fs_open_root(root, &fs, &err), CE_OK);
  ce_os_release_read(fs, &system);
  return system;
}

static int set_up(void **state) {
  char *root = temp_make();
  temp_directory(root, "etc");
  temp_directory(root, "usr");
  temp_directory(root, "usr/lib");
  *state = root;
  return 0;
}

static int tear_down(void **state) {
  temp_remove(*state);
  return 0;
}

static void reads_what_the_system_calls_itself(void **state) {
  temp_write(*state, "etc/os-release",
             "MY_PRETTY_NAME=no\n# ID=no\nID=\"uos\"\nID_LIKE='debian deepin'\n"
             "PRETTY_NAME=\"UnionTech OS\"\nVERSION_ID=\"20\"\n",
             0644);
  temp_write(*state, "usr/lib/os-release", "ID=no\n", 0644);
  struct ce_os_release system = read_below(*state);
  assert_string_equal(system.id, "uos");
  assert_string_equal(system.like, "debian deepin");
  assert_string_equal(system.version, "20");
  assert_string_equal(system.pretty_name, "UnionTech OS");
}

static void follows_the_usual_link(void **state) {
  temp_link(*state, "etc/os-release", "../usr/lib/os-release");
  temp_write(*state, "usr/lib/os-release", "ID=debian\nVERSION_ID=12\nVERSION_ID=13", 0644);
  struct ce_os_release system = read_below(*state);
  assert_string_equal(system.id, "debian");
  assert_string_equal(system.version, "13"); /* a shell would read it so */
  assert_string_equal(system.like, "");
}

static void says_nothing_where_nothing_can_be_read(void **state) {
  struct ce_os_release system = read_below(*state);
  assert_string_equal(system.id, "");
  assert_string_equal(system.like, "");
  assert_string_equal(system.version, "");
  assert_string_equal(system.pretty_name, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(reads_what_the_system_calls_itself, set_up, tear_down),
      cmocka_unit_test_setup_teardown(follows_the_usual_link, set_up, tear_down),
      cmocka_unit_test_setup_teardown(says_nothing_where_nothing_can_be_read, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
