/* SPDX-License-Identifier: Apache-2.0
 * Asking the calling user's desktop for its proxy. */
#include "ports/desktop-proxy.h"

#include "ports/proxy.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#define PROGRAM_MS    5000
#define PROGRAM_WORDS 24
#define SCHEMES       "http https socks5 socks5h"

void ce_desktop_proxy_clear(struct ce_desktop_proxy *proxy) {
  free(proxy->url);
  free(proxy->exceptions);
  *proxy = (struct ce_desktop_proxy){0};
}

/* Appends text, percent-encoded for an URL's user part. */
static enum ce_code append_encoded(struct ce_blob *url, const char *text, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (; code == CE_OK && *text; text++) {
    unsigned char byte = (unsigned char)*text;
    bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                 (byte >= '0' && byte <= '9') || strchr("-._~", *text);
    code = ce_blob_printf(url, err, plain ? "%c" : "%%%02X", byte);
  }
  return code;
}

static enum ce_code append_credentials(struct ce_blob *url, const struct ce_desktop_proxy_words *words,
                                       struct ce_error *err) {
  if (!words->user || !words->user[0]) {
    return CE_OK;
  }
  enum ce_code code = append_encoded(url, words->user, err);
  if (code == CE_OK && words->password && words->password[0]) {
    code = ce_blob_append(url, ":", 1, err);
    code = code == CE_OK ? append_encoded(url, words->password, err) : code;
  }
  return code == CE_OK ? ce_blob_append(url, "@", 1, err) : code;
}

/* "*.example.com" of desktops is ".example.com" of curl(1). */
static enum ce_code make_exceptions(const char *text, char **ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob list = {0};
  enum ce_code code = CE_OK;
  while (code == CE_OK && *text && list.size < CE_PROXY_EXCEPTIONS_MAX / 2) {
    text += strspn(text, ", \t;");
    size_t length = strcspn(text, ", \t;");
    size_t star = length > 1 && text[0] == '*' && text[1] == '.' ? 1 : 0;
    if (length > 0 && length < 256) {
      code = ce_blob_printf(&list, err, "%s%.*s", list.size ? "," : "", (int)(length - star), text + star);
    }
    text += length;
  }
  if (code != CE_OK || list.size == 0) {
    return code;
  }
  *ret = ce_blob_take_text(&list);
  return *ret ? CE_OK : ce_fail_memory(err, "proxy");
}

enum ce_code ce_desktop_proxy_make(const struct ce_desktop_proxy_words *words, struct ce_desktop_proxy *ret,
                                   struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob url = {0};
  CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy made = {0};
  CE_AUTO(ce_url) struct ce_url checked = {0};
  struct ce_error ignored;
  const char *written = strstr(words->host, "://");
  const char *host = written ? written + 3 : words->host;
  size_t scheme = written ? (size_t)(written - words->host) : strlen(words->scheme);
  size_t length = strcspn(host, "/");
  enum ce_code code = ce_blob_printf(&url, err, "%.*s://", (int)(scheme < 16 ? scheme : 16),
                                     written ? words->host : words->scheme);
  if (code == CE_OK) {
    code = append_credentials(&url, words, err);
  }
  if (code == CE_OK) {
    bool with_port = words->port && words->port[0] && strcmp(words->port, "0") != 0;
    code = ce_blob_printf(&url, err, "%.*s%s%.5s", (int)(length < CE_URL_MAX ? length : CE_URL_MAX), host,
                          with_port ? ":" : "", with_port ? words->port : "");
  }
  if (code != CE_OK ||
      ce_url_parse(ce_blob_text(&url), SCHEMES, NULL, "proxy", &checked, &ignored) != CE_OK) {
    return code;
  }
  made.url = ce_blob_take_text(&url);
  code = made.url ? make_exceptions(words->exceptions ? words->exceptions : "", &made.exceptions, err)
                  : ce_fail_memory(err, "proxy");
  if (code == CE_OK) {
    *ret = made;
    made = (struct ce_desktop_proxy){0};
  }
  return code;
}

/* Whose settings are meant: one's own, or those of who called for root. */
struct caller {
  bool other;
  char uid[16], gid[16];
  char home[256]; /* "HOME=..." */
};

