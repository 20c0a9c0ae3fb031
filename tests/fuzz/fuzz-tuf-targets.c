/* SPDX-License-Identifier: Apache-2.0
 * Targets metadata, with a look-up of each target that it names. */
#include "trust/metadata.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const struct ce_json_context context = {CE_TRUST_FORMAT, "targets"};
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  CE_AUTO(ce_tuf_targets) struct ce_tuf_targets *targets = NULL;
  struct ce_error err;
  if (ce_envelope_parse(&context, data, size, CE_TUF_TARGETS_BYTES_MAX, &envelope, &err) != CE_OK ||
      ce_tuf_targets_parse(&envelope, "targets", &targets, &err) != CE_OK) {
    return 0;
  }
  for (size_t i = 0; i < targets->target_count; i++) {
    if (ce_tuf_targets_find(targets, targets->targets[i].path) != &targets->targets[i]) {
      abort();
    }
  }
  return 0;
}
