/* SPDX-License-Identifier: Apache-2.0
 * Keys that sign a test's metadata. */
#include "base/digest.h"
#include "fakes/tuf-repository.h"
#include "ports/hash.h"
#include "trust/canonical.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

struct kind {
  const char *scheme, *keytype;
  const char *group;  /* elliptic curves */
  const char *digest; /* NULL where the scheme hashes by itself */
};
static const struct kind kinds[] = {
    {"ed25519", "ed25519", NULL, NULL},
    {"ecdsa-sha2-nistp256", "ecdsa", "P-256", "SHA256"},
    {"ecdsa-sha2-nistp384", "ecdsa", "P-384", "SHA384"},
    {"rsassa-pss-sha256", "rsa", NULL, "SHA256"},
};

struct ce_fake_key {
  const struct kind *kind;
  EVP_PKEY *pkey;
  char id[CE_DIGEST_HEX_SIZE];
};

static void check(bool good) {
  if (!good) {
    abort();
  }
}

/* A ring of them, since each takes a while to find; a scene has fewer. */
static EVP_PKEY *next_rsa_key(void) {
  static EVP_PKEY *ring[8];
  static size_t next;
  EVP_PKEY **key = &ring[next++ % (sizeof ring / sizeof *ring)];
  *key = *key ? *key : EVP_RSA_gen(2048);
  check(*key && EVP_PKEY_up_ref(*key) == 1);
  return *key;
}

static EVP_PKEY *generate(const struct kind *kind) {
  if (kind->group) {
    return EVP_EC_gen(kind->group);
  }
  return kind->digest ? next_rsa_key() : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

static json_t *public_text(const struct ce_fake_key *key) {
  if (!key->kind->digest) {
    uint8_t raw[32];
    char hex[65];
    size_t size = sizeof raw;
    check(EVP_PKEY_get_raw_public_key(key->pkey, raw, &size) == 1);
    ce_hex_encode(raw, sizeof raw, hex);
    return json_string(hex);
  }
  BIO *text = BIO_new(BIO_s_mem());
  check(PEM_write_bio_PUBKEY(text, key->pkey) == 1);
  char *bytes = NULL;
  long size = BIO_get_mem_data(text, &bytes);
  json_t *string = json_stringn(bytes, (size_t)size);
  BIO_free(text);
  return string;
}

json_t *ce_fake_key_json(const struct ce_fake_key *key) {
  return json_pack("{s:s, s:s, s:{s:o}}", "keytype", key->kind->keytype, "scheme", key->kind->scheme,
                   "keyval", "public", public_text(key));
}

struct ce_fake_key *ce_fake_key_new(const char *scheme) {
  struct ce_fake_key *key = calloc(1, sizeof *key);
  check(key);
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (strcmp(kinds[i].scheme, scheme) == 0) {
      key->kind = &kinds[i];
    }
  }
  check(key->kind);
  key->pkey = generate(key->kind);
  check(key->pkey);
  struct ce_blob canonical = {0};
  struct ce_error err;
  struct ce_digest digest;
  json_t *json = ce_fake_key_json(key);
  check(ce_canonical_write(json, &canonical, &err) == CE_OK);
  ce_hash_bytes(canonical.data, canonical.size, &digest);
  ce_digest_to_hex(&digest, key->id);
  ce_blob_clear(&canonical);
  json_decref(json);
  return key;
}

void ce_fake_key_free(struct ce_fake_key *key) {
  if (key) {
    EVP_PKEY_free(key->pkey);
    free(key);
  }
}

const char *ce_fake_key_id(const struct ce_fake_key *key) {
  return key->id;
}

json_t *ce_fake_key_sign(const struct ce_fake_key *key, const json_t *body) {
  struct ce_blob canonical = {0};
  struct ce_error err;
  check(ce_canonical_write(body, &canonical, &err) == CE_OK);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_PKEY_CTX *parameters = NULL;
  check(EVP_DigestSignInit_ex(context, &parameters, key->kind->digest, NULL, NULL, key->pkey, NULL) == 1);
  if (strcmp(key->kind->keytype, "rsa") == 0) {
    check(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1);
    check(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1);
  }
  uint8_t signature[512];
  size_t size = sizeof signature;
  check(EVP_DigestSign(context, signature, &size, canonical.data, canonical.size) == 1);
  EVP_MD_CTX_free(context);
  ce_blob_clear(&canonical);
  char hex[2 * sizeof signature + 1];
  ce_hex_encode(signature, size, hex);
  return json_pack("{s:s, s:s}", "keyid", key->id, "sig", hex);
}

json_t *ce_fake_envelope(json_t *body, struct ce_fake_key *const *keys, size_t key_count) {
  json_t *signatures = json_array();
  for (size_t i = 0; i < key_count; i++) {
    json_array_append_new(signatures, ce_fake_key_sign(keys[i], body));
  }
  return json_pack("{s:o, s:O}", "signatures", signatures, "signed", body);
}
