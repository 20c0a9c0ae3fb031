/* SPDX-License-Identifier: Apache-2.0
 * Private keys by OpenSSL. */
#include "publish/private-key.h"

#include "trust/scheme.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

/* scrypt's cost: 16 MiB of memory, five passes, some tenths of a second a guess. */
enum { SALT_SIZE = 16, SCRYPT_N = 16384, SCRYPT_R = 8, SCRYPT_P = 5 };

CE_DEFINE_AUTO(openssl_bio, BIO *, BIO_free_all);
CE_DEFINE_AUTO(openssl_digest, EVP_MD_CTX *, EVP_MD_CTX_free);
CE_DEFINE_AUTO(openssl_pkcs8_plain, PKCS8_PRIV_KEY_INFO *, PKCS8_PRIV_KEY_INFO_free);
CE_DEFINE_AUTO(openssl_pkcs8, X509_SIG *, X509_SIG_free);

void ce_private_key_free(EVP_PKEY *key) {
  EVP_PKEY_free(key);
}

enum ce_code ce_private_key_generate(const struct ce_key_type *type, const char *name, EVP_PKEY **ret,
                                     struct ce_error *err) {
  EVP_PKEY *key = NULL;
  if (type->group) {
    key = EVP_PKEY_Q_keygen(NULL, NULL, type->algorithm, type->group);
  } else if (type->new_bits > 0) {
    key = EVP_PKEY_Q_keygen(NULL, NULL, type->algorithm, type->new_bits);
  } else {
    key = EVP_PKEY_Q_keygen(NULL, NULL, type->algorithm);
  }
  if (!key) {
    return ce_crypto_fail(err, "make key", name);
  }
  *ret = key;
  return CE_OK;
}

static int give_passphrase(char *buffer, int size, int writing, void *context) {
  (void)writing;
  const struct ce_passphrase *passphrase = context;
  if (passphrase->length > (size_t)size) {
    return -1;
  }
  memcpy(buffer, passphrase->text, passphrase->length);
  return (int)passphrase->length;
}

enum ce_code ce_private_key_parse(const struct ce_blob *pem, const char *name,
                                  const struct ce_passphrase *passphrase, EVP_PKEY **ret,
                                  struct ce_error *err) {
  CE_AUTO(openssl_bio) BIO *file = BIO_new_mem_buf(pem->data, (int)pem->size);
  if (!file) {
    return ce_fail_memory(err, name);
  }
  struct ce_passphrase *context = (struct ce_passphrase *)(uintptr_t)passphrase;
  EVP_PKEY *key = PEM_read_bio_PrivateKey(file, NULL, give_passphrase, context);
  if (!key) {
    ERR_clear_error();
    return ce_fail(err, CE_PERMISSION, "load key", name, "the passphrase does not open it, or it is no key");
  }
  *ret = key;
  return CE_OK;
}

static enum ce_code encrypt(EVP_PKEY *key, const char *name, const struct ce_passphrase *passphrase,
                            X509_SIG **ret, struct ce_error *err) {
  CE_AUTO(openssl_pkcs8_plain) PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
  X509_ALGOR *scheme =
      PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, SALT_SIZE, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
  if (!plain || !scheme) {
    X509_ALGOR_free(scheme);
    return ce_crypto_fail(err, "encrypt key", name);
  }
  /* Takes the scheme over only when it succeeds. */
  X509_SIG *encrypted = PKCS8_set0_pbe(passphrase->text, (int)passphrase->length, plain, scheme);
  if (!encrypted) {
    X509_ALGOR_free(scheme);
    return ce_crypto_fail(err, "encrypt key", name);
  }
  *ret = encrypted;
  return CE_OK;
}

enum ce_code ce_private_key_write(EVP_PKEY *key, const char *name, const struct ce_passphrase *passphrase,
                                  struct ce_blob *blob, struct ce_error *err) {
  CE_AUTO(openssl_pkcs8) X509_SIG *encrypted = NULL;
  enum ce_code code = encrypt(key, name, passphrase, &encrypted, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(openssl_bio) BIO *file = BIO_new(BIO_s_mem());
  if (!file || PEM_write_bio_PKCS8(file, encrypted) != 1) {
    return ce_crypto_fail(err, "write key", name);
  }
  char *bytes = NULL;
  long size = BIO_get_mem_data(file, &bytes);
  return ce_blob_append(blob, bytes, (size_t)size, err);
}

static bool set_up(EVP_MD_CTX *context, EVP_PKEY *key, const struct ce_key_type *type) {
  EVP_PKEY_CTX *parameters = NULL; /* belongs to context */
  if (EVP_DigestSignInit_ex(context, &parameters, type->digest, NULL, NULL, key, NULL) != 1) {
    return false;
  }
  return type->new_bits == 0 || (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
                                 EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1);
}

enum ce_code ce_private_key_sign(EVP_PKEY *key, const struct ce_public_key *public_key, const void *message,
                                 size_t size, struct ce_blob *signature, struct ce_error *err) {
  CE_AUTO(openssl_digest) EVP_MD_CTX *context = EVP_MD_CTX_new();
  uint8_t bytes[CE_SCHEME_SIGNATURE_MAX];
  size_t written = sizeof bytes;
  if (!context || !set_up(context, key, public_key->type) ||
      EVP_DigestSign(context, bytes, &written, message, size) != 1) {
    return ce_crypto_fail(err, "sign", public_key->key_id);
  }
  return ce_blob_append(signature, bytes, written, err);
}
