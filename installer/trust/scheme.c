/* SPDX-License-Identifier: Apache-2.0
 * The table of signature schemes, over OpenSSL's EVP. */
#include "trust/scheme.h"

#include "base/digest.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <string.h>

#define ED25519_KEY_SIZE 32

struct ce_scheme {
  const char *name;
  const char *keytypes[2]; /* ecdsa keys are found under two names */
  EVP_PKEY *(*load)(const struct ce_scheme *scheme, const char *public_text);
  const char *group;  /* elliptic curves in PEM */
  const char *digest; /* NULL where the scheme hashes by itself */
  bool pss;
};

static EVP_PKEY *load_ed25519(const struct ce_scheme *scheme, const char *public_text) {
  (void)scheme;
  uint8_t raw[ED25519_KEY_SIZE];
  if (!ce_hex_decode(public_text, raw, sizeof raw)) {
    return NULL;
  }
  return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, sizeof raw);
}

/* OpenSSL would ask the terminal for the pass phrase of an encrypted PEM block. */
static int refuse_pass_phrase(char *buffer, int size, int writing, void *context) {
  (void)buffer;
  (void)size;
  (void)writing;
  (void)context;
  return -1;
}

static EVP_PKEY *load_pem(const char *public_text) {
  size_t length = strlen(public_text);
  if (length > INT_MAX) {
    return NULL;
  }
  BIO *text = BIO_new_mem_buf(public_text, (int)length);
  EVP_PKEY *key = text ? PEM_read_bio_PUBKEY(text, NULL, refuse_pass_phrase, NULL) : NULL;
  BIO_free(text);
  return key;
}

static EVP_PKEY *load_ecdsa(const struct ce_scheme *scheme, const char *public_text) {
  EVP_PKEY *key = load_pem(public_text);
  char group[32] = "";
  if (key && (!EVP_PKEY_is_a(key, "EC") || !EVP_PKEY_get_group_name(key, group, sizeof group, NULL) ||
              strcmp(group, scheme->group) != 0)) {
    EVP_PKEY_free(key);
    return NULL;
  }
  return key;
}

static EVP_PKEY *load_rsa(const struct ce_scheme *scheme, const char *public_text) {
  (void)scheme;
  EVP_PKEY *key = load_pem(public_text);
  if (key && (!EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_get_bits(key) < CE_SCHEME_RSA_BITS_MIN ||
              EVP_PKEY_get_bits(key) > CE_SCHEME_RSA_BITS_MAX)) {
    EVP_PKEY_free(key);
    return NULL;
  }
  return key;
}

static const struct ce_scheme schemes[] = {
    {.name = "ed25519", .keytypes = {"ed25519"}, .load = load_ed25519},
    {.name = "ecdsa-sha2-nistp256",
     .keytypes = {"ecdsa", "ecdsa-sha2-nistp256"},
     .load = load_ecdsa,
     .group = "prime256v1",
     .digest = "SHA256"},
    {.name = "ecdsa-sha2-nistp384",
     .keytypes = {"ecdsa", "ecdsa-sha2-nistp384"},
     .load = load_ecdsa,
     .group = "secp384r1",
     .digest = "SHA384"},
    {.name = "rsassa-pss-sha256", .keytypes = {"rsa"}, .load = load_rsa, .digest = "SHA256", .pss = true},
};

static bool has_keytype(const struct ce_scheme *scheme, const char *keytype) {
  for (size_t i = 0; i < 2 && scheme->keytypes[i]; i++) {
    if (strcmp(scheme->keytypes[i], keytype) == 0) {
      return true;
    }
  }
  return false;
}

const struct ce_scheme *ce_scheme_find(const char *keytype, const char *scheme) {
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
    if (strcmp(schemes[i].name, scheme) == 0 && has_keytype(&schemes[i], keytype)) {
      return &schemes[i];
    }
  }
  return NULL;
}

EVP_PKEY *ce_scheme_load_key(const struct ce_scheme *scheme, const char *public_text) {
  EVP_PKEY *key = scheme->load(scheme, public_text);
  ERR_clear_error();
  return key;
}

void ce_scheme_key_free(EVP_PKEY *key) {
  EVP_PKEY_free(key);
}

bool ce_scheme_key_equal(const EVP_PKEY *a, const EVP_PKEY *b) {
  bool equal = EVP_PKEY_eq(a, b) == 1;
  ERR_clear_error();
  return equal;
}

static bool set_up(const struct ce_scheme *scheme, EVP_MD_CTX *context, EVP_PKEY *key) {
  EVP_PKEY_CTX *parameters = NULL; /* belongs to context */
  if (EVP_DigestVerifyInit_ex(context, &parameters, scheme->digest, NULL, NULL, key, NULL) != 1) {
    return false;
  }
  /* Signers differ in the salt's length, so it is read from the signature. */
  return !scheme->pss || (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
                          EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_AUTO) == 1);
}

bool ce_scheme_verify(const struct ce_scheme *scheme, EVP_PKEY *key, const uint8_t *signature,
                      size_t signature_size, const void *message, size_t message_size) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool valid = context && set_up(scheme, context, key) &&
               EVP_DigestVerify(context, signature, signature_size, message, message_size) == 1;
  EVP_MD_CTX_free(context);
  ERR_clear_error();
  return valid;
}
