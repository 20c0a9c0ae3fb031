/* SPDX-License-Identifier: Apache-2.0
 * Tests of the rules between the entries of a manifest: order, nesting, links, sums, integration. */
#include "json-sample.h"
#include "model/manifest.h"

#include <stdio.h>

#define DIGEST "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static json_t *regular(const char *path) {
  return json_pack("{s:s,s:s,s:i,s:s}", "path", path, "mode", "0644", "size", 1, "sha256", DIGEST);
}

static json_t *link_to(const char *path, const char *target) {
  return json_pack("{s:s,s:s}", "path", path, "link", target);
}

/* A manifest with these files (stolen) and nothing else. */
static json_t *with_files(json_t *files) {
  return json_pack("{s:i,s:s,s:s,s:s,s:o,s:[],s:[]}", "format", 1, "profile", "p", "version", "1", "arch",
                   "x86_64", "files", files, "integration", "prerequisites");
}

static enum ce_code parse(json_t *json, struct ce_error *err) {
  size_t size = 0;
  char *bytes = sample_bytes(json, &size);
  struct ce_manifest *manifest = NULL;
  enum ce_code code = ce_manifest_parse(bytes, size, &manifest, err);
  ce_manifest_free(manifest);
  free(bytes);
  return code;
}

static void assert_refused(json_t *json, const char *entry, const char *why) {
  struct ce_error err = {0};
  assert_int_equal(parse(json, &err), CE_PACKAGE_INVALID);
  assert_says(&err, entry);
  assert_says(&err, why);
}

static void assert_accepted(json_t *json) {
  struct ce_error err = {0};
  if (parse(json, &err) != CE_OK) {
    fail_msg("%s: %s", err.subject, err.detail);
  }
}

static void accepts_a_package_without_files(void **state) {
  (void)state;
  assert_accepted(with_files(json_array()));
}

static void refuses_duplicate_paths(void **state) {
  (void)state;
  assert_refused(with_files(json_pack("[o,o]", regular("a/b"), regular("a/b"))), "a/b", "twice");
}

static void refuses_paths_out_of_order(void **state) {
  (void)state;
  assert_refused(with_files(json_pack("[o,o]", regular("b"), regular("a"))), "a", "order");
  /* Bytes decide, not the locale and not the sign of char. */
  assert_accepted(with_files(json_pack("[o,o,o]", regular("Z"), regular("a"), regular("\xe6\xa1\x8c"))));
  assert_refused(with_files(json_pack("[o,o]", regular("\xe6\xa1\x8c"), regular("a"))), "a", "order");
}

static void refuses_files_below_links_and_files(void **state) {
  (void)state;
  assert_refused(with_files(json_pack("[o,o,o]", regular("etc/x"), link_to("lib", "etc"), regular("lib/x"))),
                 "lib/x", "not a directory");
  assert_refused(with_files(json_pack("[o,o]", regular("lib"), regular("lib/deep/er/x"))), "lib/deep/er/x",
                 "not a directory");
  /* Names that sort between a directory and what lies in it do not hide it. */
  assert_refused(with_files(json_pack("[o,o,o,o]", regular("lib"), regular("lib-1"), regular("lib-2/y"),
                                      regular("lib/x"))),
                 "lib/x", "not a directory");
  assert_refused(with_files(json_pack("[o,o,o]", regular("a/lib"), regular("a/lib/x"), regular("a/lib/y"))),
                 "a/lib/x", "not a directory");
  assert_accepted(with_files(json_pack("[o,o,o]", regular("lib-1"), regular("lib/x"), regular("lib0"))));
}

static void refuses_links_that_lead_outside(void **state) {
  (void)state;
  static const char *const targets[] = {
      "/etc/passwd", "..",           "../..",          "../../etc/passwd", "",     "a/../../..",
      "/",           "../../x/../f", "f/../../../etc", "a//../..",         "f\\n", "../a/./../.."};
  for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
    assert_refused(with_files(json_pack("[o,o]", regular("a/f"), link_to("a/link", targets[i]))), "a/link",
                   "");
  }
}

static void refuses_links_that_climb_through_another_link(void **state) {
  (void)state;
  /* By its text d/up/../../etc stays inside; through the link d/up it would not. */
  assert_refused(with_files(json_pack("[o,o,o,o]", link_to("d/e/evil", "up/../../s/f"),
                                      link_to("d/e/up", "../../s"), regular("d/s/f"), regular("s/f"))),
                 "d/e/evil", "'..'");
}

static void refuses_links_to_nothing(void **state) {
  (void)state;
  assert_refused(with_files(json_pack("[o,o]", regular("a/f"), link_to("a/link", "g"))), "a/link",
                 "not in the package");
  assert_refused(with_files(json_pack("[o,o]", link_to("a/link", "../li"), regular("lib/f"))), "a/link",
                 "not in the package");
}

