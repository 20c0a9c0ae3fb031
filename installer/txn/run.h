/* SPDX-License-Identifier: Apache-2.0
 * One transaction at work: its plan, prepared for look-ups, and the halves that it is carried out in.
 *
 *   apply:    check -> journal begin -> stage -> journal prepared -> commit -> receipt
 *   finish:   finish, and after a purge: purge
 *   recover:  finish or revert, on a plan that was read from the journal */
#ifndef CE_TXN_RUN_H
#define CE_TXN_RUN_H

#include "txn/journal.h"
#include "txn/place.h"
#include "txn/transaction.h"

struct ce_run {
  const struct ce_txn *txn;
  const struct ce_plan *plan;
  size_t *by_path; /* the steps' indexes, sorted by path, then by index */
  struct ce_places places;
};

/* Borrows txn and plan. */
CE_MUST_USE enum ce_code ce_run_open(const struct ce_txn *txn, const struct ce_plan *plan, struct ce_run *ret,
                                     struct ce_error *err);
void ce_run_clear(struct ce_run *run);
CE_DEFINE_AUTO_IN_PLACE(ce_run, struct ce_run, ce_run_clear);

/* Position in by_path of the first step at path; step_count when there is none. */
size_t ce_run_find(const struct ce_run *run, const char *path);
/* CANCELLED once the caller's flag is set. */
CE_MUST_USE enum ce_code ce_run_check_cancelled(const struct ce_run *run, struct ce_error *err);

/* CONFLICT when a path no longer is what the plan saw; NO_SPACE, READ_ONLY. state_bytes is what the journal
 * and the receipt will take. Touches nothing. */
CE_MUST_USE enum ce_code ce_run_check(struct ce_run *run, const struct ce_package *package,
                                      uint64_t state_bytes, struct ce_error *err);
/* CONFLICT when the step's path no longer is what the plan saw. */
CE_MUST_USE enum ce_code ce_run_check_step(const struct ce_run *run, size_t index, struct ce_error *err);

/* Prepares everything beside its place and makes it durable. Takes nothing away. */
CE_MUST_USE enum ce_code ce_run_stage(struct ce_run *run, struct ce_package *package, struct ce_error *err);
/* The part of stage that reads the package: the tree and the files that come from it. */
CE_MUST_USE enum ce_code ce_run_unpack(struct ce_run *run, struct ce_package *package, struct ce_error *err);

/* Puts everything in its place and makes it durable. */
CE_MUST_USE enum ce_code ce_run_commit(struct ce_run *run, struct ce_error *err);

/* Undoes what was done, by looking at what is there, and ends the journal. may_be_committed is false only
 * when it is certain that commit never began. Safe to be stopped at any moment and called again. */
CE_MUST_USE enum ce_code ce_run_revert(struct ce_run *run, bool may_be_committed, struct ce_error *err);

/* After the commit point: deletes what was moved aside and the backups that nobody needs, purges when the
 * plan says so, ends the journal. Safe to be stopped at any moment and called again. */
CE_MUST_USE enum ce_code ce_run_finish(struct ce_run *run, const struct ce_journal *journal,
                                       struct ce_error *err);
/* The last part of finish: deletes what certenv keeps for itself, the journal and the lock at the end. told:
 * the journal has its "committed" record already. */
CE_MUST_USE enum ce_code ce_run_purge(struct ce_run *run, bool told, struct ce_error *err);

#endif
