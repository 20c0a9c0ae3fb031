/* SPDX-License-Identifier: Apache-2.0
 * Private keys as passphrase-encrypted PKCS#8 files (RFC 5958; AES-256-CBC, scrypt). */
#ifndef CE_PUBLISH_PRIVATE_KEY_H
#define CE_PUBLISH_PRIVATE_KEY_H

#include "base/blob.h"
#include "publish/passphrase.h"
#include "publish/public-key.h"

#define CE_PRIVATE_KEY_FILE_MAX 16384 /* bytes */

/* Frees a private key; OpenSSL wipes what it held. */
void ce_private_key_free(struct evp_pkey_st *key);
CE_DEFINE_AUTO(ce_private_key, struct evp_pkey_st *, ce_private_key_free);

CE_MUST_USE enum ce_code ce_private_key_generate(const struct ce_key_type *type, const char *name,
                                                 struct evp_pkey_st **ret, struct ce_error *err);
/* PERMISSION for a wrong passphrase. */
CE_MUST_USE enum ce_code ce_private_key_parse(const struct ce_blob *pem, const char *name,
                                              const struct ce_passphrase *passphrase,
                                              struct evp_pkey_st **ret, struct ce_error *err);
/* Appends the file. */
CE_MUST_USE enum ce_code ce_private_key_write(struct evp_pkey_st *key, const char *name,
                                              const struct ce_passphrase *passphrase, struct ce_blob *blob,
                                              struct ce_error *err);
/* Appends the signature. */
CE_MUST_USE enum ce_code ce_private_key_sign(struct evp_pkey_st *key, const struct ce_public_key *public_key,
                                             const void *message, size_t size, struct ce_blob *signature,
                                             struct ce_error *err);

#endif
