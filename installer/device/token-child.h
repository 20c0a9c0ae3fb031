/* SPDX-License-Identifier: Apache-2.0
 * The process certenv-probe --serve: starting it, one exchange of a request and an answer within a deadline,
 * ending it; private to device/. */
#ifndef CE_DEVICE_TOKEN_CHILD_H
#define CE_DEVICE_TOKEN_CHILD_H

#include "device/token.h"
#include "device/worker.h"

#define CE_TOKEN_GLANCE_MS 5000

/* How the last exchange failed. */
enum ce_token_end {
  CE_TOKEN_END_NONE,    /* it did not */
  CE_TOKEN_END_CRASHED, /* the child ended */
  CE_TOKEN_END_HUNG,    /* the deadline came first */
  CE_TOKEN_END_OTHER    /* cancelled, an overlong answer, not started, no memory */
};

struct ce_token_child {
  char *program, *module;
  char **environment; /* added entries */
  const struct ce_access_user *user;
  const volatile sig_atomic_t *cancelled;
  /* Asked every CE_TOKEN_GLANCE_MS of an exchange without an answer: true ends it as the deadline would.
   * NULL: nobody is asked. */
  bool (*in_vain)(void *context);
  void *in_vain_context;
  struct ce_worker worker; /* .fd is -1: none */
  enum ce_token_end end;
};

CE_MUST_USE enum ce_code ce_token_child_prepare(const struct ce_token_worker_request *request,
                                                struct ce_token_child *ret, struct ce_error *err);
void ce_token_child_clear(struct ce_token_child *child);

/* Sends the line and the secrets (each may be NULL) and waits for a line, which *ret gets without its end.
 * Starts the child where there is none, or where it has ended meanwhile. On failure the child is ended and
 * child->end says how. name is the call's, for the error. */
CE_MUST_USE enum ce_code ce_token_child_exchange(struct ce_token_child *child, const char *name,
                                                 const struct ce_blob *line,
                                                 const struct ce_secret *const secrets[2], int64_t limit_ms,
                                                 struct ce_blob *ret, struct ce_error *err);
/* Kills it; the next exchange starts another. */
void ce_token_child_kill(struct ce_token_child *child);

#endif
