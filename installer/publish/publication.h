/* SPDX-License-Identifier: Apache-2.0
 * One publication: new metadata, signed, checked as a client would check it, then written. */
#ifndef CE_PUBLISH_PUBLICATION_H
#define CE_PUBLISH_PUBLICATION_H

#include "publish/published.h"

#include <jansson.h>

/* A delegated role's new document. */
struct ce_publication_role {
  char *name;
  int64_t version;
  struct ce_blob bytes;
};

struct ce_publication {
  int64_t targets_version, snapshot_version, timestamp_version; /* that count after it */
  struct ce_blob targets, snapshot, timestamp;                  /* empty: what is published stays */
  struct ce_publication_role *delegated;                        /* the ones that are new */
  size_t delegated_count;
};
void ce_publication_clear(struct ce_publication *publication);
CE_DEFINE_AUTO_IN_PLACE(ce_publication, struct ce_publication, ce_publication_clear);

/* Signs the bodies in `published` (versions and expiry are set here): targets unless they are kept, the
 * delegated roles that changed or that are past half of their validity and have their keys, and the snapshot
 * and the timestamp that follow. Roles that follow targets are given its present keys. For a first
 * publication `published` has root_bytes, root and targets only. PERMISSION when a role that must be signed
 * has too few keys; TRUST_* when the result would not be accepted. */
CE_MUST_USE enum ce_code ce_publication_make(struct ce_published *published,
                                             const struct ce_signers signers[CE_ROLE_COUNT], int64_t now_s,
                                             struct ce_publication *ret, struct ce_error *err);
/* A new timestamp for what is published; with_snapshot: and a new snapshot that names the same. */
CE_MUST_USE enum ce_code ce_publication_refresh(struct ce_published *published,
                                                const struct ce_signers signers[CE_ROLE_COUNT],
                                                bool with_snapshot, int64_t now_s, struct ce_publication *ret,
                                                struct ce_error *err);
/* Writes the files, timestamp.json last: a reader sees the old publication or the new one. */
CE_MUST_USE enum ce_code ce_publication_write(const struct ce_publication *publication,
                                              struct ce_repository *repository, struct ce_error *err);

#endif
