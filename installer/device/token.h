/* SPDX-License-Identifier: Apache-2.0
 * Talking to keys through a PKCS#11 module, which runs in certenv-probe: a child process that may crash, hang
 * or lie.
 *
 *   ce_token_worker_open(&request, &worker, err);               nothing is started yet
 *   ce_token_worker_list(worker, -1, &report, err);             which tokens are there: slots and serials
 *   ce_token_worker_login(worker, &place, &pin, &answer, err);  and so on, one call after the other
 *   ce_token_worker_close(worker);
 *
 * A call returns OK when there is an answer, whatever it says (answer.result). The child is ended at the
 * call's deadline or when *cancelled is set, and the next call starts a fresh one. A child that crashed or
 * hung is followed by a look with a fresh one: when the token that was meant is not there any more, the
 * answer is REMOVED; else the call fails with CHILD, the error's op being the call's name. A call that does
 * not come back while PC/SC sees no card any more is given up after some five seconds.
 *
 * After REMOVED or a failure of change_pin and unlock it is not known which PIN holds: ask for it again. A
 * key that comes back is seen by the next call, in the same child.
 *
 * A worker is for one thread at a time. The child ends with the thread that started it; the next call then
 * starts another. Signals: SIGPIPE is never raised. */
#ifndef CE_DEVICE_TOKEN_H
#define CE_DEVICE_TOKEN_H

#include "device/access.h"
#include "device/token-answer.h"
#include "device/token-request.h"

#include <signal.h>

/* Copied by ce_token_worker_open(), but user and cancelled, which must outlive the worker. */
struct ce_token_worker_request {
  const char *program;                    /* path of certenv-probe */
  const char *module;                     /* path of the PKCS#11 module */
  const struct ce_access_user *user;      /* a child of root becomes that user; NULL: as this process */
  const char *const *environment;         /* "NAME=VALUE" ..., NULL; added to this process's. May be NULL */
  const volatile sig_atomic_t *cancelled; /* looked at every 100 ms; may be NULL */
  int64_t limit_ms;                       /* of every call; 0: of the call's class (token-request.h) */
};

struct ce_token_worker;

/* Which token is meant. With a serial, another token or none in that slot is REMOVED, and a token of that
 * serial in another slot is taken; without one, an empty slot is NO_TOKEN. */
struct ce_token_place {
  int64_t slot;
  const char *serial; /* as listed; NULL or "": whatever is there */
};

/* MEMORY. */
CE_MUST_USE enum ce_code ce_token_worker_open(const struct ce_token_worker_request *request,
                                              struct ce_token_worker **ret, struct ce_error *err);
/* Ends the child: it may finish what it writes first. Accepts NULL. */
void ce_token_worker_close(struct ce_token_worker *worker);
CE_DEFINE_AUTO(ce_token_worker, struct ce_token_worker *, ce_token_worker_close);

/* Codes of all calls: NOT_FOUND or PERMISSION when certenv-probe cannot be started, CHILD, CANCELLED, MEMORY.
 *
 * list: a new reference to what certenv-probe(1) prints, with "error" when the module as a whole cannot be
 * used. Days are counted from now_s, -1: from the clock. */
CE_MUST_USE enum ce_code ce_token_worker_list(struct ce_token_worker *worker, int64_t now_s, json_t **ret,
                                              struct ce_error *err);
/* Is the PIN right? Logs out again. */
CE_MUST_USE enum ce_code ce_token_worker_login(struct ce_token_worker *worker,
                                               const struct ce_token_place *place,
                                               const struct ce_secret *pin, struct ce_token_answer *ret,
                                               struct ce_error *err);
/* A new PIN of a wrong length is refused before a try is spent. */
CE_MUST_USE enum ce_code ce_token_worker_change_pin(struct ce_token_worker *worker,
                                                    const struct ce_token_place *place,
                                                    const struct ce_secret *pin,
                                                    const struct ce_secret *new_pin,
                                                    struct ce_token_answer *ret, struct ce_error *err);
/* code is the PUK or the security officer's PIN. PUK is for modules that are known to take it (OpenSC with
 * our configuration): others take it for a wrong PIN. */
CE_MUST_USE enum ce_code ce_token_worker_unlock(struct ce_token_worker *worker,
                                                const struct ce_token_place *place, enum ce_token_unlock how,
                                                const struct ce_secret *code, const struct ce_secret *new_pin,
                                                struct ce_token_answer *ret, struct ce_error *err);
/* Signs a digest with the key of the certificate (CKA_ID in hexadecimal, as listed). An empty pin: without a
 * login. */
struct ce_token_digest {
  enum ce_token_hash hash;
  const uint8_t *bytes; /* ce_token_hash_size(hash) */
};
CE_MUST_USE enum ce_code ce_token_worker_sign(struct ce_token_worker *worker,
                                              const struct ce_token_place *place, const char *certificate,
                                              const struct ce_token_digest *digest,
                                              const struct ce_secret *pin, struct ce_token_answer *ret,
                                              struct ce_error *err);
/* The flags of the PINs. */
CE_MUST_USE enum ce_code ce_token_worker_tries(struct ce_token_worker *worker,
                                               const struct ce_token_place *place,
                                               struct ce_token_answer *ret, struct ce_error *err);

/* One list with a worker of its own, for who asks just once. Codes as ce_token_worker_list(). */
CE_MUST_USE enum ce_code ce_token_list_once(const struct ce_token_worker_request *request, int64_t now_s,
                                            json_t **ret, struct ce_error *err);

#endif
