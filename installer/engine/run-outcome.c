/* SPDX-License-Identifier: Apache-2.0
 * What a run reports, and what a failed one leaves behind. */
#include "engine/run.h"

#include "engine/prerequisites.h"
#include "model/layout.h"
#include "model/strings.h"

/* What no run can recover is told by its code. */
static bool is_beyond_runs(enum ce_code code) {
  return code == CE_JOURNAL_DAMAGED || code == CE_RECEIPT_DAMAGED || code == CE_STATE_FORMAT;
}

static bool is_pending(const struct ce_run_state *run, enum ce_code code) {
  bool interrupted = false;
  struct ce_error ignored;
  return run->lock && !is_beyond_runs(code) &&
         ce_txn_is_interrupted(run->engine->fs, &interrupted, &ignored) == CE_OK && interrupted;
}

enum ce_code ce_run_tell_failure(struct ce_run_state *run, struct ce_error *err) {
  const struct ce_engine *engine = run->engine;
  struct ce_report *report = run->report;
  ce_run_blame_machine(run, err);
  report->packages_stay = !report->changed && run->packages_came;
  report->pending = is_pending(run, err->code);
  if (report->packages_stay) {
    ce_prerequisites_tell_stay(engine);
  }
  if (report->pending) {
    ce_emit_note(engine->sink, "pending",
                 N_("Something was left unfinished; the next run finishes it or takes it back first."),
                 CE_JOURNAL);
  }
  return err->code;
}

void ce_report_clear(struct ce_report *report) {
  ce_plan_free(report->plan);
  ce_strings_free(report->missing);
  ce_blob_clear(&report->profile);
  ce_blob_clear(&report->icon);
  *report = (struct ce_report){0};
}
