/* SPDX-License-Identifier: Apache-2.0
 * The set of metadata that is trusted now, and every rule by which more may join it. Pure: bytes and a time in, a
 * verdict out. Order of calls: root (the anchor) -> newer roots, one version at a time -> timestamp -> snapshot ->
 * targets. Source: TUF specification 1.0.33, section 5; python-tuf's trusted metadata set as the model of the shape. */
#ifndef CE_TRUST_TRUSTED_SET_H
#define CE_TRUST_TRUSTED_SET_H

#include "base/blob.h"
#include "base/digest.h"

#include <stdbool.h>
#include <stdint.h>

#define CE_TUF_ROOT_BYTES_MAX      (512u * 1000)
#define CE_TUF_TIMESTAMP_BYTES_MAX (16u * 1000)
#define CE_TUF_SNAPSHOT_BYTES_MAX  (2u * 1000 * 1000)
#define CE_TUF_TARGETS_BYTES_MAX   (5u * 1000 * 1000)
#define CE_TUF_ROOT_ROTATIONS_MAX  256

struct ce_trusted_set;

struct ce_target {
  const char *path;
  uint64_t length_bytes;
  struct ce_digest sha256;
};

/* The anchor: a root that meets its own threshold. Expiry of intermediate roots does not count. */
CE_MUST_USE enum ce_code ce_trusted_set_new(const void *root, size_t size, struct ce_trusted_set **ret,
                                            struct ce_error *err);
void ce_trusted_set_free(struct ce_trusted_set *set);
CE_DEFINE_AUTO(ce_trusted_set, struct ce_trusted_set *, ce_trusted_set_free);

/* A new root: version exactly one more, signed by a threshold of the old and of the new keys. */
CE_MUST_USE enum ce_code ce_trusted_set_update_root(struct ce_trusted_set *set, const void *bytes, size_t size,
                                                    struct ce_error *err);
/* TRUST_EXPIRED when the final root, timestamp, snapshot or targets has expired at now_s; `role` is in err->subject. The
 * update functions check signatures, version, length and hashes, not expiry, so that the caller can treat expiry of a
 * bundle as a warning. */
CE_MUST_USE enum ce_code ce_trusted_set_check_expiry(const struct ce_trusted_set *set, const char *role, int64_t now_s,
                                                     struct ce_error *err);
CE_MUST_USE enum ce_code ce_trusted_set_update_timestamp(struct ce_trusted_set *set, const void *bytes, size_t size,
                                                         struct ce_error *err);
CE_MUST_USE enum ce_code ce_trusted_set_update_snapshot(struct ce_trusted_set *set, const void *bytes, size_t size,
                                                        struct ce_error *err);
CE_MUST_USE enum ce_code ce_trusted_set_update_targets(struct ce_trusted_set *set, const void *bytes, size_t size,
                                                       struct ce_error *err);

int64_t ce_trusted_set_root_version(const struct ce_trusted_set *set);
bool ce_trusted_set_consistent_snapshot(const struct ce_trusted_set *set);
/* Version and limits that the timestamp says of the snapshot, and the snapshot of targets (0 when not stated). */
int64_t ce_trusted_set_snapshot_version(const struct ce_trusted_set *set, uint64_t *ret_length_bytes);
int64_t ce_trusted_set_targets_version(const struct ce_trusted_set *set, uint64_t *ret_length_bytes);
/* The target with this path, or NOT_FOUND. *ret lives as long as the set. */
CE_MUST_USE enum ce_code ce_trusted_set_find(const struct ce_trusted_set *set, const char *path,
                                             const struct ce_target **ret, struct ce_error *err);

#endif
