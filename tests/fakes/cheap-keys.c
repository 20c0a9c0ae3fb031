/* SPDX-License-Identifier: Apache-2.0
 * In the place of OpenSSL's functions (-Wl,--wrap): keys that a test may make and open hundreds of times. */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdarg.h>
#include <string.h>

enum {
  RSA_BITS = 2048, /* the fewest that are taken */
  RSA_KEYS = 4     /* more than a test makes */
};

X509_ALGOR *__real_PKCS5_pbe2_set_scrypt(const EVP_CIPHER *cipher, const unsigned char *salt, int salt_size,
                                         unsigned char *iv, uint64_t n, uint64_t r, uint64_t p);
X509_ALGOR *__wrap_PKCS5_pbe2_set_scrypt(const EVP_CIPHER *cipher, const unsigned char *salt, int salt_size,
                                         unsigned char *iv, uint64_t n, uint64_t r, uint64_t p);
EVP_PKEY *__real_EVP_PKEY_Q_keygen(OSSL_LIB_CTX *context, const char *query, const char *type, ...);
EVP_PKEY *__wrap_EVP_PKEY_Q_keygen(OSSL_LIB_CTX *context, const char *query, const char *type, ...);

X509_ALGOR *__wrap_PKCS5_pbe2_set_scrypt(const EVP_CIPHER *cipher, const unsigned char *salt, int salt_size,
                                         unsigned char *iv, uint64_t n, uint64_t r, uint64_t p) {
  (void)n;
  (void)p;
  return __real_PKCS5_pbe2_set_scrypt(cipher, salt, salt_size, iv, 16, r, 1);
}

static EVP_PKEY *next_rsa_key(OSSL_LIB_CTX *context, const char *query) {
  static EVP_PKEY *ring[RSA_KEYS];
  static size_t next;
  EVP_PKEY **key = &ring[next++ % RSA_KEYS];
  *key = *key ? *key : __real_EVP_PKEY_Q_keygen(context, query, "RSA", (size_t)RSA_BITS);
  return *key && EVP_PKEY_up_ref(*key) == 1 ? *key : NULL;
}

EVP_PKEY *__wrap_EVP_PKEY_Q_keygen(OSSL_LIB_CTX *context, const char *query, const char *type, ...) {
  EVP_PKEY *key = NULL;
  va_list arguments;
  va_start(arguments, type);
  if (strcmp(type, "RSA") == 0) {
    size_t bits = va_arg(arguments, size_t);
    key =
        bits < RSA_BITS ? __real_EVP_PKEY_Q_keygen(context, query, type, bits) : next_rsa_key(context, query);
  } else if (strcmp(type, "EC") == 0) {
    key = __real_EVP_PKEY_Q_keygen(context, query, type, va_arg(arguments, const char *));
  } else {
    key = __real_EVP_PKEY_Q_keygen(context, query, type);
  }
  va_end(arguments);
  return key;
}
