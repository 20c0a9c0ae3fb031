/* SPDX-License-Identifier: Apache-2.0
 * What desktops write about proxies. */
#include "ports/desktop-proxy.h"

#include <stdio.h>
#include <string.h>

#define VALUE_MAX 1024
#define LIST_MAX  4096

/* Copies the value of a line "SCHEMA KEY VALUE" of gsettings, whose schema ends in ending (".http", or
 * "proxy"), as it is written. Empty when there is none. */
static void find_setting(const char *text, const char *ending, const char *key, char *ret, size_t size) {
  ret[0] = '\0';
  for (const char *line = text; *line;) {
    size_t length = strcspn(line, "\n");
    size_t schema = strcspn(line, " \n");
    size_t name = schema < length ? strcspn(line + schema + 1, " \n") : 0;
    bool found = schema >= strlen(ending) &&
                 strncmp(line + schema - strlen(ending), ending, strlen(ending)) == 0 &&
                 name == strlen(key) && strncmp(line + schema + 1, key, name) == 0;
    size_t begin = schema + name + 2;
    if (found && begin <= length && length - begin < size) {
      memcpy(ret, line + begin, length - begin);
      ret[length - begin] = '\0';
      return;
    }
    line += length + (line[length] == '\n');
  }
}

/* The next string of a GVariant's text, at *text, which moves behind it; false when there is none. */
static bool next_string(const char **text, char *ret, size_t size) {
  const char *next = *text + strcspn(*text, "'\"");
  char quote = *next;
  size_t used = 0;
  if (!quote) {
    return false;
  }
  for (next++; *next && *next != quote; next++) {
    if (*next == '\\' && next[1]) {
      next++;
    }
    if (used + 1 < size) {
      ret[used++] = *next;
    }
  }
  ret[used] = '\0';
  *text = next + (*next == quote);
  return true;
}

static void string_setting(const char *text, const char *ending, const char *key, char *ret, size_t size) {
  char value[VALUE_MAX];
  const char *next = value;
  find_setting(text, ending, key, value, sizeof value);
  if (!next_string(&next, ret, size)) {
    ret[0] = '\0';
  }
}

/* The digits of "8080" or "uint32 8080". */
static void number_setting(const char *text, const char *ending, const char *key, char *ret, size_t size) {
  char value[VALUE_MAX];
  find_setting(text, ending, key, value, sizeof value);
  const char *digits = strrchr(value, ' ');
  digits = digits ? digits + 1 : value;
  snprintf(ret, size, "%.*s", (int)strspn(digits, "0123456789"), digits);
}

/* "['localhost', '::1']" becomes "localhost,::1". */
static void list_setting(const char *text, const char *ending, const char *key, char *ret, size_t size) {
  char value[LIST_MAX];
  char item[256];
  const char *next = value;
  size_t used = 0;
  ret[0] = '\0';
  find_setting(text, ending, key, value, sizeof value);
  while (next_string(&next, item, sizeof item) && used + strlen(item) + 2 < size) {
    int length = snprintf(ret + used, size - used, "%s%s", used ? "," : "", item);
    used += length > 0 ? (size_t)length : 0;
  }
}

/* The kind of proxy that is set, in the order in which desktops prefer them. */
static const struct kind {
  const char *ending, *scheme;
  bool for_plain, for_tls;
} kinds[] = {
    {".https", "http", false,
     true}, /* the key is named after the servers, not after how the proxy is spoken to */
    {".http", "http", true, true},
    {".socks", "socks5h", true, true},
};

