/* SPDX-License-Identifier: Apache-2.0
 * The trusted metadata that a machine keeps: one file a role in one directory, "<name>.json" with the role's
 * name percent-encoded, so that no name leads out of the directory and no two share a file. */
#ifndef CE_TRUST_STORE_H
#define CE_TRUST_STORE_H

#include "ports/fs-document.h"

#include <stdbool.h>

#define CE_TRUST_STORE_NAME_MAX 240 /* bytes of an encoded role name: the file system allows 255 */

struct ce_trust_store {
  struct ce_fs *fs;
  const char *directory; /* "" is the root of fs */
  bool read_only;        /* keep and drop do nothing */
};

struct ce_trust_store_item {
  const char *role;
  const struct ce_blob *bytes;
};

/* NOT_FOUND when there is none. Replaces *ret's content on success. */
CE_MUST_USE enum ce_code ce_trust_store_read(const struct ce_trust_store *store, const char *role,
                                             size_t limit_bytes, struct ce_blob *ret, struct ce_error *err);
/* Keeps the items durably, replacing files in the order given: all are written, then one sync covers them,
 * then they are renamed, then the directory is synced. Each file is the old or the new one at any moment.
 * Makes the directory when it is missing. A file that holds these bytes already is left alone and costs no
 * sync. */
CE_MUST_USE enum ce_code ce_trust_store_keep(const struct ce_trust_store *store,
                                             const struct ce_trust_store_item *items, size_t count,
                                             struct ce_error *err);
/* Removes these, durably when it returns OK; absent is fine. */
CE_MUST_USE enum ce_code ce_trust_store_drop(const struct ce_trust_store *store, const char *const *roles,
                                             size_t count, struct ce_error *err);

#endif
