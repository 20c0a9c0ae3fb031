/* SPDX-License-Identifier: Apache-2.0
 * Packages, good and hostile: what members must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "package-scene.h"

static void visits_members_in_order_with_their_data(void **state) {
  struct package_scene *scene = *state;
  put_usual(scene);
  assert_int_equal(walk(scene), CE_OK);
  static const char before[] = "begin a.txt\nhelloend a.txt\nbegin b\nend b\nbegin c/big\n";
  size_t start = sizeof before - 1;
  assert_int_equal(scene->seen.size, start + BIG_SIZE + strlen("end c/big\n"));
  assert_memory_equal(scene->seen.data, before, start);
  assert_memory_equal(scene->seen.data + start, big_bytes(), BIG_SIZE);
}

static void skips_what_the_visitor_does_not_want(void **state) {
  struct package_scene *scene = *state;
  scene->unwanted = "c/big";
  put_usual(scene);
  assert_int_equal(walk(scene), CE_OK);
  assert_string_equal(ce_blob_text(&scene->seen),
                      "begin a.txt\nhelloend a.txt\nbegin b\nend b\nbegin c/big\n");
}

static void ends_with_the_visitors_failure(void **state) {
  struct package_scene *scene = *state;
  scene->visitor_fails = CE_NO_SPACE;
  put_usual(scene);
  assert_int_equal(walk(scene), CE_NO_SPACE);
  assert_string_equal(scene->err.detail, "full");
}

/* More members and bytes than all boxes between the two threads hold. */
static void put_much(struct package_scene *scene, size_t small_count) {
  static char paths[3000][16];
  list_start(scene);
  list_file(scene, "a", big_bytes(), BIG_SIZE);
  list_file(scene, "b", big_bytes(), BIG_SIZE);
  for (size_t i = 0; i < small_count; i++) {
    snprintf(paths[i], sizeof paths[i], "c%04zu", i);
    list_file(scene, paths[i], "hello", 5);
  }
  list_file(scene, "d", big_bytes(), BIG_SIZE);
  list_end(scene);
  put_file(scene, "a", 0644, big_bytes(), BIG_SIZE);
  put_file(scene, "b", 0644, big_bytes(), BIG_SIZE);
  for (size_t i = 0; i < small_count; i++) {
    put_text(scene, paths[i], "hello");
  }
}

static void tells_the_same_when_it_reads_ahead_of_a_large_package(void **state) {
  struct package_scene *scene = *state;
  put_much(scene, 3000);
  put_file(scene, "d", 0644, big_bytes(), BIG_SIZE);
  put_end(scene);
  assert_int_equal(walk(scene), CE_OK);
}

static void tells_what_comes_before_a_fault_far_behind(void **state) {
  struct package_scene *scene = *state;
  put_much(scene, 3000);
  put_file(scene, "e", 0644, big_bytes(), BIG_SIZE);
  put_end(scene);
  assert_refused(scene, "the manifest has d in this place");
  assert_non_null(strstr(ce_blob_text(&scene->seen) + scene->seen.size - 32, "end c2999"));
}

static void stops_reading_ahead_when_the_visitor_fails(void **state) {
  struct package_scene *scene = *state;
  scene->visitor_fails = CE_NO_SPACE;
  put_much(scene, 3000);
  put_file(scene, "d", 0644, big_bytes(), BIG_SIZE);
  put_end(scene);
  assert_int_equal(walk(scene), CE_NO_SPACE);
  assert_string_equal(ce_blob_text(&scene->seen), "begin a\n");
}

static void reads_names_that_are_too_long_for_ustar(void **state) {
  struct package_scene *scene = *state;
  char path[420], target[512];
  memset(path, 'x', sizeof path);
  path[200] = '/';
  path[sizeof path - 1] = '\0';
  snprintf(target, sizeof target, "../%s", path);
  list_start(scene);
  list_link(scene, "link/to", target);
  list_file(scene, path, "hello", 5);
  list_end(scene);
  put_link(scene, "link/to", target);
  put_text(scene, path, "hello");
  put_end(scene);
  assert_int_equal(walk(scene), CE_OK);
}

static void accepts_a_package_without_files(void **state) {
  struct package_scene *scene = *state;
  list_start(scene);
  list_end(scene);
  put_end(scene);
  assert_int_equal(walk(scene), CE_OK);
  assert_int_equal(scene->seen.size, 0);
}

static void refuses_members_in_another_order(void **state) {
  struct package_scene *scene = *state;
  list_usual(scene);
  put_link(scene, "b", "a.txt");
  put_text(scene, "a.txt", "hello");
  put_file(scene, "c/big", 0644, big_bytes(), BIG_SIZE);
  put_end(scene);
  assert_refused(scene, "the manifest has a.txt in this place");
}

static void refuses_a_member_that_the_manifest_does_not_know(void **state) {
  struct package_scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_end(scene);
  put_text(scene, "a.txt", "hello");
  put_text(scene, "z.txt", "more");
  put_end(scene);
  assert_refused(scene, "the manifest does not know it");
  assert_string_equal(scene->err.subject, "z.txt");
}

