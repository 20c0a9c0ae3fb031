/* SPDX-License-Identifier: Apache-2.0
 * The verbs that change something: one sequence, from the lock to the end of the journal. */
#include "engine/run.h"

#include "engine/allowance.h"
#include "engine/desktops.h"
#include "engine/host.h"
#include "engine/prerequisites.h"
#include "engine/probe.h"
#include "engine/removal.h"
#include "engine/security.h"
#include "engine/services.h"
#include "engine/state.h"
#include "engine/trial.h"
#include "engine/verify.h"
#include "model/layout.h"
#include "model/strings.h"
#include "plan/planner.h"

#include <string.h>

static void run_state_auto(struct ce_run_state *run) {
  ce_selection_plan_clear(&run->optional);
  ce_key_stage_clear(&run->key);
  ce_known_keys_clear(&run->known);
  ce_acquired_clear(&run->acquired);
  ce_offer_free(run->offer);
  ce_receipt_free(run->receipt);
  ce_lock_free(run->lock);
}

/* Content of the version trees is read where it can matter: not for a tree that goes as a whole. */
static enum ce_probe_depth probe_depth(const struct ce_run_state *run) {
  bool same_tree = run->manifest && (!ce_run_is_installed(run) ||
                                     strcmp(run->manifest->version, run->receipt->manifest->version) == 0);
  return same_tree ? CE_PROBE_DEEP : CE_PROBE_SHALLOW;
}

/* Whether a key needs the driver can only be said when pcscd and its own drivers are there. */
static bool will_plan_again(const struct ce_run_state *run) {
  return run->optional.driver_later && run->engine->live && !run->options->skip_prerequisites &&
         !run->planned_again;
}

static enum ce_code select_optional(struct ce_run_state *run, struct ce_error *err) {
  if (!run->manifest || !ce_selection_concerns(run->manifest)) {
    return CE_OK;
  }
  struct ce_selection_request request = {.catalogue = run->known.catalogue,
                                         .manifest = run->manifest,
                                         .receipt = ce_run_is_installed(run) ? run->receipt : NULL,
                                         .profile_wants_driver = run->known.wants_driver};
  enum ce_code code = ce_selection_choose(run->engine, &request, &run->optional, err);
  if (code == CE_OK && will_plan_again(run)) {
    ce_emit_note(
        run->engine->sink, "driver-later",
        N_("If the key needs a driver of its own, it is added once the smart-card service is installed."),
        NULL);
  }
  return code;
}

static enum ce_code make_plan(struct ce_run_state *run, struct ce_error *err) {
  ce_emit_phase(run->engine->sink, "probe", N_("Looking at this machine"));
  CE_AUTO(ce_facts) struct ce_facts *facts = NULL;
  enum ce_code code = select_optional(run, err);
  if (code == CE_OK) {
    code = ce_probe(run->engine, run->manifest, &run->optional.selection, run->receipt, probe_depth(run),
                    &facts, err);
  }
  if (code != CE_OK) {
    return code;
  }
  struct ce_plan_request request = {.verb = run->verb,
                                    .purge = run->options->purge,
                                    .txid = run->txid,
                                    .now_s = run->engine->clock->now_s(run->engine->clock->context),
                                    .manifest = run->manifest,
                                    .receipt = run->receipt,
                                    .selection = &run->optional.selection};
  bool brings_package = run->verb == CE_VERB_INSTALL || run->verb == CE_VERB_UPDATE;
  if (run->offer && brings_package) {
    request.channel = run->offer->channel;
    request.package = run->offer->package;
    request.package_size_bytes = run->offer->package_size_bytes;
    request.package_sha256 = run->offer->package_sha256;
  }
  return ce_plan_make(&request, facts, &run->report->plan, err);
}

static enum ce_code refuse_conflicts(const struct ce_run_state *run, struct ce_error *err) {
  const struct ce_plan *plan = run->report->plan;
  for (size_t i = 0; i < plan->conflict_count; i++) {
    struct ce_error conflict;
    ce_fail(&conflict, plan->conflicts[i].code, "plan", plan->conflicts[i].subject, "%s",
            plan->conflicts[i].detail);
    if (i == 0) {
      *err = conflict;
    }
    ce_emit_warning(run->engine->sink, "conflict", &conflict);
  }
  return plan->conflict_count > 0 ? plan->conflicts[0].code : CE_OK;
}

static enum ce_code install_prerequisites(struct ce_run_state *run, struct ce_error *err) {
  if (!run->manifest) {
    return CE_OK;
  }
  if (run->options->skip_prerequisites) {
    return CE_OK;
  }
  return ce_prerequisites_install(run->engine, run->manifest, &run->packages_came, &run->report->missing,
                                  err);
}

/* What it needs to decompress is as much as all the rest. The plan has a copy of its manifest. */
static void close_package(struct ce_run_state *run) {
  if (run->acquired.package && run->manifest == ce_package_manifest(run->acquired.package)) {
    run->manifest = run->report->plan->after->manifest;
  }
  ce_acquired_clear(&run->acquired);
}

