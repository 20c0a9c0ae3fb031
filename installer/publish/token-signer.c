/* SPDX-License-Identifier: Apache-2.0
 * Keys on tokens as signers. */
#include "publish/token-signer.h"

#include "ports/fs-document.h"
#include "publish/token-key.h"

#include <string.h>

static enum ce_code sign(const struct ce_signer *signer, const void *message, size_t size,
                         struct ce_blob *signature, struct ce_error *err) {
  return ce_token_key_sign(signer->context, &signer->public_key, message, size, signature, err);
}

static void free_key(void *context) {
  ce_token_key_free(context);
}

enum ce_code ce_token_signer_open(const char *uri, const char *name, struct ce_unlock *unlock,
                                  struct ce_signer *ret, struct ce_error *err) {
  static const struct ce_signer_ops ops = {sign, free_key};
  CE_AUTO(ce_pkcs11_uri) struct ce_pkcs11_uri parsed = {0};
  CE_AUTO(ce_signer) struct ce_signer signer = {.name = strdup(name)};
  struct ce_token *token = NULL;
  struct ce_token_key *key = NULL;
  if (!signer.name) {
    return ce_fail_memory(err, name);
  }
  enum ce_code code = ce_pkcs11_uri_parse(uri, &parsed, err);
  if (code == CE_OK) {
    code = ce_unlock_token(unlock, &parsed, &token, err);
  }
  if (code == CE_OK) {
    code = ce_token_key_find(token, &parsed, name, &key, &signer.public_key, err);
  }
  if (code == CE_OK) {
    signer.ops = &ops;
    signer.context = key;
    *ret = signer;
    signer = (struct ce_signer){0};
  }
  return code;
}

enum ce_code ce_token_signer_load(struct ce_fs *keys, const char *name, struct ce_unlock *unlock,
                                  struct ce_signer *ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  enum ce_code code = ce_fs_document_read(keys, name, CE_PKCS11_URI_MAX + 2, &bytes, err);
  if (code != CE_OK) {
    return code;
  }
  char *line = (char *)bytes.data;
  line[strcspn(line, "\r\n")] = '\0';
  code = ce_token_signer_open(line, name, unlock, ret, err);
  if (code == CE_USAGE) {
    ce_error_context(err, "%s", name);
  }
  return code;
}
