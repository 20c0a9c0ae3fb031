/* SPDX-License-Identifier: Apache-2.0
 * Reading and replacing CE_RECEIPT. */
#include "txn/receipt-file.h"

#include "model/layout.h"
#include "ports/fs-document.h"
#include "txn/transaction.h"

#include <string.h>

#define RECEIPT_MODE 0644

void ce_receipt_file_clear(struct ce_receipt_file *file) {
  ce_blob_clear(&file->bytes);
  file->exists = false;
}

enum ce_code ce_receipt_file_read(struct ce_fs *fs, struct ce_receipt_file *ret, struct ce_error *err) {
  struct ce_receipt_file file = {0};
  enum ce_code code = ce_fs_exists(fs, CE_RECEIPT, &file.exists, NULL, err);
  if (code == CE_OK && file.exists) {
    code = ce_fs_document_read(fs, CE_RECEIPT, CE_RECEIPT_BYTES_MAX, &file.bytes, err);
  }
  if (code == CE_OK) {
    *ret = file;
  }
  return code;
}

enum ce_code ce_receipt_file_stage(struct ce_fs *fs, const struct ce_blob *bytes, struct ce_error *err) {
  return ce_fs_document_stage(fs, CE_RECEIPT, bytes->data, bytes->size, RECEIPT_MODE, err);
}

enum ce_code ce_receipt_file_commit(struct ce_fs *fs, struct ce_error *err) {
  enum ce_code code = ce_fs_rename(fs, CE_RECEIPT ".new", CE_RECEIPT, err);
  return code == CE_OK ? ce_fs_sync_directory(fs, CE_STATE, err) : code;
}

static bool same_file(const struct ce_receipt_file *a, const struct ce_receipt_file *b) {
  return a->exists == b->exists && a->bytes.size == b->bytes.size &&
         (a->bytes.size == 0 || memcmp(a->bytes.data, b->bytes.data, a->bytes.size) == 0);
}

enum ce_code ce_receipt_file_restore(struct ce_fs *fs, const struct ce_receipt_file *old,
                                     struct ce_error *err) {
  CE_AUTO(ce_receipt_file) struct ce_receipt_file now = {0};
  struct ce_error ignored;
  /* Never renamed over: there is nothing to undo, and a full disk has no room for a copy. */
  if (ce_receipt_file_read(fs, &now, &ignored) == CE_OK && same_file(old, &now)) {
    return CE_OK;
  }
  if (old->exists) {
    return ce_fs_document_replace(fs, CE_RECEIPT, old->bytes.data, old->bytes.size, RECEIPT_MODE, err);
  }
  enum ce_code code = ce_fs_remove_if_present(fs, CE_RECEIPT, err);
  return code == CE_OK ? ce_fs_sync_directory(fs, CE_STATE, err) : code;
}

enum ce_code ce_txn_read_receipt(struct ce_fs *fs, struct ce_receipt **ret, struct ce_error *err) {
  CE_AUTO(ce_receipt_file) struct ce_receipt_file file = {0};
  struct ce_receipt *receipt = NULL;
  enum ce_code code = ce_receipt_file_read(fs, &file, err);
  if (code == CE_OK && file.exists) {
    code = ce_receipt_parse(file.bytes.data, file.bytes.size, &receipt, err);
  }
  if (code == CE_OK) {
    *ret = receipt;
  }
  return code;
}
