/* SPDX-License-Identifier: Apache-2.0
 * A TUF repository in memory for tests: made with fresh keys, changed and broken at will, and a source to
 * fetch from.
 *
 * ce_fake_repository_new() gives a good one with version 1 of everything. Tests change the fields of a role
 * (version, expires, threshold, keys), then publish. Whatever is put() is served as it is. Running out of
 * memory aborts. */
#ifndef CE_FAKES_TUF_REPOSITORY_H
#define CE_FAKES_TUF_REPOSITORY_H

#include "base/blob.h"
#include "ports/fetch.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CE_FAKE_KEYS_MAX      16
#define CE_FAKE_DELEGATED_MAX 64

struct ce_fake_key;
/* scheme: "ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "rsassa-pss-sha256". */
struct ce_fake_key *ce_fake_key_new(const char *scheme);
void ce_fake_key_free(struct ce_fake_key *key);
/* The SHA-256 of its canonical form; lives as long as the key. */
const char *ce_fake_key_id(const struct ce_fake_key *key);
/* {"keytype", "scheme", "keyval"}; a new reference. */
json_t *ce_fake_key_json(const struct ce_fake_key *key);
/* {"keyid", "sig"} over the canonical form of body; a new reference. */
json_t *ce_fake_key_sign(const struct ce_fake_key *key, const json_t *body);
/* {"signatures", "signed"} of body, which stays the caller's; a new reference. */
json_t *ce_fake_envelope(json_t *body, struct ce_fake_key *const *keys, size_t key_count);

enum ce_fake_role_name {
  CE_FAKE_ROOT,
  CE_FAKE_TIMESTAMP,
  CE_FAKE_SNAPSHOT,
  CE_FAKE_TARGETS,
  CE_FAKE_ROLE_COUNT
};

struct ce_fake_role {
  struct ce_fake_key *keys[CE_FAKE_KEYS_MAX]; /* owned by the repository's list of all keys */
  size_t key_count;
  size_t signer_count; /* of these keys, the first so many sign; all when 0 */
  int64_t threshold, version;
  const char *expires; /* static text */
};

/* A targets role that another one delegates to. */
struct ce_fake_delegated {
  char *name;
  struct ce_fake_role role;
  json_t *targets;     /* the member */
  json_t *delegations; /* the member; NULL without */
};

struct ce_fake_repository {
  struct ce_fetch fetch; /* the repository as a source; freeing it does nothing */
  struct ce_fake_role roles[CE_FAKE_ROLE_COUNT];
  struct ce_fake_role last_root; /* as it was published last: signs the next one too */
  bool consistent_snapshot;
  bool states_hashes;  /* meta entries have length and hashes */
  json_t *targets;     /* the member of targets.json */
  json_t *delegations; /* the member of targets.json; NULL without */
  struct ce_fake_delegated *delegated[CE_FAKE_DELEGATED_MAX];
  size_t delegated_count;
  json_t *files;        /* path -> the bytes in hexadecimal */
  bool breaks_off;      /* transfers end with NETWORK after their first half */
  struct ce_blob asked; /* every path that was asked for, a line each */
  struct ce_fake_key **keys;
  size_t key_count;
};

struct ce_fake_repository *ce_fake_repository_new(void);
void ce_fake_repository_free(struct ce_fake_repository *repository);
CE_DEFINE_AUTO(ce_fake_repository, struct ce_fake_repository *, ce_fake_repository_free);

/* A fresh ed25519 key at the end of the role's keys; the repository owns it. */
struct ce_fake_key *ce_fake_repository_add_key(struct ce_fake_repository *repository,
                                               enum ce_fake_role_name role);
/* A fresh key of a scheme, which the repository owns and no role has yet. */
struct ce_fake_key *ce_fake_repository_new_key(struct ce_fake_repository *repository, const char *scheme);
/* Replaces all keys of the role by one fresh one; publish_root() makes it known. */
void ce_fake_repository_rotate(struct ce_fake_repository *repository, enum ce_fake_role_name role);

/* The role's "signed" part as its state is now; a new reference. */
json_t *ce_fake_repository_body(const struct ce_fake_repository *repository, enum ce_fake_role_name role);
/* Signs body with the role's keys and puts it where the repository serves the role's version. */
void ce_fake_repository_write_body(struct ce_fake_repository *repository, enum ce_fake_role_name role,
                                   json_t *body);
void ce_fake_repository_write(struct ce_fake_repository *repository, enum ce_fake_role_name role);
/* A new version of the root, signed with the keys of the last one too. */
void ce_fake_repository_publish_root(struct ce_fake_repository *repository);
/* New versions of the delegated roles, targets, snapshot and timestamp. */
void ce_fake_repository_publish(struct ce_fake_repository *repository);
/* Puts the target's bytes and lists it; publish() makes it known. */
void ce_fake_repository_add_target(struct ce_fake_repository *repository, const char *path, const void *bytes,
                                   size_t size);

/* Lets delegator ("targets" or a delegated role) delegate to the role, which is made with a fresh key when it
 * is not there. more: members of its entry, such as "paths", that replace the usual ones; taken over.
 * publish() makes it known. */
struct ce_fake_delegated *ce_fake_repository_delegate(struct ce_fake_repository *repository,
                                                      const char *delegator, const char *name, json_t *more);
/* The same for 2^bits bins, which have one key in common. */
void ce_fake_repository_delegate_succinct(struct ce_fake_repository *repository, const char *delegator,
                                          int bits, const char *prefix);
/* NULL when there is none. */
struct ce_fake_delegated *ce_fake_repository_delegated(const struct ce_fake_repository *repository,
                                                       const char *name);
/* The entry of the delegator's "roles" for the role; borrowed. */
json_t *ce_fake_repository_delegation(const struct ce_fake_repository *repository, const char *delegator,
                                      const char *name);
/* Puts the target's bytes and lists it in the delegated role. */
void ce_fake_repository_add_delegated_target(struct ce_fake_repository *repository, const char *name,
                                             const char *path, const void *bytes, size_t size);
/* Signs and puts the delegated role's version as its state is now. */
void ce_fake_repository_write_delegated(struct ce_fake_repository *repository,
                                        const struct ce_fake_delegated *delegated);
/* "metadata/2.name.json"; malloc'ed. */
char *ce_fake_repository_delegated_path(const struct ce_fake_repository *repository,
                                        const struct ce_fake_delegated *delegated);
/* Lists the target in a "targets" member and puts its bytes. */
void ce_fake_repository_list_target(struct ce_fake_repository *repository, json_t *targets, const char *path,
                                    const void *bytes, size_t size);

/* Where the role's version is served: "metadata/2.snapshot.json"; malloc'ed. */
char *ce_fake_repository_path(const struct ce_fake_repository *repository, enum ce_fake_role_name role);
void ce_fake_repository_put(struct ce_fake_repository *repository, const char *path, const void *bytes,
                            size_t size);
void ce_fake_repository_remove(struct ce_fake_repository *repository, const char *path);
/* The bytes at path, which must exist. */
struct ce_blob ce_fake_repository_bytes(const struct ce_fake_repository *repository, const char *path);
/* The bytes of the role's version. */
struct ce_blob ce_fake_repository_role_bytes(const struct ce_fake_repository *repository,
                                             enum ce_fake_role_name role);
bool ce_fake_repository_was_asked(const struct ce_fake_repository *repository, const char *path);

#endif
