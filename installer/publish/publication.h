/* SPDX-License-Identifier: Apache-2.0
 * One publication: new targets, snapshot and timestamp, signed, checked as a client would check them, then
 * written. */
#ifndef CE_PUBLISH_PUBLICATION_H
#define CE_PUBLISH_PUBLICATION_H

#include "publish/repository.h"
#include "publish/signer.h"

#include <jansson.h>

struct ce_publication {
  int64_t targets_version, snapshot_version, timestamp_version; /* of the new documents */
  struct ce_blob targets, snapshot, timestamp;
};
void ce_publication_clear(struct ce_publication *publication);
CE_DEFINE_AUTO_IN_PLACE(ce_publication, struct ce_publication, ce_publication_clear);

/* Signs targets_body (whose version and expiry are set here) and what follows from it. The versions are those
 * before. root_bytes is what the result is checked against. TRUST_* when it would not be accepted. */
CE_MUST_USE enum ce_code ce_publication_make(const struct ce_blob *root_bytes, const json_t *root_body,
                                             json_t *targets_body,
                                             const struct ce_signers signers[CE_ROLE_COUNT], int64_t now_s,
                                             struct ce_publication *publication, struct ce_error *err);
/* Writes the files, timestamp.json last: a reader sees the old publication or the new one. */
CE_MUST_USE enum ce_code ce_publication_write(const struct ce_publication *publication,
                                              struct ce_repository *repository, struct ce_error *err);

#endif
