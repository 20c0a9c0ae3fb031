/* SPDX-License-Identifier: Apache-2.0
 * Tests of what a person is shown before anything is changed. */
#include "cli/summary.h"

#include "sink-fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define STEPS_MAX 40

struct fixture {
  struct ce_step steps[STEPS_MAX];
  struct ce_manifest manifest;
  struct ce_receipt after;
  struct ce_plan plan;
  struct ce_error err;
};

static int make_fixture(void **state) {
  static struct fixture fixture;
  memset(&fixture, 0, sizeof fixture);
  fixture.manifest.file_count = 412;
  fixture.manifest.total_bytes = 5767168;
  fixture.after.manifest = &fixture.manifest;
  fixture.plan = (struct ce_plan){.verb = CE_VERB_INSTALL,
                                  .from_version = (char *)"",
                                  .to_version = (char *)"1.4.0",
                                  .steps = fixture.steps,
                                  .after = &fixture.after};
  *state = &fixture;
  return 0;
}

static struct ce_step *add_step(struct fixture *fixture, enum ce_step_kind kind, const char *path) {
  struct ce_step *step = &fixture->steps[fixture->plan.step_count++];
  step->kind = kind;
  step->path = (char *)path;
  return step;
}

/* The summary as text, in a buffer that the next call overwrites. */
static const char *text_of(struct fixture *fixture, char *const *packages) {
  static char text[8192];
  struct fake_stream stream;
  struct ce_face face = {.language = ce_language_by_name("en")};
  CE_AUTO(ce_summary) struct ce_summary summary = {0};
  assert_int_equal(ce_summary_make(&fixture->plan, packages, &summary, &fixture->err), CE_OK);
  fake_stream_open(&stream);
  ce_summary_print(&summary, &face, stream.file);
  snprintf(text, sizeof text, "%s", fake_stream_take(&stream));
  fake_stream_close(&stream);
  return text;
}

static void tells_version_files_places_and_packages(void **state) {
  struct fixture *fixture = *state;
  char *packages[] = {(char *)"pcscd", (char *)"libccid", NULL};
  add_step(fixture, CE_STEP_MAKE_DIRECTORY, "etc/udev");
  add_step(fixture, CE_STEP_ADD_TREE, "opt/certenv/versions/1.4.0");
  add_step(fixture, CE_STEP_PUT_LINK, "opt/certenv/current");
  add_step(fixture, CE_STEP_PUT_FILE, "etc/udev/rules.d/70-certenv.rules")->file.size_bytes = 832;
  add_step(fixture, CE_STEP_PUT_FILE, "opt/certenvy")->file.size_bytes = 0;
  assert_string_equal(text_of(fixture, packages),
                      "To be installed: the certificate environment 1.4.0\n"
                      "  Files: 415 (5.8 MB)\n"
                      "  Places outside /opt/certenv:\n"
                      "    /etc/udev/rules.d/70-certenv.rules\n"
                      "    /opt/certenvy\n"
                      "  Packages that the system's package manager installs: pcscd libccid\n");
}

static void says_what_an_update_comes_from(void **state) {
  struct fixture *fixture = *state;
  fixture->plan.from_version = (char *)"1.3.0";
  assert_string_equal(text_of(fixture, NULL),
                      "To be updated: the certificate environment, from 1.3.0 to 1.4.0\n");
}

static void counts_only_what_a_repair_writes(void **state) {
  struct fixture *fixture = *state;
  fixture->plan.verb = CE_VERB_REPAIR;
  fixture->plan.from_version = fixture->plan.to_version;
  add_step(fixture, CE_STEP_PUT_FILE, "opt/certenv/versions/1.4.0/lib/a")->file.size_bytes = 999;
  add_step(fixture, CE_STEP_SET_MODE, "etc/udev/rules.d/70-certenv.rules");
  assert_string_equal(text_of(fixture, NULL), "To be repaired: the certificate environment 1.4.0\n"
                                              "  Files: 1 (999 B)\n"
                                              "  Places outside /opt/certenv:\n"
                                              "    /etc/udev/rules.d/70-certenv.rules\n");
}

