/* SPDX-License-Identifier: Apache-2.0
 * Tests of the form of TUF metadata: what is read, and what is refused. */
#include "trust/metadata.h"

#include "fakes/tuf-repository.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct ce_json_context context = {CE_TRUST_FORMAT, "test"};

static enum ce_code parse(enum ce_fake_role_name role, const void *bytes, size_t size, struct ce_error *err) {
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  CE_AUTO(ce_tuf_root) struct ce_tuf_root *root = NULL;
  CE_AUTO(ce_tuf_timestamp) struct ce_tuf_timestamp *timestamp = NULL;
  CE_AUTO(ce_tuf_snapshot) struct ce_tuf_snapshot *snapshot = NULL;
  CE_AUTO(ce_tuf_targets) struct ce_tuf_targets *targets = NULL;
  enum ce_code code = ce_envelope_parse(&context, bytes, size, CE_TUF_TARGETS_BYTES_MAX, &envelope, err);
  if (code != CE_OK) {
    return code;
  }
  switch (role) {
  case CE_FAKE_ROOT:
    return ce_tuf_root_parse(&envelope, &root, err);
  case CE_FAKE_TIMESTAMP:
    return ce_tuf_timestamp_parse(&envelope, &timestamp, err);
  case CE_FAKE_SNAPSHOT:
    return ce_tuf_snapshot_parse(&envelope, &snapshot, err);
  case CE_FAKE_TARGETS:
  case CE_FAKE_ROLE_COUNT:
  default:
    return ce_tuf_targets_parse(&envelope, "targets", &targets, err);
  }
}

/* A good body of each role to change, made once. */
static struct ce_fake_repository *repository;

static int set_up(void **state) {
  (void)state;
  repository = ce_fake_repository_new();
  ce_fake_repository_add_target(repository, "a/b.txt", "abc", 3);
  ce_fake_repository_publish(repository);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  ce_fake_repository_free(repository);
  return 0;
}

/* The object at a path of keys such as "meta/snapshot.json"; "" is the body itself. */
static json_t *walk(json_t *body, const char *place) {
  CE_AUTO(ce_free) char *keys = strdup(place);
  char *rest = NULL;
  for (char *key = strtok_r(keys, "/", &rest); key; key = strtok_r(NULL, "/", &rest)) {
    body =
        strcmp(key, "*") == 0 ? json_object_iter_value(json_object_iter(body)) : json_object_get(body, key);
  }
  assert_non_null(body);
  return body;
}

/* Parses the role's body with one member set to the JSON value, or removed when value is NULL. */
static enum ce_code parse_with(enum ce_fake_role_name role, const char *place, const char *member,
                               const char *value, struct ce_error *err) {
  json_t *body = ce_fake_repository_body(repository, role);
  if (value) {
    json_t *json = json_loads(value, JSON_DECODE_ANY, NULL);
    assert_non_null(json);
    json_object_set_new(walk(body, place), member, json);
  } else {
    assert_int_equal(json_object_del(walk(body, place), member), 0);
  }
  json_t *envelope = ce_fake_envelope(body, NULL, 0);
  char *text = json_dumps(envelope, 0);
  enum ce_code code = parse(role, text, strlen(text), err);
  free(text);
  json_decref(envelope);
  json_decref(body);
  return code;
}

struct row {
  enum ce_fake_role_name role;
  const char *place, *member, *value;
};

static void assert_rows(const struct row *rows, size_t count, enum ce_code expected) {
  for (size_t i = 0; i < count; i++) {
    struct ce_error err = {0};
    enum ce_code code = parse_with(rows[i].role, rows[i].place, rows[i].member, rows[i].value, &err);
    if (code != expected) {
      fail_msg("row %zu (%s/%s): %s: %s", i, rows[i].place, rows[i].member, ce_code_id(code), err.detail);
    }
  }
}

