/* SPDX-License-Identifier: Apache-2.0
 * Tests of the form of delegations, and of whom they give a path to. */
#include "trust/delegation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct ce_json_context context = {CE_TRUST_FORMAT, "targets"};

/* text: the member "delegations" with ' for ". */
static enum ce_code parse(const char *text, struct ce_tuf_delegations *ret, struct ce_error *err) {
  CE_AUTO(ce_free) char *json = ce_text_format("{\"delegations\": %s}", text);
  for (char *c = json; *c; c++) {
    *c = *c == '\'' ? '"' : *c;
  }
  CE_AUTO(ce_json) json_t *body = json_loads(json, 0, NULL);
  if (!body) {
    fail_msg("not JSON: %s", json);
  }
  return ce_tuf_delegations_parse(&context, body, ret, err);
}

#define ROLE(name, more) "{'name': '" name "', 'keyids': ['k'], 'threshold': 1" more "}"
#define ROLES(list)      "{'keys': {}, 'roles': [" list "]}"
#define SUCCINCT(bits, prefix)                                                                               \
  "{'keys': {}, 'succinct_roles': {'keyids': [], 'threshold': 1, 'bit_length': " bits                        \
  ", 'name_prefix': '" prefix "'}}"

static void accepts_what_the_specification_allows(void **state) {
  (void)state;
  static const char *const texts[] = {
      "{'keys': {}}",
      "{'keys': {}, 'unknown': [1, {}]}",
      ROLES(""),
      ROLES(ROLE("a", ", 'terminating': true, 'paths': ['*']")),
      ROLES(ROLE("a", ", 'paths': []")),
      ROLES(ROLE("a", "")),
      ROLES(ROLE("a", ", 'path_hash_prefixes': ['', '00', 'fff']")),
      ROLES(ROLE("a", ", 'more': 1") "," ROLE("b", "") "," ROLE("../x", "") "," ROLE(".", "") "," ROLE(" ",
                                                                                                       "")),
      ROLES(ROLE("Root", "")),
      SUCCINCT("1", "bin"),
      SUCCINCT("32", ""),
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    CE_AUTO(ce_tuf_delegations) struct ce_tuf_delegations delegations = {0};
    struct ce_error err;
    if (parse(texts[i], &delegations, &err) != CE_OK) {
      fail_msg("%s: %s", texts[i], err.detail);
    }
  }
}

static void refuses_what_it_does_not(void **state) {
  (void)state;
  static const char *const texts[] = {
      "[]",
      "7",
      "{}",
      "{'keys': []}",
      "{'keys': {}, 'roles': {}}",
      "{'keys': {}, 'roles': [7]}",
      ROLES("{'keyids': [], 'threshold': 1}"),
      ROLES("{'name': 7, 'keyids': [], 'threshold': 1}"),
      ROLES("{'name': 'a', 'threshold': 1}"),
      ROLES("{'name': 'a', 'keyids': []}"),
      ROLES("{'name': 'a', 'keyids': [], 'threshold': 0}"),
      ROLES("{'name': 'a', 'keyids': [7], 'threshold': 1}"),
      ROLES(ROLE("a", ", 'terminating': 1")),
      ROLES(ROLE("a", ", 'paths': 'x'")),
      ROLES(ROLE("a", ", 'paths': [7]")),
      ROLES(ROLE("a", ", 'path_hash_prefixes': [7]")),
      ROLES(ROLE("a", ", 'path_hash_prefixes': "
                      "['00000000000000000000000000000000000000000000000000000000000000000']")),
      ROLES(ROLE("a", ", 'paths': ['*'], 'path_hash_prefixes': ['0']")),
      ROLES(ROLE("a", "") "," ROLE("b", "") "," ROLE("a", "")),
      ROLES(ROLE("", "")),
      ROLES(ROLE("root", "")),
      ROLES(ROLE("timestamp", "")),
      ROLES(ROLE("snapshot", "")),
      ROLES(ROLE("targets", "")),
      "{'keys': {}, 'roles': [], 'succinct_roles': {'keyids': [], 'threshold': 1, 'bit_length': 1, "
      "'name_prefix': 'x'}}",
      "{'keys': {}, 'succinct_roles': []}",
      "{'keys': {}, 'succinct_roles': {'keyids': [], 'threshold': 1, 'bit_length': 1}}",
      "{'keys': {}, 'succinct_roles': {'keyids': [], 'threshold': 1, 'name_prefix': 'x'}}",
      "{'keys': {}, 'succinct_roles': {'keyids': [], 'bit_length': 1, 'name_prefix': 'x'}}",
      "{'keys': {}, 'succinct_roles': {'threshold': 1, 'bit_length': 1, 'name_prefix': 'x'}}",
      SUCCINCT("0", "x"),
      SUCCINCT("33", "x"),
      SUCCINCT("-1", "x"),
      SUCCINCT("'1'", "x"),
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct ce_tuf_delegations delegations = {0};
    struct ce_error err = {0};
    if (parse(texts[i], &delegations, &err) != CE_TRUST_FORMAT) {
      fail_msg("%s: %s", texts[i], ce_code_id(err.code));
    }
    assert_string_equal(err.subject, "targets");
    assert_null(delegations.roles);
  }
}

