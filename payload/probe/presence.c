/* SPDX-License-Identifier: Apache-2.0
 * Looking for a token. */
#include "probe/presence.h"

#include "probe/slot.h"
#include "probe/text.h"

#include <poll.h>
#include <string.h>

#define AGAIN_MS 100

/* The token in the slot is the one that is meant. A token that the module does not describe is none. */
static bool holds(CK_FUNCTION_LIST *module, CK_SLOT_ID slot, const char *serial, CK_TOKEN_INFO *ret_info) {
  CK_TOKEN_INFO info = {0};
  if (module->C_GetTokenInfo(slot, &info) != CKR_OK) {
    return false;
  }
  CE_AUTO(ce_free) char *told = ce_token_text(info.serialNumber, sizeof info.serialNumber);
  if (serial[0] && (!told || strcmp(told, serial) != 0)) {
    return false;
  }
  *ret_info = info;
  return true;
}

bool ce_presence_find(CK_FUNCTION_LIST *module, const struct ce_token_request *request, CK_SLOT_ID *ret_slot,
                      CK_TOKEN_INFO *ret_info) {
  CE_AUTO(ce_free) CK_SLOT_ID *slots = NULL;
  size_t count = 0;
  struct ce_error ignored;
  if (ce_slots_list(module, true, &slots, &count, &ignored) != CE_OK) {
    return false;
  }
  bool found = false;
  for (size_t i = 0; i < count && !found; i++) {
    found = slots[i] == (CK_SLOT_ID)request->slot && holds(module, slots[i], request->serial, ret_info);
    *ret_slot = found ? slots[i] : *ret_slot;
  }
  /* A token that was put back may have got another slot. */
  for (size_t i = 0; i < count && !found && request->serial[0]; i++) {
    found = holds(module, slots[i], request->serial, ret_info);
    *ret_slot = found ? slots[i] : *ret_slot;
  }
  return found;
}

bool ce_presence_gone(CK_FUNCTION_LIST *module, const struct ce_token_request *request, int64_t notice_ms) {
  CK_SLOT_ID slot = 0;
  CK_TOKEN_INFO info;
  for (int64_t waited_ms = 0;; waited_ms += AGAIN_MS) {
    if (!ce_presence_find(module, request, &slot, &info)) {
      return true;
    }
    if (waited_ms >= notice_ms) {
      return false;
    }
    poll(NULL, 0, AGAIN_MS);
  }
}