static void refuses_members_that_are_missing(void **state) {
  (void)state;
  static const struct row rows[] = {
      {CE_FAKE_ROOT, "", "_type", NULL},
      {CE_FAKE_ROOT, "", "spec_version", NULL},
      {CE_FAKE_ROOT, "", "version", NULL},
      {CE_FAKE_ROOT, "", "expires", NULL},
      {CE_FAKE_ROOT, "", "keys", NULL},
      {CE_FAKE_ROOT, "", "roles", NULL},
      {CE_FAKE_ROOT, "roles", "root", NULL},
      {CE_FAKE_ROOT, "roles", "timestamp", NULL},
      {CE_FAKE_ROOT, "roles", "snapshot", NULL},
      {CE_FAKE_ROOT, "roles", "targets", NULL},
      {CE_FAKE_ROOT, "roles/root", "threshold", NULL},
      {CE_FAKE_ROOT, "roles/root", "keyids", NULL},
      {CE_FAKE_ROOT, "keys/*", "keytype", NULL},
      {CE_FAKE_ROOT, "keys/*", "scheme", NULL},
      {CE_FAKE_ROOT, "keys/*", "keyval", NULL},
      {CE_FAKE_TIMESTAMP, "", "meta", NULL},
      {CE_FAKE_TIMESTAMP, "meta", "snapshot.json", NULL},
      {CE_FAKE_TIMESTAMP, "meta/snapshot.json", "version", NULL},
      {CE_FAKE_SNAPSHOT, "", "meta", NULL},
      {CE_FAKE_SNAPSHOT, "meta", "targets.json", NULL},
      {CE_FAKE_SNAPSHOT, "meta/targets.json", "version", NULL},
      {CE_FAKE_TARGETS, "", "targets", NULL},
      {CE_FAKE_TARGETS, "targets/*", "length", NULL},
      {CE_FAKE_TARGETS, "targets/*", "hashes", NULL},
      {CE_FAKE_TARGETS, "targets/*/hashes", "sha256", NULL},
  };
  assert_rows(rows, sizeof rows / sizeof *rows, CE_TRUST_FORMAT);
}

static void refuses_members_of_another_kind(void **state) {
  (void)state;
  static const struct row rows[] = {
      {CE_FAKE_ROOT, "", "_type", "\"targets\""},
      {CE_FAKE_ROOT, "", "_type", "1"},
      {CE_FAKE_ROOT, "", "version", "0"},
      {CE_FAKE_ROOT, "", "version", "-1"},
      {CE_FAKE_ROOT, "", "version", "\"1\""},
      {CE_FAKE_ROOT, "", "version", "9007199254740993"},
      {CE_FAKE_ROOT, "", "consistent_snapshot", "1"},
      {CE_FAKE_ROOT, "", "keys", "[]"},
      {CE_FAKE_ROOT, "", "roles", "[]"},
      {CE_FAKE_ROOT, "roles", "root", "[]"},
      {CE_FAKE_ROOT, "roles/root", "threshold", "0"},
      {CE_FAKE_ROOT, "roles/root", "keyids", "{}"},
      {CE_FAKE_ROOT, "", "expires", "\"2030-01-01T00:00:00+01:00\""},
      {CE_FAKE_ROOT, "", "expires", "\"2030-02-30T00:00:00Z\""},
      {CE_FAKE_ROOT, "", "expires", "1893456000"},
      {CE_FAKE_TIMESTAMP, "meta/snapshot.json", "version", "0"},
      {CE_FAKE_TIMESTAMP, "meta/snapshot.json", "length", "0"},
      {CE_FAKE_TIMESTAMP, "meta/snapshot.json", "length", "-5"},
      {CE_FAKE_TIMESTAMP, "meta/snapshot.json", "length", "\"5\""},
      {CE_FAKE_TIMESTAMP, "meta/snapshot.json", "hashes", "{}"},
      {CE_FAKE_TIMESTAMP, "meta/snapshot.json/hashes", "sha256", "\"abc\""},
      {CE_FAKE_TIMESTAMP, "meta/snapshot.json/hashes", "sha512", "\"abc\""},
      {CE_FAKE_TIMESTAMP, "meta/snapshot.json/hashes", "sha512", "7"},
      {CE_FAKE_SNAPSHOT, "", "meta", "[]"},
      {CE_FAKE_SNAPSHOT, "meta", "role.json", "1"},
      {CE_FAKE_TARGETS, "", "targets", "[]"},
      {CE_FAKE_TARGETS, "targets", "x", "\"y\""},
      {CE_FAKE_TARGETS, "targets/*", "length", "-1"},
      {CE_FAKE_TARGETS, "targets/*", "length", "true"},
  };
  assert_rows(rows, sizeof rows / sizeof *rows, CE_TRUST_FORMAT);
}

