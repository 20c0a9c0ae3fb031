/* SPDX-License-Identifier: Apache-2.0
 * The trusted metadata that a machine keeps: one file a role in one directory. */
#ifndef CE_TRUST_STORE_H
#define CE_TRUST_STORE_H

#include "ports/fs-document.h"

#include <stdbool.h>

struct ce_trust_store {
  struct ce_fs *fs;
  const char *directory;
  bool read_only; /* keep and drop do nothing */
};

/* NOT_FOUND when there is none. Replaces *ret's content on success. */
CE_MUST_USE enum ce_code ce_trust_store_read(const struct ce_trust_store *store, const char *role,
                                             size_t limit_bytes, struct ce_blob *ret, struct ce_error *err);
/* Makes the directory when it is missing. A file that holds these bytes already is left alone. */
CE_MUST_USE enum ce_code ce_trust_store_keep(const struct ce_trust_store *store, const char *role,
                                             const struct ce_blob *bytes, struct ce_error *err);
/* Removes it; absent is fine. */
CE_MUST_USE enum ce_code ce_trust_store_drop(const struct ce_trust_store *store, const char *role,
                                             struct ce_error *err);

#endif
