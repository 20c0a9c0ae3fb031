/* SPDX-License-Identifier: Apache-2.0
 * What a run gathers on its way, and its first steps; private to engine/run*.c. */
#ifndef CE_ENGINE_RUN_H
#define CE_ENGINE_RUN_H

#include "engine/acquire.h"
#include "engine/engine.h"
#include "engine/key-catalogue.h"
#include "engine/key-stage.h"
#include "engine/offer.h"
#include "engine/selection.h"
#include "txn/lock.h"
#include "txn/transaction.h"

#define TXID_BYTES 16

/* All that a run gathers on its way. */
struct ce_run_state {
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
  bool packages_came; /* through the package manager */
};

static inline bool ce_run_is_installed(const struct ce_run_state *run) {
  return run->receipt && run->receipt->installed;
}
/* An install on the running system looks for keys, unless told not to. */
static inline bool ce_run_minds_keys(const struct ce_run_state *run) {
  return run->verb == CE_VERB_INSTALL && run->engine->live && !run->options->dry_run &&
         run->options->key != CE_KEY_WISH_SKIP;
}

/* Makes the transaction's id and the state directory, takes the lock, recovers an interrupted run, reads the
 * receipt. Codes as ce_state_prepare(), ce_lock_take(), ce_txn_recover(), ce_txn_read_receipt(). */
CE_MUST_USE enum ce_code ce_run_begin(struct ce_run_state *run, struct ce_error *err);
/* Begins again after the lock was let go: takes it back, and when another run has changed the machine
 * meanwhile, chooses anew what was chosen. Codes as ce_run_begin() and ce_run_choose_manifest(). */
CE_MUST_USE enum ce_code ce_run_resume(struct ce_run_state *run, struct ce_error *err);
/* Tells the services of what is installed, where that may not have been done. */
void ce_run_trigger_all(const struct ce_run_state *run);
/* Finds run->manifest, with run->offer and run->acquired where it is a package's, and run->known where keys
 * matter. NOT_INSTALLED, PACKAGE_INVALID; and as ce_offer_find(), ce_acquire_package(). */
CE_MUST_USE enum ce_code ce_run_choose_manifest(struct ce_run_state *run, struct ce_error *err);
/* Makes sure that run->acquired has the package when the plan takes bytes from it: for a repair from the
 * cache, or from a source that still has the very same one. NO_SOURCE; and as above. */
CE_MUST_USE enum ce_code ce_run_provide_package(struct ce_run_state *run, struct ce_error *err);

/* What root may not do is no lack of rights: where a call was refused, err becomes CONFLICT. */
void ce_run_blame_machine(const struct ce_run_state *run, struct ce_error *err);
/* After apply() failed: err becomes BLOCKED when a finding explains the refusal of a write; otherwise as
 * ce_run_blame_machine(), and a file that is gone is no file of the source: IO. */
void ce_run_blame_write(const struct ce_run_state *run, struct ce_error *err);
/* After files were found gone right behind the commit: when a finding explains it, the commit is taken back
 * and err becomes BLOCKED, naming it. False: nobody is known to do such things, and the commit stands. */
bool ce_run_undo_blocked(struct ce_run_state *run, struct ce_error *err);

/* After a failure: what it leaves is put into the report and told as NOTE events. The code, which may have
 * changed. */
enum ce_code ce_run_tell_failure(struct ce_run_state *run, struct ce_error *err);

#endif
