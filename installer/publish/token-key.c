/* SPDX-License-Identifier: Apache-2.0
 * Keys on tokens. Each mechanism's result is turned into what metadata has: ECDSA's two numbers into DER
 * (RFC 3279, section 2.2.3). */
#include "publish/token-key.h"

#include "publish/token-object.h"
#include "trust/scheme.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <string.h>

CE_DEFINE_AUTO(openssl_key, EVP_PKEY *, EVP_PKEY_free);
CE_DEFINE_AUTO(openssl_ecdsa, ECDSA_SIG *, ECDSA_SIG_free);

void ce_token_key_free(struct ce_token_key *key) {
  if (key) {
    ce_token_release(key->token);
    free(key);
  }
}

static enum ce_code find_private(const struct ce_token *token, const struct ce_pkcs11_uri *uri,
                                 const char *name, CK_OBJECT_HANDLE *ret, struct ce_error *err) {
  struct ce_token_search search = {CKO_PRIVATE_KEY, &uri->id, uri->object};
  size_t count = 0;
  enum ce_code code = ce_token_object_find(token, &search, ret, &count, err);
  if (code == CE_OK && count == 0) {
    return ce_fail(err, CE_PERMISSION, "look for key", name, "the token %s has no such private key",
                   token->label);
  }
  if (code == CE_OK && count > 1) {
    return ce_fail(err, CE_PERMISSION, "look for key", name,
                   "several private keys of the token %s match; name one by its id= in the URI",
                   token->label);
  }
  return code;
}

static enum ce_code find_public(const struct ce_token *token, CK_OBJECT_HANDLE object, const char *name,
                                EVP_PKEY **ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob id = {0}, label = {0};
  CE_AUTO(openssl_key) EVP_PKEY *key = NULL;
  struct ce_token_search search = {CKO_PUBLIC_KEY, &id, NULL};
  CK_OBJECT_HANDLE found = 0;
  size_t count = 0;
  enum ce_code code = ce_token_object_read(token, object, CKA_ID, &id, err);
  if (code == CE_OK && id.size == 0) {
    code = ce_token_object_read(token, object, CKA_LABEL, &label, err);
    search.label = ce_blob_text(&label);
  }
  if (code == CE_OK) {
    code = ce_token_object_find(token, &search, &found, &count, err);
  }
  if (code == CE_OK && count > 0) {
    code = ce_token_object_public_key(token, found, &key, err);
  }
  search.class = CKO_CERTIFICATE;
  if (code == CE_OK && !key) {
    code = ce_token_object_find(token, &search, &found, &count, err);
  }
  if (code == CE_OK && !key && count > 0) {
    code = ce_token_object_certificate_key(token, found, &key, err);
  }
  if (code == CE_OK && !key) {
    return ce_fail(err, CE_PERMISSION, "look for key", name,
                   "the token %s has neither its public key nor a certificate", token->label);
  }
  if (code == CE_OK) {
    *ret = ce_take(&key);
  }
  return code;
}

static enum ce_code read_asks_each_time(const struct ce_token *token, CK_OBJECT_HANDLE object, bool *ret,
                                        struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob value = {0};
  enum ce_code code = ce_token_object_read(token, object, CKA_ALWAYS_AUTHENTICATE, &value, err);
  if (code == CE_OK) {
    *ret = value.size == 1 && value.data[0] == CK_TRUE;
  }
  return code;
}

enum ce_code ce_token_key_find(struct ce_token *token, const struct ce_pkcs11_uri *uri, const char *name,
                               struct ce_token_key **ret, struct ce_public_key *ret_public,
                               struct ce_error *err) {
  CE_AUTO(ce_token_key) struct ce_token_key *key = calloc(1, sizeof *key);
  CE_AUTO(openssl_key) EVP_PKEY *public_key = NULL;
  if (!key) {
    return ce_fail_memory(err, name);
  }
  key->token = ce_token_share(token);
  enum ce_code code = find_private(token, uri, name, &key->object, err);
  if (code == CE_OK) {
    code = find_public(token, key->object, name, &public_key, err);
  }
  if (code == CE_OK) {
    code = read_asks_each_time(token, key->object, &key->asks_each_time, err);
  }
  if (code == CE_OK) {
    code = ce_public_key_of(public_key, name, ret_public, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&key);
  }
  return code;
}

static enum ce_code hash(const char *digest, const void *message, size_t size, uint8_t ret[EVP_MAX_MD_SIZE],
                         size_t *ret_size, struct ce_error *err) {
  return EVP_Q_digest(NULL, digest, NULL, message, size, ret, ret_size) == 1
             ? CE_OK
             : ce_crypto_fail(err, "sign", digest);
}

