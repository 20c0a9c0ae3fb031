/* SPDX-License-Identifier: Apache-2.0
 * Tokens that PKCS#11 URIs name: found, opened, logged in to. One run opens a token once, whatever number of
 * keys it takes from it. A PIN is tried once and never again by itself. */
#ifndef CE_PUBLISH_TOKEN_H
#define CE_PUBLISH_TOKEN_H

#include "publish/passphrase.h"
#include "publish/pkcs11-module.h"
#include "publish/pkcs11-uri.h"

#define CE_TOKEN_LABEL_SIZE 33 /* with the NUL */
#define CE_TOKEN_SLOTS_MAX  256

struct ce_token {
  struct ce_pkcs11_module *module;
  CK_SLOT_ID slot;
  CK_SESSION_HANDLE session;
  bool has_session;
  char label[CE_TOKEN_LABEL_SIZE];
  struct ce_passphrase pin; /* for keys that ask for it with each signature */
  bool has_pin;
  size_t references;
};
struct ce_token *ce_token_share(struct ce_token *token);
/* The last one closes it, which logs out, and wipes the PIN. */
void ce_token_release(struct ce_token *token);
CE_DEFINE_AUTO(ce_token, struct ce_token *, ce_token_release);

struct ce_tokens {
  struct ce_token **items;
  size_t count;
};
void ce_tokens_clear(struct ce_tokens *tokens);

/* The one token that the URI names, opened unless it is among *tokens already, to which it is added; *ret
 * belongs to *tokens. NOT_FOUND when it or the module is not there; PERMISSION when several match. */
CE_MUST_USE enum ce_code ce_tokens_open(struct ce_tokens *tokens, const struct ce_pkcs11_uri *uri,
                                        struct ce_token **ret, struct ce_error *err);

/* How a login would go. */
enum ce_token_login {
  CE_TOKEN_OPEN,   /* nobody asks for a PIN, or somebody has given it */
  CE_TOKEN_PIN,    /* give it to ce_token_login() */
  CE_TOKEN_LAST,   /* the same, and a wrong one locks the token */
  CE_TOKEN_PINPAD, /* it is typed at the reader: ce_token_login() with NULL */
};
/* PERMISSION when the PIN is locked or was never set. */
CE_MUST_USE enum ce_code ce_token_inspect_login(const struct ce_token *token, enum ce_token_login *ret,
                                                struct ce_error *err);
/* PERMISSION, saying how many tries are left as far as the token tells it. */
CE_MUST_USE enum ce_code ce_token_login(struct ce_token *token, const struct ce_passphrase *pin,
                                        struct ce_error *err);

#endif
