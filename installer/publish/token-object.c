/* SPDX-License-Identifier: Apache-2.0
 * Objects (PKCS#11 2.40, section 5.7; for Edwards curves 3.0, section 2.3). */
#include "publish/token-object.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>
#include <string.h>

#define ED25519_SIZE 32

CE_DEFINE_AUTO(openssl_key_context, EVP_PKEY_CTX *, EVP_PKEY_CTX_free);
CE_DEFINE_AUTO(openssl_build, OSSL_PARAM_BLD *, OSSL_PARAM_BLD_free);
CE_DEFINE_AUTO(openssl_param, OSSL_PARAM *, OSSL_PARAM_free);
CE_DEFINE_AUTO(openssl_octets, ASN1_OCTET_STRING *, ASN1_OCTET_STRING_free);
CE_DEFINE_AUTO(openssl_object, ASN1_OBJECT *, ASN1_OBJECT_free);
CE_DEFINE_AUTO(openssl_number, BIGNUM *, BN_free);
CE_DEFINE_AUTO(openssl_certificate, X509 *, X509_free);

enum ce_code ce_token_object_find(const struct ce_token *token, const struct ce_token_search *search,
                                  CK_OBJECT_HANDLE *ret, size_t *ret_count, struct ce_error *err) {
  const CK_FUNCTION_LIST *functions = token->module->functions;
  CK_OBJECT_CLASS class = search->class;
  CK_ATTRIBUTE wanted[3] = {{CKA_CLASS, &class, sizeof class}};
  CK_ULONG wanted_count = 1, found = 0;
  CK_OBJECT_HANDLE objects[2] = {0};
  if (search->id && search->id->size > 0) {
    wanted[wanted_count++] = (CK_ATTRIBUTE){CKA_ID, search->id->data, search->id->size};
  }
  if (search->label) {
    wanted[wanted_count++] =
        (CK_ATTRIBUTE){CKA_LABEL, (void *)(uintptr_t)search->label, strlen(search->label)};
  }
  CK_RV rv = functions->C_FindObjectsInit(token->session, wanted, wanted_count);
  if (rv == CKR_OK) {
    rv = functions->C_FindObjects(token->session, objects, 2, &found);
    CK_RV ended = functions->C_FindObjectsFinal(token->session);
    rv = rv == CKR_OK ? ended : rv;
  }
  if (rv != CKR_OK) {
    return ce_pkcs11_fail(err, "look for key", token->label, rv, "C_FindObjects");
  }
  *ret = objects[0];
  *ret_count = found;
  return CE_OK;
}

enum ce_code ce_token_object_read(const struct ce_token *token, CK_OBJECT_HANDLE object,
                                  CK_ATTRIBUTE_TYPE type, struct ce_blob *ret, struct ce_error *err) {
  const CK_FUNCTION_LIST *functions = token->module->functions;
  CK_ATTRIBUTE attribute = {type, NULL, 0};
  CK_RV rv = functions->C_GetAttributeValue(token->session, object, &attribute, 1);
  if (rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_SENSITIVE ||
      (rv == CKR_OK && attribute.ulValueLen == CK_UNAVAILABLE_INFORMATION)) {
    ce_blob_clear(ret);
    return CE_OK;
  }
  if (rv != CKR_OK) {
    return ce_pkcs11_fail(err, "read key", token->label, rv, "C_GetAttributeValue");
  }
  if (attribute.ulValueLen > CE_TOKEN_ATTRIBUTE_MAX) {
    return ce_fail(err, CE_PERMISSION, "read key", token->label, "an attribute of %lu bytes is too long",
                   attribute.ulValueLen);
  }
  CE_AUTO(ce_blob) struct ce_blob value = {.data = calloc(1, attribute.ulValueLen + 1)};
  if (!value.data) {
    return ce_fail_memory(err, token->label);
  }
  value.size = attribute.ulValueLen;
  value.capacity = attribute.ulValueLen + 1;
  attribute.pValue = value.data;
  rv = functions->C_GetAttributeValue(token->session, object, &attribute, 1);
  if (rv != CKR_OK || attribute.ulValueLen > value.size) {
    return ce_pkcs11_fail(err, "read key", token->label, rv, "C_GetAttributeValue");
  }
  value.size = attribute.ulValueLen;
  ce_blob_clear(ret);
  *ret = value;
  value = (struct ce_blob){0};
  return CE_OK;
}

static EVP_PKEY *build(const char *algorithm, OSSL_PARAM_BLD *build) {
  CE_AUTO(openssl_param) OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(build);
  CE_AUTO(openssl_key_context)
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
  EVP_PKEY *key = NULL;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context) != 1 ||
      EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
    return NULL;
  }
  return key;
}