/* The two numbers side by side, as DER. */
static enum ce_code write_ecdsa(const uint8_t *numbers, size_t size, struct ce_blob *signature,
                                struct ce_error *err) {
  CE_AUTO(openssl_ecdsa) ECDSA_SIG *pair = ECDSA_SIG_new();
  BIGNUM *r = BN_bin2bn(numbers, (int)(size / 2), NULL);
  BIGNUM *s = BN_bin2bn(numbers + size / 2, (int)(size / 2), NULL);
  if (!pair || !r || !s || ECDSA_SIG_set0(pair, r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return ce_fail_memory(err, "signature");
  }
  unsigned char *der = NULL;
  int der_size = i2d_ECDSA_SIG(pair, &der);
  if (der_size <= 0) {
    return ce_crypto_fail(err, "sign", "signature");
  }
  enum ce_code code = ce_blob_append(signature, der, (size_t)der_size, err);
  OPENSSL_free(der);
  return code;
}

/* What C_Sign is asked for. */
struct request {
  CK_MECHANISM mechanism;
  CK_RSA_PKCS_PSS_PARAMS pss;
  uint8_t digest[EVP_MAX_MD_SIZE];
  const void *bytes;
  size_t size;
};

static bool has_mechanism(const struct ce_token *token, CK_MECHANISM_TYPE type) {
  CK_MECHANISM_INFO info = {0};
  return token->module->functions->C_GetMechanismInfo(token->slot, type, &info) == CKR_OK &&
         (info.flags & CKF_SIGN);
}

static enum ce_code prepare(const struct ce_token *token, const struct ce_key_type *type, const void *message,
                            size_t size, struct request *ret, struct ce_error *err) {
  ret->bytes = message;
  ret->size = size;
  if (!type->digest) {
    ret->mechanism.mechanism = CKM_EDDSA;
    return CE_OK;
  }
  if (type->group) {
    ret->mechanism.mechanism = CKM_ECDSA;
  } else {
    bool hashes = has_mechanism(token, CKM_SHA256_RSA_PKCS_PSS);
    ret->pss = (CK_RSA_PKCS_PSS_PARAMS){CKM_SHA256, CKG_MGF1_SHA256, CE_DIGEST_SIZE};
    ret->mechanism =
        (CK_MECHANISM){hashes ? CKM_SHA256_RSA_PKCS_PSS : CKM_RSA_PKCS_PSS, &ret->pss, sizeof ret->pss};
    if (hashes) {
      return CE_OK;
    }
  }
  ret->bytes = ret->digest;
  return hash(type->digest, message, size, ret->digest, &ret->size, err);
}

static CK_RV sign(const struct ce_token_key *key, struct request *request, uint8_t *signature,
                  CK_ULONG *size) {
  const struct ce_token *token = key->token;
  const CK_FUNCTION_LIST *functions = token->module->functions;
  CK_RV rv = functions->C_SignInit(token->session, &request->mechanism, key->object);
  if (rv == CKR_OK && key->asks_each_time) {
    CK_UTF8CHAR *pin = token->has_pin ? (CK_UTF8CHAR *)(uintptr_t)token->pin.text : NULL;
    rv =
        functions->C_Login(token->session, CKU_CONTEXT_SPECIFIC, pin, token->has_pin ? token->pin.length : 0);
  }
  if (rv == CKR_OK) {
    rv = functions->C_Sign(token->session, (CK_BYTE *)(uintptr_t)request->bytes, request->size, signature,
                           size);
  }
  return rv;
}

enum ce_code ce_token_key_sign(const struct ce_token_key *key, const struct ce_public_key *public_key,
                               const void *message, size_t size, struct ce_blob *signature,
                               struct ce_error *err) {
  struct request request = {0};
  uint8_t made[CE_SCHEME_SIGNATURE_MAX];
  CK_ULONG made_size = sizeof made;
  enum ce_code code = prepare(key->token, public_key->type, message, size, &request, err);
  if (code != CE_OK) {
    return code;
  }
  CK_RV rv = sign(key, &request, made, &made_size);
  if (rv != CKR_OK) {
    return ce_pkcs11_fail(err, "sign", key->token->label, rv, "C_Sign");
  }
  return public_key->type->group ? write_ecdsa(made, made_size, signature, err)
                                 : ce_blob_append(signature, made, made_size, err);
}
