/* SPDX-License-Identifier: Apache-2.0
 * Trying what is staged before anything is committed: whether this machine lets the new programs run. What it
 * refuses is reverted like any failure, and told as blocked, with who is known to do so and what his
 * allow-list needs.
 *
 * On the running system only. What was granted before (engine/allowance.h) is made to hold for the new
 * version first; the caller renews it once more when the run has ended, however it ended. */
#ifndef CE_ENGINE_TRIAL_H
#define CE_ENGINE_TRIAL_H

#include "engine/blame.h"
#include "engine/engine.h"
#include "txn/transaction.h"

struct ce_trial {
  const struct ce_engine *engine;
  const struct ce_plan *plan;
  const struct ce_receipt *receipt; /* what is installed; NULL: nothing */
};

/* ce_txn.staged; context is a struct ce_trial. BLOCKED, CANCELLED. */
CE_MUST_USE enum ce_code ce_trial_staged(void *context, struct ce_error *err);

/* BLOCKED, and a finding event, when the case is a refusal that a finding on this machine explains, or, where
 * a program of ours may not start, a refusal by nobody known. Notes "allow-list" for the programs of
 * manifest. OK: it is neither. path and detail say what was refused. */
CE_MUST_USE enum ce_code ce_trial_judge(const struct ce_engine *engine, const struct ce_blame_case *what,
                                        const char *path, const char *detail,
                                        const struct ce_manifest *manifest, struct ce_error *err);

#endif