static void refuses_circles_of_links(void **state) {
  (void)state;
  assert_refused(with_files(json_pack("[o]", link_to("a", "a"))), "a", "circle");
  assert_refused(with_files(json_pack("[o,o,o]", link_to("a", "b"), link_to("b", "c"), link_to("c", "a"))),
                 "a", "circle");
}

static void accepts_links_inside_the_package(void **state) {
  (void)state;
  assert_accepted(with_files(json_pack("[o,o,o,o,o]", link_to("a/deep/dir", "../../lib"),
                                       link_to("a/deep/file", "../../lib/x"), link_to("a/x", "deep/file"),
                                       regular("lib-x"), regular("lib/x"))));
}

static void refuses_sums_beyond_the_limit(void **state) {
  (void)state;
  json_t *files = json_array();
  for (int i = 0; i < 5; i++) {
    char path[16];
    snprintf(path, sizeof path, "big-%d", i);
    json_t *file = regular(path);
    json_object_set_new(file, "size", json_integer((json_int_t)CE_MANIFEST_FILE_SIZE_MAX));
    json_array_append_new(files, file);
  }
  json_t *four = json_deep_copy(files);
  json_array_remove(four, 4);
  assert_accepted(with_files(four));
  assert_refused(with_files(files), "big-4", "bytes");
}

static void refuses_unknown_integration(void **state) {
  (void)state;
  json_t *json = sample_load("manifest.json");
  json_object_set_new(sample_entry(json, "integration", 0), "kind", json_string("cron"));
  assert_refused(json, "integration[0]", "cron");
}

static void refuses_targets_outside_the_kinds_directory(void **state) {
  (void)state;
  static const struct {
    size_t index;
    const char *target;
  } wrong[] = {{0, "etc/cron.d/70-certenv.rules"},
               {0, "etc/udev/rules.d"},
               {0, "etc/udev/rules.d/sub/70-certenv.rules"},
               {0, "etc/udev/rules.d/../../passwd.rules"},
               {0, "etc/udev/rules.d-x/70-certenv.rules"},
               {0, "/etc/udev/rules.d/70-certenv.rules"},
               {0, "etc/udev/rules.d/70-certenv.conf"},
               {0, "etc/udev/rules.d/.rules"},
               {1, "etc/pkcs11/modules/certenv.conf"},
               {2, "etc/systemd/system/multi-user.target.wants/x.service"},
               {2, "etc/systemd/system/certenv-monitor.socket"},
               {2, "etc/systemd/system/a b.service"},
               {3, "usr/share/applications/certenv.desktop"},
               {4, "etc/xdg/autostart/certenv"},
               {5, "usr/local/share/icons/hicolor/certenv.xpm"},
               {6, "usr/bin/certenv-probe"},
               {6, "usr/local/bin/-rf"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    json_t *json = sample_load("manifest.json");
    char entry[32];
    snprintf(entry, sizeof entry, "integration[%zu]", wrong[i].index);
    json_object_set_new(sample_entry(json, "integration", wrong[i].index), "target",
                        json_string(wrong[i].target));
    assert_refused(json, entry, "target");
  }
}

static void refuses_integration_of_what_is_not_a_file(void **state) {
  (void)state;
  static const char *const files[] = {"bin", "bin/probe", "bin/absent", "lib/pkcs11/current"};
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    json_t *json = sample_load("manifest.json");
    json_object_set_new(sample_entry(json, "integration", 6), "file", json_string(files[i]));
    assert_refused(json, "usr/local/bin/certenv-probe", "regular file");
  }
}

static void refuses_commands_that_cannot_be_executed(void **state) {
  (void)state;
  json_t *json = sample_load("manifest.json");
  json_object_set_new(sample_entry(json, "integration", 6), "file", json_string("share/certenv.desktop"));
  assert_refused(json, "usr/local/bin/certenv-probe", "executed");
}

static void refuses_duplicate_targets(void **state) {
  (void)state;
  json_t *json = sample_load("manifest.json");
  json_array_append(json_object_get(json, "integration"), sample_entry(json, "integration", 5));
  assert_refused(json, "usr/local/share/icons/hicolor/scalable/apps/certenv.svg", "twice");
  json = sample_load("manifest.json");
  json_t *below = json_deep_copy(sample_entry(json, "integration", 5));
  json_object_set_new(below, "target",
                      json_string("usr/local/share/icons/hicolor/scalable/apps/certenv.svg/a/b.svg"));
  json_array_append_new(json_object_get(json, "integration"), below);
  assert_refused(json, "certenv.svg/a/b.svg", "not a directory");
}

static void refuses_wrong_wanted_by(void **state) {
  (void)state;
  static const char *const units[] = {"multi-user", ".target", "../x.target", "a/b.target",
                                      "x.service",  "",        "-x.target"};
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
    json_t *json = sample_load("manifest.json");
    json_object_set_new(sample_entry(json, "integration", 2), "wanted_by", json_string(units[i]));
    assert_refused(json, "certenv-monitor.service", "wanted_by");
  }
  json_t *json = sample_load("manifest.json");
  json_object_set_new(sample_entry(json, "integration", 3), "wanted_by", json_string("graphical.target"));
  assert_refused(json, "certenv.desktop", "only units");
}

