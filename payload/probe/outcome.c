/* SPDX-License-Identifier: Apache-2.0
 * Return values in a caller's words. */
#include "probe/outcome.h"

#include "probe/module.h"
#include "probe/report.h"
#include "probe/token.h"

void ce_outcome_clear(struct ce_outcome *outcome) {
  json_decref(outcome->report);
  outcome->report = NULL;
}

enum ce_token_result ce_outcome_of(CK_RV rv) {
  switch (rv) {
  case CKR_OK:
    return CE_TOKEN_OK;
  case CKR_PIN_INCORRECT:
    return CE_TOKEN_PIN_INCORRECT;
  case CKR_PIN_LOCKED:
    return CE_TOKEN_PIN_LOCKED;
  case CKR_PIN_LEN_RANGE:
    return CE_TOKEN_PIN_LENGTH;
  case CKR_PIN_INVALID:
  case CKR_PIN_TOO_WEAK:
    return CE_TOKEN_PIN_INVALID;
  case CKR_DEVICE_REMOVED:
    return CE_TOKEN_REMOVED;
  case CKR_FUNCTION_NOT_SUPPORTED:
  case CKR_MECHANISM_INVALID:
  case CKR_KEY_TYPE_INCONSISTENT:
  case CKR_USER_TYPE_INVALID:
    return CE_TOKEN_UNSUPPORTED;
  default:
    return CE_TOKEN_FAILED;
  }
}

bool ce_outcome_may_be_removal(CK_RV rv) {
  switch (rv) {
  case CKR_DEVICE_REMOVED:
  case CKR_DEVICE_ERROR:
  case CKR_TOKEN_NOT_PRESENT:
  case CKR_TOKEN_NOT_RECOGNIZED:
  case CKR_GENERAL_ERROR:
  case CKR_FUNCTION_FAILED:
  case CKR_SESSION_HANDLE_INVALID:
  case CKR_SESSION_CLOSED:
  case CKR_OBJECT_HANDLE_INVALID:
  case CKR_KEY_HANDLE_INVALID:
  case CKR_SLOT_ID_INVALID:
  case CKR_USER_NOT_LOGGED_IN:
  case CKR_DATA_INVALID:
  case CKR_HOST_MEMORY:
    return true;
  default:
    return false;
  }
}

bool ce_outcome_take(struct ce_outcome *outcome, const char *stage, const char *call, CK_RV rv) {
  if (rv == CKR_OK) {
    return true;
  }
  outcome->result = ce_outcome_of(rv);
  outcome->rv = rv;
  ce_module_fail(&outcome->why, stage, rv, call);
  return false;
}

void ce_outcome_refuse(struct ce_outcome *outcome, enum ce_token_result result, const char *stage,
                       const char *sentence) {
  outcome->result = result;
  outcome->rv = CKR_OK;
  ce_fail(&outcome->why, CE_CHILD, stage, "", "%s", sentence);
}

static bool set(json_t *object, const char *key, json_t *value) {
  return json_object_set_new(object, key, value) == 0;
}

static bool add_signature(json_t *object, const struct ce_outcome *outcome) {
  char hex[2 * CE_TOKEN_SIGNATURE_MAX + 1];
  ce_hex_encode(outcome->signature, outcome->signature_size, hex);
  return set(object, "signature", json_string(hex));
}

static json_t *outcome_json(const struct ce_outcome *outcome, int64_t number) {
  json_t *object =
      json_pack("{s:I, s:s}", "id", (json_int_t)number, "result", ce_token_result_name(outcome->result));
  bool made = object != NULL;
  made = made && (!outcome->has_flags || (set(object, "pin", ce_token_pin_json(outcome->flags)) &&
                                          set(object, "so_pin", ce_token_so_pin_json(outcome->flags))));
  made = made && (!outcome->why.op[0] || set(object, "error", ce_report_error(&outcome->why)));
  made = made && (!outcome->signature_size || add_signature(object, outcome));
  made = made && (!outcome->report || json_object_set(object, "report", outcome->report) == 0);
  if (!made) {
    json_decref(object);
    return NULL;
  }
  return object;
}

enum ce_code ce_outcome_write(const struct ce_outcome *outcome, int64_t number, struct ce_blob *ret,
                              struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob line = {0};
  CE_AUTO(ce_json) json_t *object = outcome_json(outcome, number);
  if (!object) {
    return ce_fail_memory(err, "answer");
  }
  enum ce_code code = ce_json_write(object, false, &line, err);
  if (code == CE_OK && line.size > CE_TOKEN_ANSWER_BYTES_MAX) {
    struct ce_outcome shorter = {.result = CE_TOKEN_FAILED};
    ce_outcome_refuse(&shorter, CE_TOKEN_FAILED, "answer", "the answer would be too long");
    return ce_outcome_write(&shorter, number, ret, err);
  }
  if (code == CE_OK) {
    code = ce_blob_append(&line, "\n", 1, err);
  }
  return code ? code : ce_blob_append(ret, line.data, line.size, err);
}
