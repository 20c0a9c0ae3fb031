/* SPDX-License-Identifier: Apache-2.0
 * Signing keys: Ed25519, kept as passphrase-encrypted PKCS#8 files (RFC 5958; AES-256-CBC, scrypt), one file
 * a key. A role's files are <role>.pem, <role>-2.pem, <role>-3.pem and so on. */
#ifndef CE_PUBLISH_SIGNER_H
#define CE_PUBLISH_SIGNER_H

#include "base/digest.h"
#include "ports/fs.h"
#include "publish/passphrase.h"
#include "publish/role.h"

#include <jansson.h>

#define CE_SIGNER_PUBLIC_SIZE    32
#define CE_SIGNER_SIGNATURE_SIZE 64

struct ce_signer {
  char key_id[CE_DIGEST_HEX_SIZE]; /* SHA-256 of the public key's canonical JSON */
  uint8_t public_key[CE_SIGNER_PUBLIC_SIZE];
  struct evp_pkey_st *key;
};

struct ce_signers {
  struct ce_signer *items;
  size_t count;
};
void ce_signers_clear(struct ce_signers *signers);
CE_DEFINE_AUTO_IN_PLACE(ce_signers, struct ce_signers, ce_signers_clear);

/* Drops the signer in that place. */
void ce_signers_remove(struct ce_signers *signers, size_t place);

/* role: its name, a delegated one's too. Makes count new keys for the role and their files in the directory
 * `keys`; a file that exists stops it. Appends to *signers. */
CE_MUST_USE enum ce_code ce_signers_generate(struct ce_signers *signers, struct ce_fs *keys, const char *role,
                                             size_t count, const struct ce_passphrase *passphrase,
                                             struct ce_error *err);
/* Appends the role's keys that are in the directory; none is fine. PERMISSION for a wrong passphrase. */
CE_MUST_USE enum ce_code ce_signers_load(struct ce_signers *signers, struct ce_fs *keys, const char *role,
                                         const struct ce_passphrase *passphrase, struct ce_error *err);

/* The key as metadata says it; a new reference, NULL only when memory is out. */
json_t *ce_signer_public_json(const struct ce_signer *signer);
CE_MUST_USE enum ce_code ce_signer_sign(const struct ce_signer *signer, const void *message, size_t size,
                                        uint8_t ret_signature[CE_SIGNER_SIGNATURE_SIZE],
                                        struct ce_error *err);

#endif
