/* SPDX-License-Identifier: Apache-2.0
 * What PC/SC says on this machine: whether its service answers this session, why not, and which readers and
 * cards it sees.
 *
 * The host's libpcsclite.so.1 is opened at run time, in a child process of our own: a hung pcscd or driver,
 * and a library that crashes, cost that child only. It is forked without exec, closes every descriptor that
 * it inherits, ends with its parent, and is killed when a time limit passes. Root's child becomes
 * request->user first, so that polkit judges the person's session and not root.
 *
 *   ce_pcsc_look(&request, &facts, &err)             once, at most timeout_ms
 *
 *   ce_pcsc_watch_open(&request, &watch, &err)       returns at once; the child reports by itself
 *   poll(ce_pcsc_watch_fd(watch), POLLIN)
 *   ce_pcsc_watch_dispatch(watch, &changed, &err)    never blocks
 *   ce_pcsc_watch_facts(watch)
 *
 * The watch waits in SCardGetStatusChange, and for a service that is not there on its socket's directory
 * (inotify): no polling either way. That a program takes a reader for itself is something that PC/SC tells
 * nobody: it is seen at the next look; that it gives it back is told. While the watch is open pcscd has a
 * client and does not end by itself.
 *
 * No card is connected to and nothing is sent to it, unless `channels` asks which USB device each reader is:
 * that needs a short direct connection, which a program that wants the reader for itself could run into. A
 * process with other threads may call this; the thread that opened a watch must live as long as the watch. */
#ifndef CE_DEVICE_PCSC_H
#define CE_DEVICE_PCSC_H

#include "device/access.h"
#include "device/holder.h"

#include "base/cleanup.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

#define CE_PCSC_READERS_MAX 16  /* PCSCLITE_MAX_READERS_CONTEXTS */
#define CE_PCSC_NAME_SIZE   512 /* MAX_READERNAME, each byte escaped */
#define CE_PCSC_ATR_MAX     33
#define CE_PCSC_CALL_SIZE   32
#define CE_PCSC_TIMEOUT_MS  5000
#define CE_PCSC_SOCKET      "/run/pcscd/pcscd.comm"
#define CE_PCSC_LIBRARY     "libpcsclite.so.1"

enum ce_pcsc_service {
  CE_PCSC_RUNNING,    /* "running": a context was established */
  CE_PCSC_NO_LIBRARY, /* "no-library": libpcsclite is not installed, or is no such library */
  CE_PCSC_NO_SOCKET,  /* "no-socket": nothing listens and nothing would be started */
  CE_PCSC_NO_SERVICE, /* "no-service": somebody listens, the service does not answer (SCARD_E_NO_SERVICE) */
  CE_PCSC_DENIED,     /* "denied": polkit does not let this session in (SCARD_W_SECURITY_VIOLATION) */
  CE_PCSC_VERSION, /* "version": library and service do not understand each other (SCARD_E_SERVICE_STOPPED) */
  CE_PCSC_HUNG,    /* "hung": no answer within the limit */
  CE_PCSC_CRASHED, /* "crashed": the library took the child down */
  CE_PCSC_FAILED,  /* "failed": another result */
  CE_PCSC_SERVICE_COUNT
};
const char *ce_pcsc_service_name(enum ce_pcsc_service service);

/* What certenv-probe found behind a reader; PC/SC cannot tell, the caller fills it in. */
enum ce_card_known { CE_CARD_UNTRIED, CE_CARD_RECOGNISED, CE_CARD_UNRECOGNISED };

struct ce_pcsc_reader {
  char name[CE_PCSC_NAME_SIZE]; /* printable */
  bool card_present, card_mute, card_unpowered;
  bool exclusive, in_use; /* a program has it for itself; programs share it */
  bool unavailable;       /* pcscd lost it */
  uint8_t atr[CE_PCSC_ATR_MAX];
  size_t atr_size;  /* 0: none */
  bool atr_invalid; /* the length that was told cannot be (ISO 7816-3: 2 to 33); atr_size is 0 */
  uint16_t bus_number, device_number; /* the USB device; 0: not asked, or the driver does not tell */
  enum ce_card_known known;
};

struct ce_pcsc_facts {
  enum ce_pcsc_service service;
  uint32_t result;              /* of the SCard function that failed; 0: none did */
  char call[CE_PCSC_CALL_SIZE]; /* the one that failed or hangs: "SCardListReaders"; "" none */
  bool socket_present;          /* the file is; a service that was stopped or died may have left it */
  struct ce_pcsc_reader readers[CE_PCSC_READERS_MAX];
  size_t reader_count;
  bool truncated; /* there were more */
  /* Who has the service open; looked for only when a reader is exclusive. */
  struct ce_holder holders[CE_HOLDER_MAX];
  size_t holder_count;
};

struct ce_pcsc_request {
  const char *library; /* for dlopen */
  const char *socket;  /* absolute */
  const char *proc;
  const struct ce_access_user *user; /* whom root's child becomes; NULL: nobody else */
  bool channels;
  int64_t timeout_ms; /* of a look; of a watch: from an event to the facts that follow it */
};
/* The machine's, as the caller's own user, CE_PCSC_TIMEOUT_MS. */
struct ce_pcsc_request ce_pcsc_request_system(void);

/* Whatever PC/SC does wrong is a fact and not a failure: fails with IO or MEMORY when no child can be made.
 */
CE_MUST_USE enum ce_code ce_pcsc_look(const struct ce_pcsc_request *request, struct ce_pcsc_facts *ret,
                                      struct ce_error *err);

struct ce_pcsc_watch;
/* The texts of request must outlive the watch. */
CE_MUST_USE enum ce_code ce_pcsc_watch_open(const struct ce_pcsc_request *request, struct ce_pcsc_watch **ret,
                                            struct ce_error *err);
/* Kills the child. */
void ce_pcsc_watch_free(struct ce_pcsc_watch *watch);
CE_DEFINE_AUTO(ce_pcsc_watch, struct ce_pcsc_watch *, ce_pcsc_watch_free);
int ce_pcsc_watch_fd(const struct ce_pcsc_watch *watch);
/* *ret_changed: the facts are other ones. After HUNG or CRASHED the child is gone and nothing more comes:
 * open another watch when the person asks again. */
CE_MUST_USE enum ce_code ce_pcsc_watch_dispatch(struct ce_pcsc_watch *watch, bool *ret_changed,
                                                struct ce_error *err);
/* NULL before the first facts. Valid until the next dispatch. */
const struct ce_pcsc_facts *ce_pcsc_watch_facts(const struct ce_pcsc_watch *watch);

#endif
