/* SPDX-License-Identifier: Apache-2.0
 * The receipt's file: the commit point, and putting the old one back when writing the new one failed halfway.
 */
#ifndef CE_TXN_RECEIPT_FILE_H
#define CE_TXN_RECEIPT_FILE_H

#include "base/blob.h"
#include "ports/fs.h"

/* The file as it was before the transaction. */
struct ce_receipt_file {
  bool exists;
  struct ce_blob bytes;
};
void ce_receipt_file_clear(struct ce_receipt_file *file);
CE_DEFINE_AUTO_IN_PLACE(ce_receipt_file, struct ce_receipt_file, ce_receipt_file_clear);

CE_MUST_USE enum ce_code ce_receipt_file_read(struct ce_fs *fs, struct ce_receipt_file *ret,
                                              struct ce_error *err);
/* Writes the new receipt beside its place; the sync of STAGE makes it durable. */
CE_MUST_USE enum ce_code ce_receipt_file_stage(struct ce_fs *fs, const struct ce_blob *bytes,
                                               struct ce_error *err);
/* The commit point: puts the staged receipt in its place, durable when it returns. A failure leaves open
 * which receipt is in place. */
CE_MUST_USE enum ce_code ce_receipt_file_commit(struct ce_fs *fs, struct ce_error *err);
/* Makes the old receipt the durable one again. Must have succeeded before anything else is reverted: until
 * then a crash could leave the new receipt, which says that the change holds. */
CE_MUST_USE enum ce_code ce_receipt_file_restore(struct ce_fs *fs, const struct ce_receipt_file *old,
                                                 struct ce_error *err);

#endif
