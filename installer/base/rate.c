/* SPDX-License-Identifier: Apache-2.0
 * The speed of a transfer, smoothed. */
#include "base/rate.h"

#define LEFT_S_MAX (100 * 3600) /* beyond this nobody plans */

void ce_rate_update(struct ce_rate *rate, int64_t now_ms, uint64_t done_bytes) {
  if (!rate->started || done_bytes < rate->last_bytes) {
    *rate = (struct ce_rate){.started = true, .last_ms = now_ms, .last_bytes = done_bytes};
    return;
  }
  int64_t passed_ms = now_ms - rate->last_ms;
  if (passed_ms < CE_RATE_STEP_MS) {
    return;
  }
  double now = (double)(done_bytes - rate->last_bytes) * 1000 / (double)passed_ms;
  double weight = (double)passed_ms / (double)(passed_ms + CE_RATE_MEMORY_MS);
  rate->bytes_per_s = rate->bytes_per_s > 0 ? rate->bytes_per_s + weight * (now - rate->bytes_per_s) : now;
  rate->last_ms = now_ms;
  rate->last_bytes = done_bytes;
}

int64_t ce_rate_left_s(const struct ce_rate *rate, uint64_t left_bytes) {
  if (rate->bytes_per_s < 1) {
    return 0;
  }
  double left_s = (double)left_bytes / rate->bytes_per_s;
  return left_s < LEFT_S_MAX ? (int64_t)left_s + 1 : LEFT_S_MAX;
}
