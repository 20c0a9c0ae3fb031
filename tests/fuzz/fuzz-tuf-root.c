/* SPDX-License-Identifier: Apache-2.0
 * Root metadata: keys, roles and signatures; then as an anchor, and as a root that follows itself. */
#include "trust/metadata.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use_as_anchor(const uint8_t *data, size_t size) {
  CE_AUTO(ce_trusted_set) struct ce_trusted_set *set = NULL;
  struct ce_error err;
  if (ce_trusted_set_new(data, size, &set, &err) != CE_OK) {
    return;
  }
  /* A root is never newer than itself. */
  if (ce_trusted_set_update_root(set, data, size, &err) == CE_OK ||
      ce_trusted_set_kinship(set, data, size) != CE_KINSHIP_SAME) {
    abort();
  }
  if (ce_trusted_set_update_timestamp(set, data, size, &err) == CE_OK) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const struct ce_json_context context = {CE_TRUST_FORMAT, "root"};
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  CE_AUTO(ce_tuf_root) struct ce_tuf_root *root = NULL;
  struct ce_error err;
  if (ce_envelope_parse(&context, data, size, CE_TUF_ROOT_BYTES_MAX, &envelope, &err) == CE_OK &&
      ce_tuf_root_parse(&envelope, &root, &err) == CE_OK) {
    use_as_anchor(data, size);
  }
  return 0;
}
