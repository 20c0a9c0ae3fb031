/* SPDX-License-Identifier: Apache-2.0
 * Listing slots (PKCS#11 2.40, section 5.5). */
#include "probe/slot.h"

#include "probe/module.h"
#include "probe/report.h"
#include "probe/text.h"
#include "probe/token.h"

/* A module that claims more is broken. */
#define SLOTS_BELIEVED 65536

enum ce_code ce_slots_list(CK_FUNCTION_LIST *module, bool with_token, CK_SLOT_ID **ret, size_t *ret_count,
                           struct ce_error *err) {
  CK_BBOOL present = with_token ? CK_TRUE : CK_FALSE;
  CK_ULONG count = 0;
  CK_RV rv = module->C_GetSlotList(present, NULL, &count);
  if (rv != CKR_OK) {
    return ce_module_fail(err, "slots", rv, "C_GetSlotList");
  }
  if (count > SLOTS_BELIEVED) {
    return ce_fail(err, CE_CHILD, "slots", "", "the module claims %lu slots", count);
  }
  CE_AUTO(ce_free) CK_SLOT_ID *ids = calloc(count + 1, sizeof *ids);
  if (!ids) {
    return ce_fail_memory(err, "slots");
  }
  CK_ULONG filled = count;
  rv = count ? module->C_GetSlotList(present, ids, &filled) : CKR_OK;
  if (rv != CKR_OK) {
    return ce_module_fail(err, "slots", rv, "C_GetSlotList");
  }
  *ret = ce_take(&ids);
  *ret_count = filled < count ? filled : count;
  return CE_OK;
}

static json_t *slot_json(CK_SLOT_ID id, const CK_SLOT_INFO *info) {
  CE_AUTO(ce_free) char *description = ce_token_text(info->slotDescription, sizeof info->slotDescription);
  CE_AUTO(ce_free) char *manufacturer = ce_token_text(info->manufacturerID, sizeof info->manufacturerID);
  return json_pack("{s:I, s:s, s:s, s:b, s:b, s:b}", "id", (json_int_t)id, "description", description,
                   "manufacturer", manufacturer, "token_present", (info->flags & CKF_TOKEN_PRESENT) != 0,
                   "removable", (info->flags & CKF_REMOVABLE_DEVICE) != 0, "hardware",
                   (info->flags & CKF_HW_SLOT) != 0);
}

/* A slot whose description the module does not give. */
static enum ce_code describe_failed_slot(CK_SLOT_ID id, const struct ce_error *why, json_t **ret,
                                         struct ce_error *err) {
  json_t *slot =
      json_pack("{s:I, s:b, s:o}", "id", (json_int_t)id, "token_present", 0, "error", ce_report_error(why));
  if (!slot) {
    return ce_fail_memory(err, "slots");
  }
  *ret = slot;
  return CE_OK;
}

static enum ce_code describe_slot(CK_FUNCTION_LIST *module, CK_SLOT_ID id, int64_t now_s, json_t **ret,
                                  struct ce_error *err) {
  struct ce_error why;
  CK_SLOT_INFO info = {0};
  CK_RV rv = module->C_GetSlotInfo(id, &info);
  if (rv != CKR_OK) {
    ce_module_fail(&why, "slots", rv, "C_GetSlotInfo");
    return describe_failed_slot(id, &why, ret, err);
  }
  CE_AUTO(ce_json) json_t *slot = slot_json(id, &info);
  json_t *token = NULL;
  if (slot && info.flags & CKF_TOKEN_PRESENT) {
    enum ce_code code = ce_token_describe(module, id, now_s, &token, &why);
    if (code == CE_MEMORY) {
      *err = why;
      return code;
    }
    if (code ? json_object_set_new(slot, "error", ce_report_error(&why))
             : json_object_set_new(slot, "token", token)) {
      return ce_fail_memory(err, "slots");
    }
  }
  if (!slot) {
    return ce_fail_memory(err, "slots");
  }
  *ret = ce_take(&slot);
  return CE_OK;
}

enum ce_code ce_slots_describe(CK_FUNCTION_LIST *module, int64_t now_s, json_t **ret, size_t *ret_left_off,
                               struct ce_error *err) {
  CE_AUTO(ce_free) CK_SLOT_ID *ids = NULL;
  size_t count = 0;
  enum ce_code code = ce_slots_list(module, false, &ids, &count, err);
  if (code) {
    return code;
  }
  CE_AUTO(ce_json) json_t *slots = json_array();
  for (size_t i = 0; i < count && i < CE_PROBE_SLOTS_MAX; i++) {
    json_t *slot = NULL;
    code = describe_slot(module, ids[i], now_s, &slot, err);
    if (code) {
      return code;
    }
    if (json_array_append_new(slots, slot)) {
      return ce_fail_memory(err, "slots");
    }
  }
  if (!slots) {
    return ce_fail_memory(err, "slots");
  }
  *ret = ce_take(&slots);
  *ret_left_off = count > CE_PROBE_SLOTS_MAX ? count - CE_PROBE_SLOTS_MAX : 0;
  return CE_OK;
}
