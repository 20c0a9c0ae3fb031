/* SPDX-License-Identifier: Apache-2.0
 * Applying a plan: the order of the durable moments, and the way back when one of them fails. */
#include "txn/transaction.h"

#include "model/layout.h"
#include "txn/journal.h"
#include "txn/receipt-file.h"
#include "txn/run.h"
#include "txn/state-directory.h"

#include <assert.h>
#include <malloc.h>

/* How far an attempt came; it decides what the way back must look at. */
enum reached {
  REACHED_NOTHING,
  REACHED_BEGIN,    /* the journal may be there; only staged names were made */
  REACHED_PREPARED, /* commit may have begun */
  REACHED_RECEIPT,  /* the new receipt may be in place */
};

struct attempt {
  struct ce_run run;
  struct ce_blob begin;   /* the journal's first record */
  struct ce_blob receipt; /* the new receipt */
  struct ce_receipt_file old;
  enum reached reached;
};

static void attempt_clear(struct attempt *attempt) {
  ce_run_clear(&attempt->run);
  ce_blob_clear(&attempt->begin);
  ce_blob_clear(&attempt->receipt);
  ce_receipt_file_clear(&attempt->old);
}
CE_DEFINE_AUTO_IN_PLACE(attempt, struct attempt, attempt_clear);

static enum ce_code refuse_interrupted(struct ce_fs *fs, struct ce_error *err) {
  bool interrupted = false;
  enum ce_code code = ce_txn_is_interrupted(fs, &interrupted, err);
  if (code == CE_OK && interrupted) {
    return ce_fail(err, CE_INTERRUPTED, "begin", CE_JOURNAL, "an earlier run must be recovered first");
  }
  return code;
}

/* The old receipt is parsed for this alone. */
static enum ce_code format_journal(struct attempt *attempt, const struct ce_plan *plan,
                                   struct ce_error *err) {
  CE_AUTO(ce_receipt) struct ce_receipt *old = NULL;
  enum ce_code code = CE_OK;
  if (attempt->old.exists) {
    code = ce_receipt_parse(attempt->old.bytes.data, attempt->old.bytes.size, &old, err);
  }
  return code == CE_OK ? ce_journal_format(plan, old, &attempt->begin, err) : code;
}

/* Everything that can be known and made before the first byte is written. */
static enum ce_code prepare(struct attempt *attempt, const struct ce_txn *txn, const struct ce_plan *plan,
                            const struct ce_package *package, struct ce_error *err) {
  enum ce_code code = refuse_interrupted(txn->fs, err);
  if (code == CE_OK) {
    code = ce_run_open(txn, plan, &attempt->run, err);
  }
  if (code == CE_OK) {
    code = ce_receipt_file_read(txn->fs, &attempt->old, err);
  }
  if (code == CE_OK) {
    code = format_journal(attempt, plan, err);
  }
  if (code == CE_OK) {
    code = ce_receipt_write(plan->after, &attempt->receipt, err);
  }
  if (code == CE_OK) {
    uint64_t state_bytes = attempt->begin.size + attempt->receipt.size + attempt->old.bytes.size;
    code = ce_run_check(&attempt->run, package, state_bytes, err);
  }
  return code;
}

static enum ce_code carry_out(struct attempt *attempt, struct ce_package *package, struct ce_error *err) {
  struct ce_fs *fs = attempt->run.txn->fs;
  enum ce_code code = ce_state_directory_make(fs, false, err);
  if (code != CE_OK) {
    return code;
  }
  attempt->reached = REACHED_BEGIN;
  code = ce_journal_begin(fs, &attempt->begin, err);
  if (code == CE_OK) {
    code = ce_receipt_file_stage(fs, &attempt->receipt, err);
  }
  /* With many files these are megabytes, and so is what planning took. Unpacking needs its own. */
  ce_blob_clear(&attempt->begin);
  ce_blob_clear(&attempt->receipt);
  malloc_trim(0);
  if (code == CE_OK) {
    code = ce_run_stage(&attempt->run, package, err);
  }
  const struct ce_txn *txn = attempt->run.txn;
  if (code == CE_OK && txn->staged) {
    code = txn->staged(txn->staged_context, err);
  }
  if (code != CE_OK) {
    return code;
  }
  attempt->reached = REACHED_PREPARED;
  code = ce_journal_prepared(fs, err);
  if (code == CE_OK) {
    code = ce_run_commit(&attempt->run, err);
  }
  if (code != CE_OK) {
    return code;
  }
  attempt->reached = REACHED_RECEIPT;
  return ce_receipt_file_commit(fs, err);
}

/* The old receipt comes first: were the new one durable, a crash in the revert would be taken for a success.
 */
static enum ce_code go_back(struct attempt *attempt, struct ce_error *err) {
  enum ce_code code = CE_OK;
  if (attempt->reached == REACHED_RECEIPT) {
    code = ce_receipt_file_restore(attempt->run.txn->fs, &attempt->old, err);
  }
  return code == CE_OK ? ce_run_revert(&attempt->run, attempt->reached >= REACHED_PREPARED, err) : code;
}

enum ce_code ce_txn_apply(const struct ce_txn *txn, const struct ce_plan *plan, struct ce_package *package,
                          struct ce_error *err) {
  assert(plan->conflict_count == 0 && plan->after);
  assert(package || !plan->needs_package);
  if (!ce_plan_commits(plan)) {
    return CE_OK;
  }
  CE_AUTO(attempt) struct attempt attempt = {0};
  enum ce_code code = prepare(&attempt, txn, plan, package, err);
  if (code == CE_OK) {
    code = carry_out(&attempt, package, err);
  }
  if (code == CE_OK || attempt.reached == REACHED_NOTHING) {
    return code;
  }
  struct ce_error why;
  if (go_back(&attempt, &why) != CE_OK) {
    ce_error_context(err, "not everything could be put back (%s: %s), the next run will do it", why.subject,
                     why.detail);
  }
  return code;
}

enum ce_code ce_txn_finish(const struct ce_txn *txn, const struct ce_plan *plan, struct ce_error *err) {
  if (!ce_plan_commits(plan)) {
    return CE_OK;
  }
  CE_AUTO(ce_journal) struct ce_journal journal = {0};
  CE_AUTO(ce_run) struct ce_run run = {0};
  bool exists = false;
  enum ce_code code = ce_journal_read(txn->fs, &exists, &journal, err);
  if (code == CE_OK && !exists) {
    return ce_fail(err, CE_INTERNAL, "finish", CE_JOURNAL, "there is no journal to end");
  }
  if (code == CE_OK) {
    code = ce_run_open(txn, plan, &run, err);
  }
  return code == CE_OK ? ce_run_finish(&run, &journal, err) : code;
}

enum ce_code ce_txn_undo(const struct ce_txn *txn, const struct ce_plan *plan, const struct ce_receipt *old,
                         struct ce_error *err) {
  CE_AUTO(attempt) struct attempt attempt = {.reached = REACHED_RECEIPT};
  enum ce_code code = ce_run_open(txn, plan, &attempt.run, err);
  if (code == CE_OK && old) {
    code = ce_receipt_write(old, &attempt.old.bytes, err);
    attempt.old.exists = true;
  }
  return code == CE_OK ? go_back(&attempt, err) : code;
}
