/* SPDX-License-Identifier: Apache-2.0
 * Which proxy stands between this machine and a server: as given, or as the environment says, in the way of
 * curl(1).
 */
#ifndef CE_PORTS_PROXY_H
#define CE_PORTS_PROXY_H

#include "ports/url.h"

#define CE_PROXY_EXCEPTIONS_MAX 4096 /* bytes of a no-proxy list */

/* A proxy whose host is "" is none. */
struct ce_proxies {
  struct ce_url http, https; /* for servers of that scheme */
  char *exceptions;          /* hosts reached without, separated by commas; NULL: none */
};
void ce_proxies_clear(struct ce_proxies *proxies);
CE_DEFINE_AUTO_IN_PLACE(ce_proxies, struct ce_proxies, ce_proxies_clear);

/* given as in ce_http_settings: an URL, "" for none, NULL for what the environment says. USAGE when an URL
 * cannot be used; the message does not repeat it, since it may hold a password. */
CE_MUST_USE enum ce_code ce_proxies_find(const char *given, const char *exceptions, struct ce_proxies *ret,
                                         struct ce_error *err);

/* True when a variable of the environment names a proxy, an empty one included: somebody decided. */
bool ce_proxies_in_environment(void);

#endif
