/* SPDX-License-Identifier: Apache-2.0
 * A repository on an HTTP or HTTPS server as a source of files.
 *
 * libcurl and everything that reads what the network sends run in one child process without privileges
 * (DESIGN section 6), started by the first request and used for all that follow, so that connections are
 * kept. The parent takes from it framed bytes up to the caller's limit and believes nothing else. A child
 * that dies, stalls or breaks the framing is killed, and counts as a failed try.
 *
 * A request is tried CE_HTTP_TRIES times with growing pauses and jitter, not counting tries that brought
 * CE_HTTP_PROGRESS_BYTES; a 503 with Retry-After waits as long as it says, up to CE_HTTP_RETRY_AFTER_MAX_S.
 * What arrived is kept: the next try asks for the rest (Range and If-Range, RFC 9110 section 14). Within one
 * call no byte is handed on twice. */
#ifndef CE_PORTS_HTTP_H
#define CE_PORTS_HTTP_H

#include "base/event.h"
#include "ports/clock.h"
#include "ports/fetch.h"

#include <signal.h>

#define CE_HTTP_TRIES             5
#define CE_HTTP_CONNECT_MS        10000 /* until a connection stands, name look-up and TLS included */
#define CE_HTTP_STALL_MS          30000 /* under CE_HTTP_STALL_BYTES_PER_S for so long ends a try */
#define CE_HTTP_STALL_BYTES_PER_S 1000
#define CE_HTTP_BACKOFF_MS        500 /* before the second try; doubled before each further one, plus jitter */
#define CE_HTTP_RETRY_AFTER_MAX_S 60
#define CE_HTTP_PROGRESS_BYTES    ((uint64_t)256 << 10) /* a try that brought as much is not counted */
#define CE_HTTP_REDIRECTS_MAX     5

struct ce_http_settings {
  /* "http://[user[:password]@]host[:port]", also https, socks5, socks5h; "" for none; NULL: the variables
   * http_proxy, https_proxy, all_proxy and no_proxy of the environment, as curl(1) reads them. */
  const char *proxy;
  const char *no_proxy; /* hosts reached without settings.proxy, as in curl(1); may be NULL */
  const char *ca_file;  /* PEM; NULL: the machine's own store */
  const volatile sig_atomic_t *cancelled; /* CANCELLED within 200 ms; may be NULL */
  const struct ce_clock *clock;
  /* Notes "network-retry" before each further try, "sandbox-partial" once; may be NULL. */
  const struct ce_sink *sink;
  /* Test suites shorten these; 0 takes the value above. */
  int64_t connect_ms, stall_ms, backoff_ms;
  int tries;
};

/* Requests nothing yet. base_url is what stands in front of the paths, with or without a slash at its end.
 * settings and what they point to are borrowed and must outlive the source. USAGE when the URL, the proxy or
 * the CA file cannot be used.
 *
 * Codes of get() besides those of fetch.h: NOT_FOUND for 403, 404 and 410; NETWORK_TLS with the subject and
 * issuer of the certificate that was refused, and CLOCK when that is not valid yet by this machine's clock;
 * NETWORK_PROXY for 407 and for a proxy that cannot be reached or does not connect; NETWORK_PORTAL for HTML
 * where a file of the repository belongs; NETWORK for everything else, naming the server and what it did. 4xx
 * answers are not tried again, except 408, 425 and 429. */
CE_MUST_USE enum ce_code ce_http_open(const char *base_url, const struct ce_http_settings *settings,
                                      struct ce_fetch **ret, struct ce_error *err);

#endif
