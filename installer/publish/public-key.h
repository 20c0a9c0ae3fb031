/* SPDX-License-Identifier: Apache-2.0
 * The public half of a signing key, as metadata says it (TUF specification 1.0.33, section 4.2), and the
 * types of keys that this program makes and signs with. */
#ifndef CE_PUBLISH_PUBLIC_KEY_H
#define CE_PUBLISH_PUBLIC_KEY_H

#include "base/blob.h"
#include "base/digest.h"

#include <jansson.h>

#define CE_PUBLIC_KEY_FILE_MAX 16384 /* bytes */

struct evp_pkey_st; /* OpenSSL's EVP_PKEY */

struct ce_key_type {
  const char *name;             /* as --type says it: "ecdsa-p256" */
  const char *keytype, *scheme; /* as metadata says it */
  const char *algorithm;        /* OpenSSL's names */
  const char *group;            /* of an elliptic curve; NULL for the others */
  const char *digest;           /* NULL where the scheme hashes by itself */
  size_t new_bits;              /* of a new RSA key; 0 for the others */
};

/* All types, the default first; the list ends with one that has no name. */
const struct ce_key_type *ce_key_types(void);
const struct ce_key_type *ce_key_type_find(const char *name);

struct ce_public_key {
  const struct ce_key_type *type;
  struct evp_pkey_st *key;
  char key_id[CE_DIGEST_HEX_SIZE]; /* SHA-256 of the canonical JSON */
};
void ce_public_key_clear(struct ce_public_key *key);
CE_DEFINE_AUTO_IN_PLACE(ce_public_key, struct ce_public_key, ce_public_key_clear);

/* The public half of key, which is left to the caller. USAGE when it is of no type that signs metadata; name
 * is for messages. */
CE_MUST_USE enum ce_code ce_public_key_of(const struct evp_pkey_st *key, const char *name,
                                          struct ce_public_key *ret, struct ce_error *err);
/* A PEM file ("PUBLIC KEY"). USAGE when it is none. */
CE_MUST_USE enum ce_code ce_public_key_parse(const struct ce_blob *pem, const char *name,
                                             struct ce_public_key *ret, struct ce_error *err);
/* Appends the PEM file. */
CE_MUST_USE enum ce_code ce_public_key_write(const struct ce_public_key *key, struct ce_blob *blob,
                                             struct ce_error *err);
/* As metadata says it; a new reference, NULL only when memory is out. */
json_t *ce_public_key_json(const struct ce_public_key *key);
/* Whether the signature is one of the message by this key. */
bool ce_public_key_verify(const struct ce_public_key *key, const struct ce_blob *signature,
                          const void *message, size_t size);

/* INTERNAL, with OpenSSL's reason. */
enum ce_code ce_crypto_fail(struct ce_error *err, const char *op, const char *subject);

#endif
