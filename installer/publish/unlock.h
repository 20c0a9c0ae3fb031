/* SPDX-License-Identifier: Apache-2.0
 * What opens the signing keys of one run: the passphrase of key files, and a PIN for each token. Nothing is
 * asked for before a key needs it, and then once; all is wiped at the end. Tokens stay open as long as keys
 * are used that lie on them.
 *
 *   CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = arguments};
 */
#ifndef CE_PUBLISH_UNLOCK_H
#define CE_PUBLISH_UNLOCK_H

#include "ports/fs.h"
#include "publish/token.h"

struct evp_pkey_st;

#define CE_UNLOCK_OPTIONS CE_PASSPHRASE_OPTIONS, CE_PIN_OPTIONS

struct ce_unlock {
  const struct ce_publish_arguments *arguments; /* of a command with CE_UNLOCK_OPTIONS */
  struct ce_passphrase passphrase;              /* ce_unlock_passphrase() fills it */
  bool has_passphrase;
  struct ce_tokens tokens;
  struct ce_error absent; /* the last token that was passed over because it is not there; CE_OK: none */
};
void ce_unlock_clear(struct ce_unlock *unlock);
CE_DEFINE_AUTO_IN_PLACE(ce_unlock, struct ce_unlock, ce_unlock_clear);

/* The passphrase, which lives as long as unlock. is_new: one for keys that are to be made, unless keys were
 * opened with it already. Codes as ce_passphrase_obtain(). */
CE_MUST_USE enum ce_code ce_unlock_passphrase(struct ce_unlock *unlock, bool is_new,
                                              const struct ce_passphrase **ret, struct ce_error *err);
/* The private key in that file of the directory; ce_private_key_free() it. Codes as ce_private_key_parse()
 * and ce_passphrase_obtain(). */
CE_MUST_USE enum ce_code ce_unlock_key_file(struct ce_unlock *unlock, struct ce_fs *keys, const char *name,
                                            struct evp_pkey_st **ret, struct ce_error *err);
/* The token that the URI names, logged in to; it belongs to unlock. PERMISSION, NOT_FOUND, and codes as
 * ce_passphrase_obtain_pin(). */
CE_MUST_USE enum ce_code ce_unlock_token(struct ce_unlock *unlock, const struct ce_pkcs11_uri *uri,
                                         struct ce_token **ret, struct ce_error *err);
/* Adds to a failure for want of keys that a token is not there, if that is so. */
void ce_unlock_explain(const struct ce_unlock *unlock, struct ce_error *err);

#endif
