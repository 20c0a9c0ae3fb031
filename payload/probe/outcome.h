/* SPDX-License-Identifier: Apache-2.0
 * What came of a request to the worker, and the line that tells it (docs/FORMATS.md, "Worker"). */
#ifndef CE_PROBE_OUTCOME_H
#define CE_PROBE_OUTCOME_H

#include "base/json.h"
#include "device/token-answer.h"

#include <p11-kit/pkcs11.h>

struct ce_outcome {
  enum ce_token_result result;
  CK_RV rv;            /* of the call that failed; CKR_OK when it was none */
  struct ce_error why; /* as probe/module.h; op is "" when nothing failed */
  bool has_flags;
  CK_FLAGS flags; /* CK_TOKEN_INFO's, read last */
  uint8_t signature[CE_TOKEN_SIGNATURE_MAX];
  size_t signature_size;
  json_t *report; /* of a list; owned, or NULL */
};
void ce_outcome_clear(struct ce_outcome *outcome);
CE_DEFINE_AUTO_IN_PLACE(ce_outcome, struct ce_outcome, ce_outcome_clear);

/* What a caller is told of a return value; FAILED for all that have no word of their own. */
enum ce_token_result ce_outcome_of(CK_RV rv);
/* True for the return values with which a token that was pulled out shows, among other causes. */
bool ce_outcome_may_be_removal(CK_RV rv);
/* Takes a call's return value: true for CKR_OK, else the outcome is that failure. */
bool ce_outcome_take(struct ce_outcome *outcome, const char *stage, const char *call, CK_RV rv);
/* The outcome becomes a failure without a return value. */
void ce_outcome_refuse(struct ce_outcome *outcome, enum ce_token_result result, const char *stage,
                       const char *sentence);
/* Appends the answer to request number as one line. An answer that would be too long becomes FAILED. MEMORY.
 */
CE_MUST_USE enum ce_code ce_outcome_write(const struct ce_outcome *outcome, int64_t number,
                                          struct ce_blob *ret, struct ce_error *err);

#endif
