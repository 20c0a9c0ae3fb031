/* SPDX-License-Identifier: Apache-2.0
 * What targets metadata hands on to other roles: to whom, which paths, and by which keys. Source: TUF
 * specification 1.0.33, section 4.5.
 *
 * Tolerated: roles without "terminating" (they are not), and roles without "paths" and "path_hash_prefixes"
 * (they get no path). Refused, besides what is out of form or limits: both of these in one role, both "roles"
 * and "succinct_roles", a role's name that is empty, stands twice, or belongs to the top level. */
#ifndef CE_TRUST_DELEGATION_H
#define CE_TRUST_DELEGATION_H

#include "trust/key.h"

#define CE_TUF_DELEGATED_ROLES_MAX 20000 /* in one targets role */
#define CE_TUF_ROLE_PATHS_MAX      20000 /* patterns, or prefixes, of one delegated role */
#define CE_TUF_PATH_PATTERN_MAX    1024  /* bytes */
#define CE_TUF_BIT_LENGTH_MAX      32

struct ce_tuf_delegation {
  struct ce_tuf_role role;
  bool terminating;
  bool by_hash; /* paths are hexadecimal prefixes of their SHA-256 */
  char **paths;
  size_t path_count;
};

struct ce_tuf_delegations {
  struct ce_keyring keyring;
  struct ce_tuf_delegation *roles; /* in order of appearance */
  size_t role_count;
  /* With succinct roles: 2^bit_length bins that share the keys; bins.name is the names' prefix. */
  bool is_succinct;
  struct ce_tuf_role bins;
  unsigned bit_length;
};

/* The member "delegations" of targets metadata, when it has one. *ret must be empty. */
CE_MUST_USE enum ce_code ce_tuf_delegations_parse(const struct ce_json_context *context, const json_t *body,
                                                  struct ce_tuf_delegations *ret, struct ce_error *err);
void ce_tuf_delegations_clear(struct ce_tuf_delegations *delegations);
CE_DEFINE_AUTO_IN_PLACE(ce_tuf_delegations, struct ce_tuf_delegations, ce_tuf_delegations_clear);

/* A target's path with its hash, which is computed once for a search. */
struct ce_tuf_path {
  const char *text;
  struct ce_digest digest;
  char hex[CE_DIGEST_HEX_SIZE];
};
void ce_tuf_path_set(struct ce_tuf_path *path, const char *text);
/* True when the delegated role may speak of the path. */
bool ce_tuf_delegation_has(const struct ce_tuf_delegation *delegation, const struct ce_tuf_path *path);
/* The name of the bin that the path belongs to; malloc'ed, NULL when memory is out. */
char *ce_tuf_delegations_bin(const struct ce_tuf_delegations *delegations, const struct ce_tuf_path *path);

#endif
