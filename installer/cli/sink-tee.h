/* SPDX-License-Identifier: Apache-2.0
 * One sink that hands every event to several. */
#ifndef CE_CLI_SINK_TEE_H
#define CE_CLI_SINK_TEE_H

#include "base/event.h"

#include <stddef.h>

#define CE_SINK_TEE_MAX 4

struct ce_sink_tee {
  struct ce_sink sink; /* to hand to others; valid while this struct stays where it is */
  const struct ce_sink *sinks[CE_SINK_TEE_MAX];
  size_t count;
};

void ce_sink_tee_open(struct ce_sink_tee *ret);
/* sink must outlive the tee; at most CE_SINK_TEE_MAX. They get each event in the order in which they were
 * added. */
void ce_sink_tee_add(struct ce_sink_tee *tee, const struct ce_sink *sink);

#endif
