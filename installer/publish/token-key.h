/* SPDX-License-Identifier: Apache-2.0
 * A private key on a token: found, its public half read, and used. The public half comes from the token's
 * public key object, or from a certificate, with the same CKA_ID. */
#ifndef CE_PUBLISH_TOKEN_KEY_H
#define CE_PUBLISH_TOKEN_KEY_H

#include "publish/public-key.h"
#include "publish/token.h"

struct ce_token_key {
  struct ce_token *token; /* a reference */
  CK_OBJECT_HANDLE object;
  bool asks_each_time; /* CKA_ALWAYS_AUTHENTICATE */
};
void ce_token_key_free(struct ce_token_key *key);
CE_DEFINE_AUTO(ce_token_key, struct ce_token_key *, ce_token_key_free);

/* The one private key that the URI names, on a token that is logged in to. PERMISSION when there is none, or
 * several, or no public half. */
CE_MUST_USE enum ce_code ce_token_key_find(struct ce_token *token, const struct ce_pkcs11_uri *uri,
                                           const char *name, struct ce_token_key **ret,
                                           struct ce_public_key *ret_public, struct ce_error *err);
/* Appends the signature, in the form that metadata has. */
CE_MUST_USE enum ce_code ce_token_key_sign(const struct ce_token_key *key,
                                           const struct ce_public_key *public_key, const void *message,
                                           size_t size, struct ce_blob *signature, struct ce_error *err);

#endif
