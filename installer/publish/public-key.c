/* SPDX-License-Identifier: Apache-2.0
 * Public keys by OpenSSL. */
#include "publish/public-key.h"

#include "base/json.h"
#include "ports/hash.h"
#include "trust/canonical.h"
#include "trust/scheme.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#define ED25519_SIZE 32
#define GROUP_MAX    32
#define NEW_RSA_BITS 3072

CE_DEFINE_AUTO(openssl_bio, BIO *, BIO_free_all);
CE_DEFINE_AUTO(openssl_key, EVP_PKEY *, EVP_PKEY_free);

static const struct ce_key_type types[] = {
    {.name = "ed25519", .keytype = "ed25519", .scheme = "ed25519", .algorithm = "ED25519"},
    {.name = "ecdsa-p256",
     .keytype = "ecdsa",
     .scheme = "ecdsa-sha2-nistp256",
     .algorithm = "EC",
     .group = "prime256v1",
     .digest = "SHA256"},
    {.name = "ecdsa-p384",
     .keytype = "ecdsa",
     .scheme = "ecdsa-sha2-nistp384",
     .algorithm = "EC",
     .group = "secp384r1",
     .digest = "SHA384"},
    {.name = "rsa",
     .keytype = "rsa",
     .scheme = "rsassa-pss-sha256",
     .algorithm = "RSA",
     .digest = "SHA256",
     .new_bits = NEW_RSA_BITS},
    {.name = NULL},
};

enum ce_code ce_crypto_fail(struct ce_error *err, const char *op, const char *subject) {
  char why[160] = "OpenSSL gives no reason";
  unsigned long reason = ERR_get_error();
  if (reason != 0) {
    ERR_error_string_n(reason, why, sizeof why);
  }
  ERR_clear_error();
  return ce_fail(err, CE_INTERNAL, op, subject, "%s", why);
}

const struct ce_key_type *ce_key_types(void) {
  return types;
}

const struct ce_key_type *ce_key_type_find(const char *name) {
  for (const struct ce_key_type *type = types; type->name; type++) {
    if (strcmp(type->name, name) == 0) {
      return type;
    }
  }
  return NULL;
}

static bool is_of_type(const EVP_PKEY *key, const struct ce_key_type *type) {
  char group[GROUP_MAX] = "";
  if (!EVP_PKEY_is_a(key, type->algorithm)) {
    return false;
  }
  if (type->new_bits > 0) {
    return EVP_PKEY_get_bits(key) >= CE_SCHEME_RSA_BITS_MIN &&
           EVP_PKEY_get_bits(key) <= CE_SCHEME_RSA_BITS_MAX;
  }
  return !type->group ||
         (EVP_PKEY_get_group_name(key, group, sizeof group, NULL) == 1 && strcmp(group, type->group) == 0);
}

void ce_public_key_clear(struct ce_public_key *key) {
  EVP_PKEY_free(key->key);
  *key = (struct ce_public_key){0};
}

/* The key without its private half. */
static EVP_PKEY *copy_public(const EVP_PKEY *key) {
  unsigned char *der = NULL;
  int size = i2d_PUBKEY(key, &der);
  const unsigned char *next = der;
  EVP_PKEY *copy = size > 0 ? d2i_PUBKEY(NULL, &next, size) : NULL;
  OPENSSL_free(der);
  return copy;
}

static enum ce_code compute_id(struct ce_public_key *key, const char *name, struct ce_error *err) {
  CE_AUTO(ce_json) json_t *json = ce_public_key_json(key);
  CE_AUTO(ce_blob) struct ce_blob canonical = {0};
  enum ce_code code =
      json ? ce_canonical_write(json, &canonical, err) : ce_crypto_fail(err, "describe key", name);
  if (code != CE_OK) {
    return code;
  }
  struct ce_digest digest;
  ce_hash_bytes(canonical.data, canonical.size, &digest);
  ce_digest_to_hex(&digest, key->key_id);
  return CE_OK;
}

