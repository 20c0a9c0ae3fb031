/* SPDX-License-Identifier: Apache-2.0
 * Snapshot metadata, with a look-up of each file that it names. */
#include "trust/metadata.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const struct ce_json_context context = {CE_TRUST_FORMAT, "snapshot"};
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  CE_AUTO(ce_tuf_snapshot) struct ce_tuf_snapshot *snapshot = NULL;
  struct ce_error err;
  if (ce_envelope_parse(&context, data, size, CE_TUF_SNAPSHOT_BYTES_MAX, &envelope, &err) != CE_OK ||
      ce_tuf_snapshot_parse(&envelope, &snapshot, &err) != CE_OK) {
    return 0;
  }
  for (size_t i = 0; i < snapshot->meta_count; i++) {
    if (ce_tuf_snapshot_find(snapshot, snapshot->metas[i].name) != &snapshot->metas[i]) {
      abort();
    }
  }
  return 0;
}
