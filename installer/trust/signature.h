/* SPDX-License-Identifier: Apache-2.0
 * Whether enough of a role's keys have signed. Source: TUF specification 1.0.33, sections 4.2 and 5.
 *
 * What counts is distinct public keys: a key that signs twice, or that stands under two ids, counts once.
 * Signatures by keys that are not the role's, and keys that this program cannot use, are skipped. */
#ifndef CE_TRUST_SIGNATURE_H
#define CE_TRUST_SIGNATURE_H

#include "trust/envelope.h"
#include "trust/key.h"

/* How many of the role's keys have signed, counted up to `enough`. */
CE_MUST_USE enum ce_code ce_signature_count(const struct ce_envelope *envelope,
                                            const struct ce_tuf_role *role, const struct ce_keyring *keyring,
                                            size_t enough, size_t *ret, struct ce_error *err);
/* TRUST_SIGNATURE, with the role in err->subject. */
CE_MUST_USE enum ce_code ce_signature_check(const struct ce_envelope *envelope,
                                            const struct ce_tuf_role *role, const struct ce_keyring *keyring,
                                            struct ce_error *err);
/* True when a valid signature is there under the key's id. */
bool ce_signature_has(const struct ce_envelope *envelope, const struct ce_tuf_key *key);
/* True when a signature, valid or not, names one of the role's keys. */
bool ce_signature_names_key_of(const struct ce_envelope *envelope, const struct ce_tuf_role *role);

#endif
