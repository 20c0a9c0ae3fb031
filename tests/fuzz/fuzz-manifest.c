/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes manifests: what is accepted must be accepted again after writing, and must be copied exactly. */
#include "model/manifest.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
  if (!holds) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_manifest) struct ce_manifest *manifest = NULL;
  struct ce_error err;
  if (ce_manifest_parse(data, size, &manifest, &err) != CE_OK) {
    check(!manifest);
    return 0;
  }
  CE_AUTO(ce_blob) struct ce_blob written = {0};
  CE_AUTO(ce_json) json_t *json = ce_manifest_to_json(manifest);
  check(json && ce_json_write(json, false, &written, &err) == CE_OK);
  CE_AUTO(ce_manifest) struct ce_manifest *again = NULL;
  check(ce_manifest_parse(written.data, written.size, &again, &err) == CE_OK);
  CE_AUTO(ce_manifest) struct ce_manifest *copy = NULL;
  check(ce_manifest_copy(again, &copy, &err) == CE_OK);
  CE_AUTO(ce_json) json_t *copied = ce_manifest_to_json(copy);
  check(json_equal(json, copied));
  return 0;
}
