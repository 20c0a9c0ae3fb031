/* SPDX-License-Identifier: Apache-2.0
 * URLs of repositories and proxies, taken apart and put together (RFC 3986). Pure.
 *
 * What a user types may hold a password, so no message made here repeats the URL: ce_url_origin() is what may
 * be shown. */
#ifndef CE_PORTS_URL_H
#define CE_PORTS_URL_H

#include "base/blob.h"

#include <stdbool.h>

#define CE_URL_MAX        2048 /* bytes of a whole URL */
#define CE_URL_HOST_MAX   255
#define CE_URL_ORIGIN_MAX (sizeof "socks5h://[]:65535" + CE_URL_HOST_MAX)

/* {0} is empty. */
struct ce_url {
  char scheme[8];                 /* lower case: "http", "socks5h" */
  char host[CE_URL_HOST_MAX + 1]; /* lower case, an IPv6 address without its brackets */
  unsigned port;                  /* the scheme's own where none is written; 0 where it has none */
  char *user, *password;          /* percent-decoded; NULL where there is none */
  char *path;                     /* with its query, "" or from "/" or "?" on; never NULL once parsed */
};
void ce_url_clear(struct ce_url *url);
CE_DEFINE_AUTO_IN_PLACE(ce_url, struct ce_url, ce_url_clear);

/* Takes text apart. USAGE, with what as subject, when it is not
 * "scheme://[user[:password]@]host[:port][/path]" with one of the schemes (separated by spaces), or has bytes
 * that no URL has. default_scheme stands in where none is written; NULL: there must be one. */
CE_MUST_USE enum ce_code ce_url_parse(const char *text, const char *schemes, const char *default_scheme,
                                      const char *what, struct ce_url *ret, struct ce_error *err);

/* "scheme://host:port", the port only where it is not the scheme's own. */
void ce_url_origin(const struct ce_url *url, char ret_origin[static CE_URL_ORIGIN_MAX]);
bool ce_url_same_origin(const struct ce_url *one, const struct ce_url *other);

/* base's URL without user and password, a slash, and path: of its bytes all that are neither unreserved nor
 * "/" are percent-encoded; a percent sign with two hexadecimal digits stays. USAGE when it is longer than
 * CE_URL_MAX. */
CE_MUST_USE enum ce_code ce_url_join(const struct ce_url *base, const char *path, char **ret_text,
                                     struct ce_error *err);

#endif
