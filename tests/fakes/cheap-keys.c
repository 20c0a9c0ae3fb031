/* SPDX-License-Identifier: Apache-2.0
 * In the place of OpenSSL's scrypt parameters (-Wl,--wrap): keys that a test may open hundreds of times. */
#include <openssl/evp.h>
#include <openssl/x509.h>

X509_ALGOR *__real_PKCS5_pbe2_set_scrypt(const EVP_CIPHER *cipher, const unsigned char *salt, int salt_size,
                                         unsigned char *iv, uint64_t n, uint64_t r, uint64_t p);
X509_ALGOR *__wrap_PKCS5_pbe2_set_scrypt(const EVP_CIPHER *cipher, const unsigned char *salt, int salt_size,
                                         unsigned char *iv, uint64_t n, uint64_t r, uint64_t p);

X509_ALGOR *__wrap_PKCS5_pbe2_set_scrypt(const EVP_CIPHER *cipher, const unsigned char *salt, int salt_size,
                                         unsigned char *iv, uint64_t n, uint64_t r, uint64_t p) {
  (void)n;
  (void)p;
  return __real_PKCS5_pbe2_set_scrypt(cipher, salt, salt_size, iv, 16, r, 1);
}
