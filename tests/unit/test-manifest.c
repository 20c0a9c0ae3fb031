/* SPDX-License-Identifier: Apache-2.0
 * Tests of reading and writing manifests: syntax, types, limits. Rules between entries:
 * test-manifest-rules.c. */
#include "json-sample.h"
#include "model/manifest.h"

#include <stdio.h>

#define DIGEST "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

/* Parsing fails with code, names word and leaves *ret alone. */
static void assert_bytes_refused(const void *bytes, size_t size, enum ce_code code, const char *word) {
  struct ce_manifest *manifest = (struct ce_manifest *)&code;
  struct ce_error err = {0};
  assert_int_equal(ce_manifest_parse(bytes, size, &manifest, &err), code);
  assert_ptr_equal(manifest, &code);
  assert_int_equal(err.code, code);
  assert_says(&err, word);
}

static void assert_refused(json_t *json, enum ce_code code, const char *word) {
  size_t size = 0;
  char *bytes = sample_bytes(json, &size);
  assert_bytes_refused(bytes, size, code, word);
  free(bytes);
}

static struct ce_manifest *parse_sample(json_t *json) {
  size_t size = 0;
  char *bytes = sample_bytes(json, &size);
  struct ce_manifest *manifest = NULL;
  struct ce_error err = {0};
  if (ce_manifest_parse(bytes, size, &manifest, &err) != CE_OK) {
    fail_msg("%s: %s", err.subject, err.detail);
  }
  free(bytes);
  return manifest;
}

static void set(json_t *object, const char *key, json_t *value) {
  assert_int_equal(json_object_set_new(object, key, value), 0);
}

static void reads_every_member(void **state) {
  (void)state;
  struct ce_manifest *manifest = parse_sample(sample_load("manifest.json"));
  assert_string_equal(manifest->profile, "clii");
  assert_string_equal(manifest->version, "1.4.0");
  assert_string_equal(manifest->arch, "x86_64");
  assert_int_equal(manifest->file_count, 12);
  const struct ce_manifest_file *probe = &manifest->files[0];
  assert_string_equal(probe->path, "bin/certenv-probe");
  assert_int_equal(probe->type, CE_MANIFEST_FILE);
  assert_int_equal(probe->mode, 0755);
  assert_int_equal(probe->size_bytes, 68144);
  assert_null(probe->link_target);
  assert_int_equal(manifest->files[1].type, CE_MANIFEST_LINK);
  assert_string_equal(manifest->files[1].link_target, "certenv-probe");
  assert_int_equal(manifest->integration_count, 7);
  assert_int_equal(manifest->integration[2].kind, CE_INTEGRATION_UNIT);
  assert_string_equal(manifest->integration[2].wanted_by, "multi-user.target");
  assert_null(manifest->integration[0].wanted_by);
  assert_int_equal(manifest->prerequisite_count, 2);
  assert_true(manifest->prerequisites[0].required);
  assert_false(manifest->prerequisites[1].required);
  assert_string_equal(manifest->prerequisites[0].suse[0], "pcsc-lite");
  assert_string_equal(manifest->prerequisites[1].debian[1], "p11-kit-modules");
  assert_null(manifest->prerequisites[1].fedora[0]);
  assert_string_equal(manifest->sonames[0], "libpcsclite.so.1");
  assert_null(manifest->sonames[1]);
  assert_int_equal(manifest->total_bytes, 68144 + 2101320 + 250000 + 512 + 300 + 2000 + 60 + 120);
  ce_manifest_free(manifest);
}

static void finds_files_by_path(void **state) {
  (void)state;
  struct ce_manifest *manifest = parse_sample(sample_load("manifest.json"));
  for (size_t i = 0; i < manifest->file_count; i++) {
    assert_ptr_equal(ce_manifest_find(manifest, manifest->files[i].path), &manifest->files[i]);
  }
  assert_null(ce_manifest_find(manifest, "bin"));
  assert_null(ce_manifest_find(manifest, ""));
  assert_null(ce_manifest_find(manifest, "zzz"));
  ce_manifest_free(manifest);
}

