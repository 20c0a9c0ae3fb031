/* SPDX-License-Identifier: Apache-2.0
 * Ed25519 keys by OpenSSL. */
#include "publish/signer.h"

#include "base/json.h"
#include "ports/fs-document.h"
#include "ports/hash.h"
#include "trust/canonical.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <string.h>

#define KEY_FILE_MAX  16384
#define KEY_FILE_MODE 0600

/* scrypt's cost: 16 MiB of memory, five passes, some tenths of a second a guess. */
enum { SALT_SIZE = 16, SCRYPT_N = 16384, SCRYPT_R = 8, SCRYPT_P = 5 };

CE_DEFINE_AUTO(openssl_bio, BIO *, BIO_free_all);
CE_DEFINE_AUTO(openssl_digest, EVP_MD_CTX *, EVP_MD_CTX_free);
CE_DEFINE_AUTO(openssl_key, EVP_PKEY *, EVP_PKEY_free);
CE_DEFINE_AUTO(openssl_pkcs8_plain, PKCS8_PRIV_KEY_INFO *, PKCS8_PRIV_KEY_INFO_free);
CE_DEFINE_AUTO(openssl_pkcs8, X509_SIG *, X509_SIG_free);

static enum ce_code fail_crypto(struct ce_error *err, const char *op, const char *subject) {
  char why[160] = "OpenSSL gives no reason";
  unsigned long reason = ERR_get_error();
  if (reason != 0) {
    ERR_error_string_n(reason, why, sizeof why);
  }
  ERR_clear_error();
  return ce_fail(err, CE_INTERNAL, op, subject, "%s", why);
}

void ce_signers_clear(struct ce_signers *signers) {
  for (size_t i = 0; i < signers->count; i++) {
    EVP_PKEY_free(signers->items[i].key);
  }
  free(signers->items);
  *signers = (struct ce_signers){0};
}

void ce_signers_remove(struct ce_signers *signers, size_t place) {
  EVP_PKEY_free(signers->items[place].key);
  signers->items[place] = signers->items[--signers->count];
}

json_t *ce_signer_public_json(const struct ce_signer *signer) {
  char hex[2 * CE_SIGNER_PUBLIC_SIZE + 1];
  ce_hex_encode(signer->public_key, sizeof signer->public_key, hex);
  return json_pack("{s:s, s:s, s:{s:s}}", "keytype", "ed25519", "scheme", "ed25519", "keyval", "public", hex);
}

