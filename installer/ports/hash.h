/* SPDX-License-Identifier: Apache-2.0
 * Streaming SHA-256 (FIPS 180-4) by OpenSSL. */
#ifndef CE_PORTS_HASH_H
#define CE_PORTS_HASH_H

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/error.h"

struct ce_hash;

/* ce_hash_free() frees it; it is ready for the first update. Fails with MEMORY. */
CE_MUST_USE enum ce_code ce_hash_new(struct ce_hash **ret, struct ce_error *err);
void ce_hash_free(struct ce_hash *hash);
CE_DEFINE_AUTO(ce_hash, struct ce_hash *, ce_hash_free);
/* Starts over. */
void ce_hash_reset(struct ce_hash *hash);
void ce_hash_update(struct ce_hash *hash, const void *bytes, size_t size);
/* The digest of all since the last reset; reset before the next use. */
void ce_hash_finish(struct ce_hash *hash, struct ce_digest *ret);
/* One call for bytes in memory. */
void ce_hash_bytes(const void *bytes, size_t size, struct ce_digest *ret);

#endif