enum ce_code ce_public_key_of(const EVP_PKEY *key, const char *name, struct ce_public_key *ret,
                              struct ce_error *err) {
  const struct ce_key_type *type = types;
  while (type->name && !is_of_type(key, type)) {
    type++;
  }
  ERR_clear_error();
  if (!type->name) {
    return ce_fail(err, CE_USAGE, "load key", name,
                   "it is not a key of a type that can sign: Ed25519, ECDSA on P-256 or P-384, or RSA with "
                   "%d to %d bits",
                   CE_SCHEME_RSA_BITS_MIN, CE_SCHEME_RSA_BITS_MAX);
  }
  CE_AUTO(ce_public_key) struct ce_public_key found = {.type = type, .key = copy_public(key)};
  if (!found.key) {
    return ce_crypto_fail(err, "load key", name);
  }
  enum ce_code code = compute_id(&found, name, err);
  if (code == CE_OK) {
    *ret = found;
    found = (struct ce_public_key){0};
  }
  return code;
}

enum ce_code ce_public_key_parse(const struct ce_blob *pem, const char *name, struct ce_public_key *ret,
                                 struct ce_error *err) {
  if (pem->size == 0 || pem->size > CE_PUBLIC_KEY_FILE_MAX) {
    return ce_fail(err, CE_USAGE, "load key", name, "it is not a file of 1 to %d bytes",
                   CE_PUBLIC_KEY_FILE_MAX);
  }
  CE_AUTO(openssl_bio) BIO *file = BIO_new_mem_buf(pem->data, (int)pem->size);
  CE_AUTO(openssl_key) EVP_PKEY *key = file ? PEM_read_bio_PUBKEY(file, NULL, NULL, NULL) : NULL;
  ERR_clear_error();
  if (!key) {
    return ce_fail(err, CE_USAGE, "load key", name, "it is not a public key in a PEM file");
  }
  return ce_public_key_of(key, name, ret, err);
}

enum ce_code ce_public_key_write(const struct ce_public_key *key, struct ce_blob *blob,
                                 struct ce_error *err) {
  CE_AUTO(openssl_bio) BIO *file = BIO_new(BIO_s_mem());
  if (!file || PEM_write_bio_PUBKEY(file, key->key) != 1) {
    return ce_crypto_fail(err, "write key", key->key_id);
  }
  char *bytes = NULL;
  long size = BIO_get_mem_data(file, &bytes);
  return ce_blob_append(blob, bytes, (size_t)size, err);
}

/* What metadata has as "public": hexadecimal for Ed25519, PEM for the others. */
static enum ce_code write_public_text(const struct ce_public_key *key, struct ce_blob *blob,
                                      struct ce_error *err) {
  if (key->type->digest) {
    return ce_public_key_write(key, blob, err);
  }
  uint8_t raw[ED25519_SIZE];
  char hex[2 * ED25519_SIZE + 1];
  size_t size = sizeof raw;
  if (EVP_PKEY_get_raw_public_key(key->key, raw, &size) != 1 || size != sizeof raw) {
    return ce_crypto_fail(err, "describe key", key->key_id);
  }
  ce_hex_encode(raw, sizeof raw, hex);
  return ce_blob_append(blob, hex, sizeof hex - 1, err);
}

json_t *ce_public_key_json(const struct ce_public_key *key) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error ignored;
  if (write_public_text(key, &text, &ignored) != CE_OK) {
    return NULL;
  }
  return json_pack("{s:s, s:s, s:{s:s}}", "keytype", key->type->keytype, "scheme", key->type->scheme,
                   "keyval", "public", ce_blob_text(&text));
}

bool ce_public_key_verify(const struct ce_public_key *key, const struct ce_blob *signature,
                          const void *message, size_t size) {
  const struct ce_scheme *scheme = ce_scheme_find(key->type->keytype, key->type->scheme);
  return scheme && ce_scheme_verify(scheme, key->key, signature->data, signature->size, message, size);
}
