/* SPDX-License-Identifier: Apache-2.0
 * One try of one request: the parent's conversation with the fetch child; private to ports/. */
#ifndef CE_PORTS_HTTP_EXCHANGE_H
#define CE_PORTS_HTTP_EXCHANGE_H

#include "ports/fetch-child.h"
#include "ports/http-transfer.h"
#include "ports/http.h"

struct ce_http {
  struct ce_fetch base;
  const struct ce_http_settings *settings;
  int64_t connect_ms, stall_ms, backoff_ms;
  int tries;
  struct ce_fetch_config config;
  struct ce_fetch_child child;
  struct ce_fetch_frame *frame; /* the newest one */
  bool told_partial;            /* the log knows what the sandbox lacks */
  char server[CE_URL_ORIGIN_MAX];
};

bool ce_http_is_cancelled(const struct ce_http *http);

/* Hands on what is new. On failure *ret_again says whether another try may go better. */
CE_MUST_USE enum ce_code ce_http_exchange(struct ce_http *http, struct ce_http_transfer *transfer,
                                          ce_fetch_receive *receive, void *context, bool *ret_again,
                                          struct ce_error *err);

#endif
