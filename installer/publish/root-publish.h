/* SPDX-License-Identifier: Apache-2.0
 * A new root, signed by a threshold of the old and of the new root's keys, put into the repository together
 * with what must be signed anew because of it. */
#ifndef CE_PUBLISH_ROOT_PUBLISH_H
#define CE_PUBLISH_ROOT_PUBLISH_H

#include "publish/publication.h"
#include "publish/unlock.h"
#include "trust/metadata.h"

struct ce_root_publishing {
  struct ce_repository *repository; /* locked */
  struct ce_published *published;   /* as loaded; holds the new state afterwards */
  const char *keys_directory;       /* NULL: no other role can be signed anew (USAGE when one must be) */
  struct ce_unlock *unlock;
  int64_t now_s;
};

/* *ret_signed: 1u << enum ce_role of each role that was signed anew. Nothing is written before everything was
 * found to be what a client accepts that follows from the old root to the new. TRUST_* when the root is not
 * that; PERMISSION when a role that must be signed anew has too few keys. */
CE_MUST_USE enum ce_code ce_root_publish(const struct ce_root_publishing *publishing,
                                         const struct ce_blob *root, unsigned *ret_signed,
                                         struct ce_error *err);

/* The keys of the role in the directory that one of the two roots names. needed: PERMISSION when fewer
 * of `after` are there than it asks for. */
CE_MUST_USE enum ce_code ce_root_load_signers(const struct ce_tuf_root *before,
                                              const struct ce_tuf_root *after, enum ce_role role,
                                              struct ce_fs *keys, bool needed, struct ce_unlock *unlock,
                                              struct ce_signers *ret, struct ce_error *err);

#endif
