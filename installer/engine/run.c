/* SPDX-License-Identifier: Apache-2.0
 * The verbs that change something: one sequence, from the lock to the end of the journal. */
#include "engine/engine.h"

#include "engine/acquire.h"
#include "engine/host.h"
#include "engine/key-catalogue.h"
#include "engine/key-stage.h"
#include "engine/prerequisites.h"
#include "engine/probe.h"
#include "engine/selection.h"
#include "engine/services.h"
#include "engine/state.h"
#include "engine/verify.h"
#include "model/layout.h"
#include "model/strings.h"
#include "plan/planner.h"
#include "txn/lock.h"
#include "txn/transaction.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define TXID_BYTES 16

/* All that a run gathers on its way. */
struct run {
  const struct ce_engine *engine;
  const struct ce_run_options *options;
  enum ce_verb verb;
  struct ce_report *report;
  struct ce_txn txn;
  char txid[2 * TXID_BYTES + 1];
  struct ce_lock *lock;
  struct ce_receipt *receipt; /* NULL where there is none */
  struct ce_offer *offer;     /* install and update */
  struct ce_acquired acquired;
  const struct ce_manifest *manifest; /* what should be there; NULL for uninstall */
  struct ce_known_keys known;         /* the catalogue is NULL where no key matters */
  struct ce_key_stage key;
  struct ce_selection_plan optional; /* what of the manifest's optional parts */
  bool planned_again;
};

static void run_auto(struct run *run) {
  ce_selection_plan_clear(&run->optional);
  ce_key_stage_clear(&run->key);
  ce_known_keys_clear(&run->known);
  ce_acquired_clear(&run->acquired);
  ce_offer_free(run->offer);
  ce_receipt_free(run->receipt);
  ce_lock_free(run->lock);
}

static bool is_installed(const struct run *run) {
  return run->receipt && run->receipt->installed;
}

static enum ce_code make_txid(char *ret, struct ce_error *err) {
  uint8_t bytes[TXID_BYTES];
  if (getentropy(bytes, sizeof bytes) != 0) {
    return ce_fail_sys(err, errno, "random", "transaction id");
  }
  ce_hex_encode(bytes, sizeof bytes, ret);
  return CE_OK;
}

/* After a crash behind the commit point the services were not told yet. */
static void trigger_recovered(struct run *run) {
  struct ce_plan all = {.triggers = CE_TRIGGER_UDEV | CE_TRIGGER_SYSTEMD_RELOAD | CE_TRIGGER_UNIT_START,
                        .after = run->receipt};
  if (ce_selection_was_driver(run->receipt)) {
    all.triggers |= CE_TRIGGER_PCSCD;
  }
  if (run->engine->live && is_installed(run)) {
    ce_services_trigger(run->engine, &all);
  }
}

