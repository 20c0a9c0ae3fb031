/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes profiles: every key that is accepted must be found again. */
#include "model/profile.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_profile) struct ce_profile *profile = NULL;
  struct ce_error err;
  enum ce_code code = ce_profile_parse(data, size, &profile, &err);
  if ((code == CE_OK) != (profile != NULL) ||
      (profile && (!profile->repositories || !profile->keys || profile->keys->count > CE_PROFILE_KEYS_MAX))) {
    abort();
  }
  for (size_t i = 0; profile && i < profile->keys->count; i++) {
    const struct ce_key *key = &profile->keys->keys[i];
    if (ce_key_catalogue_find(profile->keys, key->vendor_id, key->product_id) != key) {
      abort();
    }
  }
  return 0;
}
