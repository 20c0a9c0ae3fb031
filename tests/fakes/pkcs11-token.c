/* SPDX-License-Identifier: Apache-2.0
 * A PKCS#11 module with one token, which does what the file named by CE_FAKE_TOKEN says at each call: words
 * such as "absent" (nothing is in the slot), "crash:C_Login", "hang:C_Login", "gone:C_Login" (the token goes
 * when the call is made, which then crashes), "stale:C_Login" (it goes, the call says DEVICE_ERROR, and the
 * slot shows it for another half second). It keeps no copy of a PIN: the right one is stored backwards. */
#include <p11-kit/pkcs11.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PIN_BACKWARDS "x2Pk#7qZ"
#define SERIAL        "0042"

static time_t stale_until_ms;
static unsigned wrong_tries;

static time_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void read_orders(char *ret, size_t room) {
  const char *path = getenv("CE_FAKE_TOKEN");
  FILE *file = path ? fopen(path, "r") : NULL;
  size_t got = file ? fread(ret, 1, room - 1, file) : 0;
  ret[got] = '\0';
  if (file) {
    fclose(file);
  }
}

static void write_orders(const char *text) {
  FILE *file = fopen(getenv("CE_FAKE_TOKEN"), "w");
  if (file) {
    fputs(text, file);
    fclose(file);
  }
}

static bool ordered(const char *word, const char *call) {
  char orders[512], wanted[64];
  read_orders(orders, sizeof orders);
  snprintf(wanted, sizeof wanted, "%s%s", word, call);
  return strstr(orders, wanted) != NULL;
}

static bool is_there(void) {
  return !ordered("absent", "") || now_ms() < stale_until_ms;
}

/* What the file wants of this call; CKR_OK to go on. */
static CK_RV obey(const char *call) {
  if (ordered("gone:", call)) {
    write_orders("absent");
    abort();
  }
  if (ordered("crash:", call)) {
    abort();
  }
  while (ordered("hang:", call)) {
    usleep(10000);
  }
  if (ordered("stale:", call)) {
    write_orders("absent");
    stale_until_ms = now_ms() + 500;
    return CKR_DEVICE_ERROR;
  }
  return CKR_OK;
}

static bool is_pin(const CK_BYTE *pin, CK_ULONG size) {
  bool same = size == strlen(PIN_BACKWARDS);
  for (CK_ULONG i = 0; same && i < size; i++) {
    same = pin[i] == (CK_BYTE)PIN_BACKWARDS[size - 1 - i];
  }
  return same;
}

static CK_RV initialize(void *arguments) {
  (void)arguments;
  return obey("C_Initialize");
}

static CK_RV finalize(void *reserved) {
  (void)reserved;
  return CKR_OK;
}

static CK_RV get_info(CK_INFO *info) {
  memset(info, ' ', sizeof *info);
  return CKR_OK;
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *count) {
  CK_RV rv = obey("C_GetSlotList");
  bool shown = !present || is_there();
  if (slots && shown) {
    slots[0] = 7;
  }
  *count = shown;
  return rv;
}

static CK_RV get_slot_info(CK_SLOT_ID slot, CK_SLOT_INFO *info) {
  (void)slot;
  memset(info, ' ', sizeof *info);
  info->flags = CKF_REMOVABLE_DEVICE | (is_there() ? CKF_TOKEN_PRESENT : 0);
  return CKR_OK;
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info) {
  (void)slot;
  CK_RV rv = obey("C_GetTokenInfo");
  memset(info, ' ', sizeof *info);
  memcpy(info->label, "fake", 4);
  memcpy(info->serialNumber, SERIAL, strlen(SERIAL));
  info->flags = CKF_TOKEN_INITIALIZED | CKF_USER_PIN_INITIALIZED | CKF_LOGIN_REQUIRED |
                (wrong_tries > 2    ? CKF_USER_PIN_LOCKED
                 : wrong_tries == 2 ? CKF_USER_PIN_FINAL_TRY
                 : wrong_tries      ? CKF_USER_PIN_COUNT_LOW
                                    : 0);
  info->ulMinPinLen = 4;
  info->ulMaxPinLen = 32;
  return is_there() ? rv : CKR_TOKEN_NOT_PRESENT;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                          CK_SESSION_HANDLE *session) {
  (void)slot, (void)flags, (void)application, (void)notify;
  *session = 1;
  return obey("C_OpenSession");
}

static CK_RV close_session(CK_SESSION_HANDLE session) {
  (void)session;
  return CKR_OK;
}

static CK_RV close_all_sessions(CK_SLOT_ID slot) {
  (void)slot;
  return CKR_OK;
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_BYTE *pin, CK_ULONG size) {
  (void)session, (void)user;
  CK_RV rv = obey("C_Login");
  if (rv != CKR_OK) {
    return rv;
  }
  if (wrong_tries > 2) {
    return CKR_PIN_LOCKED;
  }
  wrong_tries = is_pin(pin, size) ? 0 : wrong_tries + 1;
  return wrong_tries ? CKR_PIN_INCORRECT : CKR_OK;
}

static CK_RV set_pin(CK_SESSION_HANDLE session, CK_BYTE *pin, CK_ULONG size, CK_BYTE *new_pin,
                     CK_ULONG new_size) {
  (void)session, (void)new_pin, (void)new_size;
  CK_RV rv = obey("C_SetPIN");
  return rv != CKR_OK || is_pin(pin, size) ? rv : CKR_PIN_INCORRECT;
}

static CK_RV find_init(CK_SESSION_HANDLE session, CK_ATTRIBUTE *wanted, CK_ULONG count) {
  (void)session, (void)wanted, (void)count;
  return obey("C_FindObjectsInit");
}

static CK_RV find(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *objects, CK_ULONG room, CK_ULONG *count) {
  (void)session, (void)objects, (void)room;
  *count = 0;
  return CKR_OK;
}

static CK_RV generate_random(CK_SESSION_HANDLE session, CK_BYTE *bytes, CK_ULONG size) {
  (void)session;
  memset(bytes, 4, size);
  return obey("C_GenerateRandom");
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list) {
  static CK_FUNCTION_LIST functions = {
      .version = {2, 20},
      .C_Initialize = initialize,
      .C_Finalize = finalize,
      .C_GetInfo = get_info,
      .C_GetSlotList = get_slot_list,
      .C_GetSlotInfo = get_slot_info,
      .C_GetTokenInfo = get_token_info,
      .C_OpenSession = open_session,
      .C_CloseSession = close_session,
      .C_CloseAllSessions = close_all_sessions,
      .C_Login = login,
      .C_SetPIN = set_pin,
      .C_FindObjectsInit = find_init,
      .C_FindObjects = find,
      .C_FindObjectsFinal = close_session,
      .C_GenerateRandom = generate_random,
  };
  *list = &functions;
  return CKR_OK;
}
