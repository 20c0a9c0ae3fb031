/* SPDX-License-Identifier: Apache-2.0
 * What a repository publishes now, verified by the client's own rules before anything is signed on top of it:
 * somebody who can write to the directory must not get a signature for what he put there. Expiry does not
 * count here. */
#ifndef CE_PUBLISH_PUBLISHED_H
#define CE_PUBLISH_PUBLISHED_H

#include "publish/repository.h"
#include "publish/signer.h"
#include "trust/envelope.h"
#include "trust/trusted-set.h"

struct ce_published {
  struct ce_trusted_set *set;
  struct ce_blob root_bytes;
  struct ce_envelope root, targets; /* bodies to build on */
  int64_t targets_version, snapshot_version, timestamp_version;
};
void ce_published_clear(struct ce_published *published);
CE_DEFINE_AUTO_IN_PLACE(ce_published, struct ce_published, ce_published_clear);

/* TRUST_*, SOURCE_UNUSABLE, NOT_FOUND, IO. */
CE_MUST_USE enum ce_code ce_published_load(struct ce_repository *repository, struct ce_published *ret,
                                           struct ce_error *err);
/* The keys in the directory that the root lets sign for targets, snapshot and timestamp, each role's into its
 * place. PERMISSION when they are fewer than the role's threshold. */
CE_MUST_USE enum ce_code ce_published_load_signers(const struct ce_published *published,
                                                   const char *keys_directory, struct ce_unlock *unlock,
                                                   struct ce_signers ret[CE_ROLE_COUNT],
                                                   struct ce_error *err);
void ce_role_signers_clear(struct ce_signers signers[CE_ROLE_COUNT]);

#endif
