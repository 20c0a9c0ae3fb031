/* SPDX-License-Identifier: Apache-2.0
 * The four kinds of TUF metadata as structs. Source: TUF specification 1.0.33, sections 4.3 to 4.6.
 *
 * Parsing checks form only: types, limits, versions of 1 and more, spec_version 1.x, dates that exist.
 * Unknown members are tolerated everywhere, as the specification asks. TRUST_FORMAT otherwise; the role's
 * name is in err->subject. */
#ifndef CE_TRUST_METADATA_H
#define CE_TRUST_METADATA_H

#include "base/digest.h"
#include "trust/delegation.h"
#include "trust/envelope.h"
#include "trust/trusted-set.h"

#define CE_TUF_ROLES_MAX       64    /* in one root */
#define CE_TUF_META_MAX        20000 /* files that one snapshot names */
#define CE_TUF_META_NAME_MAX   1024  /* bytes */
#define CE_TUF_TARGETS_MAX     50000 /* in one targets role */
#define CE_TUF_TARGET_PATH_MAX 1024  /* bytes */

struct ce_tuf_head {
  int64_t version;         /* 1 or more */
  int64_t expires_s;       /* seconds since 1970-01-01 UTC */
  struct ce_digest digest; /* of the signed content, whoever signed it */
};

/* What is known about a file before it is fetched; each part is optional for metadata. Hashes of other kinds
 * are ignored beside these two; where there are only others, the file cannot be checked and is refused. */
struct ce_tuf_hashes {
  bool is_stated, has_sha256, has_sha512;
  struct ce_digest sha256;
  uint8_t sha512[CE_TUF_SHA512_SIZE];
};
struct ce_tuf_meta {
  char *name; /* "snapshot.json" */
  int64_t version;
  bool has_length;
  uint64_t length_bytes;
  struct ce_tuf_hashes hashes;
};

struct ce_tuf_root {
  struct ce_tuf_head head;
  bool consistent_snapshot; /* false when not stated */
  struct ce_keyring keyring;
  struct ce_tuf_role *roles; /* root, timestamp, snapshot, targets are among them */
  size_t role_count;
};

struct ce_tuf_timestamp {
  struct ce_tuf_head head;
  struct ce_tuf_meta snapshot;
};

struct ce_tuf_snapshot {
  struct ce_tuf_head head;
  struct ce_tuf_meta *metas; /* sorted by name; "targets.json" is among them */
  size_t meta_count;
};

struct ce_tuf_target {
  struct ce_target target;
  char *path; /* what target.path points to */
};
struct ce_tuf_targets {
  struct ce_tuf_head head;
  struct ce_tuf_target *targets; /* sorted by path */
  size_t target_count;
  struct ce_tuf_delegations delegations; /* empty when there are none */
};

CE_MUST_USE enum ce_code ce_tuf_root_parse(const struct ce_envelope *envelope, struct ce_tuf_root **ret,
                                           struct ce_error *err);
void ce_tuf_root_free(struct ce_tuf_root *root);
CE_DEFINE_AUTO(ce_tuf_root, struct ce_tuf_root *, ce_tuf_root_free);
/* NULL when the root has no such role; never for the four of the top level. */
const struct ce_tuf_role *ce_tuf_root_role(const struct ce_tuf_root *root, const char *name);

CE_MUST_USE enum ce_code ce_tuf_timestamp_parse(const struct ce_envelope *envelope,
                                                struct ce_tuf_timestamp **ret, struct ce_error *err);
void ce_tuf_timestamp_free(struct ce_tuf_timestamp *timestamp);
CE_DEFINE_AUTO(ce_tuf_timestamp, struct ce_tuf_timestamp *, ce_tuf_timestamp_free);

CE_MUST_USE enum ce_code ce_tuf_snapshot_parse(const struct ce_envelope *envelope,
                                               struct ce_tuf_snapshot **ret, struct ce_error *err);
void ce_tuf_snapshot_free(struct ce_tuf_snapshot *snapshot);
CE_DEFINE_AUTO(ce_tuf_snapshot, struct ce_tuf_snapshot *, ce_tuf_snapshot_free);
/* NULL when the snapshot does not name that file ("targets.json"). */
const struct ce_tuf_meta *ce_tuf_snapshot_find(const struct ce_tuf_snapshot *snapshot, const char *name);

/* role: "targets", or a delegated role's name; for messages. */
CE_MUST_USE enum ce_code ce_tuf_targets_parse(const struct ce_envelope *envelope, const char *role,
                                              struct ce_tuf_targets **ret, struct ce_error *err);
void ce_tuf_targets_free(struct ce_tuf_targets *targets);
CE_DEFINE_AUTO(ce_tuf_targets, struct ce_tuf_targets *, ce_tuf_targets_free);
const struct ce_tuf_target *ce_tuf_targets_find(const struct ce_tuf_targets *targets, const char *path);
/* TRUST_FORMAT when it has no hash that this program knows. */
CE_MUST_USE enum ce_code ce_tuf_target_take(const struct ce_tuf_target *target, const struct ce_target **ret,
                                            struct ce_error *err);

/* TRUST_DIGEST when the bytes are not the file that meta states: its length and every hash that is known.
 * TRUST_FORMAT when hashes are stated and none is known. */
CE_MUST_USE enum ce_code ce_tuf_meta_check(const struct ce_tuf_meta *meta, const char *role,
                                           const void *bytes, size_t size, struct ce_error *err);

#endif
