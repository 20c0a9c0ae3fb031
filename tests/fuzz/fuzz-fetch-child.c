/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes what a hostile fetch child may send: nothing beyond the limit is handed on, and every failure is
 * told. A packet of the input is its type, the kind of length it pretends to have, the number of its bytes
 * (two, little-endian), and these. */
#include "ports/http-exchange.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LIMIT       100000
#define PACKETS_MAX 24

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
  if (!holds) {
    abort();
  }
}

static enum ce_code receive(void *context, const void *bytes, size_t size, struct ce_error *err) {
  uint64_t *received = context;
  volatile const uint8_t *last = (const uint8_t *)bytes + size - 1;
  check(size > 0);
  (void)*last;
  *received += size;
  return *received <= LIMIT ? CE_OK : ce_fail(err, CE_TRUST_DIGEST, "fetch", "a", "too long");
}

static int64_t now(void *context) {
  (void)context;
  return 1700000000;
}

/* Time passes with each look, so that silence comes to an end. */
static int64_t monotonic(void *context) {
  int64_t *ms = context;
  *ms += 1000;
  return *ms;
}

static void sleep_ms(void *context, int64_t ms) {
  int64_t *time = context;
  *time += ms;
}

static size_t send_packet(int fd, const uint8_t *data, size_t size) {
  static struct ce_fetch_frame frame;
  size_t length = (size_t)data[2] | (size_t)data[3] << 8;
  length = length < size - 4 ? length : size - 4;
  memset(&frame, 0, CE_FETCH_FRAME_HEAD + sizeof frame.get);
  memcpy(frame.body, data + 4, length);
  frame.type = data[0] % 8;
  /* Mostly well-formed: what lies behind the check is worth reaching. */
  size_t right = frame.type == CE_FETCH_READY       ? sizeof frame.ready
                 : frame.type == CE_FETCH_CONNECTED ? 0
                 : frame.type == CE_FETCH_ANSWER    ? sizeof frame.answer
                 : frame.type == CE_FETCH_END       ? sizeof frame.end
                                                    : length;
  size_t sent = data[1] % 8 == 0 ? length : right;
  frame.size = (uint32_t)(data[1] % 8 == 1 ? data[1] : sent);
  send(fd, &frame, CE_FETCH_FRAME_HEAD + sent, MSG_DONTWAIT | MSG_NOSIGNAL);
  return 4 + length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  int fds[2];
  int64_t time_ms = 0;
  struct ce_clock clock = {
      .now_s = now, .monotonic_ms = monotonic, .sleep_ms = sleep_ms, .context = &time_ms};
  struct ce_http_settings settings = {.clock = &clock};
  static struct ce_fetch_frame frame;
  struct ce_http http = {.settings = &settings,
                         .connect_ms = CE_HTTP_CONNECT_MS,
                         .stall_ms = CE_HTTP_STALL_MS,
                         .frame = &frame,
                         .server = "http://s"};
  struct ce_http_transfer transfer = {.path = "a", .server = http.server, .limit_bytes = LIMIT, .wait_s = -1};
  struct ce_error err = {0};
  uint64_t received = 0;
  bool again = false;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) != 0) {
    return 0;
  }
  check(ce_url_parse("http://s", "http", NULL, "test", &http.config.server, &err) == CE_OK);
  http.child = (struct ce_fetch_child){.pid = 0, .fd = fds[0]};
  for (int i = 0; i < PACKETS_MAX && size >= 4; i++) {
    size_t used = send_packet(fds[1], data, size);
    data += used;
    size -= used;
  }
  shutdown(fds[1], SHUT_WR);
  enum ce_code code = ce_http_exchange(&http, &transfer, receive, &received, &again, &err);
  check(code == CE_OK || err.code == code);
  check(code == CE_OK || code == CE_TRUST_DIGEST || !received || transfer.have_bytes == received);
  check(transfer.have_bytes <= LIMIT);
  ce_fetch_child_stop(&http.child);
  ce_url_clear(&http.config.server);
  close(fds[1]);
  return 0;
}
