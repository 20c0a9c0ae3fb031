/* SPDX-License-Identifier: Apache-2.0
 * The limit on the rate of progress. */
#include "cli/pace.h"

bool ce_pace_is_due(struct ce_pace *pace, const struct ce_clock *clock) {
  int64_t now_ms = clock->monotonic_ms(clock->context);
  if (pace->started && now_ms - pace->last_ms < CE_PACE_MS) {
    return false;
  }
  *pace = (struct ce_pace){.started = true, .last_ms = now_ms};
  return true;
}