static void refuses_other_major_versions_of_the_specification(void **state) {
  (void)state;
  static const struct row bad[] = {
      {CE_FAKE_TARGETS, "", "spec_version", "\"2.0.0\""},   {CE_FAKE_TARGETS, "", "spec_version", "\"0.9\""},
      {CE_FAKE_TARGETS, "", "spec_version", "\"10.0\""},    {CE_FAKE_TARGETS, "", "spec_version", "\"1\""},
      {CE_FAKE_TARGETS, "", "spec_version", "\"1.\""},      {CE_FAKE_TARGETS, "", "spec_version", "\"1.0.\""},
      {CE_FAKE_TARGETS, "", "spec_version", "\"1.0.0.0\""}, {CE_FAKE_TARGETS, "", "spec_version", "\"1.x\""},
      {CE_FAKE_TARGETS, "", "spec_version", "\"\""},        {CE_FAKE_TARGETS, "", "spec_version", "1"},
  };
  static const struct row good[] = {
      {CE_FAKE_TARGETS, "", "spec_version", "\"1.0\""},
      {CE_FAKE_TARGETS, "", "spec_version", "\"1.0.33\""},
      {CE_FAKE_TARGETS, "", "spec_version", "\"1.17.999\""},
  };
  assert_rows(bad, sizeof bad / sizeof *bad, CE_TRUST_FORMAT);
  assert_rows(good, sizeof good / sizeof *good, CE_OK);
}

static void tolerates_what_is_unknown_or_optional(void **state) {
  (void)state;
  static const struct row rows[] = {
      {CE_FAKE_ROOT, "", "x-new", "{\"a\": [1, null]}"},
      {CE_FAKE_ROOT, "", "consistent_snapshot", NULL},
      {CE_FAKE_ROOT, "keys", "future",
       "{\"keytype\": \"ml-dsa\", \"scheme\": \"ml-dsa\", \"keyval\": {\"x\": 1}}"},
      {CE_FAKE_ROOT, "keys/*", "keyid_hash_algorithms", "[\"md5\"]"},
      {CE_FAKE_ROOT, "roles", "mirrors", "{\"keyids\": [], \"threshold\": 1}"},
      {CE_FAKE_ROOT, "roles/root", "x-new", "true"},
      {CE_FAKE_TIMESTAMP, "meta", "other.json", "7"},
      {CE_FAKE_TIMESTAMP, "meta/snapshot.json", "length", NULL},
      {CE_FAKE_TIMESTAMP, "meta/snapshot.json", "hashes", NULL},
      {CE_FAKE_TIMESTAMP, "meta/snapshot.json/hashes", "blake2b", "\"?\""},
      {CE_FAKE_TIMESTAMP, "meta/snapshot.json", "hashes", "{\"md5\": \"d41d8cd98f00b204e9800998ecf8427e\"}"},
      {CE_FAKE_TARGETS, "targets/*", "hashes", "{\"md5\": \"d41d8cd98f00b204e9800998ecf8427e\"}"},
      {CE_FAKE_SNAPSHOT, "meta", "archive.json", "{\"version\": 9}"},
      {CE_FAKE_SNAPSHOT, "meta/targets.json", "x-new", "[]"},
      {CE_FAKE_TARGETS, "", "delegations", "{\"keys\": {}, \"roles\": []}"},
      {CE_FAKE_TARGETS, "targets/*", "custom", "{\"a\": 1}"},
      {CE_FAKE_TARGETS, "targets/*", "length", "0"},
      {CE_FAKE_TARGETS, "", "targets", "{}"},
  };
  assert_rows(rows, sizeof rows / sizeof *rows, CE_OK);
}