/* The signer of a private key; takes the key over on success. */
static enum ce_code describe(EVP_PKEY **key, const char *name, struct ce_signer *ret, struct ce_error *err) {
  struct ce_signer signer = {.key = *key};
  size_t size = sizeof signer.public_key;
  if (EVP_PKEY_get_id(*key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(*key, signer.public_key, &size) != 1 || size != sizeof signer.public_key) {
    return ce_fail(err, CE_USAGE, "load key", name, "it is not an Ed25519 key");
  }
  CE_AUTO(ce_json) json_t *json = ce_signer_public_json(&signer);
  if (!json) {
    return ce_fail_memory(err, name);
  }
  CE_AUTO(ce_blob) struct ce_blob canonical = {0};
  enum ce_code code = ce_canonical_write(json, &canonical, err);
  if (code != CE_OK) {
    return code;
  }
  struct ce_digest digest;
  ce_hash_bytes(canonical.data, canonical.size, &digest);
  ce_digest_to_hex(&digest, signer.key_id);
  *ret = signer;
  *key = NULL;
  return CE_OK;
}

static enum ce_code append(struct ce_signers *signers, EVP_PKEY **key, const char *name,
                           struct ce_error *err) {
  struct ce_signer *grown = reallocarray(signers->items, signers->count + 1, sizeof *grown);
  if (!grown) {
    return ce_fail_memory(err, name);
  }
  signers->items = grown;
  enum ce_code code = describe(key, name, &grown[signers->count], err);
  if (code == CE_OK) {
    signers->count++;
  }
  return code;
}

static enum ce_code encrypt(EVP_PKEY *key, const char *name, const struct ce_passphrase *passphrase,
                            X509_SIG **ret, struct ce_error *err) {
  CE_AUTO(openssl_pkcs8_plain) PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
  X509_ALGOR *scheme =
      PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, SALT_SIZE, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
  if (!plain || !scheme) {
    X509_ALGOR_free(scheme);
    return fail_crypto(err, "encrypt key", name);
  }
  /* Takes the scheme over only when it succeeds. */
  X509_SIG *encrypted = PKCS8_set0_pbe(passphrase->text, (int)passphrase->length, plain, scheme);
  if (!encrypted) {
    X509_ALGOR_free(scheme);
    return fail_crypto(err, "encrypt key", name);
  }
  *ret = encrypted;
  return CE_OK;
}

static enum ce_code save(EVP_PKEY *key, struct ce_fs *keys, const char *name,
                         const struct ce_passphrase *passphrase, struct ce_error *err) {
  CE_AUTO(openssl_pkcs8) X509_SIG *encrypted = NULL;
  enum ce_code code = encrypt(key, name, passphrase, &encrypted, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(openssl_bio) BIO *file = BIO_new(BIO_s_mem());
  if (!file || PEM_write_bio_PKCS8(file, encrypted) != 1) {
    return fail_crypto(err, "write key", name);
  }
  char *bytes = NULL;
  long size = BIO_get_mem_data(file, &bytes);
  return ce_fs_document_replace(keys, name, bytes, (size_t)size, KEY_FILE_MODE, err);
}

static char *key_file_name(const char *role, size_t index) {
  return index == 0 ? ce_text_format("%s.pem", role) : ce_text_format("%s-%zu.pem", role, index + 1);
}

static enum ce_code generate(struct ce_signers *signers, struct ce_fs *keys, const char *name,
                             const struct ce_passphrase *passphrase, struct ce_error *err) {
  bool exists = false;
  enum ce_code code = ce_fs_exists(keys, name, &exists, NULL, err);
  if (code != CE_OK) {
    return code;
  }
  if (exists) {
    return ce_fail(err, CE_CONFLICT, "make key", name, "it is there already and is never replaced");
  }
  CE_AUTO(openssl_key) EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
  if (!key) {
    return fail_crypto(err, "make key", name);
  }
  code = save(key, keys, name, passphrase, err);
  return code == CE_OK ? append(signers, &key, name, err) : code;
}

enum ce_code ce_signers_generate(struct ce_signers *signers, struct ce_fs *keys, const char *role,
                                 size_t count, const struct ce_passphrase *passphrase, struct ce_error *err) {
  for (size_t i = 0; i < count; i++) {
    CE_AUTO(ce_free) char *name = key_file_name(role, i);
    enum ce_code code = name ? generate(signers, keys, name, passphrase, err) : ce_fail_memory(err, "key");
    if (code != CE_OK) {
      return code;
    }
  }
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

static enum ce_code load(struct ce_signers *signers, struct ce_fs *keys, const char *name,
                         const struct ce_passphrase *passphrase, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  enum ce_code code = ce_fs_document_read(keys, name, KEY_FILE_MAX, &bytes, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(openssl_bio) BIO *file = BIO_new_mem_buf(bytes.data, (int)bytes.size);
  if (!file) {
    return ce_fail_memory(err, name);
  }
  struct ce_passphrase *context = (struct ce_passphrase *)(uintptr_t)passphrase;
  CE_AUTO(openssl_key) EVP_PKEY *key = PEM_read_bio_PrivateKey(file, NULL, give_passphrase, context);
  if (!key) {
    ERR_clear_error();
    return ce_fail(err, CE_PERMISSION, "load key", name, "the passphrase does not open it, or it is no key");
  }
  return append(signers, &key, name, err);
}

enum ce_code ce_signers_load(struct ce_signers *signers, struct ce_fs *keys, const char *role,
                             const struct ce_passphrase *passphrase, struct ce_error *err) {
  for (size_t i = 0; i < CE_ROLE_KEYS_MAX; i++) {
    CE_AUTO(ce_free) char *name = key_file_name(role, i);
    if (!name) {
      return ce_fail_memory(err, "key");
    }
    bool exists = false;
    enum ce_code code = ce_fs_exists(keys, name, &exists, NULL, err);
    if (code == CE_OK && exists) {
      code = load(signers, keys, name, passphrase, err);
    }
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

enum ce_code ce_signer_sign(const struct ce_signer *signer, const void *message, size_t size,
                            uint8_t ret_signature[CE_SIGNER_SIGNATURE_SIZE], struct ce_error *err) {
  CE_AUTO(openssl_digest) EVP_MD_CTX *context = EVP_MD_CTX_new();
  size_t written = CE_SIGNER_SIGNATURE_SIZE;
  if (!context || EVP_DigestSignInit(context, NULL, NULL, NULL, signer->key) != 1 ||
      EVP_DigestSign(context, ret_signature, &written, message, size) != 1) {
    return fail_crypto(err, "sign", signer->key_id);
  }
  return CE_OK;
}
