/* SPDX-License-Identifier: Apache-2.0
 * PINs given to a module. */
#include "probe/operation.h"

#include "probe/presence.h"

static bool take(struct ce_operation *operation, const char *stage, const char *call, CK_RV rv) {
  return ce_outcome_take(operation->outcome, stage, call, rv);
}

static bool open_session(struct ce_operation *operation, CK_FLAGS flags) {
  operation->module->C_CloseAllSessions(operation->slot);
  CK_RV rv = operation->module->C_OpenSession(operation->slot, CKF_SERIAL_SESSION | flags, NULL, NULL,
                                              &operation->session);
  return take(operation, "session", "C_OpenSession", rv);
}

static bool login(struct ce_operation *operation, CK_USER_TYPE user) {
  CK_RV rv =
      operation->module->C_Login(operation->session, user, operation->pin->bytes, operation->pin->size);
  return take(operation, "login", "C_Login", rv);
}

/* A length that the token would refuse anyway: it must not cost a try, nor leave the PIN half changed. Limits
 * that make no sense are passed over. */
static bool new_pin_fits(struct ce_operation *operation) {
  const CK_TOKEN_INFO *info = &operation->info;
  CK_ULONG size = operation->new_pin->size;
  bool sensible = info->ulMaxPinLen > 0 && info->ulMinPinLen <= info->ulMaxPinLen;
  if (!sensible || (size >= info->ulMinPinLen && size <= info->ulMaxPinLen)) {
    return true;
  }
  ce_outcome_refuse(operation->outcome, CE_TOKEN_PIN_LENGTH, "new-pin",
                    "the token takes no PIN of this length");
  return false;
}

/* Always with a login: OpenSC, configured for unlocking by PUK, takes a C_SetPIN without one for that, and
 * the old PIN for a wrong PUK. */
static void change_pin(struct ce_operation *operation) {
  if (new_pin_fits(operation) && open_session(operation, CKF_RW_SESSION) && login(operation, CKU_USER)) {
    CK_RV rv = operation->module->C_SetPIN(operation->session, operation->pin->bytes, operation->pin->size,
                                           operation->new_pin->bytes, operation->new_pin->size);
    take(operation, "set-pin", "C_SetPIN", rv);
  }
}

static void unlock_by_puk(struct ce_operation *operation) {
  CK_RV rv = operation->module->C_SetPIN(operation->session, operation->pin->bytes, operation->pin->size,
                                         operation->new_pin->bytes, operation->new_pin->size);
  take(operation, "set-pin", "C_SetPIN", rv);
}

static void unlock_by_so_pin(struct ce_operation *operation) {
  if (login(operation, CKU_SO)) {
    CK_RV rv =
        operation->module->C_InitPIN(operation->session, operation->new_pin->bytes, operation->new_pin->size);
    take(operation, "init-pin", "C_InitPIN", rv);
  }
}

static void unlock(struct ce_operation *operation) {
  if (!new_pin_fits(operation) || !open_session(operation, CKF_RW_SESSION)) {
    return;
  }
  if (operation->request->how == CE_TOKEN_UNLOCK_PUK) {
    unlock_by_puk(operation);
  } else {
    unlock_by_so_pin(operation);
  }
}

static void sign(struct ce_operation *operation) {
  if (open_session(operation, 0) && (operation->pin->size == 0 || login(operation, CKU_USER))) {
    ce_operation_sign(operation);
  }
}

static void run(struct ce_operation *operation) {
  switch (operation->request->op) {
  case CE_TOKEN_LOGIN:
    if (open_session(operation, 0)) {
      login(operation, CKU_USER);
    }
    break;
  case CE_TOKEN_CHANGE_PIN:
    change_pin(operation);
    break;
  case CE_TOKEN_UNLOCK:
    unlock(operation);
    break;
  case CE_TOKEN_SIGN:
    sign(operation);
    break;
  case CE_TOKEN_TRIES:
  case CE_TOKEN_LIST:
    break;
  }
}

/* The flags as they are now; and a wrong PIN that left one try, or none, says so. */
static void read_flags(struct ce_operation *operation) {
  struct ce_outcome *outcome = operation->outcome;
  CK_TOKEN_INFO info = {0};
  if (operation->module->C_GetTokenInfo(operation->slot, &info) != CKR_OK) {
    return;
  }
  bool by_so = operation->request->op == CE_TOKEN_UNLOCK && operation->request->how == CE_TOKEN_UNLOCK_SO_PIN;
  bool by_puk = operation->request->op == CE_TOKEN_UNLOCK && !by_so;
  outcome->has_flags = true;
  outcome->flags = info.flags;
  if (outcome->result != CE_TOKEN_PIN_INCORRECT || by_puk) {
    return; /* no flag tells of the PUK */
  }
  if (info.flags & (by_so ? CKF_SO_PIN_LOCKED : CKF_USER_PIN_LOCKED)) {
    outcome->result = CE_TOKEN_PIN_LOCKED;
  } else if (info.flags & (by_so ? CKF_SO_PIN_FINAL_TRY : CKF_USER_PIN_FINAL_TRY)) {
    outcome->result = CE_TOKEN_PIN_FINAL_TRY;
  }
}

static enum ce_token_result absent(const struct ce_token_request *request) {
  return request->serial[0] ? CE_TOKEN_REMOVED : CE_TOKEN_NO_TOKEN;
}

/* Of a failed operation: is the token still there? A module that met a removal says many things, even that
 * the PIN was wrong. */
static bool was_removed(const struct ce_operation *operation) {
  const struct ce_outcome *outcome = operation->outcome;
  if (outcome->result == CE_TOKEN_OK || outcome->rv == CKR_OK) {
    return false;
  }
  int64_t notice_ms = ce_outcome_may_be_removal(outcome->rv) ? CE_PRESENCE_NOTICE_MS : 0;
  return ce_presence_gone(operation->module, operation->request, notice_ms);
}

void ce_operation_run(CK_FUNCTION_LIST *module, const struct ce_token_request *request,
                      const struct ce_secret *pin, const struct ce_secret *new_pin, struct ce_outcome *ret) {
  struct ce_operation operation = {
      .module = module, .request = request, .pin = pin, .new_pin = new_pin, .outcome = ret};
  if (!ce_presence_find(module, request, &operation.slot, &operation.info)) {
    ce_outcome_refuse(ret, absent(request), "token", "the token is not there");
    return;
  }
  run(&operation);
  module->C_CloseAllSessions(operation.slot); /* logs out, too */
  if (was_removed(&operation)) {
    ret->result = CE_TOKEN_REMOVED;
  } else {
    read_flags(&operation);
  }
}
