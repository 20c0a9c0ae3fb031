/* SPDX-License-Identifier: Apache-2.0
 * The bytes of a target, counted and hashed as they come. */
#include "trust/target-check.h"

#include <openssl/evp.h>
#include <string.h>

struct ce_target_check {
  struct ce_target target;
  char *path; /* what target.path points to */
  EVP_MD_CTX *sha256, *sha512;
  uint64_t size_bytes;
};

void ce_target_check_free(struct ce_target_check *check) {
  if (check) {
    EVP_MD_CTX_free(check->sha256);
    EVP_MD_CTX_free(check->sha512);
    free(check->path);
    free(check);
  }
}

static EVP_MD_CTX *new_hash(const EVP_MD *algorithm) {
  EVP_MD_CTX *hash = EVP_MD_CTX_new();
  if (hash && EVP_DigestInit_ex2(hash, algorithm, NULL) == 1) {
    return hash;
  }
  EVP_MD_CTX_free(hash);
  return NULL;
}

enum ce_code ce_target_check_new(const struct ce_target *target, struct ce_target_check **ret,
                                 struct ce_error *err) {
  CE_AUTO(ce_target_check) struct ce_target_check *check = calloc(1, sizeof *check);
  if (!check) {
    return ce_fail_memory(err, target->path);
  }
  check->target = *target;
  check->path = strdup(target->path);
  check->target.path = check->path;
  check->sha256 = target->has_sha256 ? new_hash(EVP_sha256()) : NULL;
  check->sha512 = target->has_sha512 ? new_hash(EVP_sha512()) : NULL;
  if (!check->path || (target->has_sha256 && !check->sha256) || (target->has_sha512 && !check->sha512)) {
    return ce_fail_memory(err, target->path);
  }
  if (!check->sha256 && !check->sha512) {
    return ce_fail(err, CE_TRUST_FORMAT, "verify", target->path, "it has neither sha256 nor sha512");
  }
  *ret = ce_take(&check);
  return CE_OK;
}

enum ce_code ce_target_check_room(const struct ce_target_check *check, size_t size, struct ce_error *err) {
  if (size > check->target.length_bytes - check->size_bytes) {
    return ce_fail(err, CE_TRUST_DIGEST, "verify", check->path,
                   "more than the %llu bytes that were signed for",
                   (unsigned long long)check->target.length_bytes);
  }
  return CE_OK;
}

static bool hash_bytes(EVP_MD_CTX *hash, const void *bytes, size_t size) {
  return !hash || EVP_DigestUpdate(hash, bytes, size) == 1;
}

enum ce_code ce_target_check_add(struct ce_target_check *check, const void *bytes, size_t size,
                                 struct ce_error *err) {
  enum ce_code code = ce_target_check_room(check, size, err);
  if (code != CE_OK) {
    return code;
  }
  if (!hash_bytes(check->sha256, bytes, size) || !hash_bytes(check->sha512, bytes, size)) {
    return ce_fail_memory(err, check->path);
  }
  check->size_bytes += size;
  return CE_OK;
}

uint64_t ce_target_check_size(const struct ce_target_check *check) {
  return check->size_bytes;
}

const struct ce_target *ce_target_check_target(const struct ce_target_check *check) {
  return &check->target;
}

static bool ends_as(EVP_MD_CTX *hash, const uint8_t *wanted, size_t size) {
  uint8_t actual[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  return !hash || (EVP_DigestFinal_ex(hash, actual, &length) == 1 && length == size &&
                   memcmp(actual, wanted, size) == 0);
}

enum ce_code ce_target_check_finish(struct ce_target_check *check, struct ce_error *err) {
  const struct ce_target *target = &check->target;
  if (check->size_bytes != target->length_bytes) {
    return ce_fail(err, CE_TRUST_DIGEST, "verify", check->path, "%llu bytes where %llu were signed for",
                   (unsigned long long)check->size_bytes, (unsigned long long)target->length_bytes);
  }
  if (!ends_as(check->sha256, target->sha256.bytes, sizeof target->sha256.bytes)) {
    return ce_fail(err, CE_TRUST_DIGEST, "verify", check->path, "its SHA-256 is not the one that was signed");
  }
  if (!ends_as(check->sha512, target->sha512, sizeof target->sha512)) {
    return ce_fail(err, CE_TRUST_DIGEST, "verify", check->path, "its SHA-512 is not the one that was signed");
  }
  return CE_OK;
}
