/* SPDX-License-Identifier: Apache-2.0
 * SHA-256 over OpenSSL's EVP. */
#include "ports/hash.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>

struct ce_hash {
  EVP_MD *algorithm;
  EVP_MD_CTX *state;
};

/* SHA-256 has no way to fail once it is set up; should it fail all the same, a wrong digest must not pass for
 * one. */
static void require(int succeeded) {
  if (succeeded != 1) {
    abort();
  }
}

enum ce_code ce_hash_new(struct ce_hash **ret, struct ce_error *err) {
  CE_AUTO(ce_hash) struct ce_hash *hash = calloc(1, sizeof *hash);
  if (!hash) {
    return ce_fail_memory(err, "SHA-256");
  }
  hash->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
  hash->state = EVP_MD_CTX_new();
  if (!hash->algorithm || !hash->state || EVP_DigestInit_ex(hash->state, hash->algorithm, NULL) != 1) {
    return ce_fail_memory(err, "SHA-256");
  }
  *ret = ce_take(&hash);
  return CE_OK;
}

void ce_hash_free(struct ce_hash *hash) {
  if (hash) {
    EVP_MD_CTX_free(hash->state);
    EVP_MD_free(hash->algorithm);
    free(hash);
  }
}

void ce_hash_reset(struct ce_hash *hash) {
  require(EVP_DigestInit_ex(hash->state, hash->algorithm, NULL));
}

void ce_hash_update(struct ce_hash *hash, const void *bytes, size_t size) {
  require(EVP_DigestUpdate(hash->state, bytes, size));
}

void ce_hash_finish(struct ce_hash *hash, struct ce_digest *ret) {
  require(EVP_DigestFinal_ex(hash->state, ret->bytes, NULL));
}

void ce_hash_bytes(const void *bytes, size_t size, struct ce_digest *ret) {
  _Static_assert(SHA256_DIGEST_LENGTH == CE_DIGEST_SIZE, "a digest is a SHA-256");
  require(SHA256(bytes, size, ret->bytes) != NULL);
}
