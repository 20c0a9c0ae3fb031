/* SPDX-License-Identifier: Apache-2.0
 * How often progress is shown. */
#ifndef CE_CLI_PACE_H
#define CE_CLI_PACE_H

#include "ports/clock.h"

#include <stdbool.h>

#define CE_PACE_MS 100

/* {0} lets the first one pass. */
struct ce_pace {
  bool started;
  int64_t last_ms;
};

/* True at most once in CE_PACE_MS. */
bool ce_pace_is_due(struct ce_pace *pace, const struct ce_clock *clock);

#endif
