/* SPDX-License-Identifier: Apache-2.0
 * Signing a digest with the key that belongs to a certificate (PKCS#11 2.40, section 5.11). */
#include "probe/operation.h"

#include <string.h>

#define DIGEST_INFO_PREFIX_SIZE 19

/* RFC 8017, section 9.2, note 1. */
static const uint8_t prefixes[][DIGEST_INFO_PREFIX_SIZE] = {
    [CE_TOKEN_SHA256] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                         0x01, 0x05, 0x00, 0x04, 0x20},
    [CE_TOKEN_SHA384] = {0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                         0x02, 0x05, 0x00, 0x04, 0x30},
    [CE_TOKEN_SHA512] = {0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
                         0x03, 0x05, 0x00, 0x04, 0x40},
};

static bool take(struct ce_operation *operation, const char *call, CK_RV rv) {
  return ce_outcome_take(operation->outcome, "sign", call, rv);
}

static bool find_key(struct ce_operation *operation, CK_OBJECT_HANDLE *ret) {
  CK_FUNCTION_LIST *module = operation->module;
  uint8_t id[CE_TOKEN_ID_MAX];
  size_t size = strlen(operation->request->certificate) / 2;
  if (!ce_hex_decode(operation->request->certificate, id, size)) {
    size = 0; /* the request was checked for that */
  }
  CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
  CK_ATTRIBUTE wanted[] = {{CKA_CLASS, &class, sizeof class}, {CKA_ID, id, size}};
  if (!take(operation, "C_FindObjectsInit", module->C_FindObjectsInit(operation->session, wanted, 2))) {
    return false;
  }
  CK_ULONG count = 0;
  CK_RV rv = module->C_FindObjects(operation->session, ret, 1, &count);
  module->C_FindObjectsFinal(operation->session);
  if (take(operation, "C_FindObjects", rv) && count == 0) {
    ce_outcome_refuse(operation->outcome, CE_TOKEN_NO_KEY, "sign",
                      "the token has no private key of this certificate");
  }
  return operation->outcome->result == CE_TOKEN_OK && count > 0;
}

/* What is signed, and how, follows from the key's type. */
static bool choose(struct ce_operation *operation, CK_OBJECT_HANDLE key, CK_MECHANISM *ret_mechanism,
                   uint8_t input[DIGEST_INFO_PREFIX_SIZE + CE_TOKEN_DIGEST_MAX], size_t *ret_size) {
  const struct ce_token_request *request = operation->request;
  CK_KEY_TYPE type = 0;
  CK_ATTRIBUTE attribute = {CKA_KEY_TYPE, &type, sizeof type};
  CK_RV rv = operation->module->C_GetAttributeValue(operation->session, key, &attribute, 1);
  if (!take(operation, "C_GetAttributeValue", rv)) {
    return false;
  }
  if (type != CKK_RSA && type != CKK_EC) {
    ce_outcome_refuse(operation->outcome, CE_TOKEN_UNSUPPORTED, "sign", "the key is neither RSA nor EC");
    return false;
  }
  size_t size = type == CKK_RSA ? DIGEST_INFO_PREFIX_SIZE : 0;
  memcpy(input, prefixes[request->hash], size);
  memcpy(input + size, request->digest, ce_token_hash_size(request->hash));
  *ret_mechanism = (CK_MECHANISM){type == CKK_RSA ? CKM_RSA_PKCS : CKM_ECDSA, NULL, 0};
  *ret_size = size + ce_token_hash_size(request->hash);
  return true;
}

static bool asks_again(const struct ce_operation *operation, CK_OBJECT_HANDLE key) {
  CK_BBOOL always = CK_FALSE;
  CK_ATTRIBUTE attribute = {CKA_ALWAYS_AUTHENTICATE, &always, sizeof always};
  CK_RV rv = operation->module->C_GetAttributeValue(operation->session, key, &attribute, 1);
  return rv == CKR_OK && attribute.ulValueLen == sizeof always && always != CK_FALSE;
}

void ce_operation_sign(struct ce_operation *operation) {
  CK_FUNCTION_LIST *module = operation->module;
  struct ce_outcome *outcome = operation->outcome;
  CK_OBJECT_HANDLE key = 0;
  CK_MECHANISM mechanism;
  uint8_t input[DIGEST_INFO_PREFIX_SIZE + CE_TOKEN_DIGEST_MAX];
  size_t size = 0;
  if (!find_key(operation, &key) || !choose(operation, key, &mechanism, input, &size) ||
      !take(operation, "C_SignInit", module->C_SignInit(operation->session, &mechanism, key))) {
    return;
  }
  bool again = asks_again(operation, key);
  if (again && operation->pin->size == 0) {
    /* A module could spend a try on it. */
    take(operation, "C_Login", CKR_USER_NOT_LOGGED_IN);
    return;
  }
  if (again && !take(operation, "C_Login",
                     module->C_Login(operation->session, CKU_CONTEXT_SPECIFIC, operation->pin->bytes,
                                     operation->pin->size))) {
    return;
  }
  CK_ULONG signature_size = sizeof outcome->signature;
  CK_RV rv = module->C_Sign(operation->session, input, size, outcome->signature, &signature_size);
  if (take(operation, "C_Sign", rv)) {
    outcome->signature_size = signature_size <= sizeof outcome->signature ? signature_size : 0;
  }
}
