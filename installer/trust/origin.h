/* SPDX-License-Identifier: Apache-2.0
 * Whose source it is that offers what our keys did not sign: for messages; for this room's files. */
#ifndef CE_TRUST_ORIGIN_H
#define CE_TRUST_ORIGIN_H

#include "trust/update.h"

/* err says that the source's root or timestamp is not signed as it must be. Leaves it so when it is our own
 * organisation's source; otherwise TRUST_ROLLBACK for an older state of it, TRUST_ROOT for a foreign one. */
CE_MUST_USE enum ce_code ce_origin_explain(const struct ce_update *update, const char *role,
                                           const struct ce_blob *bytes, struct ce_error *err);

#endif
