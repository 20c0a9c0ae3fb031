/* SPDX-License-Identifier: Apache-2.0
 * Asking PC/SC, and waiting for what it will tell next. */
#include "device/pcsc-child.h"

#include "device/pcsc-library.h"
#include "device/printable.h"
#include "device/socket-wait.h"

#include <errno.h>
#include <poll.h>
#include <reader.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define LIST_BYTES_MAX  8192 /* of all names; pcscd's own limit is 16 of 128 */
#define LIST_TRIES      3    /* when a reader goes between its name and its state */
#define PLUG_AND_PLAY   "\\\\?PnP?\\Notification"
#define AGAIN_MS        200
#define RESTLESS_MS     20 /* more for each time that nothing had changed */
#define RESTLESS_MS_MAX 1000
#define ATR_MIN         2

struct child {
  const struct ce_pcsc_request *request;
  int fd;
  struct ce_pcsc_library library;
  SCARDCONTEXT context;
  bool has_context;
  char names[LIST_BYTES_MAX];                        /* each with a NUL, as told */
  SCARD_READERSTATE states[CE_PCSC_READERS_MAX + 1]; /* the last for new readers */
  size_t state_count;
};

/* The parent is gone when it cannot be told; it kills us then. */
static void send_message(const struct child *child, const struct ce_pcsc_message *message, size_t size) {
  while (send(child->fd, message, size, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

static void tell_call(const struct child *child, struct ce_pcsc_facts *facts, const char *call) {
  struct ce_pcsc_message message;
  memset(&message, 0, CE_PCSC_MESSAGE_CALL_SIZE);
  message.kind = CE_PCSC_MESSAGE_CALL;
  snprintf(message.call, sizeof message.call, "%s", call);
  memcpy(facts->call, message.call, sizeof facts->call);
  send_message(child, &message, CE_PCSC_MESSAGE_CALL_SIZE);
}

static void tell_facts(const struct child *child, const struct ce_pcsc_facts *facts) {
  struct ce_pcsc_message message;
  memset(&message, 0, sizeof message);
  message.kind = CE_PCSC_MESSAGE_FACTS;
  message.facts = *facts;
  send_message(child, &message, sizeof message);
}

/* Takes the result of the call told last; true when it went well. */
static bool take_result(struct ce_pcsc_facts *facts, LONG result) {
  if (result == SCARD_S_SUCCESS) {
    facts->call[0] = '\0';
    return true;
  }
  facts->result = (uint32_t)result;
  if (result == SCARD_W_SECURITY_VIOLATION) {
    facts->service = CE_PCSC_DENIED;
  } else if (result == SCARD_E_SERVICE_STOPPED) {
    facts->service = CE_PCSC_VERSION;
  } else if (result == SCARD_E_NO_SERVICE) {
    facts->service = facts->socket_present ? CE_PCSC_NO_SERVICE : CE_PCSC_NO_SOCKET;
  } else {
    facts->service = CE_PCSC_FAILED;
  }
  return false;
}

static bool is_socket(const char *path) {
  struct stat found;
  return stat(path, &found) == 0 && S_ISSOCK(found.st_mode);
}

/* False: the file, if there is one, was left behind. */
static bool somebody_listens(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  CE_AUTO(ce_fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || strlen(path) >= sizeof address.sun_path) {
    return true;
  }
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  return connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ||
         (errno != ECONNREFUSED && errno != ENOENT);
}

static bool try_to_establish(struct child *child, struct ce_pcsc_facts *facts) {
  tell_call(child, facts, "SCardEstablishContext");
  facts->socket_present = is_socket(child->request->socket);
  LONG result = child->library.SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &child->context);
  /* Asking may have started it. */
  facts->socket_present = facts->socket_present || is_socket(child->request->socket);
  child->has_context = take_result(facts, result);
  if (facts->service == CE_PCSC_NO_SERVICE && !somebody_listens(child->request->socket)) {
    facts->service = CE_PCSC_NO_SOCKET;
  }
  return child->has_context;
}

/* A service that is just about to end closes its connections, which the library takes for a denial or worse:
 * what is told must hold twice. */
static bool establish(struct child *child, struct ce_pcsc_facts *facts) {
  if (try_to_establish(child, facts) || facts->service == CE_PCSC_NO_SOCKET) {
    return child->has_context;
  }
  poll(NULL, 0, AGAIN_MS);
  facts->service = CE_PCSC_RUNNING;
  facts->result = 0;
  return try_to_establish(child, facts);
}

static void leave(struct child *child) {
  if (child->has_context) {
    child->library.SCardReleaseContext(child->context);
  }
  child->has_context = false;
}

/* Fills names and the states that ask about each; false when the service failed. */
static bool list_readers(struct child *child, struct ce_pcsc_facts *facts) {
  DWORD size = sizeof child->names - 1;
  child->state_count = 0;
  memset(child->names, 0, sizeof child->names);
  memset(child->states, 0, sizeof child->states);
  tell_call(child, facts, "SCardListReaders");
  LONG result = child->library.SCardListReaders(child->context, NULL, child->names, &size);
  if (result == SCARD_E_NO_READERS_AVAILABLE) {
    return take_result(facts, SCARD_S_SUCCESS);
  }
  if (!take_result(facts, result)) {
    return false;
  }
  child->names[sizeof child->names - 1] = '\0';
  for (const char *name = child->names; *name; name += strlen(name) + 1) {
    if (child->state_count == CE_PCSC_READERS_MAX) {
      facts->truncated = true;
      break;
    }
    child->states[child->state_count++].szReader = name;
  }
  return true;
}

static LONG ask_states(struct child *child, struct ce_pcsc_facts *facts) {
  for (unsigned tries = 0;; tries++) {
    if (!list_readers(child, facts) || child->state_count == 0) {
      return SCARD_S_SUCCESS;
    }
    tell_call(child, facts, "SCardGetStatusChange");
    LONG result =
        child->library.SCardGetStatusChange(child->context, 0, child->states, (DWORD)child->state_count);
    if (result != SCARD_E_UNKNOWN_READER || tries == LIST_TRIES) {
      return result == SCARD_E_TIMEOUT ? SCARD_S_SUCCESS : result;
    }
  }
}

static void describe_card(const SCARD_READERSTATE *state, struct ce_pcsc_reader *reader) {
  reader->card_present = state->dwEventState & SCARD_STATE_PRESENT;
  reader->card_mute = state->dwEventState & SCARD_STATE_MUTE;
  reader->card_unpowered = state->dwEventState & SCARD_STATE_UNPOWERED;
  reader->exclusive = state->dwEventState & SCARD_STATE_EXCLUSIVE;
  reader->in_use = state->dwEventState & SCARD_STATE_INUSE;
  reader->unavailable = state->dwEventState & (SCARD_STATE_UNAVAILABLE | SCARD_STATE_UNKNOWN);
  size_t size = state->cbAtr;
  if (!reader->card_present || size == 0) {
    return;
  }
  reader->atr_invalid = size < ATR_MIN || size > CE_PCSC_ATR_MAX;
  if (!reader->atr_invalid) {
    memcpy(reader->atr, state->rgbAtr, size);
    reader->atr_size = size;
  }
}

/* "0x0020BBDD": the reader is device DD on USB bus BB (PC/SC part 3, SCARD_ATTR_CHANNEL_ID). */
static void ask_channel(struct child *child, const char *name, struct ce_pcsc_facts *facts,
                        struct ce_pcsc_reader *reader) {
  SCARDHANDLE card = 0;
  DWORD protocol = 0;
  uint32_t channel = 0;
  DWORD size = sizeof channel;
  tell_call(child, facts, "SCardConnect");
  if (child->library.SCardConnect(child->context, name, SCARD_SHARE_DIRECT, 0, &card, &protocol) !=
      SCARD_S_SUCCESS) {
    return;
  }
  tell_call(child, facts, "SCardGetAttrib");
  LONG result = child->library.SCardGetAttrib(card, SCARD_ATTR_CHANNEL_ID, (LPBYTE)&channel, &size);
  if (result == SCARD_S_SUCCESS && size == sizeof channel && channel >> 16 == 0x20) {
    reader->bus_number = (uint16_t)(channel >> 8 & 0xff);
    reader->device_number = (uint16_t)(channel & 0xff);
  }
  tell_call(child, facts, "SCardDisconnect");
  child->library.SCardDisconnect(card, SCARD_LEAVE_CARD);
}

static void describe_readers(struct child *child, struct ce_pcsc_facts *facts) {
  for (size_t i = 0; i < child->state_count; i++) {
    const SCARD_READERSTATE *state = &child->states[i];
    struct ce_pcsc_reader *reader = &facts->readers[facts->reader_count++];
    ce_printable_copy(state->szReader, strlen(state->szReader), reader->name, sizeof reader->name);
    describe_card(state, reader);
    if (child->request->channels && !reader->exclusive && !reader->unavailable) {
      ask_channel(child, state->szReader, facts, reader);
    }
  }
  facts->call[0] = '\0';
}

static void look(struct child *child, struct ce_pcsc_facts *ret) {
  memset(ret, 0, sizeof *ret);
  ret->socket_present = is_socket(child->request->socket);
  if (!child->has_context && !establish(child, ret)) {
    return;
  }
  if (take_result(ret, ask_states(child, ret)) && ret->service == CE_PCSC_RUNNING) {
    describe_readers(child, ret);
  } else {
    leave(child);
  }
}

/* False when there is nothing to look with; that has been told then. */
static bool start(struct child *child, const struct ce_pcsc_request *request, int fd) {
  struct ce_pcsc_facts facts;
  memset(child, 0, sizeof *child);
  memset(&facts, 0, sizeof facts);
  child->request = request;
  child->fd = fd;
  tell_call(child, &facts, "dlopen");
  if (ce_pcsc_library_open(request->library, &child->library)) {
    return true;
  }
  facts.service = CE_PCSC_NO_LIBRARY;
  facts.socket_present = is_socket(request->socket);
  tell_facts(child, &facts);
  return false;
}

void ce_pcsc_child_look(const void *request, int fd) {
  struct child child;
  struct ce_pcsc_facts facts;
  if (start(&child, request, fd)) {
    look(&child, &facts);
    tell_facts(&child, &facts);
    leave(&child);
  }
}

/* Until a reader comes, goes or changes; a service that ends wakes it too. */
static void wait_for_change(struct child *child) {
  for (size_t i = 0; i < child->state_count; i++) {
    child->states[i].dwCurrentState = child->states[i].dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
  }
  child->states[child->state_count] = (SCARD_READERSTATE){.szReader = PLUG_AND_PLAY};
  LONG result = child->library.SCardGetStatusChange(child->context, INFINITE, child->states,
                                                    (DWORD)child->state_count + 1);
  if (result != SCARD_S_SUCCESS && result != SCARD_E_UNKNOWN_READER) {
    leave(child);
  }
}

void ce_pcsc_child_watch(const void *request, int fd) {
  struct child child;
  struct ce_pcsc_facts facts, told;
  if (!start(&child, request, fd)) {
    return;
  }
  memset(&told, 0, sizeof told);
  int restless_ms = 0;
  for (bool first = true;; first = false) {
    CE_AUTO(ce_fd) int socket_fd = ce_socket_wait_open(child.request->socket);
    look(&child, &facts);
    bool same = !first && memcmp(&facts, &told, sizeof facts) == 0;
    /* Told even when it is the same: the parent counts the time from the calls to the facts. */
    tell_facts(&child, &facts);
    told = facts;
    /* A service that wakes us for nothing must not keep the processor busy. */
    restless_ms = !same ? 0 : restless_ms < RESTLESS_MS_MAX ? restless_ms + RESTLESS_MS : RESTLESS_MS_MAX;
    poll(NULL, 0, restless_ms);
    if (child.has_context) {
      wait_for_change(&child);
    } else {
      ce_socket_wait(socket_fd);
    }
  }
}
