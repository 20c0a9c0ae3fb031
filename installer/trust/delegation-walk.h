/* SPDX-License-Identifier: Apache-2.0
 * The order in which delegated roles are asked about one target: pre-order, depth first (TUF specification
 * 1.0.33, section 5.6.7). Pure: begin() once, then enter() each role's metadata, the top level's first, and
 * ask next() for the role to load. A role is visited once, so cycles end. */
#ifndef CE_TRUST_DELEGATION_WALK_H
#define CE_TRUST_DELEGATION_WALK_H

#include "trust/metadata.h"

#define CE_TUF_DELEGATIONS_MAX 32 /* delegated roles visited in one search */

/* A role to ask, with what its delegator says of it, which is borrowed from the delegator's metadata. */
struct ce_delegation_visit {
  char *name;
  const struct ce_tuf_role *role; /* a bin's has the common prefix as its name */
  const struct ce_keyring *keyring;
};
void ce_delegation_visit_clear(struct ce_delegation_visit *visit);
CE_DEFINE_AUTO_IN_PLACE(ce_delegation_visit, struct ce_delegation_visit, ce_delegation_visit_clear);

struct ce_delegation_walk {
  struct ce_tuf_path path;
  struct ce_delegation_visit *pending; /* the next one last */
  size_t pending_count, pending_capacity;
  char *visited[CE_TUF_DELEGATIONS_MAX];
  size_t visited_count;
};

/* path is borrowed. */
void ce_delegation_walk_begin(struct ce_delegation_walk *walk, const char *path);
void ce_delegation_walk_clear(struct ce_delegation_walk *walk);
CE_DEFINE_AUTO_IN_PLACE(ce_delegation_walk, struct ce_delegation_walk, ce_delegation_walk_clear);
/* Puts the roles to which the metadata gives the path before those that wait; instead of them behind a
 * terminating one. targets must outlive the walk. Fails with MEMORY. */
CE_MUST_USE enum ce_code ce_delegation_walk_enter(struct ce_delegation_walk *walk,
                                                  const struct ce_tuf_targets *targets, struct ce_error *err);
/* *ret_found is false when the search is over: nobody is left, or too many were visited. */
CE_MUST_USE enum ce_code ce_delegation_walk_next(struct ce_delegation_walk *walk, bool *ret_found,
                                                 struct ce_delegation_visit *ret, struct ce_error *err);

#endif