static enum ce_code recover(struct run *run, struct ce_error *err) {
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  enum ce_code code = ce_txn_recover(&run->txn, &recovery, err);
  if (code == CE_OK) {
    ce_receipt_free(ce_take(&run->receipt));
    code = ce_txn_read_receipt(run->engine->fs, &run->receipt, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (recovery == CE_RECOVERY_FINISHED) {
    ce_emit_note(run->engine->sink, "recovered-finished",
                 N_("An interrupted run had done its work; it was completed."), NULL);
    trigger_recovered(run);
  } else if (recovery == CE_RECOVERY_REVERTED) {
    ce_emit_note(run->engine->sink, "recovered-reverted",
                 N_("An interrupted run was reverted; the state before it is back."), NULL);
  }
  return CE_OK;
}

/* The end of an interrupted purge took the lock's file along. */
static enum ce_code lock_again(struct run *run, struct ce_error *err) {
  ce_lock_free(ce_take(&run->lock));
  enum ce_code code = ce_state_prepare(run->engine, err);
  if (code == CE_OK) {
    code = ce_lock_take(run->engine->fs, run->engine->clock, CE_LOCK_WAIT_MS, &run->lock, err);
  }
  return code == CE_OK ? recover(run, err) : code;
}

static enum ce_code begin(struct run *run, struct ce_error *err) {
  const struct ce_engine *engine = run->engine;
  enum ce_code code = make_txid(run->txid, err);
  if (code == CE_OK) {
    code = ce_state_prepare(engine, err);
  }
  if (code == CE_OK) {
    code = ce_lock_take(engine->fs, engine->clock, CE_LOCK_WAIT_MS, &run->lock, err);
  }
  if (code == CE_OK) {
    code = recover(run, err);
  }
  if (code == CE_OK && !ce_host_has(engine, CE_LOCK)) {
    code = lock_again(run, err);
  }
  return code;
}

static const char *channel_of(const struct run *run) {
  if (run->options->channel) {
    return run->options->channel;
  }
  return is_installed(run) ? run->receipt->channel : "stable";
}

static enum ce_code find_offer(struct run *run, struct ce_error *err) {
  struct ce_offer_request request = {.verb = run->verb,
                                     .channel = channel_of(run),
                                     .channel_is_default = !run->options->channel && !is_installed(run),
                                     .receipt = is_installed(run) ? run->receipt : NULL};
  return ce_offer_find(run->engine, run->options, &request, &run->offer, err);
}

static bool minds_keys(const struct run *run) {
  return run->verb == CE_VERB_INSTALL && run->engine->live && !run->options->dry_run &&
         run->options->key != CE_KEY_WISH_SKIP;
}

static bool needs_known(const struct run *run, const struct ce_manifest *manifest) {
  return minds_keys(run) || ce_selection_concerns(manifest);
}

static enum ce_code take_installed(struct run *run, struct ce_error *err) {
  run->manifest = run->receipt->manifest;
  return needs_known(run, run->manifest)
             ? ce_known_keys_of_receipt(run->engine, run->receipt, &run->known, err)
             : CE_OK;
}

/* The manifest of what the source offers: the receipt's own when that very package is installed, so that
 * nothing is read twice. */
static enum ce_code choose_offered(struct run *run, struct ce_error *err) {
  enum ce_code code = find_offer(run, err);
  if (code != CE_OK) {
    return code;
  }
  if (is_installed(run) && ce_digest_equal(&run->offer->package_sha256, &run->receipt->package_sha256)) {
    return take_installed(run, err);
  }
  code = ce_acquire_package(run->engine, run->offer, &run->acquired, err);
  if (code == CE_OK && needs_known(run, ce_package_manifest(run->acquired.package))) {
    code = ce_known_keys_of_package(&run->acquired, &run->known, err);
  }
  if (code != CE_OK) {
    return code;
  }
  run->manifest = ce_package_manifest(run->acquired.package);
  if (strcmp(run->manifest->version, run->offer->version) != 0) {
    return ce_fail(err, CE_PACKAGE_INVALID, "open", run->offer->package,
                   "the package says version %s, its channel says %s", run->manifest->version,
                   run->offer->version);
  }
  return CE_OK;
}

static enum ce_code choose_manifest(struct run *run, struct ce_error *err) {
  switch (run->verb) {
  case CE_VERB_UPDATE:
    if (!is_installed(run)) {
      return ce_fail(err, CE_NOT_INSTALLED, "update", "", "there is no receipt");
    }
    return choose_offered(run, err);
  case CE_VERB_INSTALL:
    return choose_offered(run, err);
  case CE_VERB_REPAIR:
    if (!is_installed(run)) {
      return ce_fail(err, CE_NOT_INSTALLED, "repair", "", "there is no receipt");
    }
    return take_installed(run, err);
  default:
    return CE_OK;
  }
}

/* Content of the version trees is read where it can matter: not for a tree that goes as a whole. */
static enum ce_probe_depth probe_depth(const struct run *run) {
  bool same_tree = run->manifest && (!is_installed(run) ||
                                     strcmp(run->manifest->version, run->receipt->manifest->version) == 0);
  return same_tree ? CE_PROBE_DEEP : CE_PROBE_SHALLOW;
}

/* Whether a key needs the driver can only be said when pcscd and its own drivers are there. */
static bool will_plan_again(const struct run *run) {
  return run->optional.driver_later && run->engine->live && !run->options->skip_prerequisites &&
         !run->planned_again;
}

static enum ce_code select_optional(struct run *run, struct ce_error *err) {
  if (!run->manifest || !ce_selection_concerns(run->manifest)) {
    return CE_OK;
  }
  struct ce_selection_request request = {.catalogue = run->known.catalogue,
                                         .manifest = run->manifest,
                                         .receipt = is_installed(run) ? run->receipt : NULL,
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

static enum ce_code make_plan(struct run *run, struct ce_error *err) {
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
  if (run->offer) {
    request.channel = run->offer->channel;
    request.package = run->offer->package;
    request.package_size_bytes = run->offer->package_size_bytes;
    request.package_sha256 = run->offer->package_sha256;
  }
  return ce_plan_make(&request, facts, &run->report->plan, err);
}

static enum ce_code refuse_conflicts(const struct run *run, struct ce_error *err) {
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

/* Repair takes the package from the cache, or from a source that still has the very same one. */
static enum ce_code provide_package(struct run *run, struct ce_error *err) {
  if (!run->report->plan->needs_package || run->acquired.package) {
    return CE_OK;
  }
  if (!run->offer &&
      ce_acquire_cached(run->engine, &run->receipt->package_sha256, &run->acquired, err) == CE_OK) {
    return CE_OK;
  }
  enum ce_code code = run->offer ? CE_OK : find_offer(run, err);
  if (code == CE_NO_SOURCE) {
    return ce_fail(err, CE_NO_SOURCE, "repair", run->receipt->package,
                   "the package of version %s is needed; run the installer of that version, or update",
                   run->receipt->manifest->version);
  }
  return code == CE_OK ? ce_acquire_package(run->engine, run->offer, &run->acquired, err) : code;
}

static enum ce_code install_prerequisites(struct run *run, struct ce_error *err) {
  if (!run->manifest) {
    return CE_OK;
  }
  if (run->options->skip_prerequisites) {
    return CE_OK;
  }
  return ce_prerequisites_install(run->engine, run->manifest, &run->report->missing, err);
}

/* What it needs to decompress is as much as all the rest. The plan has a copy of its manifest. */
static void close_package(struct run *run) {
  if (run->acquired.package && run->manifest == ce_package_manifest(run->acquired.package)) {
    run->manifest = run->report->plan->after->manifest;
  }
  ce_acquired_clear(&run->acquired);
}

static enum ce_code commit(struct run *run, struct ce_error *err) {
  const struct ce_engine *engine = run->engine;
  const struct ce_plan *plan = run->report->plan;
  ce_services_stop(engine, plan);
  enum ce_code code = ce_txn_apply(&run->txn, plan, run->acquired.package, err);
  if (code != CE_OK) {
    if (plan->triggers & CE_TRIGGER_UNIT_STOP) {
      trigger_recovered(run); /* the units that were stopped are there again */
    }
    return code;
  }
  run->report->changed = ce_plan_commits(plan);
  close_package(run);
  ce_services_trigger(engine, plan);
  return CE_OK;
}

static enum ce_code finish(struct run *run, struct ce_error *err) {
  const struct ce_plan *plan = run->report->plan;
  CE_AUTO(ce_strings) char **made = NULL;
  enum ce_code code = CE_OK;
  if (plan->purge) {
    ce_prerequisites_remove(run->engine);
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

static void tell_notes(const struct run *run) {
  const struct ce_plan *plan = run->report->plan;
  for (size_t i = 0; i < plan->note_count; i++) {
    ce_emit_note(run->engine->sink, plan->notes[i].name, plan->notes[i].sentence, plan->notes[i].subject);
  }
}

/* What a plan of the file system cannot see: a service that somebody stopped. */
static void revive_services(const struct run *run) {
  bool intact = run->verb != CE_VERB_UNINSTALL && run->manifest && !ce_plan_commits(run->report->plan);
  if (intact && run->engine->live && ce_host_has(run->engine, "run/systemd/system")) {
    ce_services_revive(run->engine, run->manifest);
  }
}

static enum ce_code ask(const struct run *run, struct ce_error *err) {
  const struct ce_plan *plan = run->report->plan;
  return ce_plan_commits(plan) && run->options->confirm
             ? run->options->confirm(run->options->confirm_context, plan, err)
             : CE_OK;
}

/* The same plan with the driver, where that turns out to be needed; the note before the question said so. Who
 * was not asked yet, since there was nothing to do, is asked now. */
static enum ce_code plan_again(struct run *run, struct ce_error *err) {
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
  return code == CE_OK ? provide_package(run, err) : code;
}

static enum ce_code prepare(struct run *run, struct ce_error *err) {
  enum ce_code code = ask(run, err);
  if (code != CE_OK) {
    return code;
  }
  bool again = will_plan_again(run);
  if (!again) {
    tell_notes(run);
  }
  code = provide_package(run, err);
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

static enum ce_code carry_out(struct run *run, struct ce_error *err) {
  enum ce_code code = prepare(run, err);
  if (code == CE_OK) {
    code = commit(run, err);
  }
  if (code != CE_OK) {
    return code;
  }
  const struct ce_plan *plan = run->report->plan;
  enum ce_code verified = plan->after->installed && ce_plan_commits(plan)
                              ? ce_verify_installed(run->engine, plan->after, err)
                              : CE_OK;
  revive_services(run);
  struct ce_error problem;
  code = finish(run, &problem);
  if (code != CE_OK) {
    ce_emit_warning(run->engine->sink, "finish", &problem);
  }
  if (verified == CE_OK) {
    verified = ce_prerequisites_warn(run->engine, run->report->missing, err);
  }
  return verified == CE_OK ? ce_prerequisites_judge(run->engine, run->manifest, run->report->missing, err)
                           : verified;
}

static enum ce_code run_locked(struct run *run, struct ce_error *err) {
  enum ce_code code = begin(run, err);
  if (code == CE_OK) {
    code = choose_manifest(run, err);
  }
  if (code == CE_OK && minds_keys(run)) {
    run->key.catalogue = run->known.catalogue;
    code = ce_key_stage_before(&run->key, err);
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
  bool resumable = run->verb == CE_VERB_INSTALL && ce_acquire_has_partial(run->engine);
  if (run->lock && !is_installed(run) && !run->report->changed && !resumable) {
    ce_state_forget(run->engine);
  }
  return code;
}

static enum ce_code run_verb(const struct ce_engine *engine, const struct ce_run_options *options,
                             enum ce_verb verb, struct ce_report *report, struct ce_error *err) {
  CE_AUTO(run)
  struct run run = {.engine = engine,
                    .options = options,
                    .verb = verb,
                    .report = report,
                    .key = {.engine = engine, .options = options},
                    .txn = {.fs = engine->fs, .sink = engine->sink, .cancelled = engine->cancelled}};
  enum ce_code code = run_locked(&run, err);
  if (code == CE_OK && minds_keys(&run)) {
    /* A person may take his time: others shall be able to work meanwhile. */
    ce_lock_free(ce_take(&run.lock));
    code = ce_key_stage_after(&run.key, report->plan->after, report->changed, err);
  }
  return code;
}

void ce_report_clear(struct ce_report *report) {
  ce_plan_free(report->plan);
  ce_strings_free(report->missing);
  *report = (struct ce_report){0};
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
