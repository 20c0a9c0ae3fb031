/* SPDX-License-Identifier: Apache-2.0
 * Finding and reading certificate objects (PKCS#11 2.40, sections 5.7 and 4.6). */
#include "probe/objects.h"

#include "probe/certificate.h"
#include "probe/module.h"
#include "probe/report.h"
#include "probe/text.h"
#include "probe/token.h"

#define ID_BYTES_MAX    1024
#define LABEL_BYTES_MAX 4096
#define FOUND_AT_ONCE   16

struct handles {
  CK_OBJECT_HANDLE items[CE_PROBE_CERTIFICATES_MAX];
  size_t count;
  bool more;
};

/* One attribute of an object into *ret, within limit_bytes; an attribute that the object lacks is empty. */
static enum ce_code read_attribute(CK_FUNCTION_LIST *module, CK_SESSION_HANDLE session,
                                   CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, size_t limit_bytes,
                                   struct ce_blob *ret, struct ce_error *err) {
  CK_ATTRIBUTE attribute = {type, NULL, 0};
  CK_RV rv = module->C_GetAttributeValue(session, object, &attribute, 1);
  if (rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_SENSITIVE ||
      (rv == CKR_OK && attribute.ulValueLen == CK_UNAVAILABLE_INFORMATION)) {
    return CE_OK;
  }
  if (rv != CKR_OK) {
    return ce_module_fail(err, "certificates", rv, "C_GetAttributeValue");
  }
  if (attribute.ulValueLen > limit_bytes) {
    return ce_fail(err, CE_CHILD, "certificates", "", "attribute 0x%lx has %lu bytes; at most %zu are read",
                   type, attribute.ulValueLen, limit_bytes);
  }
  CE_AUTO(ce_free) uint8_t *value = calloc(attribute.ulValueLen + 1, 1);
  if (!value) {
    return ce_fail_memory(err, "certificates");
  }
  CK_ULONG room = attribute.ulValueLen;
  attribute.pValue = value;
  rv = room ? module->C_GetAttributeValue(session, object, &attribute, 1) : CKR_OK;
  if (rv != CKR_OK || attribute.ulValueLen > room) {
    return ce_module_fail(err, "certificates", rv, "C_GetAttributeValue");
  }
  return ce_blob_append(ret, value, attribute.ulValueLen, err);
}

static enum ce_code find_handles(CK_FUNCTION_LIST *module, CK_SESSION_HANDLE session, struct handles *ret,
                                 struct ce_error *err) {
  CK_OBJECT_CLASS class = CKO_CERTIFICATE;
  CK_ATTRIBUTE wanted = {CKA_CLASS, &class, sizeof class};
  CK_RV rv = module->C_FindObjectsInit(session, &wanted, 1);
  if (rv != CKR_OK) {
    return ce_module_fail(err, "certificates", rv, "C_FindObjectsInit");
  }
  struct handles found = {.count = 0};
  CK_ULONG got = 1;
  while (got && rv == CKR_OK && !found.more) {
    CK_OBJECT_HANDLE some[FOUND_AT_ONCE];
    rv = module->C_FindObjects(session, some, FOUND_AT_ONCE, &got);
    for (CK_ULONG i = 0; rv == CKR_OK && i < got && i < FOUND_AT_ONCE && !found.more; i++) {
      if (found.count == CE_PROBE_CERTIFICATES_MAX) {
        found.more = true;
      } else {
        found.items[found.count++] = some[i];
      }
    }
  }
  module->C_FindObjectsFinal(session);
  if (rv != CKR_OK) {
    return ce_module_fail(err, "certificates", rv, "C_FindObjects");
  }
  *ret = found;
  return CE_OK;
}

/* False only when the object says that it is another kind of certificate than X.509. */
static bool is_x509(CK_FUNCTION_LIST *module, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object) {
  CK_CERTIFICATE_TYPE type = CKC_X_509;
  CK_ATTRIBUTE attribute = {CKA_CERTIFICATE_TYPE, &type, sizeof type};
  CK_RV rv = module->C_GetAttributeValue(session, object, &attribute, 1);
  return rv != CKR_OK || type == CKC_X_509;
}

static enum ce_code add_id_and_label(json_t *certificate, const struct ce_blob *id,
                                     const struct ce_blob *label, struct ce_error *err) {
  CE_AUTO(ce_free) char *hex = malloc(2 * id->size + 1);
  CE_AUTO(ce_free) char *text = ce_token_text((const uint8_t *)ce_blob_text(label), label->size);
  if (!hex || !text) {
    return ce_fail_memory(err, "certificates");
  }
  ce_hex_encode((const uint8_t *)ce_blob_text(id), id->size, hex);
  if (json_object_set_new(certificate, "id", json_string(hex)) ||
      json_object_set_new(certificate, "label", json_string(text))) {
    return ce_fail_memory(err, "certificates");
  }
  return CE_OK;
}

static enum ce_code describe(CK_FUNCTION_LIST *module, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                             int64_t now_s, json_t **ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob id = {0}, label = {0}, der = {0};
  CE_AUTO(ce_json) json_t *certificate = NULL;
  enum ce_code code = read_attribute(module, session, object, CKA_ID, ID_BYTES_MAX, &id, err);
  if (!code) {
    code = read_attribute(module, session, object, CKA_LABEL, LABEL_BYTES_MAX, &label, err);
  }
  if (!code) {
    code = read_attribute(module, session, object, CKA_VALUE, CE_CERTIFICATE_BYTES_MAX, &der, err);
  }
  if (!code) {
    code = ce_certificate_describe((const uint8_t *)ce_blob_text(&der), der.size, now_s, &certificate, err);
  }
  if (!code) {
    code = add_id_and_label(certificate, &id, &label, err);
  }
  if (code) {
    return code;
  }
  *ret = ce_take(&certificate);
  return CE_OK;
}

enum ce_code ce_objects_certificates(CK_FUNCTION_LIST *module, CK_SESSION_HANDLE session, int64_t now_s,
                                     json_t **ret, bool *ret_left_off, struct ce_error *err) {
  struct handles found;
  enum ce_code code = find_handles(module, session, &found, err);
  if (code) {
    return code;
  }
  CE_AUTO(ce_json) json_t *certificates = json_array();
  for (size_t i = 0; i < found.count; i++) {
    struct ce_error why;
    json_t *certificate = NULL;
    if (!is_x509(module, session, found.items[i])) {
      continue;
    }
    code = describe(module, session, found.items[i], now_s, &certificate, &why);
    if (code == CE_MEMORY) {
      *err = why;
      return code;
    }
    if (code) {
      certificate = json_pack("{s:o}", "error", ce_report_error(&why));
    }
    if (json_array_append_new(certificates, certificate)) {
      return ce_fail_memory(err, "certificates");
    }
  }
  if (!certificates) {
    return ce_fail_memory(err, "certificates");
  }
  *ret = ce_take(&certificates);
  *ret_left_off = found.more;
  return CE_OK;
}