static void refuses_more_than_the_limits(void **state) {
  (void)state;
  CE_AUTO(ce_json) json_t *body = json_pack("{s:{s:{}, s:[]}}", "delegations", "keys", "roles");
  json_t *roles = json_object_get(json_object_get(body, "delegations"), "roles");
  for (int i = 0; i <= CE_TUF_DELEGATED_ROLES_MAX; i++) {
    json_array_append_new(roles, json_pack("{s:s, s:[], s:i}", "name", "a", "keyids", "threshold", 1));
  }
  struct ce_tuf_delegations delegations = {0};
  struct ce_error err;
  assert_int_equal(ce_tuf_delegations_parse(&context, body, &delegations, &err), CE_TRUST_FORMAT);
  assert_non_null(strstr(err.detail, "roles"));
  char name[CE_TUF_PATH_PATTERN_MAX + 2];
  memset(name, 'a', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  json_array_clear(roles);
  json_array_append_new(
      roles, json_pack("{s:s, s:[], s:i, s:[s]}", "name", "a", "keyids", "threshold", 1, "paths", name));
  assert_int_equal(ce_tuf_delegations_parse(&context, body, &delegations, &err), CE_TRUST_FORMAT);
  name[CE_TUF_ROLE_NAME_MAX + 1] = '\0';
  json_array_clear(roles);
  json_array_append_new(roles, json_pack("{s:s, s:[], s:i}", "name", name, "keyids", "threshold", 1));
  assert_int_equal(ce_tuf_delegations_parse(&context, body, &delegations, &err), CE_TRUST_FORMAT);
}

static bool first_has(const char *roles, const char *text) {
  CE_AUTO(ce_tuf_delegations) struct ce_tuf_delegations delegations = {0};
  struct ce_error err;
  struct ce_tuf_path path;
  assert_int_equal(parse(roles, &delegations, &err), CE_OK);
  ce_tuf_path_set(&path, text);
  return ce_tuf_delegation_has(&delegations.roles[0], &path);
}

static void gives_paths_by_pattern(void **state) {
  (void)state;
  assert_true(first_has(ROLES(ROLE("a", ", 'paths': ['x/*', '*.md']")), "README.md"));
  assert_true(first_has(ROLES(ROLE("a", ", 'paths': ['x/*', '*.md']")), "x/y"));
  assert_false(first_has(ROLES(ROLE("a", ", 'paths': ['x/*', '*.md']")), "x/y/z"));
  assert_false(first_has(ROLES(ROLE("a", ", 'paths': []")), "x"));
  assert_false(first_has(ROLES(ROLE("a", "")), "x"));
}

/* SHA-256 of "abc" begins with ba7816bf. */
static void gives_paths_by_prefixes_of_their_hash(void **state) {
  (void)state;
  assert_true(first_has(ROLES(ROLE("a", ", 'path_hash_prefixes': ['00', 'ba78']")), "abc"));
  assert_true(first_has(ROLES(ROLE("a", ", 'path_hash_prefixes': ['']")), "abc"));
  assert_true(
      first_has(ROLES(ROLE("a", ", 'path_hash_prefixes': "
                                "['ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad']")),
                "abc"));
  assert_false(first_has(ROLES(ROLE("a", ", 'path_hash_prefixes': ['ba79', 'a7816', '*']")), "abc"));
  assert_false(first_has(ROLES(ROLE("a", ", 'path_hash_prefixes': []")), "abc"));
}

static void names_bins_by_the_first_bits_of_the_hash(void **state) {
  (void)state;
  static const struct {
    const char *bits, *name;
  } rows[] = {
      {"1", "p-1"},     {"2", "p-2"},      {"3", "p-5"},         {"4", "p-b"},
      {"5", "p-17"},    {"8", "p-ba"},     {"9", "p-174"},       {"12", "p-ba7"},
      {"16", "p-ba78"}, {"20", "p-ba781"}, {"31", "p-5d3c0b5f"}, {"32", "p-ba7816bf"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[256];
    snprintf(text, sizeof text,
             "{'keys': {}, 'succinct_roles': {'keyids': [], 'threshold': 1, 'bit_length': %s, 'name_prefix': "
             "'p'}}",
             rows[i].bits);
    CE_AUTO(ce_tuf_delegations) struct ce_tuf_delegations delegations = {0};
    struct ce_error err;
    struct ce_tuf_path path;
    assert_int_equal(parse(text, &delegations, &err), CE_OK);
    ce_tuf_path_set(&path, "abc");
    CE_AUTO(ce_free) char *name = ce_tuf_delegations_bin(&delegations, &path);
    assert_string_equal(name, rows[i].name);
  }
}

/* With 32 bits a name ends with the first eight digits of the hash, zeros among them. */
static void fills_the_names_of_bins_with_zeros(void **state) {
  (void)state;
  for (int i = 0; i < 1000; i++) {
    char text[16];
    struct ce_tuf_path path;
    snprintf(text, sizeof text, "%d", i);
    ce_tuf_path_set(&path, text);
    CE_AUTO(ce_tuf_delegations) struct ce_tuf_delegations delegations = {0};
    struct ce_error err;
    assert_int_equal(parse(SUCCINCT("32", ""), &delegations, &err), CE_OK);
    CE_AUTO(ce_free) char *name = ce_tuf_delegations_bin(&delegations, &path);
    assert_int_equal(strlen(name), 9);
    assert_memory_equal(name + 1, path.hex, 8);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(accepts_what_the_specification_allows),
      cmocka_unit_test(refuses_what_it_does_not),
      cmocka_unit_test(refuses_more_than_the_limits),
      cmocka_unit_test(gives_paths_by_pattern),
      cmocka_unit_test(gives_paths_by_prefixes_of_their_hash),
      cmocka_unit_test(names_bins_by_the_first_bits_of_the_hash),
      cmocka_unit_test(fills_the_names_of_bins_with_zeros),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
