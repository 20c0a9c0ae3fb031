/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes recovery: a journal whose first record is well framed and holds anything, over a small disk. The
 * first byte chooses the records that follow and whether the receipt is the journal's. */
#include "fakes/disk.h"
#include "model/layout.h"
#include "model/record.h"
#include "ports/hash.h"
#include "txn/transaction.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
  if (!holds) {
    abort();
  }
}

static void put(struct ce_fs *fs, const char *path, const void *bytes, size_t size) {
  struct ce_error err;
  struct ce_fs_file *file = NULL;
  check(ce_fs_open(fs, path, CE_FS_CREATE, 0644, &file, &err) == CE_OK);
  check(ce_fs_file_write(file, bytes, size, &err) == CE_OK);
  check(ce_fs_file_close(file, &err) == CE_OK);
}

static void prepare(struct ce_fs *fs) {
  static const char *const directories[] = {CE_BACKUP, "etc/udev/rules.d", CE_VERSIONS "/1.0/lib"};
  struct ce_error err;
  for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
    check(ce_fs_make_directories(fs, directories[i], 0755, &err) == CE_OK);
  }
  put(fs, CE_BACKUP "/00000000000000bb-0", "x", 1);
  put(fs, "etc/udev/rules.d/70-certenv.rules", "x", 1);
  put(fs, CE_VERSIONS "/1.0/lib/module.so", "x", 1);
}

static void write_journal(struct ce_fs *fs, uint8_t choice, const uint8_t *body, size_t size) {
  static const char prepared[] = "{\"record\": \"prepared\"}";
  static const char committed[] = "{\"record\": \"committed\"}";
  CE_AUTO(ce_blob) struct ce_blob journal = {0};
  struct ce_error err;
  check(ce_record_append(&journal, 0, body, size, ce_hash_bytes, &err) == CE_OK);
  if (choice & 3) {
    check(ce_record_append(&journal, 1, prepared, strlen(prepared), ce_hash_bytes, &err) == CE_OK);
  }
  if (choice & 2) {
    check(ce_record_append(&journal, 2, committed, strlen(committed), ce_hash_bytes, &err) == CE_OK);
  }
  put(fs, CE_JOURNAL, journal.data, journal.size);
}

static void write_receipt(struct ce_fs *fs) {
  static char *none[] = {NULL};
  struct ce_receipt receipt = {
      .txid = (char *)"00000000000000bb", .channel = (char *)"stable", .package = (char *)"", .saved = none};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_error err;
  check(ce_receipt_write(&receipt, &bytes, &err) == CE_OK);
  put(fs, CE_RECEIPT, bytes.data, bytes.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) {
    return 0;
  }
  CE_AUTO(ce_disk) struct ce_disk *disk = ce_disk_new();
  struct ce_fs *fs = ce_disk_fs(disk);
  struct ce_txn txn = {.fs = fs};
  struct ce_error err;
  enum ce_recovery recovery = CE_RECOVERY_NOTHING;
  bool interrupted = true;
  prepare(fs);
  write_journal(fs, data[0], data + 1, size - 1);
  if (data[0] & 4) {
    write_receipt(fs);
  }
  if (ce_txn_recover(&txn, &recovery, &err) == CE_OK) {
    check(recovery != CE_RECOVERY_NOTHING);
    check(ce_txn_is_interrupted(fs, &interrupted, &err) == CE_OK && !interrupted);
  }
  return 0;
}
