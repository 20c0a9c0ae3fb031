/* SPDX-License-Identifier: Apache-2.0
 * The table of sentences. */
#include "device/token-sentence.h"

#include "base/event.h"

static const char *const sentences[] = {
    [CE_TOKEN_OK] = N_("Done."),
    [CE_TOKEN_PIN_INCORRECT] = N_("The PIN is wrong."),
    [CE_TOKEN_PIN_FINAL_TRY] = N_("The PIN is wrong. One more wrong PIN locks this key."),
    [CE_TOKEN_PIN_LOCKED] = N_("The PIN is locked. Have it unlocked by the user service."),
    [CE_TOKEN_PIN_LENGTH] = N_("The key takes no PIN of this length."),
    [CE_TOKEN_PIN_INVALID] = N_("The key does not take this PIN. Choose another one."),
    [CE_TOKEN_REMOVED] = N_("The key was removed."),
    [CE_TOKEN_NO_TOKEN] = N_("No key was found. Insert the key and try again."),
    [CE_TOKEN_NO_KEY] = N_("The key holds no private key for this certificate."),
    [CE_TOKEN_UNSUPPORTED] = N_("The key cannot do this."),
    [CE_TOKEN_FAILED] = N_("The key reports a failure."),
};

const char *ce_token_sentence(enum ce_token_op op, enum ce_token_result result) {
  if (op == CE_TOKEN_UNLOCK && result == CE_TOKEN_PIN_INCORRECT) {
    return N_("The unlock code is wrong.");
  }
  if (op == CE_TOKEN_UNLOCK && result == CE_TOKEN_PIN_FINAL_TRY) {
    return N_("The unlock code is wrong. After one more wrong code this key cannot be unlocked any more.");
  }
  if (op == CE_TOKEN_UNLOCK && result == CE_TOKEN_PIN_LOCKED) {
    return N_("Too many wrong unlock codes: this key cannot be unlocked any more. Turn to the user service.");
  }
  return sentences[result];
}
