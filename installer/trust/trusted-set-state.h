/* SPDX-License-Identifier: Apache-2.0
 * What a trusted set holds; for this room's files that keep its rules. */
#ifndef CE_TRUST_TRUSTED_SET_STATE_H
#define CE_TRUST_TRUSTED_SET_STATE_H

#include "trust/metadata.h"

/* A delegated role as its delegator was followed to it. Another delegator of the same role has an entry of
 * its own, which its own keys verified. Entries and what they hold live as long as the set. */
struct ce_trusted_delegated {
  char *name;
  const struct ce_tuf_role *role; /* of the delegator's metadata */
  struct ce_tuf_targets *targets;
};

struct ce_trusted_set {
  struct ce_tuf_root *root;
  struct ce_tuf_timestamp *timestamp;
  struct ce_tuf_snapshot *snapshot; /* the newest known, current or not */
  struct ce_tuf_targets *targets;   /* the same */
  bool snapshot_is_current, targets_is_current;
  bool online_keys_changed;
  struct ce_blob root_bytes, timestamp_bytes, snapshot_bytes, targets_bytes;
  struct ce_trusted_delegated *delegated;
  size_t delegated_count;
};

CE_MUST_USE enum ce_code ce_trusted_set_open_root(const void *bytes, size_t size,
                                                  struct ce_envelope *ret_envelope, struct ce_tuf_root **ret,
                                                  struct ce_error *err);
/* True when head and bytes are what meta states. */
bool ce_trusted_set_is_stated(const struct ce_tuf_meta *meta, const struct ce_tuf_head *head,
                              const void *bytes, size_t size);
/* TRUST_DIGEST when the version is not the one that meta states. */
CE_MUST_USE enum ce_code ce_trusted_set_check_version(const char *role, const struct ce_tuf_meta *meta,
                                                      const struct ce_tuf_head *head, struct ce_error *err);
/* The moment when the role's metadata expires; it must be there. */
int64_t ce_trusted_set_expires(const struct ce_trusted_set *set, const char *role);

#endif
