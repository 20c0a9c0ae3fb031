/* SPDX-License-Identifier: Apache-2.0
 * A root document on its way from the machine that made it, past those who sign it, to the repository. It is
 * an ordinary TUF document whose signatures are still too few.
 *
 * Opening it decides whether anybody should sign it at all: it is root metadata of a specification that is
 * known, every id is the digest of a key that is there, every role can be met by its keys; and it is the next
 * version of the root that the signer trusts, by an organisation that has keys in common with that one. Pure:
 * bytes in, bytes out. */
#ifndef CE_PUBLISH_CEREMONY_H
#define CE_PUBLISH_CEREMONY_H

#include "publish/signer.h"
#include "trust/metadata.h"

struct ce_ceremony {
  struct ce_envelope document;
  struct ce_tuf_root *root;
  struct ce_envelope trusted_document; /* empty, and trusted NULL, for the first root of a repository */
  struct ce_tuf_root *trusted;
};
void ce_ceremony_clear(struct ce_ceremony *ceremony);
CE_DEFINE_AUTO_IN_PLACE(ce_ceremony, struct ce_ceremony, ce_ceremony_clear);

/* trusted: the root that the signer trusts, which must meet its own threshold; NULL is accepted for a
 * document of version 1 only (USAGE). TRUST_FORMAT, TRUST_SIGNATURE; TRUST_ROLLBACK when the version does not
 * follow; TRUST_ROOT when it is another repository's. */
CE_MUST_USE enum ce_code ce_ceremony_open(const struct ce_blob *document, const struct ce_blob *trusted,
                                          struct ce_ceremony *ret, struct ce_error *err);

/* Whether the key counts for the trusted root or for the new one. */
bool ce_ceremony_asks_for(const struct ce_ceremony *ceremony, const char *key_id);
/* Whether a valid signature by that key is there. */
bool ce_ceremony_has_signed(const struct ce_ceremony *ceremony, const char *key_id);

struct ce_ceremony_count {
  size_t signed_by, required;
};
/* Signatures that count for the new root; for the trusted one, {0, 0} when there is none. */
CE_MUST_USE enum ce_code ce_ceremony_count_new(const struct ce_ceremony *ceremony,
                                               struct ce_ceremony_count *ret, struct ce_error *err);
CE_MUST_USE enum ce_code ce_ceremony_count_trusted(const struct ce_ceremony *ceremony,
                                                   struct ce_ceremony_count *ret, struct ce_error *err);

/* The document with signatures by those of the signers that it asks for and that have not signed, in *ret;
 * signatures that are there stay, except one of theirs that is not valid. *ret_added: how many are new. */
CE_MUST_USE enum ce_code ce_ceremony_sign(const struct ce_ceremony *ceremony,
                                          const struct ce_signers *signers, struct ce_blob *ret,
                                          size_t *ret_added, struct ce_error *err);

#endif
