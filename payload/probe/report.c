/* SPDX-License-Identifier: Apache-2.0
 * Pieces of the probe's report. */
#include "probe/report.h"

#include "probe/module.h"
#include "probe/slot.h"
#include "probe/text.h"

#include <string.h>
#include <time.h>

json_t *ce_report_error(const struct ce_error *why) {
  CE_AUTO(ce_free) char *message = ce_token_text((const uint8_t *)why->detail, strlen(why->detail));
  return json_pack("{s:s, s:s?, s:s}", "stage", why->op, "rv", *why->subject ? why->subject : NULL, "message",
                   message);
}

enum ce_code ce_report_fill(CK_FUNCTION_LIST *module, const char *path, int64_t now_s, json_t *report,
                            struct ce_error *err) {
  json_t *slots = NULL, *about = NULL;
  size_t left_off = 0;
  enum ce_code code = ce_module_describe(module, path, &about, err);
  if (!code && json_object_set_new(report, "module", about)) {
    code = ce_fail_memory(err, path);
  }
  if (!code) {
    code = ce_slots_describe(module, now_s, &slots, &left_off, err);
  }
  if (!code && (json_object_set_new(report, "slots", slots) ||
                json_object_set_new(report, "slots_left_off", json_integer((json_int_t)left_off)))) {
    code = ce_fail_memory(err, path);
  }
  return code;
}

enum ce_code ce_report_parse_time(const char *text, int64_t *ret, struct ce_error *err) {
  static const char *const forms[] = {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"};
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    struct tm broken_down = {0};
    const char *end = strptime(text, forms[i], &broken_down);
    if (end && !*end) {
      *ret = (int64_t)timegm(&broken_down);
      return CE_OK;
    }
  }
  return ce_fail(err, CE_USAGE, "options", "--now",
                 "'%s' is not a time such as 2026-11-22 or 2026-11-22T08:00:00Z", text);
}
