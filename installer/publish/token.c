/* SPDX-License-Identifier: Apache-2.0
 * Tokens (PKCS#11 2.40, sections 5.5 and 5.6). */
#include "publish/token.h"

#include <string.h>

#define NO_LABEL "without a label"

struct ce_token *ce_token_share(struct ce_token *token) {
  token->references++;
  return token;
}

void ce_token_release(struct ce_token *token) {
  if (!token || --token->references > 0) {
    return;
  }
  if (token->has_session) {
    token->module->functions->C_CloseSession(token->session);
  }
  ce_pkcs11_module_release(token->module);
  ce_passphrase_clear(&token->pin);
  free(token);
}

void ce_tokens_clear(struct ce_tokens *tokens) {
  for (size_t i = 0; i < tokens->count; i++) {
    ce_token_release(tokens->items[i]);
  }
  free(tokens->items);
  *tokens = (struct ce_tokens){0};
}

/* Fields are padded with blanks. */
static bool field_is(const unsigned char *field, size_t size, const char *wanted) {
  size_t length = wanted ? strlen(wanted) : 0;
  if (!wanted) {
    return true;
  }
  if (length > size || memcmp(field, wanted, length) != 0) {
    return false;
  }
  while (length < size && field[length] == ' ') {
    length++;
  }
  return length == size;
}

static bool matches(const struct ce_pkcs11_uri *uri, CK_SLOT_ID slot, const CK_TOKEN_INFO *info) {
  return (!uri->has_slot_id || uri->slot_id == slot) &&
         field_is(info->label, sizeof info->label, uri->token) &&
         field_is(info->manufacturerID, sizeof info->manufacturerID, uri->manufacturer) &&
         field_is(info->model, sizeof info->model, uri->model) &&
         field_is(info->serialNumber, sizeof info->serialNumber, uri->serial);
}

static void copy_label(const CK_TOKEN_INFO *info, char ret[CE_TOKEN_LABEL_SIZE]) {
  size_t size = sizeof info->label;
  while (size > 0 && info->label[size - 1] == ' ') {
    size--;
  }
  memcpy(ret, info->label, size);
  ret[size] = '\0';
  for (size_t i = 0; i < size; i++) {
    ret[i] = (unsigned char)ret[i] < ' ' || ret[i] == 0x7f ? '?' : ret[i];
  }
  if (size == 0) {
    memcpy(ret, NO_LABEL, sizeof NO_LABEL);
  }
}

static enum ce_code list_slots(const struct ce_pkcs11_module *module, CK_SLOT_ID *slots, CK_ULONG *ret_count,
                               struct ce_error *err) {
  CK_ULONG count = CE_TOKEN_SLOTS_MAX;
  CK_RV rv = module->functions->C_GetSlotList(CK_TRUE, slots, &count);
  if (rv != CKR_OK) {
    return ce_pkcs11_fail(err, "look for token", module->path, rv, "C_GetSlotList");
  }
  *ret_count = count;
  return CE_OK;
}

/* The slot of the one token that matches. */
static enum ce_code find_slot(const struct ce_pkcs11_module *module, const struct ce_pkcs11_uri *uri,
                              CK_SLOT_ID *ret, char ret_label[CE_TOKEN_LABEL_SIZE], struct ce_error *err) {
  CK_SLOT_ID slots[CE_TOKEN_SLOTS_MAX];
  CK_ULONG count = 0;
  size_t found = 0;
  const char *wanted = uri->token ? uri->token : uri->text;
  enum ce_code code = list_slots(module, slots, &count, err);
  if (code != CE_OK) {
    return code;
  }
  for (CK_ULONG i = 0; i < count; i++) {
    CK_TOKEN_INFO info = {0};
    if (module->functions->C_GetTokenInfo(slots[i], &info) == CKR_OK &&
        (info.flags & CKF_TOKEN_INITIALIZED) && matches(uri, slots[i], &info)) {
      found++;
      *ret = slots[i];
      copy_label(&info, ret_label);
    }
  }
  if (found == 0) {
    return ce_fail(err, CE_NOT_FOUND, "look for token", wanted,
                   "the module %s shows no such token (it shows %lu in all); is it inserted?", module->path,
                   count);
  }
  if (found > 1) {
    return ce_fail(err, CE_PERMISSION, "look for token", wanted,
                   "%zu tokens match; name one by its serial= in the URI", found);
  }
  return CE_OK;
}

static enum ce_code open_session(struct ce_pkcs11_module *module, CK_SLOT_ID slot, const char *label,
                                 struct ce_token **ret, struct ce_error *err) {
  CE_AUTO(ce_token) struct ce_token *token = calloc(1, sizeof *token);
  if (!token) {
    return ce_fail_memory(err, label);
  }
  token->references = 1;
  token->module = ce_pkcs11_module_share(module);
  token->slot = slot;
  memcpy(token->label, label, sizeof token->label);
  CK_RV rv = module->functions->C_OpenSession(slot, CKF_SERIAL_SESSION, NULL, NULL, &token->session);
  if (rv != CKR_OK) {
    return ce_pkcs11_fail(err, "open token", label, rv, "C_OpenSession");
  }
  token->has_session = true;
  *ret = ce_take(&token);
  return CE_OK;
}

