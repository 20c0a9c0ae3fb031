/* SPDX-License-Identifier: Apache-2.0
 * Certificate objects of a session, found and read within limits. */
#ifndef CE_PROBE_OBJECTS_H
#define CE_PROBE_OBJECTS_H

#include "base/json.h"

#include <p11-kit/pkcs11.h>

/* A new array of at most CE_PROBE_CERTIFICATES_MAX X.509 certificates (see ce_token_describe);
 * *ret_left_off tells that there are more. */
CE_MUST_USE enum ce_code ce_objects_certificates(CK_FUNCTION_LIST *module, CK_SESSION_HANDLE session,
                                                 int64_t now_s, json_t **ret, bool *ret_left_off,
                                                 struct ce_error *err);

#endif
