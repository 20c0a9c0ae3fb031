/* SPDX-License-Identifier: Apache-2.0
 * Carrying out a plan so that a crash at any moment leaves the old state or the new (DESIGN section 4).
 *
 * Calling sequence, with the lock held:
 *
 *   ce_txn_recover()              first thing in every run
 *   ce_txn_apply(plan, package)   BEGIN, STAGE, PREPARED, COMMIT, receipt; OK: committed and durable
 *   (triggers and verification by the engine)
 *   ce_txn_undo(plan, old)        when the verification says that it does not hold: the old state is back; or
 *   ce_txn_finish(plan)           deletes what was moved aside and spare backups, ends the journal
 *
 * A failure in apply reverts by itself and gives the code of the failure; when the revert failed too, err
 * says so and the journal stays for ce_txn_recover(). A crash between apply and finish is finished by the
 * next recover().
 *
 * Events: phases "stage", "commit", "revert"; progress "stage"; a step event for each committed step; notes
 * "kept-edited", "original-kept" (a revert met a file that somebody had changed since), "saved-left" (a purge
 * left copies of somebody's files).
 *
 * The end of a purge deletes the lock's file and the state directory too, in recover() as well: who goes on
 * after that must take the lock anew. */
#ifndef CE_TXN_TRANSACTION_H
#define CE_TXN_TRANSACTION_H

#include "base/event.h"
#include "bundle/package.h"
#include "model/plan.h"
#include "ports/fs.h"

#include <signal.h>

struct ce_txn {
  struct ce_fs *fs;
  const struct ce_sink *sink;
  const volatile sig_atomic_t *cancelled; /* may be NULL; looked at between steps until the commit point */
  /* Called when all is staged and durable, before the first step is committed; what it fails with is reverted
   * like any other failure. NULL: nothing is to be tried. */
  enum ce_code (*staged)(void *context, struct ce_error *err);
  void *staged_context;
  /* Called by recover() before it finishes what another run has committed, and again when that was stopped on
   * its way: for what belongs to the transaction besides the files. plan->after is NULL. NULL: nothing. */
  void (*completing)(void *context, const struct ce_plan *plan);
  void *completing_context;
};

/* package may be NULL when plan->needs_package is false. Checks free space before staging (NO_SPACE), and
 * that every path still is what the plan saw (CONFLICT otherwise). A plan that does not commit
 * (ce_plan_commits()) changes nothing and is OK; a plan without steps may still commit its receipt. */
CE_MUST_USE enum ce_code ce_txn_apply(const struct ce_txn *txn, const struct ce_plan *plan,
                                      struct ce_package *package, struct ce_error *err);
/* Fails only in ways that recover() heals; the environment is in its new state in any case. */
CE_MUST_USE enum ce_code ce_txn_finish(const struct ce_txn *txn, const struct ce_plan *plan,
                                       struct ce_error *err);

/* Takes a transaction back that apply() committed and finish() has not seen: the old receipt comes first, so
 * that a crash on the way is reverted by recover(). old is the receipt that was in place before; NULL: none
 * was. On failure the journal stays for recover(). */
CE_MUST_USE enum ce_code ce_txn_undo(const struct ce_txn *txn, const struct ce_plan *plan,
                                     const struct ce_receipt *old, struct ce_error *err);

enum ce_recovery {
  CE_RECOVERY_NOTHING,  /* there was no journal */
  CE_RECOVERY_FINISHED, /* the receipt was written: the new state holds */
  CE_RECOVERY_REVERTED, /* it was not: the old state is back */
};

/* Asks whether the receipt's txid is the journal's, then finishes or reverts. Safe to be stopped at any
 * moment and called again. JOURNAL_DAMAGED, RECEIPT_DAMAGED: nothing was touched. */
CE_MUST_USE enum ce_code ce_txn_recover(const struct ce_txn *txn, enum ce_recovery *ret,
                                        struct ce_error *err);

/* Looks only: true when a journal waits for recover(). */
CE_MUST_USE enum ce_code ce_txn_is_interrupted(struct ce_fs *fs, bool *ret, struct ce_error *err);

/* The receipt in place; *ret is NULL where there is none. */
CE_MUST_USE enum ce_code ce_txn_read_receipt(struct ce_fs *fs, struct ce_receipt **ret, struct ce_error *err);

#endif
