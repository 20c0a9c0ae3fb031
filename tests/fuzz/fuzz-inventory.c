/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes the reading of the probe's report and the text made of it. */
#include "assistant/listing.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct ce_error err;
  CE_AUTO(ce_inventory) struct ce_inventory *inventory = NULL;
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  if (ce_inventory_parse(data, size, 60, &inventory, &err) == CE_OK && !inventory->error_message &&
      ce_listing_write(inventory, NULL, ce_language_by_name("zh_CN"), &text, &err) != CE_OK) {
    abort();
  }
  return 0;
}
