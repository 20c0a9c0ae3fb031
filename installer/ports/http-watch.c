/* SPDX-License-Identifier: Apache-2.0
 * Watching that a try does not take for ever. */
#include "ports/http-watch.h"

#include "ports/http.h"

#define TICKS 10 /* intervals in the time that ends a slow try */

void ce_http_watch_connect(struct ce_http_watch *watch, int64_t now_ms) {
  watch->begun_ms = now_ms;
}

void ce_http_watch_connected(struct ce_http_watch *watch, int64_t now_ms) {
  watch->begun_ms = -1;
  watch->slow_since_ms = watch->tick_ms = now_ms;
  watch->tick_bytes = 0;
}

void ce_http_watch_bytes(struct ce_http_watch *watch, uint64_t bytes) {
  watch->tick_bytes += bytes;
}

void ce_http_watch_shift(struct ce_http_watch *watch, int64_t by_ms) {
  watch->begun_ms += watch->begun_ms < 0 ? 0 : by_ms;
  watch->slow_since_ms += by_ms;
  watch->tick_ms += by_ms;
}

static void end_tick(struct ce_http_watch *watch, int64_t now_ms) {
  int64_t took_ms = now_ms - watch->tick_ms;
  if (took_ms < watch->stall_ms / TICKS) {
    return;
  }
  if (watch->tick_bytes * 1000 >= (uint64_t)took_ms * CE_HTTP_STALL_BYTES_PER_S) {
    watch->slow_since_ms = now_ms;
  }
  watch->tick_ms = now_ms;
  watch->tick_bytes = 0;
}

enum ce_http_watch_verdict ce_http_watch_look(struct ce_http_watch *watch, int64_t now_ms) {
  if (watch->begun_ms >= 0) {
    return now_ms - watch->begun_ms > watch->connect_ms ? CE_HTTP_NO_CONNECTION : CE_HTTP_IN_TIME;
  }
  end_tick(watch, now_ms);
  return now_ms - watch->slow_since_ms >= watch->stall_ms ? CE_HTTP_STALLED : CE_HTTP_IN_TIME;
}
