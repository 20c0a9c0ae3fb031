/* SPDX-License-Identifier: Apache-2.0
 * URLs taken apart and put together. */
#include "ports/url.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void ce_url_clear(struct ce_url *url) {
  free(url->user);
  if (url->password) {
    explicit_bzero(url->password, strlen(url->password));
  }
  free(url->password);
  free(url->path);
  *url = (struct ce_url){0};
}

static unsigned default_port(const char *scheme) {
  static const struct {
    const char *scheme;
    unsigned port;
  } ports[] = {{"http", 80}, {"https", 443}, {"socks5", 1080}, {"socks5h", 1080}};
  for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
    if (strcmp(scheme, ports[i].scheme) == 0) {
      return ports[i].port;
    }
  }
  return 0;
}

static bool is_listed(const char *scheme, const char *schemes) {
  size_t length = strlen(scheme);
  for (const char *next = schemes; *next; next += *next == ' ') {
    size_t word = strcspn(next, " ");
    if (word == length && strncmp(next, scheme, length) == 0) {
      return true;
    }
    next += word;
  }
  return false;
}

static void lower(char *text) {
  for (; *text; text++) {
    *text = (char)(*text >= 'A' && *text <= 'Z' ? *text + ('a' - 'A') : *text);
  }
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* size bytes of text, percent-decoded; NULL when memory is out. A NUL cannot come out of it: it ends the
 * text. */
static char *decode(const char *text, size_t size) {
  char *decoded = malloc(size + 1);
  size_t used = 0;
  for (size_t i = 0; decoded && i < size; i++) {
    bool encoded =
        text[i] == '%' && i + 2 < size && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    decoded[used++] = encoded ? (char)(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])) : text[i];
    i += encoded ? 2 : 0;
  }
  if (decoded) {
    decoded[used] = '\0';
  }
  return decoded;
}

/* "user" or "user:password". */
static bool take_credentials(const char *text, size_t size, struct ce_url *url) {
  const char *colon = memchr(text, ':', size);
  size_t user = colon ? (size_t)(colon - text) : size;
  url->user = decode(text, user);
  url->password = colon ? decode(colon + 1, size - user - 1) : NULL;
  return url->user && (!colon || url->password);
}

static bool take_port(const char *text, size_t size, struct ce_url *url) {
  unsigned port = 0;
  for (size_t i = 0; i < size; i++) {
    if (!isdigit((unsigned char)text[i]) || i >= 5) {
      return false;
    }
    port = port * 10 + (unsigned)(text[i] - '0');
  }
  url->port = size ? port : default_port(url->scheme);
  return size == 0 || (port >= 1 && port <= 65535);
}

static bool is_host_byte(char c, bool bracketed) {
  return isalnum((unsigned char)c) || strchr(bracketed ? ":.%" : "-._~", c);
}

/* "host", "host:port", "[address]:port". */
static bool take_host(const char *text, size_t size, struct ce_url *url) {
  bool bracketed = size > 0 && text[0] == '[';
  const char *end = memchr(text, bracketed ? ']' : ':', size);
  if (bracketed && !end) {
    return false;
  }
  const char *host = text + bracketed;
  size_t length = end ? (size_t)(end - host) : size;
  if (length == 0 || length > CE_URL_HOST_MAX || (bracketed && !memchr(host, ':', length))) {
    return false;
  }
  for (size_t i = 0; i < length; i++) {
    if (!is_host_byte(host[i], bracketed)) {
      return false;
    }
  }
  memcpy(url->host, host, length);
  url->host[length] = '\0';
  lower(url->host);
  const char *rest = host + length + bracketed;
  size_t left = size - (size_t)(rest - text);
  return left == 0 ? take_port("", 0, url) : rest[0] == ':' && take_port(rest + 1, left - 1, url);
}

static bool has_url_bytes_only(const char *text) {
  for (; *text; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte <= ' ' || byte >= 0x7f || strchr("\"<>\\^`{|}", *text)) {
      return false;
    }
  }
  return true;
}