static bool find_caller(struct caller *caller) {
  const char *home = getenv("HOME");
  const char *uid = getenv("PKEXEC_UID");
  uid = uid ? uid : getenv("SUDO_UID");
  *caller = (struct caller){.other = geteuid() == 0 && uid};
  if (!caller->other) {
    return home && snprintf(caller->home, sizeof caller->home, "HOME=%s", home) < (int)sizeof caller->home;
  }
  char *end = NULL;
  unsigned long number = strtoul(uid, &end, 10);
  char buffer[4096];
  struct passwd entry;
  struct passwd *found = NULL;
  if (*end || number == 0 || number >= UINT32_MAX ||
      getpwuid_r((uid_t)number, &entry, buffer, sizeof buffer, &found) != 0 || !found) {
    return false;
  }
  snprintf(caller->uid, sizeof caller->uid, "%u", (unsigned)entry.pw_uid);
  snprintf(caller->gid, sizeof caller->gid, "%u", (unsigned)entry.pw_gid);
  return snprintf(caller->home, sizeof caller->home, "HOME=%s", entry.pw_dir) < (int)sizeof caller->home;
}

/* Runs words (NULL at the end) as the caller; *ret_text is what it printed, "" when that is nothing of use.
 */
static enum ce_code ask(const struct ce_process *process, const struct caller *caller,
                        const char *const words[], struct ce_process_result *result, const char **ret_text) {
  const char *const as_caller[] = {"setpriv",           "--reuid", caller->uid, "--regid",    caller->gid,
                                   "--clear-groups",    "env",     "-i",        caller->home, "LC_ALL=C",
                                   "PATH=/usr/bin:/bin"};
  const char *argv[PROGRAM_WORDS] = {NULL};
  struct ce_error ignored;
  size_t n = 0;
  for (size_t i = 0; caller->other && i < sizeof as_caller / sizeof as_caller[0]; i++) {
    argv[n++] = as_caller[i];
  }
  for (size_t i = 0; words[i] && n + 1 < PROGRAM_WORDS; i++) {
    argv[n++] = words[i];
  }
  enum ce_code code = process->run(process->context, argv, NULL, PROGRAM_MS, result, &ignored);
  bool useful = code == CE_OK && result->exit_status == 0 &&
                result->output.size <= CE_DESKTOP_PROXY_TEXT_MAX &&
                !memchr(ce_blob_text(&result->output), '\0', result->output.size);
  *ret_text = useful ? ce_blob_text(&result->output) : "";
  return code == CE_MEMORY ? code : CE_OK;
}

static bool is_decided(const struct ce_desktop_proxy *proxy) {
  return proxy->url || proxy->automatic;
}

static enum ce_code ask_gsettings(const struct ce_process *process, const struct caller *caller, bool tls,
                                  struct ce_desktop_proxy *ret, struct ce_error *err) {
  static const char *const schemas[] = {"org.gnome.system.proxy", "com.deepin.wrap.gnome.system.proxy"};
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && !is_decided(ret) && i < sizeof schemas / sizeof schemas[0]; i++) {
    CE_AUTO(ce_process_result) struct ce_process_result result = {0};
    const char *const words[] = {"gsettings", "list-recursively", schemas[i], NULL};
    const char *text = "";
    code = ask(process, caller, words, &result, &text);
    if (code == CE_OK) {
      code = ce_desktop_proxy_parse_gsettings(text, tls, ret, err);
    }
  }
  return code == CE_OK ? code : ce_fail_memory(err, "gsettings");
}

static enum ce_code ask_kde(const struct ce_process *process, const struct caller *caller, bool tls,
                            struct ce_desktop_proxy *ret, struct ce_error *err) {
  char path[sizeof caller->home + sizeof "/.config/kioslaverc"];
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  const char *const words[] = {"cat", "--", path, NULL};
  const char *text = "";
  snprintf(path, sizeof path, "%s/.config/kioslaverc", caller->home + strlen("HOME="));
  enum ce_code code = ask(process, caller, words, &result, &text);
  return code == CE_OK ? ce_desktop_proxy_parse_kde(text, tls, ret, err) : ce_fail_memory(err, "kioslaverc");
}

enum ce_code ce_desktop_proxy_find(const struct ce_process *process, bool tls, struct ce_desktop_proxy *ret,
                                   struct ce_error *err) {
  struct caller caller;
  CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy found = {0};
  /* Each desktop leaves settings behind that another one does not look at. */
  const char *desktop = getenv("XDG_CURRENT_DESKTOP");
  bool kde = desktop && strstr(desktop, "KDE");
  enum ce_code code = CE_OK;
  if (find_caller(&caller)) {
    code = kde ? CE_OK : ask_gsettings(process, &caller, tls, &found, err);
    if (code == CE_OK && !is_decided(&found) && (kde || !desktop)) {
      code = ask_kde(process, &caller, tls, &found, err);
    }
  }
  if (code == CE_OK) {
    ce_desktop_proxy_clear(ret);
    *ret = found;
    found = (struct ce_desktop_proxy){0};
  }
  return code;
}
