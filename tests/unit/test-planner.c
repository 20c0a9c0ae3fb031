/* SPDX-License-Identifier: Apache-2.0
 * What the golden cases of the planner do not show: times, ids, who decides about the package, what a file
 * system's mount means for paths that nobody looked at. */
#include "plan/planner.h"

#include "model/layout.h"
#include "plan/describe.h"
#include "plan/sorted-paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FIRST_TXID  "0000000000000001"
#define SECOND_TXID "0000000000000002"
#define FIRST_S     1000
#define SECOND_S    2000

/* One program with its command, in the version that %s says. */
static const char manifest_text[] =
    "{\"format\":1,\"profile\":\"demo\",\"version\":\"%s\",\"arch\":\"x86_64\",\"files\":[{\"path\":\"bin/"
    "certenv\","
    "\"mode\":\"0755\",\"size\":7,"
    "\"sha256\":\"00000000000000000000000000000000000000000000000000000000000000aa\"}],"
    "\"integration\":[{\"kind\":\"command\",\"file\":\"bin/certenv\",\"target\":\"usr/local/bin/certenv\"}],"
    "\"prerequisites\":[]}";

static struct ce_manifest *make_manifest(const char *version) {
  struct ce_error err;
  struct ce_manifest *manifest = NULL;
  char *text = ce_text_format(manifest_text, version);
  assert_int_equal(ce_manifest_parse(text, strlen(text), &manifest, &err), CE_OK);
  free(text);
  return manifest;
}

static struct ce_plan *make_plan(const struct ce_plan_request *request, const struct ce_facts *facts) {
  struct ce_error err;
  struct ce_plan *plan = NULL;
  assert_int_equal(ce_plan_make(request, facts, &plan, &err), CE_OK);
  return plan;
}

/* The plan of a first install on an empty machine. */
static struct ce_plan *install(const struct ce_manifest *manifest) {
  struct ce_facts facts = {0};
  struct ce_plan_request request = {.verb = CE_VERB_INSTALL,
                                    .txid = FIRST_TXID,
                                    .now_s = FIRST_S,
                                    .manifest = manifest,
                                    .channel = "stable",
                                    .package = "first.tar.zst",
                                    .package_size_bytes = 11};
  struct ce_plan *plan = make_plan(&request, &facts);
  assert_int_equal(plan->conflict_count, 0);
  return plan;
}

static void the_first_install_dates_the_receipt(void **state) {
  (void)state;
  CE_AUTO(ce_manifest) struct ce_manifest *manifest = make_manifest("1.0");
  CE_AUTO(ce_plan) struct ce_plan *plan = install(manifest);
  assert_true(ce_plan_commits(plan));
  assert_string_equal(plan->after->txid, FIRST_TXID);
  assert_int_equal(plan->after->installed_at_s, FIRST_S);
  assert_string_equal(plan->after->channel, "stable");
  assert_string_equal(plan->after->package, "first.tar.zst");
  assert_ptr_not_equal(plan->after->manifest, manifest);
}

static void an_upgrade_keeps_the_date_and_changes_the_package(void **state) {
  (void)state;
  CE_AUTO(ce_manifest) struct ce_manifest *first = make_manifest("1.0");
  CE_AUTO(ce_manifest) struct ce_manifest *second = make_manifest("1.1");
  CE_AUTO(ce_plan) struct ce_plan *before = install(first);
  struct ce_facts facts = {0};
  struct ce_plan_request request = {.verb = CE_VERB_UPDATE,
                                    .txid = SECOND_TXID,
                                    .now_s = SECOND_S,
                                    .manifest = second,
                                    .receipt = before->after,
                                    .package = "second.tar.zst"};
  CE_AUTO(ce_plan) struct ce_plan *plan = make_plan(&request, &facts);
  assert_string_equal(plan->from_version, "1.0");
  assert_string_equal(plan->to_version, "1.1");
  assert_string_equal(plan->after->txid, SECOND_TXID);
  assert_int_equal(plan->after->installed_at_s, FIRST_S);
  assert_string_equal(plan->after->channel, "stable");
  assert_string_equal(plan->after->package, "second.tar.zst");
}

static void a_repair_keeps_the_package_of_the_receipt(void **state) {
  (void)state;
  CE_AUTO(ce_manifest) struct ce_manifest *manifest = make_manifest("1.0");
  CE_AUTO(ce_plan) struct ce_plan *before = install(manifest);
  struct ce_facts facts = {0};
  struct ce_plan_request request = {.verb = CE_VERB_REPAIR,
                                    .txid = SECOND_TXID,
                                    .now_s = SECOND_S,
                                    .receipt = before->after,
                                    .channel = "testing",
                                    .package = "another.tar.zst",
                                    .package_size_bytes = 99};
  CE_AUTO(ce_plan) struct ce_plan *plan = make_plan(&request, &facts);
  assert_string_equal(plan->after->channel, "stable");
  assert_string_equal(plan->after->package, "first.tar.zst");
  assert_int_equal(plan->after->package_size_bytes, 11);
}