static enum ce_code commit(struct ce_run_state *run, struct ce_error *err) {
  const struct ce_engine *engine = run->engine;
  const struct ce_plan *plan = run->report->plan;
  struct ce_trial trial = {.engine = engine, .plan = plan, .receipt = run->receipt};
  bool leaves = run->verb == CE_VERB_UNINSTALL && ce_plan_commits(plan);
  ce_services_stop(engine, plan);
  if (leaves) {
    ce_desktops_remove(engine);
  }
  run->txn.staged = engine->live && plan->after->installed ? ce_trial_staged : NULL;
  run->txn.staged_context = &trial;
  enum ce_code code = ce_txn_apply(&run->txn, plan, run->acquired.package, err);
  if (code != CE_OK) {
    ce_run_blame_write(run, err);
    ce_allowance_renew(engine, run->receipt, NULL, NULL); /* the old version again */
    if (leaves) {
      ce_desktops_place(engine); /* what starts it is there again */
    }
    if (plan->triggers & CE_TRIGGER_UNIT_STOP) {
      ce_run_trigger_all(run); /* the units that were stopped are there again */
    }
    return err->code;
  }
  run->report->changed = ce_plan_commits(plan);
  close_package(run);
  ce_services_trigger(engine, plan);
  return CE_OK;
}

static enum ce_code finish(struct ce_run_state *run, struct ce_error *err) {
  const struct ce_plan *plan = run->report->plan;
  CE_AUTO(ce_strings) char **made = NULL;
  enum ce_code code = CE_OK;
  if (run->verb == CE_VERB_UNINSTALL) {
    ce_removal_withdraw(run->engine, plan->purge);
  }
  if (plan->purge) {
    /* Without a receipt there is nothing to purge but what ce_state_forget() takes, and that needs the note.
     */
    code = run->receipt ? ce_state_take_made(run->engine, &made, err) : CE_OK;
  }
  if (code == CE_OK) {
    code = ce_txn_finish(&run->txn, plan, err);
  }
  if (code == CE_OK && !plan->purge) {
    ce_acquire_trim_cache(run->engine, plan->after->installed ? &plan->after->package_sha256 : NULL);
  }
  if (code == CE_OK && made) {
    ce_state_remove_made(run->engine, made);
  }
  return code;
}

static void tell_notes(const struct ce_run_state *run) {
  const struct ce_plan *plan = run->report->plan;
  for (size_t i = 0; i < plan->note_count; i++) {
    ce_emit_note(run->engine->sink, plan->notes[i].name, plan->notes[i].sentence, plan->notes[i].subject);
  }
}

/* What a plan of the file system cannot see: a service that somebody stopped. */
static void revive_services(const struct ce_run_state *run) {
  bool wanted = run->verb != CE_VERB_UNINSTALL && run->manifest && run->engine->live &&
                ce_host_has(run->engine, "run/systemd/system");
  if (wanted && !ce_plan_commits(run->report->plan)) {
    ce_services_revive(run->engine, run->manifest);
  }
  if (wanted) {
    ce_services_start_pcscd(run->engine, run->manifest);
  }
}

static enum ce_code ask(const struct ce_run_state *run, struct ce_error *err) {
  const struct ce_plan *plan = run->report->plan;
  return ce_plan_commits(plan) && run->options->confirm
             ? run->options->confirm(run->options->confirm_context, plan, err)
             : CE_OK;
}

/* The same plan with the driver, where that turns out to be needed; the note before the question said so. Who
 * was not asked yet, since there was nothing to do, is asked now. */
static enum ce_code plan_again(struct ce_run_state *run, struct ce_error *err) {
  if (!will_plan_again(run)) {
    return CE_OK;
  }
  bool asked = ce_plan_commits(run->report->plan);
  run->planned_again = true;
  ce_plan_free(ce_take(&run->report->plan));
  enum ce_code code = make_plan(run, err);
  if (code == CE_OK) {
    code = refuse_conflicts(run, err);
  }
  if (code == CE_OK && !asked) {
    code = ask(run, err);
  }
  return code == CE_OK ? ce_run_provide_package(run, err) : code;
}

static enum ce_code prepare(struct ce_run_state *run, struct ce_error *err) {
  enum ce_code code = ask(run, err);
  if (code != CE_OK) {
    return code;
  }
  bool again = will_plan_again(run);
  if (!again) {
    tell_notes(run);
  }
  code = ce_run_provide_package(run, err);
  if (code == CE_OK) {
    code = install_prerequisites(run, err);
  }
  if (code == CE_OK) {
    code = plan_again(run, err);
  }
  if (code == CE_OK && again) {
    tell_notes(run);
  }
  return code;
}

