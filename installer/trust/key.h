/* SPDX-License-Identifier: Apache-2.0
 * Public keys by their ids, and roles: which of them must sign, and how many. Root metadata holds both, and
 * so do the delegations of targets metadata.
 *
 * A key of a type or scheme that this program does not know, or that cannot be read, keeps its place and is
 * never counted: an organisation may add keys for newer programs. A role may name ids that have no key. */
#ifndef CE_TRUST_KEY_H
#define CE_TRUST_KEY_H

#include "base/json.h"
#include "trust/scheme.h"

#define CE_TUF_KEYS_MAX        2048
#define CE_TUF_KEY_ID_MAX      256   /* bytes */
#define CE_TUF_KEY_PUBLIC_MAX  16384 /* bytes */
#define CE_TUF_ROLE_NAME_MAX   256   /* bytes */
#define CE_TUF_ROLE_KEYIDS_MAX 256

struct ce_tuf_key {
  char *id;
  const struct ce_scheme *scheme; /* NULL together with public_key: never counted */
  struct evp_pkey_st *public_key;
};

struct ce_keyring {
  struct ce_tuf_key *keys;
  size_t count;
};

struct ce_tuf_role {
  char *name;
  char **key_ids;
  size_t key_id_count;
  int64_t threshold; /* 1 or more */
};

/* The member "keys" of object. *ret must be empty. */
CE_MUST_USE enum ce_code ce_keyring_parse(const struct ce_json_context *context, const json_t *object,
                                          struct ce_keyring *ret, struct ce_error *err);
void ce_keyring_clear(struct ce_keyring *keyring);
CE_DEFINE_AUTO_IN_PLACE(ce_keyring, struct ce_keyring, ce_keyring_clear);
/* NULL when there is none that can be used. */
const struct ce_tuf_key *ce_keyring_find_usable(const struct ce_keyring *keyring, const char *id);

/* `name` with "keyids" and "threshold" of object. *ret must be empty. */
CE_MUST_USE enum ce_code ce_tuf_role_parse(const struct ce_json_context *context, const char *name,
                                           const json_t *object, struct ce_tuf_role *ret,
                                           struct ce_error *err);
void ce_tuf_role_clear(struct ce_tuf_role *role);
CE_DEFINE_AUTO_IN_PLACE(ce_tuf_role, struct ce_tuf_role, ce_tuf_role_clear);
bool ce_tuf_role_has_key_id(const struct ce_tuf_role *role, const char *id);
/* True when each role's keys are found in the other too: ids, and the public keys behind them. */
bool ce_tuf_role_same_keys(const struct ce_tuf_role *a, const struct ce_keyring *a_keys,
                           const struct ce_tuf_role *b, const struct ce_keyring *b_keys);
/* True when the roles have a usable public key in common, under whatever ids. */
bool ce_tuf_role_share_key(const struct ce_tuf_role *a, const struct ce_keyring *a_keys,
                           const struct ce_tuf_role *b, const struct ce_keyring *b_keys);

#endif
