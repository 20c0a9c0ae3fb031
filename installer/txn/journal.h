/* SPDX-License-Identifier: Apache-2.0
 * The journal of one transaction: at most three records in CE_JOURNAL, framed by model/record
 * (docs/FORMATS.md).
 *
 *   0  {"record": "begin", "format": 1, "plan": {...}, "spare": ["..."]}
 *      comes into being with the file, atomically; spare: backups that the new receipt names no more
 *   1  {"record": "prepared"}
 *      everything is staged and durable; commit may begin
 *   2  {"record": "committed"}
 *      before a purge deletes the receipt: the new state holds
 *
 * A journal that is there means: a transaction must be finished or reverted. An unfinished append at its end
 * is no damage, the record counts as not written. */
#ifndef CE_TXN_JOURNAL_H
#define CE_TXN_JOURNAL_H

#include "model/plan.h"
#include "ports/fs.h"

#define CE_JOURNAL_FORMAT 1

struct ce_journal {
  struct ce_plan *plan;
  char **spare; /* NULL-terminated relpaths below CE_BACKUP */
  bool prepared;
  bool committed;
};
void ce_journal_clear(struct ce_journal *journal);
CE_DEFINE_AUTO_IN_PLACE(ce_journal, struct ce_journal, ce_journal_clear);

/* *ret_exists is false and *ret untouched when there is none. JOURNAL_DAMAGED, STATE_FORMAT. */
CE_MUST_USE enum ce_code ce_journal_read(struct ce_fs *fs, bool *ret_exists, struct ce_journal *ret,
                                         struct ce_error *err);
/* The framed first record, so that its size is known before it is written. old: the receipt in place, or
 * NULL. */
CE_MUST_USE enum ce_code ce_journal_format(const struct ce_plan *plan, const struct ce_receipt *old,
                                           struct ce_blob *ret, struct ce_error *err);
/* Each is durable when it returns OK. After a failed append the record may be there or not. */
CE_MUST_USE enum ce_code ce_journal_begin(struct ce_fs *fs, const struct ce_blob *begin,
                                          struct ce_error *err);
CE_MUST_USE enum ce_code ce_journal_prepared(struct ce_fs *fs, struct ce_error *err);
CE_MUST_USE enum ce_code ce_journal_committed(struct ce_fs *fs, struct ce_error *err);
CE_MUST_USE enum ce_code ce_journal_remove(struct ce_fs *fs, struct ce_error *err);

#endif
