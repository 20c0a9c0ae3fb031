/* SPDX-License-Identifier: Apache-2.0
 * Events to several sinks. */
#include "cli/sink-tee.h"

#include <assert.h>

static void emit(void *context, const struct ce_event *event) {
  const struct ce_sink_tee *tee = context;
  for (size_t i = 0; i < tee->count; i++) {
    ce_emit(tee->sinks[i], event);
  }
}

void ce_sink_tee_open(struct ce_sink_tee *ret) {
  *ret = (struct ce_sink_tee){.sink = {.emit = emit, .context = ret}};
}

void ce_sink_tee_add(struct ce_sink_tee *tee, const struct ce_sink *sink) {
  assert(tee->count < CE_SINK_TEE_MAX);
  tee->sinks[tee->count++] = sink;
}
