/* SPDX-License-Identifier: Apache-2.0
 * How far a run is, as one number for one bar: its phases weighted by what they take, its bytes and steps
 * within them. Pure. The number never goes back, except that a run that reverts has none. */
#ifndef CE_GTK_PROGRESS_H
#define CE_GTK_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct ce_progress {
  char phase[32];
  uint64_t done_bytes, total_bytes; /* of the phase; 0 where it tells none */
  unsigned steps;                   /* done in this phase */
  unsigned steps_planned;           /* of the plan; 0: not known */
  bool reverting;
  double fraction;
};

void ce_progress_begin(struct ce_progress *ret, unsigned steps_planned);
void ce_progress_phase(struct ce_progress *progress, const char *phase);
void ce_progress_bytes(struct ce_progress *progress, const char *phase, uint64_t done_bytes,
                       uint64_t total_bytes);
void ce_progress_step(struct ce_progress *progress);

#endif