static EVP_PKEY *build_rsa(const struct ce_blob *modulus, const struct ce_blob *exponent) {
  CE_AUTO(openssl_number) BIGNUM *n = BN_bin2bn(modulus->data, (int)modulus->size, NULL);
  CE_AUTO(openssl_number) BIGNUM *e = BN_bin2bn(exponent->data, (int)exponent->size, NULL);
  CE_AUTO(openssl_build) OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
  if (!n || !e || !parts || OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, n) != 1 ||
      OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_E, e) != 1) {
    return NULL;
  }
  return build("RSA", parts);
}

/* The point is the DER form of an octet string; some modules leave the wrapping off. */
static void unwrap_point(struct ce_blob *point) {
  const unsigned char *next = point->data;
  CE_AUTO(openssl_octets)
  ASN1_OCTET_STRING *octets = d2i_ASN1_OCTET_STRING(NULL, &next, (long)point->size);
  if (octets && next == point->data + point->size) {
    point->size = (size_t)ASN1_STRING_length(octets);
    memmove(point->data, ASN1_STRING_get0_data(octets), point->size);
  }
}

/* Named curves only, which is all that metadata knows. */
static EVP_PKEY *build_ec(const struct ce_blob *curve, const struct ce_blob *point) {
  const unsigned char *next = curve->data;
  CE_AUTO(openssl_object) ASN1_OBJECT *object = d2i_ASN1_OBJECT(NULL, &next, (long)curve->size);
  const char *group = object ? OBJ_nid2sn(OBJ_obj2nid(object)) : NULL;
  CE_AUTO(openssl_build) OSSL_PARAM_BLD *parts = OSSL_PARAM_BLD_new();
  if (!group || !parts || OSSL_PARAM_BLD_push_utf8_string(parts, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(parts, OSSL_PKEY_PARAM_PUB_KEY, point->data, point->size) != 1) {
    return NULL;
  }
  return build("EC", parts);
}

static EVP_PKEY *build_curve(CK_KEY_TYPE type, const struct ce_blob *curve, struct ce_blob *point) {
  unwrap_point(point);
  if (type == CKK_EC) {
    return build_ec(curve, point);
  }
  return point->size == ED25519_SIZE
             ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, point->data, point->size)
             : NULL;
}

static enum ce_code read_pair(const struct ce_token *token, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE first,
                              CK_ATTRIBUTE_TYPE second, struct ce_blob *ret_first, struct ce_blob *ret_second,
                              struct ce_error *err) {
  enum ce_code code = ce_token_object_read(token, object, first, ret_first, err);
  return code == CE_OK ? ce_token_object_read(token, object, second, ret_second, err) : code;
}

enum ce_code ce_token_object_public_key(const struct ce_token *token, CK_OBJECT_HANDLE object, EVP_PKEY **ret,
                                        struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob type_bytes = {0}, first = {0}, second = {0};
  CK_KEY_TYPE type = CK_UNAVAILABLE_INFORMATION;
  enum ce_code code = ce_token_object_read(token, object, CKA_KEY_TYPE, &type_bytes, err);
  if (code == CE_OK && type_bytes.size == sizeof type) {
    memcpy(&type, type_bytes.data, sizeof type);
  }
  if (code == CE_OK && type == CKK_RSA) {
    code = read_pair(token, object, CKA_MODULUS, CKA_PUBLIC_EXPONENT, &first, &second, err);
  } else if (code == CE_OK) {
    code = read_pair(token, object, CKA_EC_PARAMS, CKA_EC_POINT, &first, &second, err);
  }
  if (code != CE_OK) {
    return code;
  }
  EVP_PKEY *key = NULL;
  if (type == CKK_RSA && first.size > 0 && second.size > 0) {
    key = build_rsa(&first, &second);
  } else if ((type == CKK_EC || type == CKK_EC_EDWARDS) && first.size > 0 && second.size > 0) {
    key = build_curve(type, &first, &second);
  }
  ERR_clear_error();
  *ret = key;
  return CE_OK;
}

enum ce_code ce_token_object_certificate_key(const struct ce_token *token, CK_OBJECT_HANDLE object,
                                             EVP_PKEY **ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob der = {0};
  enum ce_code code = ce_token_object_read(token, object, CKA_VALUE, &der, err);
  if (code != CE_OK) {
    return code;
  }
  const unsigned char *next = der.data;
  CE_AUTO(openssl_certificate)
  X509 *certificate = der.size > 0 ? d2i_X509(NULL, &next, (long)der.size) : NULL;
  *ret = certificate ? X509_get_pubkey(certificate) : NULL;
  ERR_clear_error();
  return CE_OK;
}
