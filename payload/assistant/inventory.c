/* SPDX-License-Identifier: Apache-2.0
 * Reading the probe's report, within the probe's own limits. */
#include "assistant/inventory.h"

#include <string.h>

#define SLOTS_MAX        64
#define CERTIFICATES_MAX 256
#define TEXT_BYTES_MAX   65536
#define DAYS_MAX         10000000
#define FORMAT           1

static const struct ce_json_context context = {CE_CHILD, "certenv-probe"};

void ce_inventory_free(struct ce_inventory *inventory) {
  if (!inventory) {
    return;
  }
  for (size_t i = 0; i < inventory->token_count; i++) {
    free(inventory->tokens[i].certificates);
  }
  free(inventory->tokens);
  json_decref(inventory->json);
  free(inventory);
}

static enum ce_code read_text(const json_t *object, const char *key, const char **ret, struct ce_error *err) {
  return ce_json_get_string(&context, object, key, TEXT_BYTES_MAX, ret, err);
}

/* The message of the member "error", where there is one. */
static enum ce_code read_error(const json_t *object, const char **ret_stage, const char **ret_message,
                               struct ce_error *err) {
  json_t *error = NULL;
  if (!json_object_get(object, "error")) {
    return CE_OK;
  }
  enum ce_code code = ce_json_get_object(&context, object, "error", &error, err);
  if (!code && ret_stage) {
    code = read_text(error, "stage", ret_stage, err);
  }
  return code ? code : read_text(error, "message", ret_message, err);
}

static enum ce_validity validity(int64_t days_left, bool not_yet_valid, int64_t reminder_days) {
  if (days_left < 0) {
    return CE_VALIDITY_EXPIRED;
  }
  if (not_yet_valid) {
    return CE_VALIDITY_NOT_YET;
  }
  return days_left <= reminder_days ? CE_VALIDITY_SOON : CE_VALIDITY_OK;
}

static enum ce_code read_times(json_t *object, int64_t reminder_days, struct ce_certificate *ret,
                               struct ce_error *err) {
  static const char *const names[] = {"ok", "soon", "expired", "not-yet"};
  const char *until = "";
  bool not_yet_valid = false;
  enum ce_code code = read_text(object, "not_after", &until, err);
  if (!code) {
    code = ce_json_get_integer(&context, object, "days_left", -DAYS_MAX, DAYS_MAX, &ret->days_left, err);
  }
  if (!code) {
    code = ce_json_get_boolean(&context, object, "not_yet_valid", &not_yet_valid, err);
  }
  if (code) {
    return code;
  }
  snprintf(ret->until, sizeof ret->until, "%s", until);
  ret->validity = validity(ret->days_left, not_yet_valid, reminder_days);
  if (json_object_set_new(object, "validity", json_string(names[ret->validity]))) {
    return ce_fail_memory(err, context.document);
  }
  return CE_OK;
}

static enum ce_code read_certificate(json_t *object, int64_t reminder_days, struct ce_certificate *ret,
                                     struct ce_error *err) {
  ret->name = ret->issuer = "";
  enum ce_code code = read_error(object, NULL, &ret->error, err);
  if (code || ret->error) {
    return code;
  }
  code = read_text(object, "subject_name", &ret->name, err);
  if (!code) {
    code = read_text(object, "issuer_name", &ret->issuer, err);
  }
  return code ? code : read_times(object, reminder_days, ret, err);
}

static enum ce_code read_certificates(const json_t *object, int64_t reminder_days, struct ce_token *ret,
                                      struct ce_error *err) {
  json_t *array = NULL;
  enum ce_code code = ce_json_get_array(&context, object, "certificates", CERTIFICATES_MAX, &array, err);
  if (code) {
    return code;
  }
  ret->certificate_count = json_array_size(array);
  ret->certificates = calloc(ret->certificate_count + 1, sizeof *ret->certificates);
  if (!ret->certificates) {
    return ce_fail_memory(err, context.document);
  }
  for (size_t i = 0; !code && i < ret->certificate_count; i++) {
    code = read_certificate(json_array_get(array, i), reminder_days, &ret->certificates[i], err);
  }
  return code;
}

