/* SPDX-License-Identifier: Apache-2.0
 * A libpcsclite that plays one part, named by CERTENV_FAKE_PCSC: what PC/SC may do to its caller, without a
 * service. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <reader.h>
#include <winscard.h>

#define HANDLE 0x4242

static bool plays(const char *part) {
  const char *wanted = getenv("CERTENV_FAKE_PCSC");
  return wanted && strcmp(wanted, part) == 0;
}

static void hang(void) {
  for (;;) {
    pause();
  }
}

PCSC_API LONG SCardEstablishContext(DWORD scope, LPCVOID one, LPCVOID two, LPSCARDCONTEXT context) {
  (void)scope;
  (void)one;
  (void)two;
  if (plays("hang-context")) {
    hang();
  }
  if (plays("crash")) {
    abort();
  }
  static unsigned tries;
  *context = HANDLE;
  return plays("denied") || (plays("stumbles") && tries++ == 0) ? SCARD_W_SECURITY_VIOLATION
         : plays("no-service")                                  ? SCARD_E_NO_SERVICE
         : plays("version")                                     ? SCARD_E_SERVICE_STOPPED
         : plays("failed")                                      ? SCARD_F_INTERNAL_ERROR
                                                                : SCARD_S_SUCCESS;
}

PCSC_API LONG SCardReleaseContext(SCARDCONTEXT context) {
  return context == HANDLE ? SCARD_S_SUCCESS : SCARD_E_INVALID_HANDLE;
}

static LONG list_many(LPSTR names, LPDWORD size) {
  size_t used = 0;
  for (unsigned i = 0; i < 40; i++) {
    used += (size_t)snprintf(names + used, *size - used, "Reader %02u 00", i) + 1;
  }
  names[used] = '\0';
  *size = used + 1;
  return SCARD_S_SUCCESS;
}

PCSC_API LONG SCardListReaders(SCARDCONTEXT context, LPCSTR groups, LPSTR names, LPDWORD size) {
  (void)groups;
  if (context != HANDLE) {
    return SCARD_E_INVALID_HANDLE;
  }
  if (plays("hang-list")) {
    hang();
  }
  if (plays("none")) {
    return SCARD_E_NO_READERS_AVAILABLE;
  }
  if (plays("many")) {
    return list_many(names, size);
  }
  if (plays("endless")) {
    memset(names, 'A', *size);
    return SCARD_S_SUCCESS;
  }
  static const char plain[] = "Acme Token (0001) 00 00\0";
  static const char hostile[] = "Acme\nToken\x1b[31m %s\xff 00 00\0";
  const char *chosen = plays("hostile") ? hostile : plain;
  size_t length = plays("hostile") ? sizeof hostile : sizeof plain;
  memcpy(names, chosen, length);
  *size = length;
  return SCARD_S_SUCCESS;
}

static void describe(SCARD_READERSTATE *state) {
  state->dwEventState = SCARD_STATE_CHANGED | SCARD_STATE_PRESENT;
  state->cbAtr = 4;
  memcpy(state->rgbAtr, "\x3b\x02\x14\x50", 4);
  if (plays("empty")) {
    state->dwEventState = SCARD_STATE_CHANGED | SCARD_STATE_EMPTY;
    state->cbAtr = 0;
  } else if (plays("mute")) {
    state->dwEventState |= SCARD_STATE_MUTE;
    state->cbAtr = 0;
  } else if (plays("unpowered")) {
    state->dwEventState |= SCARD_STATE_UNPOWERED;
  } else if (plays("exclusive")) {
    state->dwEventState |= SCARD_STATE_EXCLUSIVE;
  } else if (plays("shared")) {
    state->dwEventState |= SCARD_STATE_INUSE;
  } else if (plays("lost")) {
    state->dwEventState = SCARD_STATE_CHANGED | SCARD_STATE_UNAVAILABLE;
  } else if (plays("long-atr")) {
    state->cbAtr = 4096;
  } else if (plays("short-atr")) {
    state->cbAtr = 1;
  }
}

/* Waiting: "wakes" tells a change once, "restless" again and again, "ends" that the service went. */
static LONG wait_for_change(void) {
  static unsigned waits;
  waits++;
  if ((plays("wakes") || plays("ends")) && waits == 1) {
    sleep(1); /* who watches has seen what was before: changes that come at once are told as one */
  }
  if (plays("restless") || (plays("wakes") && waits == 1)) {
    return SCARD_S_SUCCESS;
  }
  if (plays("ends")) {
    setenv("CERTENV_FAKE_PCSC", "no-service", 1);
    return SCARD_E_NO_SERVICE;
  }
  hang();
  return SCARD_F_INTERNAL_ERROR;
}

PCSC_API LONG SCardGetStatusChange(SCARDCONTEXT context, DWORD timeout_ms, SCARD_READERSTATE *states,
                                   DWORD count) {
  static unsigned looks;
  if (context != HANDLE) {
    return SCARD_E_INVALID_HANDLE;
  }
  if (timeout_ms == INFINITE) {
    return wait_for_change();
  }
  if (plays("hang-state")) {
    hang();
  }
  if (plays("vanishes") && looks++ < 2) {
    return SCARD_E_UNKNOWN_READER;
  }
  if (plays("wakes") && looks++ > 0) {
    setenv("CERTENV_FAKE_PCSC", "empty", 1);
  }
  for (DWORD i = 0; i < count; i++) {
    describe(&states[i]);
  }
  return SCARD_S_SUCCESS;
}

PCSC_API LONG SCardConnect(SCARDCONTEXT context, LPCSTR reader, DWORD mode, DWORD protocols,
                           LPSCARDHANDLE card, LPDWORD protocol) {
  (void)reader;
  (void)protocols;
  if (context != HANDLE || mode != SCARD_SHARE_DIRECT || plays("refuses")) {
    return SCARD_E_SHARING_VIOLATION;
  }
  *card = HANDLE;
  *protocol = 0;
  return SCARD_S_SUCCESS;
}

PCSC_API LONG SCardDisconnect(SCARDHANDLE card, DWORD disposition) {
  return card == HANDLE && disposition == SCARD_LEAVE_CARD ? SCARD_S_SUCCESS : SCARD_E_INVALID_HANDLE;
}

PCSC_API LONG SCardGetAttrib(SCARDHANDLE card, DWORD attribute, LPBYTE value, LPDWORD size) {
  static const unsigned char channel[] = {7, 3, 0x20, 0};
  if (card != HANDLE || attribute != SCARD_ATTR_CHANNEL_ID || *size < sizeof channel) {
    return SCARD_E_INVALID_PARAMETER;
  }
  memcpy(value, channel, sizeof channel);
  *size = sizeof channel;
  return SCARD_S_SUCCESS;
}
