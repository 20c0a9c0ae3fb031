/* SPDX-License-Identifier: Apache-2.0
 * TUF metadata as it is written: the bodies of the four roles, and their signing. Source: TUF
 * specification 1.0.31, section 4. How long documents of a role are valid is kept in the root, in a member of
 * the role that other clients ignore ("x-certenv-expires-days"), so that every publication uses what the
 * first one decided. */
#ifndef CE_PUBLISH_DOCUMENT_H
#define CE_PUBLISH_DOCUMENT_H

#include "base/blob.h"
#include "publish/role.h"
#include "publish/signer.h"

#include <jansson.h>

/* The bodies below are new references, NULL only when memory is out. */

/* Version 1; signers[role] are the keys of the role. */
json_t *ce_document_new_root(const struct ce_role_settings settings[CE_ROLE_COUNT],
                             const struct ce_signers signers[CE_ROLE_COUNT], int64_t now_s);
/* Version 0, without targets: to be renewed. */
json_t *ce_document_new_targets(void);
/* Names the file of another role: targets in a snapshot, the snapshot in a timestamp. */
json_t *ce_document_new_reference(enum ce_role role, enum ce_role named, int64_t named_version,
                                  const struct ce_blob *named_bytes);
/* For how many days a document of the role is valid after it was signed, as the root says. */
int64_t ce_document_days(const json_t *root_body, enum ce_role role);
/* Sets version and expiry, as the root says for the role. -1 when memory is out. */
int ce_document_renew(json_t *body, enum ce_role role, const json_t *root_body, int64_t version,
                      int64_t now_s);
/* Sets a target, replacing one with the same path. -1 when memory is out. */
int ce_document_set_target(json_t *targets_body, const char *path, uint64_t length_bytes,
                           const struct ce_digest *sha256);

/* Signs the body with all signers and appends the file's bytes. */
CE_MUST_USE enum ce_code ce_document_sign(json_t *body, const struct ce_signers *signers, struct ce_blob *ret,
                                          struct ce_error *err);

#endif
