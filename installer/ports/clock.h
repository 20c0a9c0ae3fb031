/* SPDX-License-Identifier: Apache-2.0
 * Time, as an ops table so that tests can set it. */
#ifndef CE_PORTS_CLOCK_H
#define CE_PORTS_CLOCK_H

#include <stdint.h>

struct ce_clock {
  int64_t (*now_s)(void *context);        /* seconds since 1970-01-01 UTC */
  int64_t (*monotonic_ms)(void *context); /* milliseconds since some moment, never going back */
  void (*sleep_ms)(void *context, int64_t ms);
  void *context;
};

/* The system's clocks; static. */
const struct ce_clock *ce_clock_system(void);

#endif
