/* SPDX-License-Identifier: Apache-2.0
 * What people are told of an answer: one sentence each, a msgid. */
#ifndef CE_DEVICE_TOKEN_SENTENCE_H
#define CE_DEVICE_TOKEN_SENTENCE_H

#include "device/token-answer.h"
#include "device/token-request.h"

/* Never NULL, static. After unlock, the words about PINs are about the unlock code (PUK or administrator's
 * PIN). */
const char *ce_token_sentence(enum ce_token_op op, enum ce_token_result result);

#endif
