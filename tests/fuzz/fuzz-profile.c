/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes profiles. */
#include "model/profile.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_profile) struct ce_profile *profile = NULL;
  struct ce_error err;
  enum ce_code code = ce_profile_parse(data, size, &profile, &err);
  if ((code == CE_OK) != (profile != NULL) || (profile && !profile->repositories)) {
    abort();
  }
  return 0;
}
