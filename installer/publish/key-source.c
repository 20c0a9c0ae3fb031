/* SPDX-License-Identifier: Apache-2.0
 * Reading of a key, whatever it is in. */
#include "publish/key-source.h"

#include "publish/place.h"
#include "publish/private-key.h"
#include "publish/token-signer.h"

#include <string.h>

static enum ce_code read_token(const char *uri, struct ce_unlock *unlock, struct ce_public_key *ret,
                               struct ce_error *err) {
  CE_AUTO(ce_signer) struct ce_signer signer = {0};
  enum ce_code code = ce_token_signer_open(uri, uri, unlock, &signer, err);
  if (code == CE_OK) {
    *ret = signer.public_key;
    signer.public_key = (struct ce_public_key){0};
  }
  return code;
}

static enum ce_code read_private(const struct ce_blob *bytes, const char *name, struct ce_unlock *unlock,
                                 struct ce_public_key *ret, struct ce_error *err) {
  CE_AUTO(ce_private_key) struct evp_pkey_st *key = NULL;
  const struct ce_passphrase *passphrase = NULL;
  enum ce_code code = ce_unlock_passphrase(unlock, false, &passphrase, err);
  if (code == CE_OK) {
    code = ce_private_key_parse(bytes, name, passphrase, &key, err);
  }
  return code == CE_OK ? ce_public_key_of(key, name, ret, err) : code;
}

enum ce_code ce_key_source_read(const char *source, struct ce_unlock *unlock, struct ce_public_key *ret,
                                struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  if (ce_pkcs11_uri_is_one(source)) {
    return read_token(source, unlock, ret, err);
  }
  enum ce_code code = ce_place_read(source, CE_PRIVATE_KEY_FILE_MAX, &bytes, err);
  if (code != CE_OK) {
    return code;
  }
  if (ce_pkcs11_uri_is_one(ce_blob_text(&bytes))) {
    char *line = (char *)bytes.data;
    line[strcspn(line, "\r\n")] = '\0';
    return read_token(line, unlock, ret, err);
  }
  return strstr(ce_blob_text(&bytes), "PRIVATE KEY-----") ? read_private(&bytes, source, unlock, ret, err)
                                                          : ce_public_key_parse(&bytes, source, ret, err);
}
