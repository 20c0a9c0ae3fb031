/* SPDX-License-Identifier: Apache-2.0
 * Signature schemes: one table row each. Source: TUF specification 1.0.33, section 4.2; OpenSSL does the
 * arithmetic. */
#ifndef CE_TRUST_SCHEME_H
#define CE_TRUST_SCHEME_H

#include "base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CE_SCHEME_SIGNATURE_MAX 1024 /* bytes: RSA with 8192 bits */
#define CE_SCHEME_RSA_BITS_MIN  2048
#define CE_SCHEME_RSA_BITS_MAX  8192

struct ce_scheme;
struct evp_pkey_st; /* OpenSSL's EVP_PKEY */

/* NULL when this program does not know the pair, for example "ed25519", "ed25519". Static. */
const struct ce_scheme *ce_scheme_find(const char *keytype, const char *scheme);
/* The key that keyval's `public` holds, or NULL when it is not a key of that scheme. ce_scheme_key_free()
 * frees it. */
struct evp_pkey_st *ce_scheme_load_key(const struct ce_scheme *scheme, const char *public_text);
void ce_scheme_key_free(struct evp_pkey_st *key);
/* True when both are the same public key, however they were written. */
bool ce_scheme_key_equal(const struct evp_pkey_st *a, const struct evp_pkey_st *b);
bool ce_scheme_verify(const struct ce_scheme *scheme, struct evp_pkey_st *key, const uint8_t *signature,
                      size_t signature_size, const void *message, size_t message_size);

#endif
