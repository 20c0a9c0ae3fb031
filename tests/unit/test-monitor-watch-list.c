/* SPDX-License-Identifier: Apache-2.0
 * Tests of which directories are watched for a path and of what their events mean. */
#include "monitor/watch-list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/inotify.h>

#include <cmocka.h>

#define ITSELF (IN_DELETE_SELF | IN_MOVE_SELF)
#define PATH   "etc/udev/rules.d/70-certenv.rules"

/* context is the deepest directory that exists on the way, as a prefix. */
static bool exists(void *context, const char *directory) {
  const char *deepest = context;
  return strncmp(deepest, directory, strlen(directory)) == 0;
}

static uint32_t mask_of(const struct ce_watch_list *list, const char *directory) {
  for (size_t i = 0; i < list->count; i++) {
    if (strcmp(list->items[i].directory, directory) == 0) {
      return list->items[i].mask;
    }
  }
  return 0;
}

static void add(struct ce_watch_list *list, const char *path, char *deepest) {
  struct ce_error err;
  assert_int_equal(ce_watch_list_add(list, path, exists, deepest, &err), CE_OK);
}

static void watches_entries_of_the_parent_and_moves_above_it(void **state) {
  (void)state;
  CE_AUTO(ce_watch_list) struct ce_watch_list list = {0};
  add(&list, PATH, (char[]){"etc/udev/rules.d"});
  assert_int_equal(list.count, 4);
  assert_int_equal(mask_of(&list, ""), ITSELF);
  assert_int_equal(mask_of(&list, "etc"), ITSELF);
  assert_int_equal(mask_of(&list, "etc/udev"), ITSELF);
  uint32_t entries = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB;
  assert_int_equal(mask_of(&list, "etc/udev/rules.d"), ITSELF | entries);
}

static void watches_the_nearest_directory_for_the_return_of_a_missing_one(void **state) {
  (void)state;
  CE_AUTO(ce_watch_list) struct ce_watch_list list = {0};
  add(&list, PATH, (char[]){"etc"});
  assert_int_equal(list.count, 2);
  assert_int_equal(mask_of(&list, "etc"), ITSELF | IN_CREATE | IN_MOVED_TO);
}

static void watches_the_root_when_all_is_missing(void **state) {
  (void)state;
  CE_AUTO(ce_watch_list) struct ce_watch_list list = {0};
  add(&list, PATH, (char[]){""});
  assert_int_equal(list.count, 1);
  assert_int_equal(mask_of(&list, ""), ITSELF | IN_CREATE | IN_MOVED_TO);
}

static void watches_a_shared_directory_once_with_all_masks(void **state) {
  (void)state;
  CE_AUTO(ce_watch_list) struct ce_watch_list list = {0};
  add(&list, PATH, (char[]){"etc/udev/rules.d"});
  add(&list, "etc/pkcs11/modules/a.module", (char[]){"etc"});
  add(&list, "etc/file", (char[]){"etc"});
  assert_int_equal(list.count, 4);
  assert_true(mask_of(&list, "etc") & IN_CLOSE_WRITE);
  assert_true(mask_of(&list, "etc") & IN_MOVE_SELF);
}

static void means_the_path_when_the_path_is_named(void **state) {
  (void)state;
  assert_int_equal(ce_watch_meaning("etc/udev/rules.d", IN_DELETE, "70-certenv.rules", PATH), CE_WATCH_PATH);
  assert_int_equal(ce_watch_meaning("etc/udev/rules.d", IN_CLOSE_WRITE, "70-certenv.rules", PATH),
                   CE_WATCH_PATH);
  assert_int_equal(ce_watch_meaning("", IN_CREATE, "top", "top"), CE_WATCH_PATH);
  assert_int_equal(ce_watch_meaning("etc/dir", IN_ATTRIB, "", "etc/dir"), CE_WATCH_PATH);
}

static void means_nothing_when_another_is_named(void **state) {
  (void)state;
  static const char *const others[] = {"99-local.rules", "70-certenv.rules.dpkg-new", "70-certenv.rule", "7"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    assert_int_equal(ce_watch_meaning("etc/udev/rules.d", IN_CREATE, others[i], PATH), CE_WATCH_NOTHING);
  }
  assert_int_equal(ce_watch_meaning("etc/udev/rules", IN_CREATE, "70-certenv.rules", PATH), CE_WATCH_NOTHING);
  assert_int_equal(ce_watch_meaning("usr", IN_MOVE_SELF, "", PATH), CE_WATCH_NOTHING);
  assert_int_equal(ce_watch_meaning("etc/udev/rules.d", IN_ATTRIB, "", PATH), CE_WATCH_NOTHING);
}

static void means_directories_when_one_on_the_way_goes_or_comes(void **state) {
  (void)state;
  assert_int_equal(ce_watch_meaning("etc/udev", IN_MOVE_SELF, "", PATH), CE_WATCH_DIRECTORIES);
  assert_int_equal(ce_watch_meaning("etc/udev/rules.d", IN_DELETE_SELF, "", PATH), CE_WATCH_DIRECTORIES);
  assert_int_equal(ce_watch_meaning("etc", IN_CREATE | IN_ISDIR, "udev", PATH), CE_WATCH_DIRECTORIES);
  assert_int_equal(ce_watch_meaning("", IN_MOVED_TO | IN_ISDIR, "etc", PATH), CE_WATCH_DIRECTORIES);
  assert_int_equal(ce_watch_meaning("", IN_Q_OVERFLOW, "", PATH), CE_WATCH_DIRECTORIES);
  assert_int_equal(ce_watch_meaning("etc", IN_UNMOUNT, "", PATH), CE_WATCH_DIRECTORIES);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(watches_entries_of_the_parent_and_moves_above_it),
      cmocka_unit_test(watches_the_nearest_directory_for_the_return_of_a_missing_one),
      cmocka_unit_test(watches_the_root_when_all_is_missing),
      cmocka_unit_test(watches_a_shared_directory_once_with_all_masks),
      cmocka_unit_test(means_the_path_when_the_path_is_named),
      cmocka_unit_test(means_nothing_when_another_is_named),
      cmocka_unit_test(means_directories_when_one_on_the_way_goes_or_comes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