static void writes_what_it_reads(void **state) {
  (void)state;
  struct ce_manifest *manifest = parse_sample(sample_load("manifest.json"));
  json_t *first = ce_manifest_to_json(manifest);
  struct ce_manifest *again = parse_sample(json_incref(first));
  json_t *second = ce_manifest_to_json(again);
  assert_true(json_equal(first, second));
  /* The sample leaves out empty lists; everything that it has is written. */
  json_t *sample = sample_load("manifest.json");
  assert_true(json_equal(json_object_get(first, "files"), json_object_get(sample, "files")));
  assert_true(json_equal(json_object_get(first, "integration"), json_object_get(sample, "integration")));
  assert_true(json_equal(json_object_get(first, "sonames"), json_object_get(sample, "sonames")));
  json_decref(sample);
  json_decref(first);
  json_decref(second);
  ce_manifest_free(manifest);
  ce_manifest_free(again);
}

static void copies_share_nothing(void **state) {
  (void)state;
  struct ce_manifest *manifest = parse_sample(sample_load("manifest.json"));
  struct ce_manifest *copy = NULL;
  struct ce_error err = {0};
  json_t *before = ce_manifest_to_json(manifest);
  assert_int_equal(ce_manifest_copy(manifest, &copy, &err), CE_OK);
  assert_int_equal(copy->total_bytes, manifest->total_bytes);
  ce_manifest_free(manifest);
  json_t *after = ce_manifest_to_json(copy);
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
  ce_manifest_free(copy);
}

static void ignores_members_of_later_versions(void **state) {
  (void)state;
  json_t *json = sample_load("manifest.json");
  set(json, "colour", json_string("blue"));
  set(sample_entry(json, "files", 0), "xattrs", json_pack("{s:s}", "user.a", "b"));
  ce_manifest_free(parse_sample(json));
}

static void refuses_unknown_formats(void **state) {
  (void)state;
  json_t *json = sample_load("manifest.json");
  set(json, "format", json_integer(2));
  assert_refused(json, CE_PACKAGE_FORMAT, "format 2");
  /* A later format may look altogether different. */
  assert_refused(json_pack("{s:I}", "format", (json_int_t)900), CE_PACKAGE_FORMAT, "format 900");
  assert_refused(json_pack("{s:i}", "format", 0), CE_PACKAGE_INVALID, "format");
  assert_refused(json_pack("{s:s}", "format", "1"), CE_PACKAGE_INVALID, "format");
  assert_refused(json_object(), CE_PACKAGE_INVALID, "format");
}

static void refuses_what_is_not_a_manifest(void **state) {
  (void)state;
  assert_bytes_refused("", 0, CE_PACKAGE_INVALID, "manifest.json");
  assert_bytes_refused("null", 4, CE_PACKAGE_INVALID, "manifest.json");
  assert_bytes_refused("[1]", 3, CE_PACKAGE_INVALID, "format");
  assert_bytes_refused("{\"format\":1", 11, CE_PACKAGE_INVALID, "manifest.json");
  assert_bytes_refused("\"\\", 2, CE_PACKAGE_INVALID, "manifest.json");
}

static void refuses_missing_members(void **state) {
  (void)state;
  static const char *const keys[] = {"profile", "version", "arch", "files", "integration", "prerequisites"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    json_t *json = sample_load("manifest.json");
    json_object_del(json, keys[i]);
    assert_refused(json, CE_PACKAGE_INVALID, keys[i]);
  }
  static const char *const file_keys[] = {"path", "mode", "size", "sha256"};
  for (size_t i = 0; i < sizeof file_keys / sizeof file_keys[0]; i++) {
    json_t *json = sample_load("manifest.json");
    json_object_del(sample_entry(json, "files", 3), file_keys[i]);
    assert_refused(json, CE_PACKAGE_INVALID, "files[3]");
  }
}

static void refuses_wrong_heads(void **state) {
  (void)state;
  static const char *const wrong[][2] = {{"profile", "../x"},   {"profile", ""},       {"profile", "-x"},
                                         {"version", "latest"}, {"version", "1/2"},    {"version", ""},
                                         {"arch", "x86-64"},    {"arch", "../../etc"}, {"arch", ""}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    json_t *json = sample_load("manifest.json");
    set(json, wrong[i][0], json_string(wrong[i][1]));
    assert_refused(json, CE_PACKAGE_INVALID, wrong[i][0]);
  }
}

static void refuses_unsafe_paths(void **state) {
  (void)state;
  static const char *const paths[] = {"../outside", "/etc/passwd", "bin/../../x", "bin//x",
                                      "bin/./x",    "bin/",        "bin/a\\b.so", "bin/a\nb",
                                      "",           ".",           "..",          "a/.."};
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    json_t *json = sample_load("manifest.json");
    set(sample_entry(json, "files", 0), "path", json_string(paths[i]));
    assert_refused(json, CE_PACKAGE_INVALID, "files[0]");
  }
}

