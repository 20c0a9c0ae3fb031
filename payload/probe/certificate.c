/* SPDX-License-Identifier: Apache-2.0
 * X.509 certificates by OpenSSL, described as JSON. */
#include "probe/certificate.h"

#include "probe/text.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <string.h>
#include <time.h>

#define NAME_BYTES_MAX 4096
#define DAY_S          86400

CE_DEFINE_AUTO(x509, X509 *, X509_free);
CE_DEFINE_AUTO(bio, BIO *, BIO_free_all);
CE_DEFINE_AUTO(bignum, BIGNUM *, BN_free);

static void openssl_text_free(char *text) {
  OPENSSL_free(text);
}
CE_DEFINE_AUTO(openssl_text, char *, openssl_text_free);

static json_t *text_json(const char *bytes, size_t size) {
  CE_AUTO(ce_free)
  char *text = ce_token_text((const uint8_t *)bytes, size < NAME_BYTES_MAX ? size : NAME_BYTES_MAX);
  return text ? json_string(text) : NULL;
}

/* The whole name as RFC 4514 writes it, but with characters beyond ASCII as themselves. */
static json_t *name_json(const X509_NAME *name) {
  CE_AUTO(bio) BIO *out = BIO_new(BIO_s_mem());
  if (!out || X509_NAME_print_ex(out, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) < 0) {
    return NULL;
  }
  char *bytes = NULL;
  long size = BIO_get_mem_data(out, &bytes);
  return text_json(bytes ? bytes : "", size > 0 ? (size_t)size : 0);
}

/* The last common name: the most specific one. */
static json_t *common_name_json(const X509_NAME *name) {
  int at = -1;
  for (int next; (next = X509_NAME_get_index_by_NID(name, NID_commonName, at)) >= 0;) {
    at = next;
  }
  unsigned char *utf8 = NULL;
  int size =
      at < 0 ? -1 : ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size <= 0) {
    OPENSSL_free(utf8);
    return name_json(name);
  }
  json_t *json = text_json((const char *)utf8, (size_t)size);
  OPENSSL_free(utf8);
  return json;
}

static json_t *serial_json(const X509 *certificate) {
  CE_AUTO(bignum) BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
  CE_AUTO(openssl_text) char *hex = number ? BN_bn2hex(number) : NULL;
  return hex ? json_string(hex) : NULL;
}

static json_t *time_json(const struct tm *broken_down) {
  char text[32];
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", broken_down);
  return json_string(text);
}

static json_int_t whole_days(int64_t seconds) {
  return seconds >= 0 ? seconds / DAY_S : -((-seconds + DAY_S - 1) / DAY_S);
}

/* Adds the times; false when the certificate has none that can be read, or memory is out. */
static bool add_validity(json_t *object, const X509 *certificate, int64_t now_s) {
  struct tm before = {0}, after = {0};
  if (!ASN1_TIME_to_tm(X509_get0_notBefore(certificate), &before) ||
      !ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &after)) {
    return false;
  }
  int64_t before_s = (int64_t)timegm(&before), after_s = (int64_t)timegm(&after);
  return json_object_set_new(object, "not_before", time_json(&before)) == 0 &&
         json_object_set_new(object, "not_after", time_json(&after)) == 0 &&
         json_object_set_new(object, "not_yet_valid", json_boolean(now_s < before_s)) == 0 &&
         json_object_set_new(object, "days_left", json_integer(whole_days(after_s - now_s))) == 0;
}

/* OpenSSL knows the key by a type name; for a key that it cannot read, the algorithm's object identifier
 * says what it is. */
static bool add_key(json_t *object, const X509 *certificate) {
  const EVP_PKEY *key = X509_get0_pubkey(certificate);
  const char *type = key ? EVP_PKEY_get0_type_name(key) : NULL;
  char algorithm[80] = "";
  if (!type) {
    ASN1_OBJECT *identifier = NULL;
    X509_PUBKEY_get0_param(&identifier, NULL, NULL, NULL, X509_get_X509_PUBKEY(certificate));
    OBJ_obj2txt(algorithm, sizeof algorithm, identifier, 0);
    type = algorithm;
  }
  int bits = key ? EVP_PKEY_get_bits(key) : 0;
  return json_object_set_new(object, "key_type", json_string(type)) == 0 &&
         json_object_set_new(object, "key_bits", json_integer(bits)) == 0;
}

static bool add_fingerprint(json_t *object, const uint8_t *der, size_t size) {
  struct ce_digest digest;
  char hex[CE_DIGEST_HEX_SIZE];
  if (!EVP_Digest(der, size, digest.bytes, NULL, EVP_sha256(), NULL)) {
    return false;
  }
  ce_digest_to_hex(&digest, hex);
  return json_object_set_new(object, "sha256", json_string(hex)) == 0;
}

enum ce_code ce_certificate_describe(const uint8_t *der, size_t size, int64_t now_s, json_t **ret,
                                     struct ce_error *err) {
  if (size > CE_CERTIFICATE_BYTES_MAX) {
    return ce_fail(err, CE_CHILD, "certificate", "", "it has %zu bytes; at most %d are read", size,
                   CE_CERTIFICATE_BYTES_MAX);
  }
  const uint8_t *end = der;
  CE_AUTO(x509) X509 *certificate = d2i_X509(NULL, &end, (long)size);
  if (!certificate) {
    return ce_fail(err, CE_CHILD, "certificate", "", "the %zu bytes are no X.509 certificate", size);
  }
  const X509_NAME *subject = X509_get_subject_name(certificate), *issuer = X509_get_issuer_name(certificate);
  CE_AUTO(ce_json) json_t *object = json_object();
  if (json_object_set_new(object, "subject", name_json(subject)) ||
      json_object_set_new(object, "subject_name", common_name_json(subject)) ||
      json_object_set_new(object, "issuer", name_json(issuer)) ||
      json_object_set_new(object, "issuer_name", common_name_json(issuer)) ||
      json_object_set_new(object, "serial", serial_json(certificate)) || !add_key(object, certificate) ||
      !add_fingerprint(object, der, (size_t)(end - der))) {
    return ce_fail_memory(err, "certificate");
  }
  if (!add_validity(object, certificate, now_s)) {
    return ce_fail(err, CE_CHILD, "certificate", "", "its times of validity cannot be read");
  }
  *ret = ce_take(&object);
  return CE_OK;
}