static void an_uninstall_leaves_a_receipt_without_manifest(void **state) {
  (void)state;
  CE_AUTO(ce_manifest) struct ce_manifest *manifest = make_manifest("1.0");
  CE_AUTO(ce_plan) struct ce_plan *before = install(manifest);
  struct ce_facts facts = {0};
  struct ce_plan_request request = {
      .verb = CE_VERB_UNINSTALL, .purge = true, .txid = SECOND_TXID, .receipt = before->after};
  CE_AUTO(ce_plan) struct ce_plan *plan = make_plan(&request, &facts);
  assert_true(plan->purge);
  assert_int_equal(plan->step_count, 0);
  assert_true(ce_plan_commits(plan));
  assert_false(plan->after->installed);
  assert_null(plan->after->manifest);
  assert_int_equal(plan->after->path_count, 0);
}

static void only_an_uninstall_can_purge(void **state) {
  (void)state;
  CE_AUTO(ce_manifest) struct ce_manifest *manifest = make_manifest("1.0");
  struct ce_facts facts = {0};
  struct ce_plan_request request = {
      .verb = CE_VERB_INSTALL, .purge = true, .txid = FIRST_TXID, .manifest = manifest};
  CE_AUTO(ce_plan) struct ce_plan *plan = make_plan(&request, &facts);
  assert_false(plan->purge);
}

static void a_path_that_was_not_looked_at_lies_on_the_mount_of_its_parent(void **state) {
  (void)state;
  CE_AUTO(ce_manifest) struct ce_manifest *manifest = make_manifest("1.0");
  struct ce_path_fact usr = {
      .path = (char[]){"usr"}, .state = {.type = CE_PATH_DIRECTORY}, .read_only = true};
  struct ce_facts facts = {.paths = &usr, .path_count = 1};
  struct ce_plan_request request = {.verb = CE_VERB_INSTALL, .txid = FIRST_TXID, .manifest = manifest};
  CE_AUTO(ce_plan) struct ce_plan *plan = make_plan(&request, &facts);
  assert_int_equal(plan->conflict_count, 1);
  assert_int_equal(plan->conflicts[0].code, CE_READ_ONLY);
  assert_string_equal(plan->conflicts[0].subject, "/usr/local");
}

static void a_description_is_appended(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_manifest) struct ce_manifest *manifest = make_manifest("1.0");
  CE_AUTO(ce_plan) struct ce_plan *plan = install(manifest);
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  assert_int_equal(ce_blob_printf(&text, &err, "plan: "), CE_OK);
  assert_int_equal(ce_plan_describe(plan, &text, &err), CE_OK);
  assert_int_equal(strncmp(ce_blob_text(&text), "plan: install 1.0\nmake-directory /opt 0755 (absent)\n", 52),
                   0);
}

static void sorted_paths_keep_each_path_once(void **state) {
  (void)state;
  static const char *const added[] = {"b", "a/x", "c", "a", "b", "a/x"};
  struct ce_error err;
  CE_AUTO(ce_sorted_paths) struct ce_sorted_paths paths = {0};
  for (size_t i = 0; i < sizeof added / sizeof added[0]; i++) {
    assert_int_equal(ce_sorted_paths_add(&paths, added[i], &err), CE_OK);
  }
  assert_int_equal(paths.count, 4);
  assert_string_equal(paths.items[1], "a/x");
  assert_true(ce_sorted_paths_contain(&paths, "c"));
  assert_false(ce_sorted_paths_contain(&paths, "a/y"));
}

static void sorted_paths_reach_past_names_with_the_same_start(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_sorted_paths) struct ce_sorted_paths paths = {0};
  assert_int_equal(ce_sorted_paths_add(&paths, "lib-x/file", &err), CE_OK);
  assert_false(ce_sorted_paths_reach_into(&paths, "lib"));
  assert_int_equal(ce_sorted_paths_add(&paths, "lib/file", &err), CE_OK);
  assert_true(ce_sorted_paths_reach_into(&paths, "lib"));
  assert_false(ce_sorted_paths_reach_into(&paths, "lib/file"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_first_install_dates_the_receipt),
      cmocka_unit_test(an_upgrade_keeps_the_date_and_changes_the_package),
      cmocka_unit_test(a_repair_keeps_the_package_of_the_receipt),
      cmocka_unit_test(an_uninstall_leaves_a_receipt_without_manifest),
      cmocka_unit_test(only_an_uninstall_can_purge),
      cmocka_unit_test(a_path_that_was_not_looked_at_lies_on_the_mount_of_its_parent),
      cmocka_unit_test(a_description_is_appended),
      cmocka_unit_test(sorted_paths_keep_each_path_once),
      cmocka_unit_test(sorted_paths_reach_past_names_with_the_same_start),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
