/* SPDX-License-Identifier: Apache-2.0
 * Which proxy is used. */
#include "ports/proxy.h"

#include <string.h>

#define SCHEMES "http https socks5 socks5h"

void ce_proxies_clear(struct ce_proxies *proxies) {
  ce_url_clear(&proxies->http);
  ce_url_clear(&proxies->https);
  free(proxies->exceptions);
  *proxies = (struct ce_proxies){0};
}

/* http_proxy counts in lower case only: a CGI program's environment has HTTP_PROXY from a request's header.
 */
static const char *const for_http[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
static const char *const for_https[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL};
static const char *const for_exceptions[] = {"no_proxy", "NO_PROXY", NULL};

/* The first that is set; *ret_name is its name. */
static const char *from_environment(const char *const names[], const char **ret_name) {
  for (size_t i = 0; names[i]; i++) {
    const char *value = getenv(names[i]);
    if (value) {
      *ret_name = names[i];
      return value;
    }
  }
  return NULL;
}

bool ce_proxies_in_environment(void) {
  const char *name = NULL;
  return from_environment(for_http, &name) || from_environment(for_https, &name);
}

static enum ce_code parse_proxy(const char *text, const char *what, struct ce_url *ret,
                                struct ce_error *err) {
  return text && text[0] ? ce_url_parse(text, SCHEMES, "http", what, ret, err) : CE_OK;
}

static enum ce_code keep_exceptions(const char *text, struct ce_proxies *proxies, struct ce_error *err) {
  if (!text || !text[0]) {
    return CE_OK;
  }
  if (strlen(text) > CE_PROXY_EXCEPTIONS_MAX) {
    return ce_fail(err, CE_USAGE, "read", "no_proxy", "the list of hosts is longer than %d bytes",
                   CE_PROXY_EXCEPTIONS_MAX);
  }
  proxies->exceptions = strdup(text);
  return proxies->exceptions ? CE_OK : ce_fail_memory(err, "no_proxy");
}

enum ce_code ce_proxies_find(const char *given, const char *exceptions, struct ce_proxies *ret,
                             struct ce_error *err) {
  CE_AUTO(ce_proxies) struct ce_proxies found = {0};
  const char *http_name = "proxy";
  const char *https_name = "proxy";
  const char *ignored = NULL;
  const char *http = given ? given : from_environment(for_http, &http_name);
  const char *https = given ? given : from_environment(for_https, &https_name);
  enum ce_code code = parse_proxy(http, http_name, &found.http, err);
  if (code == CE_OK) {
    code = parse_proxy(https, https_name, &found.https, err);
  }
  if (code == CE_OK) {
    code = keep_exceptions(given ? exceptions : from_environment(for_exceptions, &ignored), &found, err);
  }
  if (code != CE_OK) {
    return code;
  }
  ce_proxies_clear(ret);
  *ret = found;
  found = (struct ce_proxies){0};
  return CE_OK;
}
