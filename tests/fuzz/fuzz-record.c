/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes journals. The input is scanned as it is, and as the tail of a valid journal, whose records must
 * survive. */
#include "model/record.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
  if (!holds) {
    abort();
  }
}

/* A sum that a fuzzer can meet, so that it gets behind the digest. */
static void weak_hash(const void *bytes, size_t size, struct ce_digest *ret) {
  memset(ret, 0, sizeof *ret);
  for (size_t i = 0; i < size; i++) {
    ret->bytes[0] = (uint8_t)(ret->bytes[0] + ((const uint8_t *)bytes)[i]);
  }
}

static void scan_plain(const uint8_t *data, size_t size) {
  CE_AUTO(ce_record_list) struct ce_record_list list = {0};
  struct ce_error err;
  enum ce_code code = ce_record_scan(data, size, weak_hash, &list, &err);
  check(code == CE_OK || (code == CE_JOURNAL_DAMAGED && !list.items));
  check(code != CE_OK || list.count > 0);
  for (size_t i = 0; i < list.count; i++) {
    check(list.items[i].sequence == i);
    check(list.items[i].body >= data && list.items[i].body + list.items[i].body_size <= data + size);
  }
}

static void scan_as_tail(const uint8_t *data, size_t size) {
  CE_AUTO(ce_blob) struct ce_blob journal = {0};
  CE_AUTO(ce_record_list) struct ce_record_list list = {0};
  struct ce_error err;
  check(ce_record_append(&journal, 0, "{\"begin\":1}", 11, weak_hash, &err) == CE_OK);
  check(ce_record_append(&journal, 1, "{}", 2, weak_hash, &err) == CE_OK);
  check(ce_blob_append(&journal, data, size, &err) == CE_OK);
  if (ce_record_scan(journal.data, journal.size, weak_hash, &list, &err) == CE_OK) {
    check(list.count >= 2 && list.items[0].body_size == 11 && list.items[1].body_size == 2);
    check(size > 0 || list.end == CE_RECORD_END_CLEAN);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  scan_plain(data, size);
  scan_as_tail(data, size);
  return 0;
}
