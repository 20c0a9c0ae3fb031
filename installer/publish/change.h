/* SPDX-License-Identifier: Apache-2.0
 * One change of a repository, from opening it to the new publication.
 *
 *   CE_AUTO(ce_change) struct ce_change change = {0};
 *   ce_change_begin() -> look at published and offers -> ce_change_load_signers() -> ce_change_store(),
 *   ce_change_put_channel() and edits of the bodies -> ce_change_publish()
 *
 * Until ce_change_publish() nothing changes for readers; when it stops half-way neither. */
#ifndef CE_PUBLISH_CHANGE_H
#define CE_PUBLISH_CHANGE_H

#include "publish/document.h"
#include "publish/offers.h"
#include "publish/publication.h"

struct ce_change {
  const struct ce_publish_arguments *arguments;
  struct ce_repository repository;
  struct ce_published published;
  struct ce_offers offers;
  struct ce_unlock unlock;
  struct ce_signers signers[CE_ROLE_COUNT];
};
void ce_change_clear(struct ce_change *change);
CE_DEFINE_AUTO_IN_PLACE(ce_change, struct ce_change, ce_change_clear);

/* Options of every command that publishes. */
#define CE_CHANGE_OPTIONS                                                                                    \
  {"prune", NULL, N_("remove files that no metadata has named for a day"), false}, CE_UNLOCK_OPTIONS

/* Opens and locks the repository that the arguments name, removes what a stopped publisher left half-written,
 * and loads what is published. *change must be empty. */
CE_MUST_USE enum ce_code ce_change_begin(const struct ce_publish_arguments *arguments,
                                         struct ce_change *change, struct ce_error *err);
/* The keys in the directory of --keys: those of targets (unless published.keeps_targets), snapshot and
 * timestamp must be there, those of delegated roles may. */
CE_MUST_USE enum ce_code ce_change_load_signers(struct ce_change *change, struct ce_error *err);

/* The body of a delegated role, marked as changed; of targets for NULL. NULL when there is no such role. */
json_t *ce_change_edit(struct ce_change *change, const char *role);
/* Stores a target's file and names it in the role (NULL: targets) and in no archive. */
CE_MUST_USE enum ce_code ce_change_store(struct ce_change *change, const char *role, const char *target,
                                         struct ce_reader *bytes, const struct ce_digest *sha256,
                                         struct ce_error *err);
/* Points a channel at a package of the release. USAGE when the role may not sign for the channel. */
CE_MUST_USE enum ce_code ce_change_put_channel(struct ce_change *change, const char *role,
                                               const char *channel, const char *version, const char *arch,
                                               struct ce_error *err);

/* Arranges the archive, signs, writes, and prunes where --prune asks for it. */
CE_MUST_USE enum ce_code ce_change_publish(struct ce_change *change, struct ce_error *err);

/* "packages/certenv-env_1.0_x86_64.tar.zst"; with a role "packages/<role>-certenv-env_...": a delegated
 * role's packages have names of their own. NULL when memory is out. */
char *ce_change_package_path(const char *role, const char *version, const char *arch);
/* The package wherever it is signed for. *ret_role: the delegated role, or NULL. False when no role has it.
 */
bool ce_change_find(const struct ce_published *published, const char *path, struct ce_document_target *ret,
                    const char **ret_role);

#endif