static void refuses_a_path_of_5000_bytes(void **state) {
  (void)state;
  char path[5001];
  memset(path, 'a', sizeof path - 1);
  path[sizeof path - 1] = '\0';
  json_t *json = sample_load("manifest.json");
  set(sample_entry(json, "files", 4), "path", json_string(path));
  assert_refused(json, CE_PACKAGE_INVALID, "files[4]");
}

static void refuses_a_manifest_that_lists_itself(void **state) {
  (void)state;
  json_t *json = sample_load("manifest.json");
  set(sample_entry(json, "files", 5), "path", json_string("manifest.json"));
  assert_refused(json, CE_PACKAGE_INVALID, "manifest.json");
}

static void refuses_invalid_utf8(void **state) {
  (void)state;
  static const char *const sequences[] = {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe4\xbd"};
  for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
    char text[256];
    int size = snprintf(
        text, sizeof text,
        "{\"format\":1,\"profile\":\"p\",\"version\":\"1\",\"arch\":\"x\",\"files\":[{\"path\":\"%s\","
        "\"link\":\"a\"}],\"integration\":[],\"prerequisites\":[]}",
        sequences[i]);
    assert_bytes_refused(text, (size_t)size, CE_PACKAGE_INVALID, "manifest.json");
  }
}

static void refuses_special_mode_bits(void **state) {
  (void)state;
  static const char *const modes[] = {"4755", "2755", "1755", "6755", "0600",  "0640", "0646",
                                      "0777", "0000", "644x", "",     "0x1ff", "77777"};
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
    json_t *json = sample_load("manifest.json");
    set(sample_entry(json, "files", 3), "mode", json_string(modes[i]));
    assert_refused(json, CE_PACKAGE_INVALID, "lib/libopensc.so.8");
  }
}

static void refuses_sizes_beyond_the_limit(void **state) {
  (void)state;
  static const json_int_t sizes[] = {-1, (json_int_t)CE_MANIFEST_FILE_SIZE_MAX + 1, INT64_MAX, INT64_MIN};
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    json_t *json = sample_load("manifest.json");
    set(sample_entry(json, "files", 3), "size", json_integer(sizes[i]));
    assert_refused(json, CE_PACKAGE_INVALID, i < 2 ? "files[3]" : "2^53");
  }
  json_t *json = sample_load("manifest.json");
  set(sample_entry(json, "files", 3), "size", json_real(1e300));
  assert_refused(json, CE_PACKAGE_INVALID, "integer");
}

static void refuses_wrong_digests(void **state) {
  (void)state;
  static const char *const digests[] = {"", "9f86", DIGEST "00",
                                        "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"};
  for (size_t i = 0; i < sizeof digests / sizeof digests[0]; i++) {
    json_t *json = sample_load("manifest.json");
    set(sample_entry(json, "files", 3), "sha256", json_string(digests[i]));
    assert_refused(json, CE_PACKAGE_INVALID, "lib/libopensc.so.8");
  }
}

static void refuses_links_with_content(void **state) {
  (void)state;
  json_t *json = sample_load("manifest.json");
  set(sample_entry(json, "files", 1), "mode", json_string("0777"));
  assert_refused(json, CE_PACKAGE_INVALID, "bin/probe");
}

static void refuses_entries_that_are_no_objects(void **state) {
  (void)state;
  static const char *const lists[] = {"files", "integration", "prerequisites"};
  for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
    json_t *json = sample_load("manifest.json");
    set(json, lists[i], json_pack("[s]", "bin/sh"));
    assert_refused(json, CE_PACKAGE_INVALID, lists[i]);
    json = sample_load("manifest.json");
    set(json, lists[i], json_string("all"));
    assert_refused(json, CE_PACKAGE_INVALID, lists[i]);
  }
}

static void refuses_wrong_prerequisites(void **state) {
  (void)state;
  static const char *const packages[] = {"--allow-downgrades", "a b", "", "../x.deb", "包"};
  for (size_t i = 0; i < sizeof packages / sizeof packages[0]; i++) {
    json_t *json = sample_load("manifest.json");
    set(json_object_get(sample_entry(json, "prerequisites", 0), "packages"), "debian",
        json_pack("[s]", packages[i]));
    assert_refused(json, CE_PACKAGE_INVALID, "prerequisites[0]");
  }
  json_t *json = sample_load("manifest.json");
  set(sample_entry(json, "prerequisites", 1), "capability", json_string("P11 kit"));
  assert_refused(json, CE_PACKAGE_INVALID, "prerequisites[1]");
  json = sample_load("manifest.json");
  set(sample_entry(json, "prerequisites", 1), "capability", json_string("pcscd"));
  assert_refused(json, CE_PACKAGE_INVALID, "pcscd");
  json = sample_load("manifest.json");
  set(json, "sonames", json_pack("[s]", "/tmp/evil.so"));
  assert_refused(json, CE_PACKAGE_INVALID, "sonames");
}

