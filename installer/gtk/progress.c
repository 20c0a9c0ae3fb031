/* SPDX-License-Identifier: Apache-2.0
 * Weighting of phases. */
#include "gtk/progress.h"

#include <stdio.h>
#include <string.h>

/* Where each phase begins and ends on the bar, in per cent: measured on a usual machine, where unpacking
 * takes most and a package manager, if it is called at all, may take anything. */
static const struct {
  const char *phase;
  unsigned char begin, end;
} spans[] = {
    {"security", 0, 1}, {"trust", 1, 4},   {"fetch", 4, 22},   {"probe", 22, 26},   {"prerequisites", 26, 40},
    {"stage", 40, 74},  {"trial", 74, 80}, {"commit", 80, 88}, {"trigger", 88, 94}, {"verify", 94, 98},
};

/* Of a phase that tells nothing about itself; of steps when nobody knows how many there are. */
#define STEPS_UNKNOWN 12.0

void ce_progress_begin(struct ce_progress *ret, unsigned steps_planned) {
  *ret = (struct ce_progress){.steps_planned = steps_planned};
}

static double inner(const struct ce_progress *progress) {
  if (progress->total_bytes > 0) {
    uint64_t done =
        progress->done_bytes < progress->total_bytes ? progress->done_bytes : progress->total_bytes;
    return (double)done / (double)progress->total_bytes;
  }
  double steps = (double)progress->steps;
  if (progress->steps_planned > 0) {
    return steps < progress->steps_planned ? steps / progress->steps_planned : 1;
  }
  return steps / (steps + STEPS_UNKNOWN);
}

static void weigh(struct ce_progress *progress) {
  for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
    if (strcmp(spans[i].phase, progress->phase) == 0) {
      double begin = spans[i].begin;
      double fraction = (begin + (spans[i].end - begin) * inner(progress)) / 100;
      progress->fraction = fraction > progress->fraction ? fraction : progress->fraction;
    }
  }
}

void ce_progress_phase(struct ce_progress *progress, const char *phase) {
  snprintf(progress->phase, sizeof progress->phase, "%s", phase);
  progress->done_bytes = progress->total_bytes = 0;
  progress->steps = 0;
  progress->reverting = progress->reverting || strcmp(phase, "revert") == 0;
  weigh(progress);
}

void ce_progress_bytes(struct ce_progress *progress, const char *phase, uint64_t done_bytes,
                       uint64_t total_bytes) {
  if (strcmp(progress->phase, phase) != 0) {
    ce_progress_phase(progress, phase);
  }
  progress->done_bytes = done_bytes;
  progress->total_bytes = total_bytes;
  weigh(progress);
}

void ce_progress_step(struct ce_progress *progress) {
  progress->steps++;
  weigh(progress);
}
