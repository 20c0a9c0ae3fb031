/* SPDX-License-Identifier: Apache-2.0
 * Pieces of the probe's report. */
#include "probe/report.h"

#include "probe/module.h"
#include "probe/slot.h"
#include "probe/text.h"

#include <string.h>

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
