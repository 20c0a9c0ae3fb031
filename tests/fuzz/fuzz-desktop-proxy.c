/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes what desktops say about proxies: what comes out is an URL that the proxy's reader takes. */
#include "ports/desktop-proxy.h"
#include "ports/proxy.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef enum ce_code parser(const char *text, bool tls, struct ce_desktop_proxy *ret, struct ce_error *err);

static void check(bool holds) {
  if (!holds) {
    abort();
  }
}

static void try_parser(parser *parse, const char *text, bool tls) {
  CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy proxy = {0};
  CE_AUTO(ce_proxies) struct ce_proxies proxies = {0};
  struct ce_error err;
  check(parse(text, tls, &proxy, &err) == CE_OK);
  if (proxy.url) {
    check(ce_proxies_find(proxy.url, proxy.exceptions, &proxies, &err) == CE_OK);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_free) char *text = malloc(size + 1);
  if (!text) {
    return 0;
  }
  memcpy(text, data, size);
  text[size] = '\0';
  for (int tls = 0; tls < 2; tls++) {
    try_parser(ce_desktop_proxy_parse_gsettings, text, tls);
    try_parser(ce_desktop_proxy_parse_kde, text, tls);
  }
  return 0;
}
