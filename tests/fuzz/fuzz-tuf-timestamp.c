/* SPDX-License-Identifier: Apache-2.0
 * Timestamp metadata, with the check of bytes against what it states. */
#include "trust/metadata.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const struct ce_json_context context = {CE_TRUST_FORMAT, "timestamp"};
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  CE_AUTO(ce_tuf_timestamp) struct ce_tuf_timestamp *timestamp = NULL;
  struct ce_error err;
  if (ce_envelope_parse(&context, data, size, CE_TUF_TIMESTAMP_BYTES_MAX, &envelope, &err) != CE_OK ||
      ce_tuf_timestamp_parse(&envelope, &timestamp, &err) != CE_OK) {
    return 0;
  }
  enum ce_code code = ce_tuf_meta_check(&timestamp->snapshot, "snapshot", data, size, &err);
  const struct ce_tuf_hashes *hashes = &timestamp->snapshot.hashes;
  bool is_checkable = !hashes->is_stated || hashes->has_sha256 || hashes->has_sha512;
  if (code != CE_OK && code != CE_TRUST_DIGEST && (code != CE_TRUST_FORMAT || is_checkable)) {
    abort();
  }
  return 0;
}