static void refuses_damaged_json(void **state) {
  (void)state;
  static const char *const texts[] = {
      "",
      "{",
      "null",
      "[]",
      "\"signed\"",
      "{\"signatures\": [], \"signed\": {}",
      "{\"signatures\": [], \"signed\": {}} x",
      "{\"signatures\": [], \"signed\": []}",
      "{\"signatures\": [], \"signed\": {}, \"signed\": {}}",
      "{\"signatures\": [], \"signed\": {\"version\": 1, \"version\": 2}}",
      "{\"signatures\": [], \"signed\": {\"x\": 1.0}}",
      "{\"signatures\": [], \"signed\": {\"x\": 1e3}}",
      "{\"signatures\": [], \"signed\": {\"x\": \"\xff\"}}",
      "{\"signatures\": [], \"signed\": {\"x\": \"\\u0000\"}}",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    for (int role = 0; role < CE_FAKE_ROLE_COUNT; role++) {
      struct ce_error err = {0};
      assert_int_equal(parse((enum ce_fake_role_name)role, texts[i], strlen(texts[i]), &err),
                       CE_TRUST_FORMAT);
      assert_int_equal(err.code, CE_TRUST_FORMAT);
    }
  }
}

static void refuses_metadata_cut_off_anywhere(void **state) {
  (void)state;
  for (int role = 0; role < CE_FAKE_ROLE_COUNT; role++) {
    CE_AUTO(ce_blob)
    struct ce_blob bytes = ce_fake_repository_role_bytes(repository, (enum ce_fake_role_name)role);
    struct ce_error err;
    assert_int_equal(parse((enum ce_fake_role_name)role, bytes.data, bytes.size, &err), CE_OK);
    for (size_t size = 0; size < bytes.size; size += 7) {
      assert_int_equal(parse((enum ce_fake_role_name)role, bytes.data, size, &err), CE_TRUST_FORMAT);
    }
  }
}

static void refuses_deep_nesting(void **state) {
  (void)state;
  char text[20000];
  size_t used = (size_t)snprintf(text, sizeof text, "{\"signatures\": [], \"signed\": {\"x\": ");
  memset(text + used, '[', 9000);
  memset(text + used + 9000, ']', 9000);
  used += 18000;
  used += (size_t)snprintf(text + used, sizeof text - used, "}}");
  struct ce_error err;
  assert_int_equal(parse(CE_FAKE_ROOT, text, used, &err), CE_TRUST_FORMAT);
}

static void refuses_more_entries_than_the_limits(void **state) {
  (void)state;
  json_t *roles = json_object();
  json_t *metas = json_object();
  json_t *targets = json_object();
  for (int i = 0; i <= CE_TUF_TARGETS_MAX; i++) {
    char name[16];
    snprintf(name, sizeof name, "%d", i);
    if (i <= CE_TUF_ROLES_MAX) {
      json_object_set_new(roles, name, json_pack("{s:[], s:i}", "keyids", "threshold", 1));
    }
    if (i <= CE_TUF_META_MAX) {
      json_object_set_new(metas, name, json_pack("{s:i}", "version", 1));
    }
    json_object_set_new(targets, name, json_object());
  }
  char *text[] = {json_dumps(roles, 0), json_dumps(metas, 0), json_dumps(targets, 0)};
  const struct row rows[] = {
      {CE_FAKE_ROOT, "", "roles", text[0]},
      {CE_FAKE_SNAPSHOT, "", "meta", text[1]},
      {CE_FAKE_TARGETS, "", "targets", text[2]},
  };
  assert_rows(rows, 3, CE_TRUST_FORMAT);
  for (size_t i = 0; i < 3; i++) {
    free(text[i]);
  }
  json_decref(roles);
  json_decref(metas);
  json_decref(targets);
}

