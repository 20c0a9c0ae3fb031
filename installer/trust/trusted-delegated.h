/* SPDX-License-Identifier: Apache-2.0
 * Delegated roles in a trusted set: what must hold before one joins it; for this room's files. */
#ifndef CE_TRUST_TRUSTED_DELEGATED_H
#define CE_TRUST_TRUSTED_DELEGATED_H

#include "trust/delegation-walk.h"

/* What the trusted snapshot states of the role's file; TRUST_FORMAT when it does not name it. */
CE_MUST_USE enum ce_code ce_trusted_set_stated(const struct ce_trusted_set *set, const char *role,
                                               const struct ce_tuf_meta **ret, struct ce_error *err);
/* The role as it was adopted from this delegator before; NULL when it was not. */
const struct ce_tuf_targets *ce_trusted_set_delegated(const struct ce_trusted_set *set,
                                                      const struct ce_delegation_visit *visit);
/* Judges bytes as the role: what the snapshot states, the delegator's keys, the version; not expiry.
 * TRUST_DIGEST, TRUST_SIGNATURE, TRUST_FORMAT. */
CE_MUST_USE enum ce_code ce_trusted_set_open_delegated(const struct ce_trusted_set *set,
                                                       const struct ce_delegation_visit *visit,
                                                       const void *bytes, size_t size,
                                                       struct ce_tuf_targets **ret, struct ce_error *err);
/* Takes *targets over; *ret lives as long as the set. */
CE_MUST_USE enum ce_code ce_trusted_set_adopt_delegated(struct ce_trusted_set *set,
                                                        const struct ce_delegation_visit *visit,
                                                        struct ce_tuf_targets **targets,
                                                        const struct ce_tuf_targets **ret,
                                                        struct ce_error *err);
void ce_trusted_set_forget_delegated(struct ce_trusted_set *set);

#endif
