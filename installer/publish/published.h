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

/* A role that targets delegates to. */
struct ce_published_role {
  char *name;
  json_t *body;              /* to build on */
  bool changed;              /* the body is not what is published: to be signed anew */
  struct ce_signers signers; /* ce_published_load_role_signers() fills it */
};

struct ce_published {
  struct ce_trusted_set *set;
  struct ce_blob root_bytes;
  struct ce_envelope root, targets, snapshot, timestamp; /* bodies to build on */
  int64_t targets_version, snapshot_version, timestamp_version;
  bool keeps_targets; /* targets are not signed anew: a delegated role publishes for itself */
  struct ce_published_role *delegated; /* in the order of the delegations when loaded */
  size_t delegated_count;
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
/* The same for the roles in `needed` and, if they are there, in `wanted`; both are sets of 1u << enum
 * ce_role.
 */
CE_MUST_USE enum ce_code ce_published_load_some_signers(const struct ce_published *published,
                                                        const char *keys_directory, struct ce_unlock *unlock,
                                                        unsigned needed, unsigned wanted,
                                                        struct ce_signers ret[CE_ROLE_COUNT],
                                                        struct ce_error *err);
/* For every delegated role, the keys in the directory that its delegation names. A role that follows targets
 * is signed with the keys of targets, and has none of its own. */
CE_MUST_USE enum ce_code ce_published_load_role_signers(struct ce_published *published,
                                                        const char *keys_directory, struct ce_unlock *unlock,
                                                        struct ce_error *err);
/* The delegated role, or NULL. */
struct ce_published_role *ce_published_find_role(const struct ce_published *published, const char *name);
/* A new delegated role without targets. One that the snapshot named before goes on from its version. */
CE_MUST_USE enum ce_code ce_published_add_role(struct ce_published *published, const char *name,
                                               struct ce_error *err);
void ce_published_remove_role(struct ce_published *published, const char *name);
/* The delegated roles' metadata, verified; called by ce_published_load(). */
CE_MUST_USE enum ce_code ce_published_load_roles(struct ce_repository *repository,
                                                 struct ce_published *published, struct ce_error *err);
void ce_role_signers_clear(struct ce_signers signers[CE_ROLE_COUNT]);

#endif
