/* SPDX-License-Identifier: Apache-2.0
 * Keys that can sign, of whatever kind, behind one interface; and the keys of a role in a key directory
 * (key-file.h). */
#ifndef CE_PUBLISH_SIGNER_H
#define CE_PUBLISH_SIGNER_H

#include "ports/fs.h"
#include "publish/public-key.h"
#include "publish/unlock.h"

struct ce_signer;
struct ce_signer_ops {
  /* Appends the signature. */
  enum ce_code (*sign)(const struct ce_signer *signer, const void *message, size_t size,
                       struct ce_blob *signature, struct ce_error *err);
  void (*free)(void *context);
};

struct ce_signer {
  struct ce_public_key public_key;
  char *name; /* the file in the directory, for messages */
  const struct ce_signer_ops *ops;
  void *context; /* the private half */
};
void ce_signer_clear(struct ce_signer *signer);
CE_DEFINE_AUTO_IN_PLACE(ce_signer, struct ce_signer, ce_signer_clear);

struct ce_signers {
  struct ce_signer *items;
  size_t count;
};
void ce_signers_clear(struct ce_signers *signers);
CE_DEFINE_AUTO_IN_PLACE(ce_signers, struct ce_signers, ce_signers_clear);

/* Takes the signer over on success. */
CE_MUST_USE enum ce_code ce_signers_append(struct ce_signers *signers, struct ce_signer *signer,
                                           struct ce_error *err);
/* Drops the signer in that place. */
void ce_signers_remove(struct ce_signers *signers, size_t place);
/* NULL when none has that id. */
const struct ce_signer *ce_signers_find(const struct ce_signers *signers, const char *key_id);

/* Makes a key, and its files as the role's key number index (from 0) in the directory `keys`. CONFLICT when
 * they are there. */
CE_MUST_USE enum ce_code ce_signer_make(struct ce_fs *keys, const char *role, size_t index,
                                        const struct ce_key_type *type, struct ce_unlock *unlock,
                                        struct ce_signer *ret, struct ce_error *err);
/* Registers a key that a token has: its URI becomes the role's key number index. Signs once to see that it
 * can. CONFLICT when the files are there; codes as ce_unlock_token() and ce_token_key_find(). */
CE_MUST_USE enum ce_code ce_signer_register(struct ce_fs *keys, const char *role, size_t index,
                                            const char *uri, struct ce_unlock *unlock, struct ce_signer *ret,
                                            struct ce_error *err);
/* Makes the role's first count keys, of the default type. Appends to *signers. */
CE_MUST_USE enum ce_code ce_signers_generate(struct ce_signers *signers, struct ce_fs *keys, const char *role,
                                             size_t count, struct ce_unlock *unlock, struct ce_error *err);
/* Which keys are worth opening, by their ids. */
struct ce_signer_filter {
  bool (*wants)(const void *context, const char *key_id);
  const void *context;
};
/* Appends the role's keys that are in the directory and that the filter wants (NULL: all); none is fine. A
 * key whose public half is beside it is not opened for nothing. A token or module that is not there is passed
 * over: ce_unlock_explain() tells of it. PERMISSION for a wrong passphrase, and as ce_unlock_token(). */
CE_MUST_USE enum ce_code ce_signers_load(struct ce_signers *signers, struct ce_fs *keys, const char *role,
                                         const struct ce_signer_filter *filter, struct ce_unlock *unlock,
                                         struct ce_error *err);

/* Appends a signature of the message, which was found to be valid. */
CE_MUST_USE enum ce_code ce_signer_sign(const struct ce_signer *signer, const void *message, size_t size,
                                        struct ce_blob *signature, struct ce_error *err);

#endif
