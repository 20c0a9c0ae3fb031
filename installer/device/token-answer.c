/* SPDX-License-Identifier: Apache-2.0
 * Reading the worker's answers. */
#include "device/token-answer.h"

#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES    32
#define MESSAGE_MAX_BYTES 4096

static const struct ce_json_context context = {CE_CHILD, "answer"};

static const char *const result_names[] = {
    [CE_TOKEN_OK] = "ok",
    [CE_TOKEN_PIN_INCORRECT] = "pin-incorrect",
    [CE_TOKEN_PIN_FINAL_TRY] = "pin-final-try",
    [CE_TOKEN_PIN_LOCKED] = "pin-locked",
    [CE_TOKEN_PIN_LENGTH] = "pin-length",
    [CE_TOKEN_PIN_INVALID] = "pin-invalid",
    [CE_TOKEN_REMOVED] = "removed",
    [CE_TOKEN_NO_TOKEN] = "no-token",
    [CE_TOKEN_NO_KEY] = "no-key",
    [CE_TOKEN_UNSUPPORTED] = "unsupported",
    [CE_TOKEN_FAILED] = "failed",
};

const char *ce_token_result_name(enum ce_token_result result) {
  return result_names[result];
}

int ce_token_pin_tries_left(const struct ce_token_pin *pin) {
  if (pin->known && pin->locked) {
    return 0;
  }
  return pin->known && pin->final_try ? 1 : -1;
}

static enum ce_code read_result(const json_t *object, enum ce_token_result *ret, struct ce_error *err) {
  const char *text = NULL;
  enum ce_code code = ce_json_get_string(&context, object, "result", NAME_MAX_BYTES, &text, err);
  for (size_t i = 0; code == CE_OK && i < sizeof result_names / sizeof *result_names; i++) {
    if (strcmp(text, result_names[i]) == 0) {
      *ret = (enum ce_token_result)i;
      return CE_OK;
    }
  }
  return code ? code : ce_json_refuse(&context, err, "result", "'%s' is not known", text);
}

static enum ce_code read_pin(const json_t *answer, const char *key, struct ce_token_pin *ret,
                             struct ce_error *err) {
  const struct {
    const char *name;
    bool *flag;
  } flags[] = {
      {"locked", &ret->locked},
      {"final_try", &ret->final_try},
      {"count_low", &ret->count_low},
      {"to_be_changed", &ret->to_be_changed},
  };
  json_t *object = NULL;
  if (!json_object_get(answer, key)) {
    return CE_OK;
  }
  enum ce_code code = ce_json_get_object(&context, answer, key, &object, err);
  for (size_t i = 0; code == CE_OK && i < sizeof flags / sizeof *flags; i++) {
    code = ce_json_get_boolean(&context, object, flags[i].name, flags[i].flag, err);
  }
  if (code == CE_OK && json_object_get(object, "initialized")) {
    code = ce_json_get_boolean(&context, object, "initialized", &ret->initialized, err);
  }
  ret->known = code == CE_OK;
  return code;
}

static enum ce_code read_error(const json_t *answer, struct ce_token_answer *ret, struct ce_error *err) {
  json_t *error = NULL;
  const char *stage = NULL, *rv = "", *message = NULL;
  if (!json_object_get(answer, "error")) {
    return CE_OK;
  }
  enum ce_code code = ce_json_get_object(&context, answer, "error", &error, err);
  if (code == CE_OK) {
    code = ce_json_get_string(&context, error, "stage", sizeof ret->stage - 1, &stage, err);
  }
  if (code == CE_OK && !json_is_null(json_object_get(error, "rv"))) {
    code = ce_json_get_optional_string(&context, error, "rv", sizeof ret->rv - 1, &rv, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_string(&context, error, "message", MESSAGE_MAX_BYTES, &message, err);
  }
  if (code == CE_OK) {
    snprintf(ret->stage, sizeof ret->stage, "%s", stage);
    snprintf(ret->rv, sizeof ret->rv, "%s", rv);
    snprintf(ret->message, sizeof ret->message, "%s", message);
  }
  return code;
}

static enum ce_code read_signature(const json_t *answer, struct ce_token_answer *ret, struct ce_error *err) {
  const char *hex = "";
  enum ce_code code = ce_json_get_optional_string(&context, answer, "signature",
                                                  (size_t)2 * CE_TOKEN_SIGNATURE_MAX, &hex, err);
  if (code == CE_OK && !ce_hex_decode(hex, ret->signature, strlen(hex) / 2)) {
    return ce_json_refuse(&context, err, "signature", "it is not hexadecimal");
  }
  if (code == CE_OK) {
    ret->signature_size = strlen(hex) / 2;
  }
  return code;
}

static enum ce_code read_members(const json_t *object, int64_t number, struct ce_token_answer *ret,
                                 struct ce_error *err) {
  int64_t told = 0;
  enum ce_code code = ce_json_get_integer(&context, object, "id", number, number, &told, err);
  if (code == CE_OK) {
    code = read_result(object, &ret->result, err);
  }
  if (code == CE_OK) {
    code = read_pin(object, "pin", &ret->pin, err);
  }
  if (code == CE_OK) {
    code = read_pin(object, "so_pin", &ret->so_pin, err);
  }
  if (code == CE_OK) {
    code = read_error(object, ret, err);
  }
  return code ? code : read_signature(object, ret, err);
}

enum ce_code ce_token_answer_parse(const void *line, size_t size, int64_t number, struct ce_token_answer *ret,
                                   json_t **ret_report, struct ce_error *err) {
  CE_AUTO(ce_json) json_t *object = NULL;
  struct ce_token_answer answer = {0};
  json_t *report = NULL;
  enum ce_code code = ce_json_parse(&context, line, size, CE_TOKEN_ANSWER_BYTES_MAX, &object, err);
  if (code == CE_OK) {
    code = read_members(object, number, &answer, err);
  }
  if (code == CE_OK && json_object_get(object, "report")) {
    code = ce_json_get_object(&context, object, "report", &report, err);
  }
  if (code != CE_OK) {
    return code;
  }
  *ret = answer;
  *ret_report = json_incref(report);
  return CE_OK;
}
