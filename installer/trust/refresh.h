/* SPDX-License-Identifier: Apache-2.0
 * The TUF client workflow (specification 1.0.x, section 5) over a source of files and a local store of what
 * is trusted. The rules are pure in trusted-set; this file fetches, calls them and keeps what they accept. */
#ifndef CE_TRUST_REFRESH_H
#define CE_TRUST_REFRESH_H

#include "base/event.h"
#include "ports/fetch.h"
#include "ports/fs.h"
#include "trust/trusted-set.h"

struct ce_refresh_options {
  int64_t now_s;        /* by this machine's clock */
  int64_t build_time_s; /* when this program was built, 0 when unknown: now is not earlier than that */
  /* The store is read and not written (--dry-run). */
  bool read_only;
  /* A bundle at first install: expired metadata is a warning (event "expired-metadata"), never for update. */
  bool expired_is_warning;
  /* Exactly the requests of the specification's workflow: a source that others signed is not asked for its
   * older roots, and is refused with TRUST_SIGNATURE, whoever they are. */
  bool keeps_to_workflow;
  const struct ce_sink *sink;
};

/* Loads the trusted root from store_directory (CE_TUF), or, where there is none, the one that initial_root
 * gives (the bundle's first root; NULL: fail with TRUST_ROOT). Then root chain, timestamp, snapshot, targets.
 * *ret is ready for ce_trusted_set_find().
 *
 * The store holds root.json, timestamp.json, snapshot.json and targets.json byte for byte as they came. What
 * was trusted in a run is written durably when the run ends, also when it ends in a failure; a new root
 * before any other role is asked for. With initial_root nothing is written unless all four are trusted, so
 * that a source that fails does not become the anchor of this machine. A stored file other than root.json
 * that is damaged or not signed by the trusted keys is fetched anew (note "stored-metadata-ignored"), and so
 * is one that has expired. At most CE_TUF_ROOT_ROTATIONS_MAX new roots are followed in one call.
 *
 * Codes: what fetching and the file system give, those of trusted-set.h, and
 * TRUST_EXPIRED    the source's metadata has expired
 * CLOCK            it seems so, and this machine's clock is wrong (expiry.h)
 * TRUST_ROOT       the stored root is damaged, or the source belongs to another organisation: what it offers
 *                  names none of our keys, and its own root of our version is not ours
 * TRUST_SIGNATURE  it is the same organisation's source, and a signature is missing or wrong
 * TRUST_ROLLBACK   also: an older source of the same organisation whose keys are no longer trusted
 *
 * Events: "expired-metadata" (warning), "timestamp-differs" (warning: the source has other content under the
 * version that is trusted; the trusted one is kept), "stored-metadata-ignored". */
CE_MUST_USE enum ce_code ce_trust_refresh(struct ce_fetch *source, struct ce_fs *fs,
                                          const char *store_directory, const struct ce_blob *initial_root,
                                          const struct ce_refresh_options *options,
                                          struct ce_trusted_set **ret, struct ce_error *err);

/* Looks a target up: in the top-level targets, then through the delegations in pre-order, fetching the
 * delegated roles that matter for the path (at most CE_TUF_DELEGATIONS_MAX visited) and keeping them in the
 * store under their percent-encoded names. A stored one is used only when it is what the snapshot states and
 * is signed as the delegator that was followed in this look-up asks. source, fs, store_directory and options
 * are those of the refresh that made the set; *ret lives as long as the set. NOT_FOUND when no trusted role
 * has the target; else as ce_trust_refresh(). */
CE_MUST_USE enum ce_code ce_trust_find(struct ce_fetch *source, struct ce_fs *fs, const char *store_directory,
                                       const struct ce_refresh_options *options, struct ce_trusted_set *set,
                                       const char *path, const struct ce_target **ret, struct ce_error *err);

/* A target that is being put together, perhaps from several sources and runs: what has come so far, hashed.
 */
struct ce_target_check;
CE_MUST_USE enum ce_code ce_target_check_new(const struct ce_target *target, struct ce_target_check **ret,
                                             struct ce_error *err);
void ce_target_check_free(struct ce_target_check *check);
CE_DEFINE_AUTO(ce_target_check, struct ce_target_check *, ce_target_check_free);
/* The next bytes. TRUST_DIGEST when the target would become longer than was signed. */
CE_MUST_USE enum ce_code ce_target_check_add(struct ce_target_check *check, const void *bytes, size_t size,
                                             struct ce_error *err);
uint64_t ce_target_check_size(const struct ce_target_check *check);

/* Fetches what is missing, adds it to the check and hands it to receive; then the whole is judged by length
 * and hashes. After a failure other than TRUST_DIGEST of the whole the check holds what has come, so that a
 * call with another source goes on from there. TRUST_DIGEST: throw all away and begin with a new check. */
CE_MUST_USE enum ce_code ce_trust_fetch_rest(struct ce_fetch *source, const struct ce_trusted_set *set,
                                             struct ce_target_check *check, ce_fetch_receive *receive,
                                             void *context, struct ce_error *err);

/* Fetches a target that the set names, checks length and SHA-256, and hands it over in memory (limit_bytes;
 * TRUST_FORMAT when the signed length is larger) or as a stream to receive; the stream must be thrown away
 * when the call fails. TRUST_DIGEST, and what fetching and receive give. */
CE_MUST_USE enum ce_code ce_trust_fetch_blob(struct ce_fetch *source, const struct ce_trusted_set *set,
                                             const struct ce_target *target, size_t limit_bytes,
                                             struct ce_blob *ret, struct ce_error *err);
CE_MUST_USE enum ce_code ce_trust_fetch(struct ce_fetch *source, const struct ce_trusted_set *set,
                                        const struct ce_target *target, ce_fetch_receive *receive,
                                        void *context, struct ce_error *err);

#endif
