/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes the key catalogue: every key that is accepted must be found again. */
#include "model/key-catalogue.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = NULL;
  struct ce_error err;
  enum ce_code code = ce_key_catalogue_parse((const char *)data, size, &catalogue, &err);
  if ((code == CE_OK) != (catalogue != NULL)) {
    abort();
  }
  for (size_t i = 0; catalogue && i < catalogue->count; i++) {
    const struct ce_key *key = &catalogue->keys[i];
    if (ce_key_catalogue_find(catalogue, key->vendor_id, key->product_id) != key) {
      abort();
    }
  }
  return 0;
}
