/* SPDX-License-Identifier: Apache-2.0
 * How fast a transfer goes and how long it still takes, from what was done by when. */
#ifndef CE_BASE_RATE_H
#define CE_BASE_RATE_H

#include <stdbool.h>
#include <stdint.h>

#define CE_RATE_STEP_MS   200  /* shorter intervals tell chance, not speed */
#define CE_RATE_MEMORY_MS 3000 /* what is older hardly counts */

/* {0} is the start. What was done before the first call does not count as speed. */
struct ce_rate {
  bool started;
  int64_t last_ms;
  uint64_t last_bytes;
  double bytes_per_s; /* 0 until it can be told */
};

/* done_bytes in all at now_ms of a monotonic clock. */
void ce_rate_update(struct ce_rate *rate, int64_t now_ms, uint64_t done_bytes);
/* Whole seconds for the bytes that are left, rounded up; 0 while the speed is unknown or nothing moves. */
int64_t ce_rate_left_s(const struct ce_rate *rate, uint64_t left_bytes);

#endif
