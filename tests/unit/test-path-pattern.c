/* SPDX-License-Identifier: Apache-2.0
 * Tests of the patterns by which delegations name target paths. */
#include "trust/path-pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct row {
  const char *pattern, *path;
  bool matches;
};

static void check_rows(const struct row *rows, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (ce_path_pattern_matches(rows[i].pattern, rows[i].path) != rows[i].matches) {
      fail_msg("row %zu: '%s' and '%s'", i, rows[i].pattern, rows[i].path);
    }
  }
}

static void matches_the_specification_s_examples(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"targets/*.tgz", "targets/foo.tgz", true},
      {"targets/*.tgz", "targets/bar.tgz", true},
      {"targets/*.tgz", "targets/foo.txt", false},
      {"foo-version-?.tgz", "foo-version-2.tgz", true},
      {"foo-version-?.tgz", "foo-version-a.tgz", true},
      {"foo-version-?.tgz", "foo-version-alpha.tgz", false},
      {"*.tgz", "foo.tgz", true},
      {"*.tgz", "bar.tgz", true},
      {"*.tgz", "targets/foo.tgz", false},
      {"foo.tgz", "foo.tgz", true},
      {"foo.tgz", "foo.tgz2", false},
      {"foo.tgz", "fooxtgz", false},
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

static void keeps_every_wildcard_within_a_segment(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"*", "a/b", false},      {"*/*", "a/b", true},    {"*/*", "a", false},     {"*/*", "a/b/c", false},
      {"**", "a/b", false},     {"a?b", "a/b", false},   {"a[/]b", "a/b", false}, {"a[.-0]b", "a/b", false},
      {"a[!x]b", "a/b", false}, {"a/*", "a/", true},     {"a/*", "a", false},     {"a/", "a/", true},
      {"a", "a/", false},       {"/a", "/a", true},      {"/a", "a", false},      {"*/a", "/a", true},
      {"a/*/c", "a/b/c", true}, {"a/*/c", "a//c", true}, {"a/*/c", "a/c", false}, {"a/b*", "a/b/c", false},
      {"a//c", "a//c", true},   {"a/c", "a//c", false},
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

static void lets_a_star_stand_for_anything(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"*", "", true},       {"*", "a", true},        {"*", ".hidden", true},   {"", "", true},
      {"", "a", false},      {"a", "", false},        {"a*", "a", true},        {"a*b", "ab", true},
      {"a*b", "axxb", true}, {"a*b", "axxbx", false}, {"a*b*c", "abxbc", true}, {"a*b*c", "acb", false},
      {"*a", "aaa", true},   {"*ab", "aab", true},    {"*ab*", "xxaab", true},  {"a*a*a", "aa", false},
      {"a**c", "abc", true}, {"*?", "", false},       {"*?", "a", true},        {"?*?", "a", false},
      {"?*?", "ab", true},   {"*.*.*", "a.b", false}, {"*.*.*", "a.b.c", true},
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

static void matches_sets_of_characters(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"[abc]", "b", true},
      {"[abc]", "d", false},
      {"[a-c]", "b", true},
      {"[a-c]", "d", false},
      {"[!abc]", "d", true},
      {"[!abc]", "a", false},
      {"[!a-c]", "z", true},
      {"[^a]", "^", true},
      {"[^a]", "b", false},
      {"[]]", "]", true},
      {"[!]]", "]", false},
      {"[!]]", "a", true},
      {"[]a]", "a", true},
      {"[a-]", "-", true},
      {"[a-]", "b", false},
      {"[-a]", "-", true},
      {"[]-a]", "_", true},
      {"[c-a]", "b", false},
      {"[a", "[a", true},
      {"[a", "a", false},
      {"[", "[", true},
      {"[]", "[]", true},
      {"[!", "[!", true},
      {"[!]", "[!]", true},
      {"x[a/b]", "x[a/b]", true},
      {"[*]", "*", true},
      {"[*]", "a", false},
      {"[?]", "?", true},
      {"v[0-9].[0-9]", "v1.2", true},
      {"*[0-9]", "a1b2", true},
      {"*[0-9]x", "1y2x", true},
      {"[ab][cd]", "ac", true},
      {"[[]", "[", true},
      {"[a]b]", "ab]", true},
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

static void takes_a_backslash_as_itself(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"\\*", "\\anything", true},
      {"\\*", "*", false},
      {"a\\b", "a\\b", true},
      {"[\\]", "\\", true},
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

static void counts_characters_and_not_bytes(void **state) {
  (void)state;
  static const struct row rows[] = {
      {"?", "中", true},           {"??", "中", false},    {"?.txt", "😀.txt", true}, {"[中文]", "文", true},
      {"[!中]", "文", true},       {"[!中]", "中", false}, {"[一-龥]", "桌", true},  {"[a-z]", "中", false},
      {"*中*", "a中b", true},      {"[é]x", "éx", true},   {"é", "è", false},        {"?", "\xff", true},
      {"\xff*", "\xff\xfe", true},
  };
  check_rows(rows, sizeof rows / sizeof *rows);
}

/* Would take for ever if every star were tried against every other. */
static void stays_fast_with_many_stars(void **state) {
  (void)state;
  char pattern[1024];
  char path[1025];
  for (size_t i = 0; i + 2 < sizeof pattern; i += 2) {
    memcpy(pattern + i, "*a", 2);
  }
  memcpy(pattern + sizeof pattern - 2, "b", 2);
  memset(path, 'a', sizeof path - 1);
  path[sizeof path - 1] = '\0';
  assert_false(ce_path_pattern_matches(pattern, path));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(matches_the_specification_s_examples),
      cmocka_unit_test(keeps_every_wildcard_within_a_segment),
      cmocka_unit_test(lets_a_star_stand_for_anything),
      cmocka_unit_test(matches_sets_of_characters),
      cmocka_unit_test(takes_a_backslash_as_itself),
      cmocka_unit_test(counts_characters_and_not_bytes),
      cmocka_unit_test(stays_fast_with_many_stars),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
