/* SPDX-License-Identifier: Apache-2.0
 * After the journal of an interrupted run was found: one question, two ways. */
#include "txn/run.h"

#include "model/layout.h"
#include "txn/journal.h"

#include <string.h>

/* What a crash inside the making of a file left; without a journal it means nothing. */
static enum ce_code drop_unfinished(struct ce_fs *fs, struct ce_error *err) {
  static const char *const paths[] = {CE_JOURNAL ".new", CE_RECEIPT ".new"};
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
    bool exists = false;
    enum ce_code code = ce_fs_exists(fs, paths[i], &exists, NULL, err);
    if (code == CE_OK && exists) {
      code = ce_fs_remove_file(fs, paths[i], err);
    }
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

static enum ce_code recover(const struct ce_txn *txn, const struct ce_journal *journal, enum ce_recovery *ret,
                            struct ce_error *err) {
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  CE_AUTO(ce_run) struct ce_run run = {0};
  enum ce_code code = journal->committed ? CE_OK : ce_txn_read_receipt(txn->fs, &receipt, err);
  if (code == CE_OK) {
    code = ce_run_open(txn, journal->plan, &run, err);
  }
  if (code != CE_OK) {
    return code;
  }
  bool holds = journal->committed || (receipt && strcmp(receipt->txid, journal->plan->txid) == 0);
  if (holds && txn->completing) {
    txn->completing(txn->completing_context, journal->plan);
  }
  if (holds) {
    code = ce_run_finish(&run, journal, err);
  } else {
    code = ce_run_revert(&run, journal->prepared, err);
  }
  if (code == CE_OK) {
    *ret = holds ? CE_RECOVERY_FINISHED : CE_RECOVERY_REVERTED;
  }
  return code;
}

enum ce_code ce_txn_recover(const struct ce_txn *txn, enum ce_recovery *ret, struct ce_error *err) {
  CE_AUTO(ce_journal) struct ce_journal journal = {0};
  bool exists = false;
  enum ce_code code = ce_journal_read(txn->fs, &exists, &journal, err);
  if (code == CE_OK && !exists) {
    code = drop_unfinished(txn->fs, err);
    if (code == CE_OK) {
      *ret = CE_RECOVERY_NOTHING;
    }
    return code;
  }
  return code == CE_OK ? recover(txn, &journal, ret, err) : code;
}

enum ce_code ce_txn_is_interrupted(struct ce_fs *fs, bool *ret, struct ce_error *err) {
  return ce_fs_exists(fs, CE_JOURNAL, ret, NULL, err);
}