static void lists_what_an_uninstall_removes(void **state) {
  struct fixture *fixture = *state;
  fixture->plan.verb = CE_VERB_UNINSTALL;
  fixture->plan.from_version = (char *)"1.4.0";
  fixture->plan.to_version = (char *)"";
  fixture->after.manifest = NULL;
  add_step(fixture, CE_STEP_REMOVE_FILE, "usr/local/bin/certenv");
  add_step(fixture, CE_STEP_REMOVE_TREE, "opt/certenv/versions/1.4.0");
  assert_string_equal(text_of(fixture, NULL), "To be removed: the certificate environment 1.4.0\n"
                                              "  Places outside /opt/certenv:\n"
                                              "    /usr/local/bin/certenv\n");
}

static void warns_of_the_restart_of_the_service_that_others_use(void **state) {
  struct fixture *fixture = *state;
  CE_AUTO(ce_summary) struct ce_summary summary = {0};
  fixture->plan.triggers = CE_TRIGGER_PCSCD;
  assert_non_null(strstr(text_of(fixture, NULL), "The smart-card service is restarted"));
  assert_int_equal(ce_summary_make(&fixture->plan, NULL, &summary, &fixture->err), CE_OK);
  CE_AUTO(ce_json) json_t *json = ce_summary_to_json(&summary);
  assert_string_equal(json_string_value(json_array_get(json_object_get(json, "restarts"), 0)), "pcscd");
}

static void shows_twenty_places_and_counts_the_rest(void **state) {
  struct fixture *fixture = *state;
  for (int i = 0; i < STEPS_MAX; i++) {
    add_step(fixture, CE_STEP_PUT_LINK, "usr/local/bin/certenv");
  }
  const char *text = text_of(fixture, NULL);
  size_t shown = 0;
  for (const char *at = text; (at = strstr(at, "    /usr")); at++) {
    shown++;
  }
  assert_int_equal(shown, 20);
  assert_non_null(strstr(text, "    and 20 more\n"));
}

static void writes_sizes_that_people_read(void **state) {
  struct fixture *fixture = *state;
  static const struct {
    uint64_t bytes;
    const char *text;
  } cases[] = {{0, "(0 B)"},
               {999, "(999 B)"},
               {1000, "(1.0 kB)"},
               {999949, "(999.9 kB)"},
               {999960, "(1.0 MB)"},
               {22000000, "(22.0 MB)"},
               {UINT64_C(17179869184), "(17.2 GB)"}};
  add_step(fixture, CE_STEP_ADD_TREE, "opt/certenv/versions/1.4.0");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    fixture->manifest.total_bytes = cases[i].bytes;
    assert_non_null(strstr(text_of(fixture, NULL), cases[i].text));
  }
}

static void tells_a_program_the_same(void **state) {
  struct fixture *fixture = *state;
  char *packages[] = {(char *)"pcscd", NULL};
  CE_AUTO(ce_summary) struct ce_summary summary = {0};
  add_step(fixture, CE_STEP_ADD_TREE, "opt/certenv/versions/1.4.0");
  add_step(fixture, CE_STEP_PUT_FILE, "etc/\xff");
  assert_int_equal(ce_summary_make(&fixture->plan, packages, &summary, &fixture->err), CE_OK);
  CE_AUTO(ce_json) json_t *json = ce_summary_to_json(&summary);
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  assert_int_equal(ce_json_write(json, false, &text, &fixture->err), CE_OK);
  assert_string_equal(ce_blob_text(&text),
                      "{\"file_count\":413,\"from_version\":\"\",\"packages\":[\"pcscd\"],"
                      "\"places\":[\"/etc/\xef\xbf\xbd\"],\"size_bytes\":5767168,\"to_version\":\"1.4.0\","
                      "\"verb\":\"install\"}");
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, make_fixture)
      TEST(tells_version_files_places_and_packages),
      TEST(says_what_an_update_comes_from),
      TEST(counts_only_what_a_repair_writes),
      TEST(lists_what_an_uninstall_removes),
      TEST(warns_of_the_restart_of_the_service_that_others_use),
      TEST(shows_twenty_places_and_counts_the_rest),
      TEST(writes_sizes_that_people_read),
      TEST(tells_a_program_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