static json_t *with_driver(const char *target) {
  json_t *json = sample_load("manifest.json");
  json_array_append_new(
      json_object_get(json, "integration"),
      json_pack("{s:s,s:s,s:s}", "kind", "pcsc-driver", "file", "bin/certenv-probe", "target", target));
  return json;
}

static void puts_the_driver_in_its_one_place_only(void **state) {
  (void)state;
  static const char *const wrong[] = {"usr/lib/pcsc/drivers/ifd-certenv.bundle/Contents/Linux/other.so",
                                      "usr/lib/pcsc/drivers/ifd-ccid.bundle/Contents/Linux/libccid.so",
                                      "usr/lib/pcsc/drivers/ifd-certenv.bundle/Contents/Info.plist",
                                      "usr/lib64/pcsc/drivers/ifd-certenv.bundle/Contents/Linux/libccid.so"};
  assert_accepted(with_driver("usr/lib/pcsc/drivers/ifd-certenv.bundle/Contents/Linux/libccid.so"));
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_refused(with_driver(wrong[i]), "integration[7]", "one place");
  }
}

static void refuses_wrong_modules(void **state) {
  (void)state;
  static const char *const modules[] = {"", "-", "a b", "../x",
                                        "12345678901234567890123456789012345678901234567890123456789012345"};
  for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
    json_t *json = sample_load("manifest.json");
    json_object_set_new(sample_entry(json, "integration", 1), "module", json_string(modules[i]));
    assert_refused(json, "integration[1]", "module");
  }
  json_t *json = sample_load("manifest.json");
  json_object_set_new(sample_entry(json, "integration", 1), "module", json_string("gm3000"));
  assert_accepted(json);
  json = sample_load("manifest.json");
  json_object_set_new(sample_entry(json, "integration", 3), "module", json_string("gm3000"));
  assert_refused(json, "certenv.desktop", "only PKCS#11 modules");
}

static void knows_every_kind_by_name(void **state) {
  (void)state;
  for (int i = 0; i < CE_INTEGRATION_KIND_COUNT; i++) {
    const char *name = ce_integration_kind_name((enum ce_integration_kind)i);
    assert_int_equal(ce_integration_kind_by_name(name), i);
    assert_true(ce_integration_kind_directory((enum ce_integration_kind)i)[0] != '/');
  }
  assert_int_equal(ce_integration_kind_by_name("cron"), CE_INTEGRATION_KIND_COUNT);
  assert_string_equal(ce_integration_kind_directory(CE_INTEGRATION_POLKIT_ACTION),
                      "usr/share/polkit-1/actions");
}

static void knows_the_names_of_each_kind(void **state) {
  (void)state;
  assert_null(ce_integration_target_problem(CE_INTEGRATION_MAN, "usr/local/share/man/zh_CN/man1/certenv.1"));
  assert_non_null(ce_integration_target_problem(CE_INTEGRATION_MAN, "usr/local/share/man/man1/certenv.txt"));
  assert_null(ce_integration_target_problem(CE_INTEGRATION_POLKIT_ACTION,
                                            "usr/share/polkit-1/actions/cn.certenv.policy"));
  assert_null(ce_integration_target_problem(CE_INTEGRATION_HWDB, "etc/udev/hwdb.d/70-certenv.hwdb"));
  assert_null(ce_integration_target_problem(CE_INTEGRATION_ICON, "usr/local/share/icons/a.png"));
  assert_null(ce_integration_target_problem(CE_INTEGRATION_COMMAND, "usr/local/bin/certenv"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(accepts_a_package_without_files),
      cmocka_unit_test(refuses_duplicate_paths),
      cmocka_unit_test(refuses_paths_out_of_order),
      cmocka_unit_test(refuses_files_below_links_and_files),
      cmocka_unit_test(refuses_links_that_lead_outside),
      cmocka_unit_test(refuses_links_that_climb_through_another_link),
      cmocka_unit_test(refuses_links_to_nothing),
      cmocka_unit_test(refuses_circles_of_links),
      cmocka_unit_test(accepts_links_inside_the_package),
      cmocka_unit_test(refuses_sums_beyond_the_limit),
      cmocka_unit_test(refuses_unknown_integration),
      cmocka_unit_test(refuses_targets_outside_the_kinds_directory),
      cmocka_unit_test(refuses_integration_of_what_is_not_a_file),
      cmocka_unit_test(refuses_commands_that_cannot_be_executed),
      cmocka_unit_test(refuses_duplicate_targets),
      cmocka_unit_test(refuses_wrong_wanted_by),
      cmocka_unit_test(puts_the_driver_in_its_one_place_only),
      cmocka_unit_test(refuses_wrong_modules),
      cmocka_unit_test(knows_every_kind_by_name),
      cmocka_unit_test(knows_the_names_of_each_kind),
  };
  return cmocka_run_group_tests_name("manifest-rules", tests, NULL, NULL);
}
