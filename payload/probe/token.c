/* SPDX-License-Identifier: Apache-2.0
 * Reading token information (PKCS#11 2.40, section 5.5). */
#include "probe/token.h"

#include "probe/module.h"
#include "probe/objects.h"
#include "probe/report.h"
#include "probe/text.h"

static json_t *pin_json(CK_FLAGS flags, CK_FLAGS count_low, CK_FLAGS final_try, CK_FLAGS locked,
                        CK_FLAGS to_be_changed) {
  return json_pack("{s:b, s:b, s:b, s:b}", "count_low", (flags & count_low) != 0, "final_try",
                   (flags & final_try) != 0, "locked", (flags & locked) != 0, "to_be_changed",
                   (flags & to_be_changed) != 0);
}

json_t *ce_token_pin_json(CK_FLAGS flags) {
  json_t *pin = pin_json(flags, CKF_USER_PIN_COUNT_LOW, CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED,
                         CKF_USER_PIN_TO_BE_CHANGED);
  if (json_object_set_new(pin, "initialized", json_boolean((flags & CKF_USER_PIN_INITIALIZED) != 0))) {
    json_decref(pin);
    return NULL;
  }
  return pin;
}

json_t *ce_token_so_pin_json(CK_FLAGS flags) {
  return pin_json(flags, CKF_SO_PIN_COUNT_LOW, CKF_SO_PIN_FINAL_TRY, CKF_SO_PIN_LOCKED,
                  CKF_SO_PIN_TO_BE_CHANGED);
}

static json_t *token_json(const CK_TOKEN_INFO *info) {
  CE_AUTO(ce_free) char *label = ce_token_text(info->label, sizeof info->label);
  CE_AUTO(ce_free) char *manufacturer = ce_token_text(info->manufacturerID, sizeof info->manufacturerID);
  CE_AUTO(ce_free) char *model = ce_token_text(info->model, sizeof info->model);
  CE_AUTO(ce_free) char *serial = ce_token_text(info->serialNumber, sizeof info->serialNumber);
  return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:o, s:o, s:I, s:I}", "label", label, "manufacturer",
                   manufacturer, "model", model, "serial", serial, "initialized",
                   (info->flags & CKF_TOKEN_INITIALIZED) != 0, "login_required",
                   (info->flags & CKF_LOGIN_REQUIRED) != 0, "pin", ce_token_pin_json(info->flags), "so_pin",
                   ce_token_so_pin_json(info->flags), "pin_min", (json_int_t)info->ulMinPinLen, "pin_max",
                   (json_int_t)info->ulMaxPinLen);
}

/* Opens a session, lists the certificates and closes it. */
static enum ce_code read_certificates(CK_FUNCTION_LIST *module, CK_SLOT_ID slot, int64_t now_s, json_t **ret,
                                      bool *ret_left_off, struct ce_error *err) {
  CK_SESSION_HANDLE session = 0;
  CK_RV rv = module->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session);
  if (rv != CKR_OK) {
    return ce_module_fail(err, "session", rv, "C_OpenSession");
  }
  enum ce_code code = ce_objects_certificates(module, session, now_s, ret, ret_left_off, err);
  module->C_CloseSession(session);
  return code;
}

static enum ce_code add_certificates(json_t *token, CK_FUNCTION_LIST *module, CK_SLOT_ID slot,
                                     bool initialized, int64_t now_s, struct ce_error *err) {
  struct ce_error why;
  json_t *certificates = NULL;
  bool left_off = false;
  enum ce_code code = read_certificates(module, slot, now_s, &certificates, &left_off, &why);
  if (code == CE_MEMORY) {
    *err = why;
    return code;
  }
  /* A blank token has no certificates and opens no session; that is no failure. */
  if (code && initialized && json_object_set_new(token, "error", ce_report_error(&why))) {
    return ce_fail_memory(err, "token");
  }
  if (json_object_set_new(token, "certificates", code ? json_array() : certificates) ||
      json_object_set_new(token, "certificates_left_off", json_boolean(left_off))) {
    return ce_fail_memory(err, "token");
  }
  return CE_OK;
}

enum ce_code ce_token_describe(CK_FUNCTION_LIST *module, CK_SLOT_ID slot, int64_t now_s, json_t **ret,
                               struct ce_error *err) {
  CK_TOKEN_INFO info = {0};
  CK_RV rv = module->C_GetTokenInfo(slot, &info);
  if (rv != CKR_OK) {
    return ce_module_fail(err, "token", rv, "C_GetTokenInfo");
  }
  CE_AUTO(ce_json) json_t *token = token_json(&info);
  if (!token) {
    return ce_fail_memory(err, "token");
  }
  enum ce_code code =
      add_certificates(token, module, slot, (info.flags & CKF_TOKEN_INITIALIZED) != 0, now_s, err);
  if (code) {
    return code;
  }
  *ret = ce_take(&token);
  return CE_OK;
}
