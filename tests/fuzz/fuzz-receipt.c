/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes receipts: what is accepted must be the same after writing and reading. */
#include "model/receipt.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
  if (!holds) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  struct ce_error err;
  if (ce_receipt_parse(data, size, &receipt, &err) != CE_OK) {
    check(!receipt);
    return 0;
  }
  CE_AUTO(ce_blob) struct ce_blob written = {0};
  check(ce_receipt_write(receipt, &written, &err) == CE_OK);
  CE_AUTO(ce_receipt) struct ce_receipt *again = NULL;
  check(ce_receipt_parse(written.data, written.size, &again, &err) == CE_OK);
  CE_AUTO(ce_json) json_t *first = ce_receipt_to_json(receipt);
  CE_AUTO(ce_json) json_t *second = ce_receipt_to_json(again);
  check(first && json_equal(first, second));
  for (size_t i = 0; i < again->path_count; i++) {
    check(ce_receipt_find(again, again->paths[i].path) == &again->paths[i]);
  }
  return 0;
}
