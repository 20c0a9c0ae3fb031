/* SPDX-License-Identifier: Apache-2.0
 * How long a try may take: until its connection stands, and how slow it may be from then on. Pure.
 *
 * Time in which this side did not listen does not count: ce_http_watch_shift(). */
#ifndef CE_PORTS_HTTP_WATCH_H
#define CE_PORTS_HTTP_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct ce_http_watch {
  int64_t connect_ms, stall_ms; /* limits */
  int64_t begun_ms;             /* of the connection, -1 when it stands */
  int64_t slow_since_ms;        /* the first moment from which on too little came */
  int64_t tick_ms;              /* begin of the interval that is measured */
  uint64_t tick_bytes;          /* what came in it */
};

enum ce_http_watch_verdict { CE_HTTP_IN_TIME, CE_HTTP_NO_CONNECTION, CE_HTTP_STALLED };

/* A connection is being made, first or again after a redirect. */
void ce_http_watch_connect(struct ce_http_watch *watch, int64_t now_ms);
void ce_http_watch_connected(struct ce_http_watch *watch, int64_t now_ms);
void ce_http_watch_bytes(struct ce_http_watch *watch, uint64_t bytes);
void ce_http_watch_shift(struct ce_http_watch *watch, int64_t by_ms);
enum ce_http_watch_verdict ce_http_watch_look(struct ce_http_watch *watch, int64_t now_ms);

#endif
