/* SPDX-License-Identifier: Apache-2.0
 * Whether metadata has expired, and whether that is rather a matter of this machine's clock. */
#ifndef CE_TRUST_EXPIRY_H
#define CE_TRUST_EXPIRY_H

#include "base/error.h"

#include <stdint.h>

#define CE_EXPIRY_CLOCKS_APART_S (24 * 60 * 60) /* what a server's clock may be wrong by */

/* Seconds since 1970-01-01 UTC; 0 where it is not known. */
struct ce_expiry_clock {
  int64_t now_s;         /* this machine's */
  int64_t build_time_s;  /* a moment that is over for certain: no clock that is right shows an earlier one */
  int64_t server_time_s; /* what the server said: it explains, and proves nothing */
};

/* Judged by the later of now_s and build_time_s; the very moment counts as expired. TRUST_EXPIRED names both
 * moments. CLOCK instead, with both clocks, when this machine's clock cannot be right (it stands before
 * build_time_s), or when by the server's clock, more than a day away, nothing has expired. */
CE_MUST_USE enum ce_code ce_expiry_check(const char *role, int64_t expires_s,
                                         const struct ce_expiry_clock *clock, struct ce_error *err);

#endif
