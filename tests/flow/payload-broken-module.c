/* SPDX-License-Identifier: Apache-2.0
 * A PKCS#11 module that breaks in the way of BREAK: "abort", "segfault", "hang", "refuse", or "chatter"
 * (works, has no slots, writes to standard output, and aborts at its end). */
#include <p11-kit/pkcs11.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static CK_RV initialize(void *arguments) {
  (void)arguments;
  if (strcmp(BREAK, "abort") == 0) {
    abort();
  }
  if (strcmp(BREAK, "segfault") == 0) {
    raise(SIGSEGV);
  }
  while (strcmp(BREAK, "hang") == 0) {
    pause();
  }
  if (strcmp(BREAK, "chatter") == 0) {
    puts("{\"I am\": \"the module\"}");
    fflush(stdout);
  }
  return strcmp(BREAK, "refuse") == 0 ? CKR_FUNCTION_FAILED : CKR_OK;
}

static CK_RV finalize(void *reserved) {
  (void)reserved;
  if (strcmp(BREAK, "chatter") == 0) {
    abort();
  }
  return CKR_OK;
}

static CK_RV get_info(CK_INFO *info) {
  memset(info, ' ', sizeof *info);
  return CKR_OK;
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *count) {
  (void)present, (void)slots;
  *count = 0;
  return CKR_OK;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list) {
  static CK_FUNCTION_LIST functions = {
      .version = {2, 20},
      .C_Initialize = initialize,
      .C_Finalize = finalize,
      .C_GetInfo = get_info,
      .C_GetSlotList = get_slot_list,
  };
  *list = &functions;
  return CKR_OK;
}
