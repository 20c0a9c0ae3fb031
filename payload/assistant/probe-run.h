/* SPDX-License-Identifier: Apache-2.0
 * Asking a PKCS#11 module through certenv-probe, in a process of its own: a module may crash or hang. */
#ifndef CE_ASSISTANT_PROBE_RUN_H
#define CE_ASSISTANT_PROBE_RUN_H

#include "assistant/inventory.h"
#include "ports/process.h"

struct ce_probe_run {
  const struct ce_process *process;
  const char *program; /* path of certenv-probe */
  const char *module;
  const char *now;       /* for --now; NULL for the clock */
  int64_t reminder_days; /* see ce_inventory_parse() */
};

/* ret may hold the module's own failure (error_message). CHILD when the probe ended without a report, with
 * a sentence that says why (a crash, no answer in time); NOT_FOUND or PERMISSION when it could not be
 * started. */
CE_MUST_USE enum ce_code ce_probe_run(const struct ce_probe_run *run, struct ce_inventory **ret,
                                      struct ce_error *err);

#endif
