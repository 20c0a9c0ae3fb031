/* SPDX-License-Identifier: Apache-2.0
 * Runs that security software does not let happen. */
#include "engine/run.h"

#include "engine/allowance.h"
#include "engine/services.h"
#include "engine/trial.h"

#include <string.h>

static const struct ce_manifest *manifest_of(const struct ce_run_state *run) {
  const struct ce_plan *plan = run->report->plan;
  return plan->after->installed ? plan->after->manifest : run->receipt ? run->receipt->manifest : NULL;
}

void ce_run_blame_machine(const struct ce_run_state *run, struct ce_error *err) {
  if (err->code == CE_PERMISSION && err->sys_errno != 0 && run->engine->uid == 0) {
    err->code = CE_CONFLICT;
  }
}

void ce_run_blame_write(const struct ce_run_state *run, struct ce_error *err) {
  const struct ce_manifest *manifest = manifest_of(run);
  struct ce_blame_case what = {.act = CE_BLAME_WRITE, .sys_errno = err->sys_errno};
  struct ce_error blamed;
  if (err->code == CE_BLOCKED || err->code == CE_CANCELLED || err->sys_errno == 0) {
    return;
  }
  if (manifest &&
      ce_trial_judge(run->engine, &what, err->subject, err->detail, manifest, &blamed) == CE_BLOCKED) {
    *err = blamed;
  } else if (err->code == CE_NOT_FOUND) {
    err->code = CE_IO;
  }
  ce_run_blame_machine(run, err);
}

/* The services know the old state again. What fails stays in the journal for the next run. */
static enum ce_code undo(struct ce_run_state *run, struct ce_error *err) {
  const struct ce_plan *plan = run->report->plan;
  ce_services_stop_new(run->engine, plan, run->receipt);
  enum ce_code code = ce_txn_undo(&run->txn, plan, run->receipt, err);
  if (code == CE_OK) {
    run->report->changed = false;
    ce_services_trigger_old(run->engine, plan, run->receipt);
    ce_allowance_renew(run->engine, run->receipt, NULL, NULL);
  }
  return code;
}

bool ce_run_undo_blocked(struct ce_run_state *run, struct ce_error *err) {
  struct ce_blame_case what = {.act = CE_BLAME_KEEP};
  struct ce_error blamed, why;
  const struct ce_manifest *manifest = manifest_of(run);
  if (!manifest ||
      ce_trial_judge(run->engine, &what, err->subject, err->detail, manifest, &blamed) != CE_BLOCKED) {
    return false;
  }
  *err = blamed;
  if (undo(run, &why) != CE_OK) {
    ce_error_context(err, "not everything could be put back (%s: %s), the next run will do it", why.subject,
                     why.detail);
  }
  return true;
}
