/* SPDX-License-Identifier: Apache-2.0
 * Tests of the assistant: from what the probe prints to what people read. */
#include "assistant/listing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PIN(locked, final_try, count_low)                                                                    \
  "\"pin\": {\"locked\": " locked ", \"final_try\": " final_try ", \"count_low\": " count_low                \
  ", \"to_be_changed\": false}"
#define TOKEN(initialized, pin, certificates)                                                                \
  "{\"token\": {\"label\": \"钥匙\", \"manufacturer\": \"M\", \"model\": \"m1\", \"serial\": \"42\","      \
  " \"initialized\": " initialized ", " pin ", \"certificates\": [" certificates "]}}"
#define CERTIFICATE(name, days, not_yet)                                                                     \
  "{\"subject_name\": \"" name "\", \"issuer_name\": \"CA\", \"serial\": \"01\","                            \
  " \"not_after\": \"2026-12-12T00:00:00Z\", \"days_left\": " days ", \"not_yet_valid\": " not_yet "}"
#define REPORT(slots) "{\"format\": 1, \"slots\": [" slots "]}"
#define GOOD_PIN      PIN("false", "false", "false")

static struct ce_profile profile = {.user_service_url = (char[]){"http://service"}, .phone = (char[]){"010"}};

static struct ce_inventory *parse(const char *text) {
  struct ce_error err = {0};
  struct ce_inventory *inventory = NULL;
  if (ce_inventory_parse(text, strlen(text), 60, &inventory, &err)) {
    fail_msg("%s: %s", err.subject, err.detail);
  }
  return inventory;
}

static void assert_listed(const char *report, const char *expected, bool there) {
  struct ce_error err;
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  CE_AUTO(ce_inventory) struct ce_inventory *inventory = parse(report);
  assert_int_equal(ce_listing_write(inventory, &profile, ce_language_by_name("en"), &text, &err), CE_OK);
  if (!strstr(ce_blob_text(&text), expected) == there) {
    fail_msg("\"%s\" is %sin:\n%s", expected, there ? "not " : "", ce_blob_text(&text));
  }
}

static void lists_a_certificate_with_its_days(void **state) {
  (void)state;
  static const char report[] = REPORT(TOKEN("true", GOOD_PIN, CERTIFICATE("张三", "300", "false")));
  assert_listed(report, "钥匙\n  Model: M, m1\n  Serial number: 42\n", true);
  assert_listed(report, "  张三         CA      2026-12-12   300        valid\n", true);
  assert_listed(report, "!", false);
}

static void reminds_from_the_day_of_the_profile_on(void **state) {
  (void)state;
  assert_listed(REPORT(TOKEN("true", GOOD_PIN, CERTIFICATE("n", "61", "false"))), "expires soon", false);
  assert_listed(REPORT(TOKEN("true", GOOD_PIN, CERTIFICATE("n", "60", "false"))), "expires soon", true);
  assert_listed(REPORT(TOKEN("true", GOOD_PIN, CERTIFICATE("n", "0", "false"))),
                "User service: http://service", true);
  assert_listed(REPORT(TOKEN("true", GOOD_PIN, CERTIFICATE("n", "-1", "false"))),
                "! n: This certificate has expired.", true);
  assert_listed(REPORT(TOKEN("true", GOOD_PIN, CERTIFICATE("n", "400", "true"))), "not valid yet", true);
}

static void tells_the_state_of_the_pin(void **state) {
  (void)state;
  assert_listed(REPORT(TOKEN("true", PIN("true", "true", "true"), "")), "The PIN is locked.", true);
  assert_listed(REPORT(TOKEN("true", PIN("false", "true", "true"), "")), "One more wrong PIN locks this key.",
                true);
  assert_listed(REPORT(TOKEN("true", PIN("false", "false", "true"), "")), "A wrong PIN was entered.", true);
}

static void asks_for_a_key_when_there_is_none(void **state) {
  (void)state;
  assert_listed(REPORT(""), "No key was found.", true);
  assert_listed(REPORT("{\"token_present\": false}"), "No key was found.", true);
  assert_listed(REPORT(TOKEN("false", GOOD_PIN, "")), "No key was found.", true);
  assert_listed(REPORT(TOKEN("true", GOOD_PIN, "")), "There is no certificate on this key.", true);
}

static void goes_on_after_what_cannot_be_read(void **state) {
  (void)state;
  static const char error[] =
      "{\"error\": {\"stage\": \"token\", \"rv\": null, \"message\": \"C_GetTokenInfo failed\"}}";
  char report[2048];
  snprintf(report, sizeof report, REPORT("%s, " TOKEN("true", GOOD_PIN, "%s")), error, error);
  assert_listed(report, "The certificates cannot be listed: C_GetTokenInfo failed", true);
  assert_listed(report, "(unreadable)", true);
}

static void adds_the_validity_to_the_json(void **state) {
  (void)state;
  CE_AUTO(ce_inventory)
  struct ce_inventory *inventory = parse(REPORT(TOKEN("true", GOOD_PIN, CERTIFICATE("n", "3", "false"))));
  CE_AUTO(ce_free) char *text = json_dumps(inventory->json, 0);
  assert_non_null(strstr(text, "\"validity\": \"soon\""));
}

static void refuses_what_the_probe_does_not_print(void **state) {
  (void)state;
  static const char *const wrong[] = {
      "",
      "{}",
      "{\"format\": 2, \"slots\": []}",
      "{\"format\": 1}",
      "{\"format\": 1, \"slots\": [1]}",
      "{\"format\": 1, \"error\": 1}",
      REPORT("{\"token\": {}}"),
      REPORT(TOKEN("1", GOOD_PIN, "")),
      REPORT(TOKEN("true", GOOD_PIN, "1")),
      REPORT(TOKEN("true", GOOD_PIN, CERTIFICATE("n", "99999999999", "false"))),
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    struct ce_error err;
    struct ce_inventory *inventory = NULL;
    assert_int_equal(ce_inventory_parse(wrong[i], strlen(wrong[i]), 60, &inventory, &err), CE_CHILD);
    assert_null(inventory);
  }
}

static void keeps_the_failure_of_the_module(void **state) {
  (void)state;
  CE_AUTO(ce_inventory)
  struct ce_inventory *inventory =
      parse("{\"format\": 1, \"error\": {\"stage\": \"load\", \"rv\": null, \"message\": \"gone\"}}");
  assert_string_equal(inventory->error_stage, "load");
  assert_string_equal(inventory->error_message, "gone");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lists_a_certificate_with_its_days),
      cmocka_unit_test(reminds_from_the_day_of_the_profile_on),
      cmocka_unit_test(tells_the_state_of_the_pin),
      cmocka_unit_test(asks_for_a_key_when_there_is_none),
      cmocka_unit_test(goes_on_after_what_cannot_be_read),
      cmocka_unit_test(adds_the_validity_to_the_json),
      cmocka_unit_test(refuses_what_the_probe_does_not_print),
      cmocka_unit_test(keeps_the_failure_of_the_module),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