static enum ce_code append(struct ce_tokens *tokens, struct ce_token **token, struct ce_error *err) {
  struct ce_token **grown = reallocarray(tokens->items, tokens->count + 1, sizeof *grown);
  if (!grown) {
    return ce_fail_memory(err, "tokens");
  }
  tokens->items = grown;
  grown[tokens->count++] = ce_take(token);
  return CE_OK;
}

static enum ce_code share_module(const struct ce_tokens *tokens, const char *path,
                                 struct ce_pkcs11_module **ret, struct ce_error *err) {
  for (size_t i = 0; i < tokens->count; i++) {
    if (strcmp(tokens->items[i]->module->path, path) == 0) {
      *ret = ce_pkcs11_module_share(tokens->items[i]->module);
      return CE_OK;
    }
  }
  return ce_pkcs11_module_open(path, ret, err);
}

enum ce_code ce_tokens_open(struct ce_tokens *tokens, const struct ce_pkcs11_uri *uri, struct ce_token **ret,
                            struct ce_error *err) {
  CE_AUTO(ce_pkcs11_module) struct ce_pkcs11_module *module = NULL;
  CE_AUTO(ce_token) struct ce_token *token = NULL;
  CK_SLOT_ID slot = 0;
  char label[CE_TOKEN_LABEL_SIZE];
  enum ce_code code = share_module(tokens, uri->module_path, &module, err);
  if (code == CE_OK) {
    code = find_slot(module, uri, &slot, label, err);
  }
  if (code != CE_OK) {
    return code;
  }
  for (size_t i = 0; i < tokens->count; i++) {
    if (tokens->items[i]->module == module && tokens->items[i]->slot == slot) {
      *ret = tokens->items[i];
      return CE_OK;
    }
  }
  code = open_session(module, slot, label, &token, err);
  if (code == CE_OK) {
    code = append(tokens, &token, err);
  }
  if (code == CE_OK) {
    *ret = tokens->items[tokens->count - 1];
  }
  return code;
}

static enum ce_code read_flags(const struct ce_token *token, CK_FLAGS *ret, struct ce_error *err) {
  CK_TOKEN_INFO info = {0};
  CK_RV rv = token->module->functions->C_GetTokenInfo(token->slot, &info);
  if (rv != CKR_OK) {
    return ce_pkcs11_fail(err, "look at token", token->label, rv, "C_GetTokenInfo");
  }
  *ret = info.flags;
  return CE_OK;
}

enum ce_code ce_token_inspect_login(const struct ce_token *token, enum ce_token_login *ret,
                                    struct ce_error *err) {
  CK_SESSION_INFO session = {0};
  CK_FLAGS flags = 0;
  enum ce_code code = read_flags(token, &flags, err);
  if (code != CE_OK) {
    return code;
  }
  CK_RV rv = token->module->functions->C_GetSessionInfo(token->session, &session);
  if (rv != CKR_OK) {
    return ce_pkcs11_fail(err, "look at token", token->label, rv, "C_GetSessionInfo");
  }
  if (!(flags & CKF_LOGIN_REQUIRED) || session.state == CKS_RO_USER_FUNCTIONS ||
      session.state == CKS_RW_USER_FUNCTIONS) {
    *ret = CE_TOKEN_OPEN;
    return CE_OK;
  }
  if (flags & CKF_USER_PIN_LOCKED) {
    return ce_pkcs11_fail(err, "log in to token", token->label, CKR_PIN_LOCKED, "C_Login");
  }
  if (!(flags & CKF_USER_PIN_INITIALIZED)) {
    return ce_pkcs11_fail(err, "log in to token", token->label, CKR_USER_PIN_NOT_INITIALIZED, "C_Login");
  }
  if (flags & CKF_PROTECTED_AUTHENTICATION_PATH) {
    *ret = CE_TOKEN_PINPAD;
  } else {
    *ret = flags & CKF_USER_PIN_FINAL_TRY ? CE_TOKEN_LAST : CE_TOKEN_PIN;
  }
  return CE_OK;
}

static enum ce_code fail_login(const struct ce_token *token, CK_RV rv, struct ce_error *err) {
  CK_FLAGS flags = 0;
  struct ce_error ignored;
  if (rv == CKR_PIN_INCORRECT && read_flags(token, &flags, &ignored) == CE_OK &&
      (flags & (CKF_USER_PIN_LOCKED | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_COUNT_LOW))) {
    const char *left = "few tries are left";
    if (flags & CKF_USER_PIN_LOCKED) {
      left = "the token is locked now";
    } else if (flags & CKF_USER_PIN_FINAL_TRY) {
      left = "one try is left";
    }
    return ce_fail(err, CE_PERMISSION, "log in to token", token->label, "the PIN is wrong; %s", left);
  }
  return ce_pkcs11_fail(err, "log in to token", token->label, rv, "C_Login");
}

enum ce_code ce_token_login(struct ce_token *token, const struct ce_passphrase *pin, struct ce_error *err) {
  CK_UTF8CHAR *text = pin ? (CK_UTF8CHAR *)(uintptr_t)pin->text : NULL;
  CK_RV rv = token->module->functions->C_Login(token->session, CKU_USER, text, pin ? pin->length : 0);
  if (rv != CKR_OK && rv != CKR_USER_ALREADY_LOGGED_IN) {
    return fail_login(token, rv, err);
  }
  if (pin) {
    token->pin = *pin;
    token->has_pin = true;
  }
  return CE_OK;
}