static enum ce_code read_pin(const json_t *object, struct ce_token *ret, struct ce_error *err) {
  json_t *pin = NULL;
  enum ce_code code = ce_json_get_object(&context, object, "pin", &pin, err);
  if (!code) {
    code = ce_json_get_boolean(&context, pin, "locked", &ret->pin_locked, err);
  }
  if (!code) {
    code = ce_json_get_boolean(&context, pin, "final_try", &ret->pin_final_try, err);
  }
  if (!code) {
    code = ce_json_get_boolean(&context, pin, "count_low", &ret->pin_count_low, err);
  }
  return code ? code : ce_json_get_boolean(&context, pin, "to_be_changed", &ret->pin_to_be_changed, err);
}

static enum ce_code read_names(const json_t *object, struct ce_token *ret, struct ce_error *err) {
  enum ce_code code = read_text(object, "label", &ret->label, err);
  if (!code) {
    code = read_text(object, "manufacturer", &ret->manufacturer, err);
  }
  if (!code) {
    code = read_text(object, "model", &ret->model, err);
  }
  return code ? code : read_text(object, "serial", &ret->serial, err);
}

static enum ce_code read_token(const json_t *object, int64_t reminder_days, struct ce_token *ret,
                               struct ce_error *err) {
  enum ce_code code = read_names(object, ret, err);
  if (!code) {
    code = ce_json_get_boolean(&context, object, "initialized", &ret->initialized, err);
  }
  if (!code) {
    code = read_pin(object, ret, err);
  }
  if (!code) {
    code = read_error(object, NULL, &ret->error, err);
  }
  return code ? code : read_certificates(object, reminder_days, ret, err);
}

/* A slot that failed is shown as a token that failed. */
static enum ce_code read_slot(const json_t *slot, int64_t reminder_days, struct ce_inventory *inventory,
                              struct ce_error *err) {
  const char *error = NULL;
  struct ce_token *token = &inventory->tokens[inventory->token_count];
  if (!json_is_object(slot)) {
    return ce_json_refuse(&context, err, "slots", "an entry is not an object");
  }
  enum ce_code code = read_error(slot, NULL, &error, err);
  if (code || (!error && !json_object_get(slot, "token"))) {
    return code;
  }
  inventory->token_count++;
  if (error) {
    *token = (struct ce_token){
        .label = "", .manufacturer = "", .model = "", .serial = "", .error = error, .initialized = true};
    return CE_OK;
  }
  json_t *object = NULL;
  code = ce_json_get_object(&context, slot, "token", &object, err);
  return code ? code : read_token(object, reminder_days, token, err);
}

static enum ce_code read_slots(int64_t reminder_days, struct ce_inventory *inventory, struct ce_error *err) {
  json_t *slots = NULL;
  enum ce_code code = ce_json_get_array(&context, inventory->json, "slots", SLOTS_MAX, &slots, err);
  if (code) {
    return code;
  }
  inventory->tokens = calloc(json_array_size(slots) + 1, sizeof *inventory->tokens);
  if (!inventory->tokens) {
    return ce_fail_memory(err, context.document);
  }
  for (size_t i = 0; !code && i < json_array_size(slots); i++) {
    code = read_slot(json_array_get(slots, i), reminder_days, inventory, err);
  }
  return code;
}

enum ce_code ce_inventory_read(json_t *report, int64_t reminder_days, struct ce_inventory **ret,
                               struct ce_error *err) {
  CE_AUTO(ce_inventory) struct ce_inventory *inventory = calloc(1, sizeof *inventory);
  if (!inventory) {
    json_decref(report);
    return ce_fail_memory(err, context.document);
  }
  int64_t format = 0;
  inventory->json = report;
  enum ce_code code = ce_json_get_integer(&context, report, "format", FORMAT, FORMAT, &format, err);
  if (!code) {
    code = read_error(report, &inventory->error_stage, &inventory->error_message, err);
  }
  if (!code && !inventory->error_message) {
    code = read_slots(reminder_days, inventory, err);
  }
  if (code) {
    return code;
  }
  *ret = ce_take(&inventory);
  return CE_OK;
}

enum ce_code ce_inventory_parse(const void *bytes, size_t size, int64_t reminder_days,
                                struct ce_inventory **ret, struct ce_error *err) {
  json_t *report = NULL;
  enum ce_code code = ce_json_parse(&context, bytes, size, CE_INVENTORY_BYTES_MAX, &report, err);
  return code ? code : ce_inventory_read(report, reminder_days, ret, err);
}
