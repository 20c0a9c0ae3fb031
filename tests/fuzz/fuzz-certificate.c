/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes the description of certificates: any bytes that a token gives become clean JSON or a refusal. */
#include "probe/certificate.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct ce_error err;
  CE_AUTO(ce_json) json_t *json = NULL;
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  if (ce_certificate_describe(data, size, 1790000000, &json, &err) == CE_OK &&
      ce_json_write(json, true, &text, &err) != CE_OK) {
    abort();
  }
  return 0;
}
