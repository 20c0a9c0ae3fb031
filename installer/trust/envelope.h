/* SPDX-License-Identifier: Apache-2.0
 * The outer form of all TUF metadata: {"signatures": [...], "signed": {...}}. What is inside "signed" is
 * parsed by metadata.h, after signature.h has looked at the signatures (a root needs both at once). */
#ifndef CE_TRUST_ENVELOPE_H
#define CE_TRUST_ENVELOPE_H

#include "base/json.h"

#define CE_ENVELOPE_SIGNATURES_MAX 1000
#define CE_ENVELOPE_KEY_ID_MAX     256 /* bytes */

/* Each key id stands there once (TUF specification, section 4.2). */
struct ce_envelope_signature {
  const char *key_id; /* borrowed from the document */
  const char *hex;    /* the same; "" when it is no text: never valid */
};

struct ce_envelope {
  json_t *document;
  json_t *body;             /* "signed", borrowed from the document */
  struct ce_blob canonical; /* the bytes that were signed: the body in canonical JSON */
  struct ce_digest digest;  /* of canonical: equal for the same content, whoever signed it */
  struct ce_envelope_signature *signatures;
  size_t signature_count;
};

/* *ret must be empty. context names the role that the bytes are taken for; its code is TRUST_FORMAT. */
CE_MUST_USE enum ce_code ce_envelope_parse(const struct ce_json_context *context, const void *bytes,
                                           size_t size, size_t limit_bytes, struct ce_envelope *ret,
                                           struct ce_error *err);
void ce_envelope_clear(struct ce_envelope *envelope);
CE_DEFINE_AUTO_IN_PLACE(ce_envelope, struct ce_envelope, ce_envelope_clear);

#endif
