/* SPDX-License-Identifier: Apache-2.0
 * One change of the repository's keys: from the newest root to the next, which is published at once or, with
 * --offline, written to a file that people sign elsewhere (ceremony.h).
 *
 *   CE_AUTO(ce_key_change) struct ce_key_change change = {0};
 *   ce_key_change_begin() -> edits of change.body by root-edit.h -> ce_key_change_finish()
 */
#ifndef CE_PUBLISH_KEY_CHANGE_H
#define CE_PUBLISH_KEY_CHANGE_H

#include "publish/published.h"
#include "publish/unlock.h"

#define CE_KEY_DOCUMENT_MODE 0644

struct ce_key_change {
  const struct ce_publish_arguments *arguments;
  const char *role; /* the one whose keys change */
  struct ce_repository repository;
  struct ce_published published;
  struct ce_unlock unlock;
  struct ce_fs *keys; /* the directory of --keys */
  json_t *body;       /* the new root's */
};
void ce_key_change_clear(struct ce_key_change *change);
CE_DEFINE_AUTO_IN_PLACE(ce_key_change, struct ce_key_change, ce_key_change_clear);

/* Options of every command that changes keys. */
#define CE_KEY_CHANGE_OPTIONS                                                                                \
  {"keys", "KEYDIR", N_("the directory with the root's keys, and those of roles that must sign anew"),       \
   true},                                                                                                    \
      {"offline", "FILE", N_("write the new root to FILE, for `sign` on other machines"), false},            \
      CE_UNLOCK_OPTIONS

/* Opens and locks the repository that the arguments name, and loads what is published. role: a top-level
 * role's name. USAGE when it is none. *change must be empty. */
CE_MUST_USE enum ce_code ce_key_change_begin(const struct ce_publish_arguments *arguments, const char *role,
                                             struct ce_key_change *change, struct ce_error *err);
/* --threshold of the arguments, if it is given, becomes the role's. USAGE. */
CE_MUST_USE enum ce_code ce_key_change_apply_threshold(struct ce_key_change *change, struct ce_error *err);
/* PERMISSION when the directory has too few keys for the old root; nothing with --offline. To be called
 * before anything is made that a failure would leave behind. */
CE_MUST_USE enum ce_code ce_key_change_require_signers(struct ce_key_change *change, struct ce_error *err);
/* Gives the new root its version and expiry, signs it with the keys that are there, and publishes it or
 * writes the file. CONFLICT when the role has fewer keys than must sign. */
CE_MUST_USE enum ce_code ce_key_change_finish(struct ce_key_change *change, struct ce_error *err);

/* Tells which roles were signed anew (1u << enum ce_role each). */
void ce_key_change_report(const struct ce_publish_arguments *arguments, int64_t root_version,
                          unsigned signed_roles);

#endif
