/* SPDX-License-Identifier: Apache-2.0
 * A repository or bundle seen with a client's eyes: a first installation's, with an empty store in a
 * temporary directory that is removed at the end. */
#ifndef CE_PUBLISH_CLIENT_H
#define CE_PUBLISH_CLIENT_H

#include "publish/command.h"
#include "trust/metadata.h"
#include "trust/refresh.h"

/* A role that targets delegates to. */
struct ce_client_role {
  const char *name; /* as targets has it */
  char *path;       /* its file in the repository */
  struct ce_tuf_targets *targets;
};

struct ce_client {
  struct ce_fetch *source; /* borrowed */
  int64_t now_s;
  bool allow_expired;
  char *directory;
  struct ce_fs *fs;
  struct ce_trusted_set *set;
  struct ce_envelope targets_document;
  struct ce_tuf_targets *targets;
  struct ce_client_role *roles; /* without those whose file the source does not have */
  size_t role_count;
  size_t expired_count; /* roles whose metadata has expired */
};
void ce_client_close(struct ce_client *client);
CE_DEFINE_AUTO_IN_PLACE(ce_client, struct ce_client, ce_client_close);

struct ce_client_options {
  int64_t now_s;
  bool allow_expired;
  const struct ce_blob *root; /* the root to start from; NULL: the source's own first one */
};

/* Refreshes from the source, which must outlive *ret. TRUST_* and what fetching gives. */
CE_MUST_USE enum ce_code ce_client_open(struct ce_fetch *source, const struct ce_client_options *options,
                                        struct ce_client *ret, struct ce_error *err);
/* Looks a target up as clients do, through the delegations. NOT_FOUND, TRUST_*. */
CE_MUST_USE enum ce_code ce_client_find(struct ce_client *client, const char *path,
                                        const struct ce_target **ret, struct ce_error *err);
/* The target's bytes, verified, as a file that lives until the next call. */
CE_MUST_USE enum ce_code ce_client_fetch(struct ce_client *client, const struct ce_target *target,
                                         struct ce_reader **ret, struct ce_error *err);

#endif
