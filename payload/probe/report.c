/* SPDX-License-Identifier: Apache-2.0
 * Pieces of the probe's report. */
#include "probe/report.h"

#include "probe/text.h"

#include <string.h>
#include <time.h>

json_t *ce_report_error(const struct ce_error *why) {
  CE_AUTO(ce_free) char *message = ce_token_text((const uint8_t *)why->detail, strlen(why->detail));
  return json_pack("{s:s, s:s?, s:s}", "stage", why->op, "rv", *why->subject ? why->subject : NULL, "message",
                   message);
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