static enum ce_code carry_out(struct ce_run_state *run, struct ce_error *err) {
  enum ce_code code = prepare(run, err);
  if (code == CE_OK) {
    code = commit(run, err);
  }
  if (code != CE_OK) {
    return code;
  }
  const struct ce_plan *plan = run->report->plan;
  bool commits = plan->after->installed && ce_plan_commits(plan);
  enum ce_code verified = commits ? ce_verify_installed(run->engine, plan->after, err) : CE_OK;
  if (verified == CE_ATTENTION && ce_run_undo_blocked(run, err)) {
    return CE_BLOCKED;
  }
  revive_services(run);
  if (plan->after->installed) {
    ce_desktops_place(run->engine);
  }
  struct ce_error problem;
  code = finish(run, &problem);
  if (commits || run->verb == CE_VERB_REPAIR) {
    ce_allowance_renew(run->engine, plan->after, NULL, NULL);
  }
  if (code != CE_OK) {
    ce_run_blame_machine(run, &problem);
    ce_emit_warning(run->engine->sink, "finish", &problem);
  }
  if (verified == CE_OK) {
    verified = ce_prerequisites_warn(run->engine, run->report->missing, err);
  }
  return verified == CE_OK ? ce_prerequisites_judge(run->engine, run->manifest, run->report->missing, err)
                           : verified;
}

/* Without the lock: a person may take his time, and others shall be able to work meanwhile. */
static enum ce_code wait_for_key(struct ce_run_state *run, struct ce_error *err) {
  run->key.catalogue = run->known.catalogue;
  if (run->options->key != CE_KEY_WISH_REQUIRED) {
    return CE_OK;
  }
  ce_lock_free(ce_take(&run->lock));
  struct ce_error problem;
  enum ce_code code = ce_key_stage_before(&run->key, err);
  enum ce_code resumed = ce_run_resume(run, &problem);
  if (code == CE_OK && resumed != CE_OK) {
    *err = problem;
    return resumed;
  }
  return code;
}

/* The very first, so that a refusal leaves nothing behind, not even a directory or a lock. */
static enum ce_code check_security(const struct ce_run_state *run, struct ce_error *err) {
  bool brings_something = run->verb != CE_VERB_UNINSTALL && !run->options->dry_run;
  return brings_something ? ce_security_check(run->engine, run->options, err) : CE_OK;
}

static enum ce_code run_locked(struct ce_run_state *run, struct ce_error *err) {
  enum ce_code code = ce_run_begin(run, err);
  if (code == CE_OK) {
    code = ce_run_choose_manifest(run, err);
  }
  if (code == CE_OK && ce_run_minds_keys(run)) {
    code = wait_for_key(run, err);
  }
  if (code == CE_OK) {
    code = make_plan(run, err);
  }
  if (code == CE_OK) {
    code = refuse_conflicts(run, err);
  }
  if (code == CE_OK && !run->options->dry_run) {
    code = carry_out(run, err);
  }
  if (run->options->dry_run) {
    run->report->profile = run->known.profile;
    run->known.profile = (struct ce_blob){0};
    run->report->icon = run->known.icon;
    run->known.icon = (struct ce_blob){0};
  }
  bool resumable = run->verb == CE_VERB_INSTALL && ce_acquire_has_partial(run->engine);
  if (run->lock && !ce_run_is_installed(run) && !run->report->changed && !resumable) {
    ce_state_forget(run->engine);
  }
  return code;
}

static enum ce_code run_verb(const struct ce_engine *engine, const struct ce_run_options *options,
                             enum ce_verb verb, struct ce_report *report, struct ce_error *err) {
  CE_AUTO(run_state)
  struct ce_run_state run = {.engine = engine,
                             .options = options,
                             .verb = verb,
                             .report = report,
                             .key = {.engine = engine, .options = options},
                             .txn = {.fs = engine->fs,
                                     .sink = engine->sink,
                                     .cancelled = engine->cancelled,
                                     .completing = ce_removal_complete,
                                     .completing_context = (void *)engine}};
  enum ce_code code = check_security(&run, err);
  if (code == CE_OK) {
    code = run_locked(&run, err);
  }
  if (code != CE_OK) {
    return ce_run_tell_failure(&run, err);
  }
  if (!ce_run_minds_keys(&run)) {
    return CE_OK;
  }
  ce_lock_free(ce_take(&run.lock));
  code = ce_key_stage_after(&run.key, report->plan->after, report->changed, err);
  if (code != CE_OK) {
    ce_run_blame_machine(&run, err);
  }
  return code == CE_OK ? CE_OK : err->code;
}

enum ce_code ce_engine_install(const struct ce_engine *engine, const struct ce_run_options *options,
                               struct ce_report *ret, struct ce_error *err) {
  return run_verb(engine, options, CE_VERB_INSTALL, ret, err);
}

enum ce_code ce_engine_update(const struct ce_engine *engine, const struct ce_run_options *options,
                              struct ce_report *ret, struct ce_error *err) {
  return run_verb(engine, options, CE_VERB_UPDATE, ret, err);
}

enum ce_code ce_engine_repair(const struct ce_engine *engine, const struct ce_run_options *options,
                              struct ce_report *ret, struct ce_error *err) {
  return run_verb(engine, options, CE_VERB_REPAIR, ret, err);
}

enum ce_code ce_engine_uninstall(const struct ce_engine *engine, const struct ce_run_options *options,
                                 struct ce_report *ret, struct ce_error *err) {
  return run_verb(engine, options, CE_VERB_UNINSTALL, ret, err);
}