static void refuses_a_package_with_a_member_missing(void **state) {
  struct package_scene *scene = *state;
  list_usual(scene);
  put_text(scene, "a.txt", "hello");
  put_link(scene, "b", "a.txt");
  put_end(scene);
  assert_refused(scene, "it is missing in the package");
  assert_string_equal(scene->err.subject, "c/big");
}

static void refuses_a_member_of_another_size(void **state) {
  struct package_scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_end(scene);
  put_text(scene, "a.txt", "hello!");
  put_end(scene);
  assert_refused(scene, "its size is not the one");
}

static void refuses_a_member_with_other_content(void **state) {
  struct package_scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_end(scene);
  put_text(scene, "a.txt", "hallo");
  put_end(scene);
  assert_refused(scene, "its content is not what");
  assert_null(strstr(ce_blob_text(&scene->seen), "end a.txt"));
}

static void refuses_a_link_to_elsewhere(void **state) {
  struct package_scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_link(scene, "b", "a.txt");
  list_end(scene);
  put_text(scene, "a.txt", "hello");
  put_link(scene, "b", "../../etc/passwd");
  put_end(scene);
  assert_refused(scene, "it is not the link");
}

static void refuses_anything_but_plain_files_and_links(void **state) {
  struct package_scene *scene = *state;
  static const char types[] = {'1', '3', '4', '5', '6', '2'};
  for (size_t i = 0; i < sizeof types; i++) {
    ce_blob_clear(&scene->tar);
    ce_blob_clear(&scene->manifest);
    list_start(scene);
    list_file(scene, "a.txt", "", 0);
    list_file(scene, "b.txt", "", 0);
    list_end(scene);
    put_text(scene, "a.txt", "");
    put_odd(scene, "b.txt", types[i], "a.txt");
    put_end(scene);
    if (walk(scene) != CE_PACKAGE_INVALID) {
      fail_msg("a member of type '%c' was accepted", types[i]);
    }
  }
}

static void refuses_a_file_in_the_place_of_a_link(void **state) {
  struct package_scene *scene = *state;
  list_start(scene);
  list_file(scene, "a.txt", "hello", 5);
  list_link(scene, "b", "a.txt");
  list_end(scene);
  put_text(scene, "a.txt", "hello");
  put_text(scene, "b", "a.txt");
  put_end(scene);
  assert_refused(scene, "it is not the link");
}

static void refuses_another_mode_and_setuid_above_all(void **state) {
  struct package_scene *scene = *state;
  static const uint32_t modes[] = {04644, 02644, 01644, 0755, 0600};
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    ce_blob_clear(&scene->tar);
    ce_blob_clear(&scene->manifest);
    list_start(scene);
    list_file(scene, "a.txt", "hello", 5);
    list_end(scene);
    put_file(scene, "a.txt", modes[i], "hello", 5);
    put_end(scene);
    assert_refused(scene, "its mode is not the one");
  }
}

static void refuses_a_package_that_does_not_start_with_its_manifest(void **state) {
  struct package_scene *scene = *state;
  put_text(scene, "a.txt", "hello");
  list_usual(scene);
  put_end(scene);
  assert_refused(scene, "not the first member");
  ce_blob_clear(&scene->tar);
  put_end(scene);
  assert_int_equal(walk(scene), CE_PACKAGE_INVALID);
  ce_blob_clear(&scene->tar);
  put_link(scene, "manifest.json", "/etc/passwd");
  put_end(scene);
  assert_refused(scene, "not a plain file");
}

static void tells_a_newer_format(void **state) {
  struct package_scene *scene = *state;
  put_text(scene, "manifest.json", "{\"format\":2}");
  put_end(scene);
  assert_int_equal(walk(scene), CE_PACKAGE_FORMAT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, package_set_up, package_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(visits_members_in_order_with_their_data),
      TEST(skips_what_the_visitor_does_not_want),
      TEST(ends_with_the_visitors_failure),
      TEST(tells_the_same_when_it_reads_ahead_of_a_large_package),
      TEST(tells_what_comes_before_a_fault_far_behind),
      TEST(stops_reading_ahead_when_the_visitor_fails),
      TEST(reads_names_that_are_too_long_for_ustar),
      TEST(accepts_a_package_without_files),
      TEST(refuses_members_in_another_order),
      TEST(refuses_a_member_that_the_manifest_does_not_know),
      TEST(refuses_a_package_with_a_member_missing),
      TEST(refuses_a_member_of_another_size),
      TEST(refuses_a_member_with_other_content),
      TEST(refuses_a_link_to_elsewhere),
      TEST(refuses_anything_but_plain_files_and_links),
      TEST(refuses_a_file_in_the_place_of_a_link),
      TEST(refuses_another_mode_and_setuid_above_all),
      TEST(refuses_a_package_that_does_not_start_with_its_manifest),
      TEST(tells_a_newer_format),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
