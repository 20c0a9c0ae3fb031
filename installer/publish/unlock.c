/* SPDX-License-Identifier: Apache-2.0
 * Asking once. */
#include "publish/unlock.h"

#include "ports/fs-document.h"
#include "publish/private-key.h"

void ce_unlock_clear(struct ce_unlock *unlock) {
  ce_passphrase_clear(&unlock->passphrase);
  ce_tokens_clear(&unlock->tokens);
  *unlock = (struct ce_unlock){0};
}

enum ce_code ce_unlock_passphrase(struct ce_unlock *unlock, bool is_new, const struct ce_passphrase **ret,
                                  struct ce_error *err) {
  if (!unlock->has_passphrase) {
    enum ce_code code = ce_passphrase_obtain(unlock->arguments, is_new, &unlock->passphrase, err);
    if (code != CE_OK) {
      return code;
    }
    unlock->has_passphrase = true;
  }
  *ret = &unlock->passphrase;
  return CE_OK;
}

static enum ce_code give_pin(const struct ce_unlock *unlock, const struct ce_pkcs11_uri *uri,
                             enum ce_token_login login, struct ce_token *token, struct ce_error *err) {
  CE_AUTO(ce_passphrase) struct ce_passphrase pin = {0};
  bool typed = false;
  enum ce_code code =
      ce_passphrase_obtain_pin(unlock->arguments, token->label, uri->pin_file, &pin, &typed, err);
  if (code == CE_OK && login == CE_TOKEN_LAST && !typed) {
    return ce_fail(err, CE_PERMISSION, "log in to token", token->label,
                   "one try is left before it is locked; the PIN must be typed at the terminal");
  }
  return code == CE_OK ? ce_token_login(token, &pin, err) : code;
}

enum ce_code ce_unlock_key_file(struct ce_unlock *unlock, struct ce_fs *keys, const char *name,
                                struct evp_pkey_st **ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  const struct ce_passphrase *passphrase = NULL;
  enum ce_code code = ce_fs_document_read(keys, name, CE_PRIVATE_KEY_FILE_MAX, &bytes, err);
  if (code == CE_OK) {
    code = ce_unlock_passphrase(unlock, false, &passphrase, err);
  }
  return code == CE_OK ? ce_private_key_parse(&bytes, name, passphrase, ret, err) : code;
}

enum ce_code ce_unlock_token(struct ce_unlock *unlock, const struct ce_pkcs11_uri *uri, struct ce_token **ret,
                             struct ce_error *err) {
  struct ce_token *token = NULL;
  enum ce_token_login login = CE_TOKEN_OPEN;
  enum ce_code code = ce_tokens_open(&unlock->tokens, uri, &token, err);
  if (code == CE_OK) {
    code = ce_token_inspect_login(token, &login, err);
  }
  if (code == CE_OK && login == CE_TOKEN_PINPAD) {
    code = ce_token_login(token, NULL, err);
  } else if (code == CE_OK && login != CE_TOKEN_OPEN) {
    code = give_pin(unlock, uri, login, token, err);
  }
  if (code == CE_OK) {
    *ret = token;
  }
  return code;
}

void ce_unlock_explain(const struct ce_unlock *unlock, struct ce_error *err) {
  if (unlock->absent.code != CE_OK) {
    struct ce_error told = *err;
    ce_fail(err, told.code, told.op, told.subject, "%s; %s: %s", told.detail, unlock->absent.subject,
            unlock->absent.detail);
  }
}
