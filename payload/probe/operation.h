/* SPDX-License-Identifier: Apache-2.0
 * What the worker does on one token: login, change-pin, unlock, sign, tries (PKCS#11 2.40, sections 5.6,
 * 5.11). Each begins and ends without sessions and without a login. */
#ifndef CE_PROBE_OPERATION_H
#define CE_PROBE_OPERATION_H

#include "base/secret.h"
#include "device/token-request.h"
#include "probe/outcome.h"

/* A request on its token while it is at work; private to the operations. */
struct ce_operation {
  CK_FUNCTION_LIST *module;
  const struct ce_token_request *request;
  const struct ce_secret *pin, *new_pin;
  CK_SLOT_ID slot;
  CK_TOKEN_INFO info;
  CK_SESSION_HANDLE session;
  struct ce_outcome *outcome;
};

/* The request is none for a list. After a failure the token is looked for, which may take
 * CE_PRESENCE_NOTICE_MS. */
void ce_operation_run(CK_FUNCTION_LIST *module, const struct ce_token_request *request,
                      const struct ce_secret *pin, const struct ce_secret *new_pin, struct ce_outcome *ret);
/* probe/signing.c: within an open session, with a PIN logged in. */
void ce_operation_sign(struct ce_operation *operation);

#endif
