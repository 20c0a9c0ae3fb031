/* SPDX-License-Identifier: Apache-2.0
 * Opening of signed TUF metadata. */
#include "trust/envelope.h"

#include "ports/hash.h"
#include "trust/canonical.h"

void ce_envelope_clear(struct ce_envelope *envelope) {
  free(envelope->signatures);
  ce_blob_clear(&envelope->canonical);
  json_decref(envelope->document);
  *envelope = (struct ce_envelope){0};
}

static enum ce_code read_signatures(const struct ce_json_context *context, struct ce_envelope *envelope,
                                    struct ce_error *err) {
  json_t *list = NULL;
  enum ce_code code =
      ce_json_get_array(context, envelope->document, "signatures", CE_ENVELOPE_SIGNATURES_MAX, &list, err);
  if (code != CE_OK) {
    return code;
  }
  envelope->signatures = calloc(json_array_size(list) + 1, sizeof *envelope->signatures);
  if (!envelope->signatures) {
    return ce_fail_memory(err, context->document);
  }
  for (size_t i = 0; i < json_array_size(list); i++) {
    struct ce_envelope_signature *signature = &envelope->signatures[i];
    const json_t *entry = json_array_get(list, i);
    code = ce_json_get_string(context, entry, "keyid", CE_ENVELOPE_KEY_ID_MAX, &signature->key_id, err);
    if (code == CE_OK) {
      code = ce_json_get_string(context, entry, "sig", CE_ENVELOPE_SIGNATURE_MAX, &signature->hex, err);
    }
    if (code != CE_OK) {
      return code;
    }
    envelope->signature_count++;
  }
  return CE_OK;
}

enum ce_code ce_envelope_parse(const struct ce_json_context *context, const void *bytes, size_t size,
                               size_t limit_bytes, struct ce_envelope *ret, struct ce_error *err) {
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  enum ce_code code = ce_json_parse(context, bytes, size, limit_bytes, &envelope.document, err);
  if (code == CE_OK) {
    code = ce_json_get_object(context, envelope.document, "signed", &envelope.body, err);
  }
  if (code == CE_OK) {
    code = read_signatures(context, &envelope, err);
  }
  if (code == CE_OK) {
    code = ce_canonical_write(envelope.body, &envelope.canonical, err);
  }
  if (code != CE_OK) {
    return code;
  }
  ce_hash_bytes(envelope.canonical.data, envelope.canonical.size, &envelope.digest);
  *ret = envelope;
  envelope = (struct ce_envelope){0};
  return CE_OK;
}
