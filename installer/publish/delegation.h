/* SPDX-License-Identifier: Apache-2.0
 * Delegations in the top-level targets metadata: which roles may sign for which paths, with which keys.
 * Source: TUF specification 1.0.33, section 4.5.
 *
 * A role whose keys are those of targets says so in a member that clients ignore ("x-certenv-keys":
 * "targets"), so that it follows when targets gets other keys. Roles stand in the order in which they were
 * made, archives behind all others, the newest archive first: that is the order of a look-up. */
#ifndef CE_PUBLISH_DELEGATION_H
#define CE_PUBLISH_DELEGATION_H

#include "trust/envelope.h"

#include <jansson.h>

#define CE_DELEGATION_NAME_MAX  32 /* bytes */
#define CE_DELEGATION_ROLES_MAX 28 /* a client visits 32 roles in one look-up */
#define CE_DELEGATION_PATHS_MAX 32
#define CE_DELEGATION_PATH_MAX  256 /* bytes */

/* Lower-case letters, digits and '-', a letter first, not ending in "-<number>" (those are numbered by this
 * program: key files, archives), and no top-level role's name. */
bool ce_delegation_name_is_valid(const char *name);

/* The name that the role's key files have: archives share theirs. */
const char *ce_delegation_key_name(const char *role);

struct ce_delegation {
  const char *name;
  const char *const *paths;
  size_t path_count;
  int64_t threshold;
  bool terminating;
};

size_t ce_delegation_count(const json_t *targets_body);
const char *ce_delegation_name(const json_t *targets_body, size_t index);
/* The role's entry, borrowed; NULL when there is none. */
json_t *ce_delegation_find(const json_t *targets_body, const char *name);
bool ce_delegation_allows(const json_t *targets_body, const char *name, const char *path);
bool ce_delegation_follows_targets(const json_t *targets_body, const char *name);
bool ce_delegation_names_key(const json_t *targets_body, const char *name, const char *key_id);
int64_t ce_delegation_threshold(const json_t *targets_body, const char *name);

/* The setters make the role or replace it where it stands, and drop keys that no role names any more. -1 when
 * memory is out. keys: by their ids, as metadata says them. */
int ce_delegation_set(json_t *targets_body, const struct ce_delegation *delegation, const json_t *keys);
/* With the keys and the threshold that the root gives to targets; delegation->threshold does not count. */
int ce_delegation_set_following(json_t *targets_body, const struct ce_delegation *delegation,
                                const json_t *root_body);
/* The role's paths stay; only its keys and threshold become those that the other role has. */
int ce_delegation_copy_keys(json_t *targets_body, const char *name, const char *from);
/* Gives all roles that follow targets its present keys. *ret_changed(context, name) is called for each that
 * had others. */
int ce_delegation_follow(json_t *targets_body, const json_t *root_body,
                         void (*changed)(void *context, const char *name), void *context);
int ce_delegation_remove(json_t *targets_body, const char *name);

/* The role's metadata, verified by what the delegation asks for. TRUST_FORMAT, TRUST_SIGNATURE. */
CE_MUST_USE enum ce_code ce_delegation_open(const json_t *targets_body, const char *name,
                                            const struct ce_blob *bytes, struct ce_envelope *ret,
                                            struct ce_error *err);

#endif
