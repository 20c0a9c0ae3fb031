/* SPDX-License-Identifier: Apache-2.0
 * The judgement over expiry. */
#include "trust/expiry.h"

#include "trust/instant.h"

#include <stdbool.h>
#include <stdlib.h>

static bool server_disagrees(int64_t expires_s, const struct ce_expiry_clock *clock) {
  return clock->server_time_s > 0 && expires_s > clock->server_time_s &&
         llabs(clock->now_s - clock->server_time_s) > CE_EXPIRY_CLOCKS_APART_S;
}

enum ce_code ce_expiry_check(const char *role, int64_t expires_s, const struct ce_expiry_clock *clock,
                             struct ce_error *err) {
  bool is_early = clock->now_s < clock->build_time_s;
  int64_t used_s = is_early ? clock->build_time_s : clock->now_s;
  if (expires_s > used_s) {
    return CE_OK;
  }
  char expires[CE_INSTANT_SIZE];
  char now[CE_INSTANT_SIZE];
  char other[CE_INSTANT_SIZE];
  ce_instant_format(expires_s, expires);
  ce_instant_format(clock->now_s, now);
  if (is_early) {
    ce_instant_format(clock->build_time_s, other);
    return ce_fail(err, CE_CLOCK, "verify", role,
                   "this machine's clock says %s, and it is later than %s; that metadata expired at %s", now,
                   other, expires);
  }
  if (server_disagrees(expires_s, clock)) {
    ce_instant_format(clock->server_time_s, other);
    return ce_fail(err, CE_CLOCK, "verify", role,
                   "this machine's clock says %s, the server's says %s; the metadata expires at %s", now,
                   other, expires);
  }
  return ce_fail(err, CE_TRUST_EXPIRED, "verify", role, "it expired at %s; by the time used it is %s",
                 expires, now);
}
