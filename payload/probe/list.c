/* SPDX-License-Identifier: Apache-2.0
 * Listing until nothing moves. */
#include "probe/list.h"

#include "probe/presence.h"
#include "probe/report.h"
#include "probe/slot.h"

#include <poll.h>
#include <string.h>

#define TRIES    4
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

static const json_t *find_slot(const json_t *report, const json_t *id) {
  const json_t *slots = json_object_get(report, "slots");
  for (size_t i = 0; i < json_array_size(slots); i++) {
    const json_t *slot = json_array_get(slots, i);
    if (json_equal(json_object_get(slot, "id"), id)) {
      return slot;
    }
  }
  return NULL;
}

/* A module that reads a token while that is pulled out may say that there are no certificates, and OK. A
 * token that cannot give random bytes for such a reason is looked at once more. */
static bool is_shaky(CK_FUNCTION_LIST *module, CK_SLOT_ID slot) {
  CK_SESSION_HANDLE session = 0;
  uint8_t random[8];
  if (!module->C_GenerateRandom || !module->C_OpenSession || !module->C_CloseSession) {
    return false;
  }
  CK_RV rv = module->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &session);
  if (rv == CKR_OK) {
    rv = module->C_GenerateRandom(session, random, sizeof random);
    module->C_CloseSession(session);
  }
  return ce_outcome_may_be_removal(rv);
}

/* Of the tokens that were not just so in the list before. */
static bool has_shaky(CK_FUNCTION_LIST *module, const json_t *report, const json_t *before) {
  const json_t *slots = json_object_get(report, "slots");
  for (size_t i = 0; i < json_array_size(slots); i++) {
    const json_t *slot = json_array_get(slots, i), *token = json_object_get(slot, "token");
    const json_t *id = json_object_get(slot, "id");
    if (json_is_true(json_object_get(token, "initialized")) &&
        !json_equal(json_object_get(find_slot(before, id), "token"), token) &&
        is_shaky(module, (CK_SLOT_ID)json_integer_value(id))) {
      return true;
    }
  }
  return false;
}

/* Waits until something moves, as long as PC/SC may take to notice it. */
static void await_change(CK_FUNCTION_LIST *module, const json_t *report) {
  for (int waited_ms = 0; waited_ms < CE_PRESENCE_NOTICE_MS && agrees(module, report);
       waited_ms += AGAIN_MS) {
    poll(NULL, 0, AGAIN_MS);
  }
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

void ce_list_run(CK_FUNCTION_LIST *module, const char *path, int64_t now_s, const json_t *before,
                 struct ce_outcome *ret) {
  bool waited = false;
  for (int tries = 1;; tries++) {
    CE_AUTO(ce_json) json_t *report = NULL;
    struct ce_error why;
    if (make_report(module, path, now_s, &report, &why) != CE_OK) {
      ce_list_refuse(&why, ret);
      return;
    }
    bool suspect = !waited && (has_suspect(report) || has_shaky(module, report, before));
    if (tries == TRIES || (!suspect && agrees(module, report))) {
      ret->report = ce_take(&report);
      return;
    }
    if (suspect) {
      await_change(module, report);
      waited = true;
    }
  }
}