/* Puts the scheme into url; returns what follows "://", NULL when it cannot be used. */
static const char *take_scheme(const char *text, const char *schemes, const char *default_scheme,
                               struct ce_url *url) {
  const char *colon = strstr(text, "://");
  size_t length = colon ? (size_t)(colon - text) : 0;
  if (!colon && !default_scheme) {
    return NULL;
  }
  const char *scheme = colon ? text : default_scheme;
  length = colon ? length : strlen(default_scheme);
  if (length == 0 || length >= sizeof url->scheme) {
    return NULL;
  }
  memcpy(url->scheme, scheme, length);
  lower(url->scheme);
  return is_listed(url->scheme, schemes) ? (colon ? colon + 3 : text) : NULL;
}

enum ce_code ce_url_parse(const char *text, const char *schemes, const char *default_scheme, const char *what,
                          struct ce_url *ret, struct ce_error *err) {
  CE_AUTO(ce_url) struct ce_url url = {0};
  if (strlen(text) > CE_URL_MAX || !has_url_bytes_only(text)) {
    return ce_fail(err, CE_USAGE, "read", what,
                   "the URL is longer than %d bytes or has bytes that must be encoded", CE_URL_MAX);
  }
  const char *authority = take_scheme(text, schemes, default_scheme, &url);
  if (!authority) {
    return ce_fail(err, CE_USAGE, "read", what, "the URL must begin with one of: %s (and ://)", schemes);
  }
  size_t size = strcspn(authority, "/?#");
  const char *at = memrchr(authority, '@', size);
  const char *host = at ? at + 1 : authority;
  if (!take_host(host, size - (size_t)(host - authority), &url)) {
    return ce_fail(err, CE_USAGE, "read", what, "the URL has no host that can be used, or a wrong port");
  }
  if (strchr(authority, '#')) {
    return ce_fail(err, CE_USAGE, "read", what, "the URL must not have a fragment (#)");
  }
  url.path = strdup(authority + size);
  if (!url.path || (at && !take_credentials(authority, (size_t)(at - authority), &url))) {
    return ce_fail_memory(err, what);
  }
  ce_url_clear(ret);
  *ret = url;
  url = (struct ce_url){0};
  return CE_OK;
}

void ce_url_origin(const struct ce_url *url, char ret_origin[static CE_URL_ORIGIN_MAX]) {
  bool bracketed = strchr(url->host, ':');
  int length = snprintf(ret_origin, CE_URL_ORIGIN_MAX, "%s://%s%s%s", url->scheme, bracketed ? "[" : "",
                        url->host, bracketed ? "]" : "");
  if (url->port != default_port(url->scheme)) {
    snprintf(ret_origin + length, CE_URL_ORIGIN_MAX - (size_t)length, ":%u", url->port);
  }
}

bool ce_url_same_origin(const struct ce_url *one, const struct ce_url *other) {
  return strcmp(one->scheme, other->scheme) == 0 && strcmp(one->host, other->host) == 0 &&
         one->port == other->port;
}

static bool is_encoded(const char *text) {
  return text[0] == '%' && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0;
}

static bool is_plain(const char *text) {
  return (isascii(*text) && isalnum((unsigned char)*text)) || strchr("-._~/", *text) || is_encoded(text);
}

enum ce_code ce_url_join(const struct ce_url *base, const char *path, char **ret_text, struct ce_error *err) {
  char origin[CE_URL_ORIGIN_MAX];
  ce_url_origin(base, origin);
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  size_t length = strlen(base->path);
  while (length > 0 && base->path[length - 1] == '/') {
    length--;
  }
  enum ce_code code = ce_blob_printf(&text, err, "%s%.*s/", origin, (int)length, base->path);
  for (; code == CE_OK && *path && text.size <= CE_URL_MAX; path++) {
    code = ce_blob_printf(&text, err, is_plain(path) ? "%c" : "%%%02X", (unsigned char)*path);
  }
  if (code != CE_OK) {
    return code;
  }
  if (text.size > CE_URL_MAX) {
    return ce_fail(err, CE_USAGE, "fetch", origin, "the file's URL is longer than %d bytes", CE_URL_MAX);
  }
  *ret_text = ce_blob_take_text(&text);
  return *ret_text ? CE_OK : ce_fail_memory(err, origin);
}
