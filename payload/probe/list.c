/* SPDX-License-Identifier: Apache-2.0
 * Listing until nothing moves. */
#include "probe/list.h"

#include "probe/presence.h"
#include "probe/report.h"
#include "probe/slot.h"

#include <poll.h>
#include <string.h>

#define TRIES    3
#define AGAIN_MS 100

/* Errors with which a token that was pulled out shows, anywhere in the report. */
static bool has_suspect(const json_t *value) {
  static const char *const names[] = {
      "CKR_DEVICE_REMOVED",        "CKR_DEVICE_ERROR",           "CKR_TOKEN_NOT_PRESENT",
      "CKR_GENERAL_ERROR",         "CKR_SESSION_HANDLE_INVALID", "CKR_TOKEN_NOT_RECOGNIZED",
      "CKR_FUNCTION_FAILED",       "CKR_SESSION_CLOSED",         "CKR_SLOT_ID_INVALID",
      "CKR_OBJECT_HANDLE_INVALID",
  };
  const char *rv = json_string_value(json_object_get(json_object_get(value, "error"), "rv"));
  for (size_t i = 0; rv && i < sizeof names / sizeof *names; i++) {
    if (strcmp(rv, names[i]) == 0) {
      return true;
    }
  }
  const char *const inside[] = {"slots", "certificates"};
  for (size_t i = 0; i < 2; i++) {
    const json_t *array = json_object_get(value, inside[i]);
    for (size_t n = 0; n < json_array_size(array); n++) {
      if (has_suspect(json_array_get(array, n))) {
        return true;
      }
    }
  }
  const json_t *token = json_object_get(value, "token");
  return token && has_suspect(token);
}

static bool report_has(const json_t *slots, CK_SLOT_ID id) {
  for (size_t i = 0; i < json_array_size(slots); i++) {
    const json_t *slot = json_array_get(slots, i);
    if (json_integer_value(json_object_get(slot, "id")) == (json_int_t)id) {
      return json_is_true(json_object_get(slot, "token_present"));
    }
  }
  return false;
}

/* The tokens that are there now are those of the report. */
static bool agrees(CK_FUNCTION_LIST *module, const json_t *report) {
  CE_AUTO(ce_free) CK_SLOT_ID *ids = NULL;
  size_t count = 0, told = 0;
  struct ce_error ignored;
  const json_t *slots = json_object_get(report, "slots");
  if (ce_slots_list(module, true, &ids, &count, &ignored) != CE_OK) {
    return true; /* nothing better is known */
  }
  for (size_t i = 0; i < json_array_size(slots); i++) {
    told += json_is_true(json_object_get(json_array_get(slots, i), "token_present"));
  }
  for (size_t i = 0; i < count && i < CE_PROBE_SLOTS_MAX; i++) {
    if (!report_has(slots, ids[i])) {
      return false;
    }
  }
  return count > CE_PROBE_SLOTS_MAX || told == count;
}

/* False when the report should be made again. */
static bool is_settled(CK_FUNCTION_LIST *module, const json_t *report) {
  bool suspect = has_suspect(report);
  for (int waited_ms = 0; agrees(module, report); waited_ms += AGAIN_MS) {
    if (!suspect) {
      return true;
    }
    if (waited_ms >= CE_PRESENCE_NOTICE_MS) {
      return false;
    }
    poll(NULL, 0, AGAIN_MS);
  }
  return false;
}

static enum ce_code make_report(CK_FUNCTION_LIST *module, const char *path, int64_t now_s, json_t **ret,
                                struct ce_error *err) {
  CE_AUTO(ce_json) json_t *report = json_pack("{s:i}", "format", CE_PROBE_FORMAT);
  if (!report) {
    return ce_fail_memory(err, path);
  }
  enum ce_code code = ce_report_fill(module, path, now_s, report, err);
  if (code) {
    return code;
  }
  *ret = ce_take(&report);
  return CE_OK;
}

void ce_list_refuse(const struct ce_error *why, struct ce_outcome *ret) {
  ret->result = CE_TOKEN_FAILED;
  ret->why = *why;
  ret->report = json_pack("{s:i, s:o}", "format", CE_PROBE_FORMAT, "error", ce_report_error(why));
}

void ce_list_run(CK_FUNCTION_LIST *module, const char *path, int64_t now_s, struct ce_outcome *ret) {
  for (int tries = 1;; tries++) {
    json_t *report = NULL;
    struct ce_error why;
    if (make_report(module, path, now_s, &report, &why) != CE_OK) {
      ce_list_refuse(&why, ret);
      return;
    }
    if (tries == TRIES || is_settled(module, report)) {
      ret->report = report;
      return;
    }
    json_decref(report);
  }
}
