/* SPDX-License-Identifier: Apache-2.0
 * Opening of signed TUF metadata. */
#include "trust/envelope.h"

#include "ports/hash.h"
#include "trust/canonical.h"

#include <string.h>

void ce_envelope_clear(struct ce_envelope *envelope) {
  free(envelope->signatures);
  ce_blob_clear(&envelope->canonical);
  json_decref(envelope->document);
  *envelope = (struct ce_envelope){0};
}

static bool has_key_id(const struct ce_envelope *envelope, const char *key_id) {
  for (size_t i = 0; i < envelope->signature_count; i++) {
    if (strcmp(envelope->signatures[i].key_id, key_id) == 0) {
      return true;
    }
  }
  return false;
}

static enum ce_code read_signature(const struct ce_json_context *context, const json_t *entry,
                                   struct ce_envelope *envelope, struct ce_error *err) {
  const char *key_id = NULL;
  const char *hex = json_string_value(json_object_get(entry, "sig"));
  enum ce_code code = ce_json_get_string(context, entry, "keyid", CE_ENVELOPE_KEY_ID_MAX, &key_id, err);
  if (code != CE_OK) {
    return code;
  }
  if (has_key_id(envelope, key_id)) {
    return ce_json_refuse(context, err, "signatures", "the key '%.64s' stands there twice", key_id);
  }
  envelope->signatures[envelope->signature_count++] =
      (struct ce_envelope_signature){.key_id = key_id, .hex = hex ? hex : ""};
  return CE_OK;
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
  for (size_t i = 0; i < json_array_size(list) && code == CE_OK; i++) {
    code = read_signature(context, json_array_get(list, i), envelope, err);
  }
  return code;
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
