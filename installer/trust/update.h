/* SPDX-License-Identifier: Apache-2.0
 * What the steps of one update share: where metadata comes from, where it is kept, by which clock it is
 * judged; for this room's files. */
#ifndef CE_TRUST_UPDATE_H
#define CE_TRUST_UPDATE_H

#include "trust/metadata.h"
#include "trust/refresh.h"
#include "trust/store.h"

struct ce_update {
  struct ce_fetch *source;
  struct ce_trust_store store;
  const struct ce_refresh_options *options;
  struct ce_trusted_set *set;
};

/* The role's file at the source: "metadata/3.role.json", without a version when that is 0; the role's name
 * percent-encoded. */
CE_MUST_USE enum ce_code ce_update_fetch(const struct ce_update *update, const char *role, int64_t version,
                                         size_t limit_bytes, struct ce_blob *ret, struct ce_error *err);
/* The file that the timestamp or the snapshot states, up to its length when that is stated; the version is in
 * its name with consistent snapshots. length_bytes is 0 when it is not stated. */
CE_MUST_USE enum ce_code ce_update_fetch_stated(const struct ce_update *update, const char *role,
                                                int64_t version, uint64_t length_bytes, size_t max_bytes,
                                                struct ce_blob *ret, struct ce_error *err);
/* TRUST_EXPIRED or CLOCK; where the options say so, a warning instead. */
CE_MUST_USE enum ce_code ce_update_check_expiry(const struct ce_update *update, const char *role,
                                                int64_t expires_s, struct ce_error *err);
/* True when stored metadata is no use only because it expired, so that the source should be asked again. */
bool ce_update_has_expired(const struct ce_update *update, int64_t expires_s);
/* True when a stored file that failed with err can be done without: it is damaged, oversized or not signed.
 */
bool ce_update_can_ignore(const struct ce_error *err);
void ce_update_note_ignored(const struct ce_update *update, const char *role, const struct ce_error *why);

#endif