static void refuses_names_longer_than_the_limits(void **state) {
  (void)state;
  static const struct {
    enum ce_fake_role_name role;
    const char *member, *value;
  } rows[] = {
      {CE_FAKE_ROOT, "keys", "{\"keytype\": \"a\", \"scheme\": \"b\", \"keyval\": {}}"},
      {CE_FAKE_ROOT, "roles", "{\"keyids\": [], \"threshold\": 1}"},
      {CE_FAKE_SNAPSHOT, "meta", "{\"version\": 1}"},
      {CE_FAKE_TARGETS, "targets", "{\"length\": 1, \"hashes\": {}}"},
  };
  char name[2000];
  memset(name, 'n', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct ce_error err;
    assert_int_equal(parse_with(rows[i].role, rows[i].member, name, rows[i].value, &err), CE_TRUST_FORMAT);
  }
}

static void reads_what_is_stated(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob bytes = ce_fake_repository_role_bytes(repository, CE_FAKE_TARGETS);
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  CE_AUTO(ce_tuf_targets) struct ce_tuf_targets *targets = NULL;
  struct ce_error err;
  assert_int_equal(ce_envelope_parse(&context, bytes.data, bytes.size, bytes.size, &envelope, &err), CE_OK);
  assert_int_equal(ce_tuf_targets_parse(&envelope, "targets", &targets, &err), CE_OK);
  assert_int_equal(targets->head.version, 2);
  assert_int_equal(targets->head.expires_s, INT64_C(2051222400));
  assert_int_equal(targets->target_count, 1);
  const struct ce_tuf_target *target = ce_tuf_targets_find(targets, "a/b.txt");
  assert_non_null(target);
  assert_string_equal(target->target.path, "a/b.txt");
  assert_int_equal(target->target.length_bytes, 3);
  char hex[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(&target->target.sha256, hex);
  assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert_null(ce_tuf_targets_find(targets, "a/b"));
}

static void checks_bytes_against_every_stated_hash(void **state) {
  (void)state;
  struct ce_error err;
  char name[] = "x.json";
  struct ce_tuf_meta meta = {.name = name, .version = 1};
  assert_int_equal(ce_tuf_meta_check(&meta, "x", "abc", 3, &err), CE_OK);
  meta.has_length = true;
  meta.length_bytes = 3;
  assert_int_equal(ce_tuf_meta_check(&meta, "x", "abc", 3, &err), CE_OK);
  assert_int_equal(ce_tuf_meta_check(&meta, "x", "abcd", 4, &err), CE_TRUST_DIGEST);
  assert_int_equal(ce_tuf_meta_check(&meta, "x", "ab", 2, &err), CE_TRUST_DIGEST);
  meta.hashes.is_stated = true;
  assert_int_equal(ce_tuf_meta_check(&meta, "x", "abc", 3, &err), CE_TRUST_FORMAT);
  meta.hashes.has_sha256 = true;
  assert_true(ce_digest_from_hex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                                 &meta.hashes.sha256));
  assert_int_equal(ce_tuf_meta_check(&meta, "x", "abc", 3, &err), CE_OK);
  assert_int_equal(ce_tuf_meta_check(&meta, "x", "abd", 3, &err), CE_TRUST_DIGEST);
  meta.hashes.has_sha512 = true;
  assert_int_equal(ce_tuf_meta_check(&meta, "x", "abc", 3, &err), CE_TRUST_DIGEST);
  assert_true(ce_hex_decode("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
                            meta.hashes.sha512, sizeof meta.hashes.sha512));
  assert_int_equal(ce_tuf_meta_check(&meta, "x", "abc", 3, &err), CE_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(refuses_members_that_are_missing),
      cmocka_unit_test(refuses_members_of_another_kind),
      cmocka_unit_test(refuses_other_major_versions_of_the_specification),
      cmocka_unit_test(tolerates_what_is_unknown_or_optional),
      cmocka_unit_test(refuses_damaged_json),
      cmocka_unit_test(refuses_metadata_cut_off_anywhere),
      cmocka_unit_test(refuses_deep_nesting),
      cmocka_unit_test(refuses_more_entries_than_the_limits),
      cmocka_unit_test(refuses_names_longer_than_the_limits),
      cmocka_unit_test(reads_what_is_stated),
      cmocka_unit_test(checks_bytes_against_every_stated_hash),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