enum ce_code ce_desktop_proxy_parse_gsettings(const char *text, bool tls, struct ce_desktop_proxy *ret,
                                              struct ce_error *err) {
  char mode[16];
  char exceptions[LIST_MAX];
  string_setting(text, "proxy", "mode", mode, sizeof mode);
  ret->automatic = ret->automatic || strcmp(mode, "auto") == 0;
  if (strcmp(mode, "manual") != 0) {
    return CE_OK;
  }
  list_setting(text, "proxy", "ignore-hosts", exceptions, sizeof exceptions);
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && !ret->url && i < sizeof kinds / sizeof kinds[0]; i++) {
    const char *ending = kinds[i].ending;
    char host[256];
    char port[8];
    char wants[8];
    char user[256];
    char password[256];
    string_setting(text, ending, "host", host, sizeof host);
    number_setting(text, ending, "port", port, sizeof port);
    find_setting(text, ending, "use-authentication", wants, sizeof wants);
    string_setting(text, ending, "authentication-user", user, sizeof user);
    string_setting(text, ending, "authentication-password", password, sizeof password);
    bool named = strcmp(wants, "true") == 0;
    const struct ce_desktop_proxy_words words = {
        kinds[i].scheme, host, port, named ? user : NULL, named ? password : NULL, exceptions};
    if (host[0] && (tls ? kinds[i].for_tls : kinds[i].for_plain)) {
      code = ce_desktop_proxy_make(&words, ret, err);
    }
    explicit_bzero(password, sizeof password);
  }
  return code;
}

/* The value of key in the group [Proxy Settings] of KDE's configuration. */
static void find_entry(const char *text, const char *key, char *ret, size_t size) {
  bool inside = false;
  ret[0] = '\0';
  for (const char *line = text; *line;) {
    size_t length = strcspn(line, "\r\n");
    if (line[0] == '[') {
      inside = length == strlen("[Proxy Settings]") && strncmp(line, "[Proxy Settings]", length) == 0;
    } else if (inside && strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == '=' &&
               length - strlen(key) - 1 < size) {
      size_t value = length - strlen(key) - 1;
      memcpy(ret, line + strlen(key) + 1, value);
      ret[value] = '\0';
    }
    line += length;
    line += strspn(line, "\r\n");
  }
}

/* "http://proxy.example 8080" or "http://proxy.example:8080". */
static enum ce_code take_kde_proxy(const char *value, const char *scheme, const char *exceptions,
                                   struct ce_desktop_proxy *ret, struct ce_error *err) {
  char host[VALUE_MAX];
  size_t length = strcspn(value, " ");
  if (length == 0 || length >= sizeof host) {
    return CE_OK;
  }
  memcpy(host, value, length);
  host[length] = '\0';
  /* KDE writes the scheme that libcurl has no name for. */
  bool socks = strncmp(host, "socks://", strlen("socks://")) == 0;
  const struct ce_desktop_proxy_words words = {
      .scheme = scheme,
      .host = socks ? host + strlen("socks://") : host,
      .port = value[length] ? value + length + 1 : NULL,
      .exceptions = exceptions,
  };
  return ce_desktop_proxy_make(&words, ret, err);
}

enum ce_code ce_desktop_proxy_parse_kde(const char *text, bool tls, struct ce_desktop_proxy *ret,
                                        struct ce_error *err) {
  static const struct {
    const char *key, *scheme;
    bool plain;
  } entries[] = {{"httpsProxy", "http", false}, {"httpProxy", "http", true}, {"socksProxy", "socks5h", true}};
  char type[4];
  char reversed[8];
  char exceptions[LIST_MAX];
  find_entry(text, "ProxyType", type, sizeof type);
  find_entry(text, "ReversedException", reversed, sizeof reversed);
  find_entry(text, "NoProxyFor", exceptions, sizeof exceptions);
  ret->automatic = ret->automatic || strcmp(type, "2") == 0 || strcmp(type, "3") == 0;
  /* Reversed, the list names what the proxy is for: nothing that a repository would be on. */
  if (strcmp(type, "1") != 0 || strcmp(reversed, "true") == 0) {
    return CE_OK;
  }
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && !ret->url && i < sizeof entries / sizeof entries[0]; i++) {
    char value[VALUE_MAX];
    find_entry(text, entries[i].key, value, sizeof value);
    if (tls || entries[i].plain) {
      code = take_kde_proxy(value, entries[i].scheme, exceptions, ret, err);
    }
  }
  return code;
}
