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
/* Names no file yet: for a snapshot or a timestamp. */
json_t *ce_document_new_reference(enum ce_role role);
/* Names the file of a role: targets and delegated roles in a snapshot, the snapshot in a timestamp. -1 when
 * memory is out. */
int ce_document_set_meta(json_t *body, const char *role, int64_t version, const struct ce_blob *bytes);
/* The version that a snapshot names for the role, 0 when it names none. */
int64_t ce_document_meta_version(const json_t *body, const char *role);
/* When the document expires, in seconds since 1970; 0 when that cannot be told. */
int64_t ce_document_expires(const json_t *body);
int64_t ce_document_version(const json_t *body);
/* For how many days a document of the role is valid after it was signed, as the root says. */
int64_t ce_document_days(const json_t *root_body, enum ce_role role);
/* Sets version and expiry, as the root says for the role. -1 when memory is out. */
int ce_document_renew(json_t *body, enum ce_role role, const json_t *root_body, int64_t version,
                      int64_t now_s);
/* Sets a target, replacing one with the same path. -1 when memory is out. */
int ce_document_set_target(json_t *targets_body, const char *path, uint64_t length_bytes,
                           const struct ce_digest *sha256);
void ce_document_remove_target(json_t *targets_body, const char *path);

struct ce_document_target {
  const char *path;
  uint64_t length_bytes;
  struct ce_digest sha256;
};
/* False when the body has no such target, or one without SHA-256. ret->path is the caller's path. */
bool ce_document_find_target(const json_t *targets_body, const char *path, struct ce_document_target *ret);

/* Appends the signer's signature of the message, the body in canonical JSON, to a document's signatures. */
CE_MUST_USE enum ce_code ce_document_add_signature(json_t *signatures, const struct ce_signer *signer,
                                                   const struct ce_blob *message, struct ce_error *err);
/* Signs the body with all signers and appends the file's bytes. */
CE_MUST_USE enum ce_code ce_document_sign(json_t *body, const struct ce_signers *signers, struct ce_blob *ret,
                                          struct ce_error *err);

#endif