/* count entries of text with commas between, in a manifest. */
static char *flood(size_t count, const char *entry, size_t *ret_size) {
  static const char head[] = "{\"format\":1,\"profile\":\"p\",\"version\":\"1\",\"arch\":\"x\","
                             "\"integration\":[],\"prerequisites\":[],\"files\":[";
  size_t length = strlen(entry);
  char *bytes = malloc(sizeof head + count * (length + 1) + 2);
  assert_non_null(bytes);
  char *at = stpcpy(bytes, head);
  for (size_t i = 0; i < count; i++) {
    at = mempcpy(at, entry, length);
    *at++ = ',';
  }
  at = stpcpy(at - 1, "]}");
  *ret_size = (size_t)(at - bytes);
  return bytes;
}

static void refuses_ten_million_entries(void **state) {
  (void)state;
  static const char *const entries[] = {"{}", "\"\""};
  for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
    size_t size = 0;
    char *bytes = flood(10000000, entries[i], &size);
    assert_bytes_refused(bytes, size, CE_PACKAGE_INVALID, "manifest.json");
    free(bytes);
  }
}

static void refuses_one_entry_too_many(void **state) {
  (void)state;
  size_t size = 0;
  char *bytes = flood(CE_MANIFEST_FILES_MAX + 1, "{}", &size);
  assert_bytes_refused(bytes, size, CE_PACKAGE_INVALID, "files");
  free(bytes);
}

static void reads_a_manifest_at_the_limit(void **state) {
  (void)state;
  json_t *files = json_array();
  for (int i = 0; i < CE_MANIFEST_FILES_MAX; i++) {
    char path[64];
    snprintf(path, sizeof path, "share/%03d/%08d, [{\"x\"}].txt", i / 1000, i);
    json_array_append_new(
        files, json_pack("{s:s,s:s,s:i,s:s}", "path", path, "mode", "0644", "size", i, "sha256", DIGEST));
  }
  json_t *json = sample_load("manifest.json");
  set(json, "files", files);
  set(json, "integration", json_array());
  struct ce_manifest *manifest = parse_sample(json);
  assert_int_equal(manifest->file_count, CE_MANIFEST_FILES_MAX);
  ce_manifest_free(manifest);
}

static void takes_the_code_of_its_context(void **state) {
  (void)state;
  struct ce_json_context context = {CE_RECEIPT_DAMAGED, "receipt.json"};
  json_t *json = sample_load("manifest.json");
  set(sample_entry(json, "files", 0), "path", json_string("/bin/sh"));
  struct ce_manifest *manifest = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_manifest_from_json(json, &context, &manifest, &err), CE_RECEIPT_DAMAGED);
  assert_says(&err, "files[0]");
  json_decref(json);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_every_member),
      cmocka_unit_test(finds_files_by_path),
      cmocka_unit_test(writes_what_it_reads),
      cmocka_unit_test(copies_share_nothing),
      cmocka_unit_test(ignores_members_of_later_versions),
      cmocka_unit_test(refuses_unknown_formats),
      cmocka_unit_test(refuses_what_is_not_a_manifest),
      cmocka_unit_test(refuses_missing_members),
      cmocka_unit_test(refuses_wrong_heads),
      cmocka_unit_test(refuses_unsafe_paths),
      cmocka_unit_test(refuses_a_path_of_5000_bytes),
      cmocka_unit_test(refuses_a_manifest_that_lists_itself),
      cmocka_unit_test(refuses_invalid_utf8),
      cmocka_unit_test(refuses_special_mode_bits),
      cmocka_unit_test(refuses_sizes_beyond_the_limit),
      cmocka_unit_test(refuses_wrong_digests),
      cmocka_unit_test(refuses_links_with_content),
      cmocka_unit_test(refuses_entries_that_are_no_objects),
      cmocka_unit_test(refuses_wrong_prerequisites),
      cmocka_unit_test(refuses_ten_million_entries),
      cmocka_unit_test(refuses_one_entry_too_many),
      cmocka_unit_test(reads_a_manifest_at_the_limit),
      cmocka_unit_test(takes_the_code_of_its_context),
  };
  return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
