/* SPDX-License-Identifier: Apache-2.0
 * The set of metadata that is trusted now, and every rule by which more may join it. Pure: bytes and a time
 * in, a verdict out. Order of calls: root (the anchor) -> newer roots, one version at a time -> timestamp
 * (the stored one, then the source's) -> snapshot (recall the stored one, then update unless it is current)
 * -> targets (the same way). Another order is a fault of the caller and asserted. Nothing that was refused
 * changes the set. Source: TUF specification 1.0.33, section 5; python-tuf's trusted metadata set as the
 * model of the shape. */
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

#define CE_TUF_SHA512_SIZE 64

struct ce_target {
  const char *path;
  uint64_t length_bytes;
  bool has_sha256, has_sha512; /* one of them at least */
  struct ce_digest sha256;     /* all zero when it is not stated */
  uint8_t sha512[CE_TUF_SHA512_SIZE];
};

/* The anchor: a root that meets its own threshold. Expiry of intermediate roots does not count. TRUST_FORMAT,
 * TRUST_SIGNATURE. */
CE_MUST_USE enum ce_code ce_trusted_set_new(const void *root, size_t size, struct ce_trusted_set **ret,
                                            struct ce_error *err);
void ce_trusted_set_free(struct ce_trusted_set *set);
CE_DEFINE_AUTO(ce_trusted_set, struct ce_trusted_set *, ce_trusted_set_free);

/* The update functions and check_expiry put the role into err->subject. They check signatures, version,
 * length and hashes, not expiry, so that the caller can treat expiry of a bundle as a warning. TRUST_FORMAT:
 * it cannot be read. TRUST_SIGNATURE: not signed by a threshold of the role's keys. TRUST_ROLLBACK: older
 * than what is trusted. TRUST_DIGEST: not the file that the timestamp
 * or the snapshot states. */

/* A new root: version exactly one more, signed by a threshold of the old and of the new keys. */
CE_MUST_USE enum ce_code ce_trusted_set_update_root(struct ce_trusted_set *set, const void *bytes,
                                                    size_t size, struct ce_error *err);
/* True when the newest root has other timestamp or snapshot keys than the one before it: the stored timestamp
 * and snapshot must be dropped, which ends a fast-forward attack (specification, 5.3.11). */
bool ce_trusted_set_online_keys_changed(const struct ce_trusted_set *set);
/* TRUST_EXPIRED when the final root, timestamp, snapshot or targets has expired at now_s; the detail names
 * the expiry and now_s, so that a wrong clock is seen. */
CE_MUST_USE enum ce_code ce_trusted_set_check_expiry(const struct ce_trusted_set *set, const char *role,
                                                     int64_t now_s, struct ce_error *err);
/* For the stored one and for the source's. The version that is trusted already is fine and changes nothing,
 * whatever its content (specification, 5.4.3); ce_trusted_set_bytes() tells which one is trusted. */
CE_MUST_USE enum ce_code ce_trusted_set_update_timestamp(struct ce_trusted_set *set, const void *bytes,
                                                         size_t size, struct ce_error *err);
/* The stored one: only its signatures are checked. It is current when it is what the timestamp states; in any
 * case it is what an update is measured against. */
CE_MUST_USE enum ce_code ce_trusted_set_recall_snapshot(struct ce_trusted_set *set, const void *bytes,
                                                        size_t size, struct ce_error *err);
CE_MUST_USE enum ce_code ce_trusted_set_update_snapshot(struct ce_trusted_set *set, const void *bytes,
                                                        size_t size, struct ce_error *err);
CE_MUST_USE enum ce_code ce_trusted_set_recall_targets(struct ce_trusted_set *set, const void *bytes,
                                                       size_t size, struct ce_error *err);
CE_MUST_USE enum ce_code ce_trusted_set_update_targets(struct ce_trusted_set *set, const void *bytes,
                                                       size_t size, struct ce_error *err);
/* Whether the role's metadata is the one that counts now: for snapshot and targets, what timestamp and
 * snapshot state. */
bool ce_trusted_set_is_current(const struct ce_trusted_set *set, const char *role);
/* The role's metadata as it was given; empty when there is none. Lives until the role is updated. */
const struct ce_blob *ce_trusted_set_bytes(const struct ce_trusted_set *set, const char *role);

int64_t ce_trusted_set_root_version(const struct ce_trusted_set *set);
bool ce_trusted_set_consistent_snapshot(const struct ce_trusted_set *set);
/* Version and limits that the timestamp says of the snapshot, and the snapshot of targets (0 when not
 * stated). */
int64_t ce_trusted_set_snapshot_version(const struct ce_trusted_set *set, uint64_t *ret_length_bytes);
int64_t ce_trusted_set_targets_version(const struct ce_trusted_set *set, uint64_t *ret_length_bytes);
/* The target with this path in the top-level targets, or NOT_FOUND; TRUST_FORMAT when it has no known hash.
 * *ret lives as long as the set. */
CE_MUST_USE enum ce_code ce_trusted_set_find(const struct ce_trusted_set *set, const char *path,
                                             const struct ce_target **ret, struct ce_error *err);

/* What another root, which is not trusted, tells about its origin. Good for choosing a message, not for
 * trust. */
enum ce_kinship {
  CE_KINSHIP_SAME,    /* the root of our version, and it is ours */
  CE_KINSHIP_OLDER,   /* an older root that has a root key in common with ours */
  CE_KINSHIP_FOREIGN, /* anything else */
};
enum ce_kinship ce_trusted_set_kinship(const struct ce_trusted_set *set, const void *root, size_t size);
/* True when a signature of these bytes, valid or not, names a key that the trusted root gives the role. */
bool ce_trusted_set_knows_signer(const struct ce_trusted_set *set, const char *role, const void *bytes,
                                 size_t size);

#endif
