/* SPDX-License-Identifier: Apache-2.0
 * The desktop's proxy: what desktops write, and whom they are asked as. */
#include "ports/desktop-proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define GNOME                                                                                                \
  "org.gnome.system.proxy autoconfig-url ''\n"                                                               \
  "org.gnome.system.proxy ignore-hosts ['localhost', '127.0.0.0/8', '*.example.com', '::1']\n"               \
  "org.gnome.system.proxy mode 'manual'\n"                                                                   \
  "org.gnome.system.proxy.http authentication-password 'p\\'w'\n"                                            \
  "org.gnome.system.proxy.http authentication-user 'j@e'\n"                                                  \
  "org.gnome.system.proxy.http host '10.0.0.1'\n"                                                            \
  "org.gnome.system.proxy.http port 8080\n"                                                                  \
  "org.gnome.system.proxy.http use-authentication true\n"                                                    \
  "org.gnome.system.proxy.https host ''\n"                                                                   \
  "org.gnome.system.proxy.https port 0\n"                                                                    \
  "org.gnome.system.proxy.socks host 'socks.example'\n"                                                      \
  "org.gnome.system.proxy.socks port 1080\n"

static void reads_what_gnome_writes(void **state) {
  CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy proxy = {0};
  struct ce_error err;
  (void)state;
  assert_int_equal(ce_desktop_proxy_parse_gsettings(GNOME, true, &proxy, &err), CE_OK);
  assert_string_equal(proxy.url, "http://j%40e:p%27w@10.0.0.1:8080");
  assert_string_equal(proxy.exceptions, "localhost,127.0.0.0/8,.example.com,::1");
  assert_false(proxy.automatic);
}

static void prefers_the_proxy_for_the_scheme(void **state) {
  static const char text[] = "com.deepin.wrap.gnome.system.proxy mode 'manual'\n"
                             "com.deepin.wrap.gnome.system.proxy.http host \"plain\"\n"
                             "com.deepin.wrap.gnome.system.proxy.http port uint32 1\n"
                             "com.deepin.wrap.gnome.system.proxy.https host 'tls'\n"
                             "com.deepin.wrap.gnome.system.proxy.https port 2\n";
  struct ce_error err;
  (void)state;
  for (int tls = 0; tls < 2; tls++) {
    CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy proxy = {0};
    assert_int_equal(ce_desktop_proxy_parse_gsettings(text, tls, &proxy, &err), CE_OK);
    assert_string_equal(proxy.url, tls ? "http://tls:2" : "http://plain:1");
    assert_null(proxy.exceptions);
  }
}

static void uses_socks_where_nothing_else_is_set(void **state) {
  static const char text[] = "a.proxy mode 'manual'\na.proxy.socks host '::1'\na.proxy.socks port 9\n"
                             "a.proxy.socks host 'late'\n";
  CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy proxy = {0};
  struct ce_error err;
  (void)state;
  assert_int_equal(ce_desktop_proxy_parse_gsettings(text, true, &proxy, &err), CE_OK);
  assert_null(proxy.url); /* an address without brackets is no URL's */
  CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy named = {0};
  assert_int_equal(ce_desktop_proxy_parse_gsettings("a.proxy mode 'manual'\na.proxy.socks host 'h'\n", false,
                                                    &named, &err),
                   CE_OK);
  assert_string_equal(named.url, "socks5h://h");
}

static void uses_none_that_is_switched_off_or_unusable(void **state) {
  static const char *const samples[] = {
      "",
      "a.proxy mode 'none'\na.proxy.http host 'h'\na.proxy.http port 1\n",
      "a.proxy mode 'manual'\n",
      "a.proxy mode 'manual'\na.proxy.http host ''\n",
      "a.proxy mode 'manual'\na.proxy.http host 'h h'\n",
      "a.proxy mode 'manual'\na.proxy.http host 'ftp://h'\n",
      "a.proxy mode 'manual'\na.proxy.http host 'h'\na.proxy.http port 70000\n",
      "a.proxy mode 'manual'\na.proxy.http host '",
  };
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy proxy = {0};
    struct ce_error err;
    assert_int_equal(ce_desktop_proxy_parse_gsettings(samples[i], false, &proxy, &err), CE_OK);
    assert_null(proxy.url);
    assert_false(proxy.automatic);
  }
}

static void tells_a_script(void **state) {
  CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy proxy = {0};
  CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy kde = {0};
  struct ce_error err;
  (void)state;
  assert_int_equal(ce_desktop_proxy_parse_gsettings("a.proxy mode 'auto'\n", false, &proxy, &err), CE_OK);
  assert_true(proxy.automatic && !proxy.url);
  assert_int_equal(ce_desktop_proxy_parse_kde("[Proxy Settings]\nProxyType=2\n", false, &kde, &err), CE_OK);
  assert_true(kde.automatic && !kde.url);
}

static void reads_what_kde_writes(void **state) {
  static const struct {
    const char *text;
    bool tls;
    const char *url, *exceptions;
  } samples[] = {
      {"[Proxy Settings]\nProxyType=1\nhttpProxy=http://proxy.example 3128\nNoProxyFor=localhost, a.b\n",
       true, "http://proxy.example:3128", "localhost,a.b"},
      {"[Other]\nProxyType=1\nhttpProxy=http://x 1\n", true, NULL, NULL},
      {"[Proxy Settings]\r\nProxyType=1\r\nhttpsProxy=http://tls:8443/\r\nhttpProxy=http://plain 1\r\n", true,
       "http://tls:8443", NULL},
      {"[Proxy Settings]\nProxyType=1\nhttpsProxy=http://tls 2\nhttpProxy=http://plain 1\n", false,
       "http://plain:1", NULL},
      {"[Proxy Settings]\nProxyType=1\nsocksProxy=socks://s 1080\n", false, "socks5h://s:1080", NULL},
      {"[Proxy Settings]\nProxyType=0\nhttpProxy=http://x 1\n", false, NULL, NULL},
      {"[Proxy Settings]\nProxyType=1\nReversedException=true\nhttpProxy=http://x 1\n", false, NULL, NULL},
      {"[Proxy Settings]\nProxyType=1\nhttpProxy=http://x 99999\n", false, NULL, NULL},
  };
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy proxy = {0};
    struct ce_error err;
    assert_int_equal(ce_desktop_proxy_parse_kde(samples[i].text, samples[i].tls, &proxy, &err), CE_OK);
    assert_true(!proxy.url == !samples[i].url);
    if (samples[i].url) {
      assert_string_equal(proxy.url, samples[i].url);
    }
    assert_true(!proxy.exceptions == !samples[i].exceptions);
    if (samples[i].exceptions) {
      assert_string_equal(proxy.exceptions, samples[i].exceptions);
    }
  }
}

/* Answers for gsettings and cat, and remembers what was run. */
struct session {
  const char *gsettings, *kde;
  char ran[1024];
};

static enum ce_code run(void *context, const char *const argv[], const char *const extra_env[],
                        int64_t timeout_ms, struct ce_process_result *ret, struct ce_error *err) {
  struct session *session = context;
  const char *answer = NULL;
  (void)extra_env;
  (void)timeout_ms;
  for (size_t i = 0; argv[i]; i++) {
    size_t used = strlen(session->ran);
    snprintf(session->ran + used, sizeof session->ran - used, "%s%s", argv[i], argv[i + 1] ? " " : "\n");
    answer = strcmp(argv[i], "gsettings") == 0 ? session->gsettings : answer;
    answer = strcmp(argv[i], "cat") == 0 ? session->kde : answer;
  }
  if (!answer) {
    return ce_fail(err, CE_NOT_FOUND, "run", argv[0], "there is no such program");
  }
  ret->exit_status = 0;
  return ce_blob_append(&ret->output, answer, strlen(answer), err);
}

static void find(struct session *session, struct ce_desktop_proxy *ret) {
  const struct ce_process process = {.run = run, .context = session};
  struct ce_error err;
  assert_int_equal(ce_desktop_proxy_find(&process, false, ret, &err), CE_OK);
}

static int clear_environment(void **state) {
  (void)state;
  unsetenv("PKEXEC_UID");
  unsetenv("SUDO_UID");
  unsetenv("XDG_CURRENT_DESKTOP");
  setenv("HOME", "/home/of-test", 1);
  return 0;
}

static void asks_the_desktop_that_runs(void **state) {
  static const char kde[] = "[Proxy Settings]\nProxyType=1\nhttpProxy=http://kde 1\n";
  static const struct {
    const char *desktop, *gsettings, *url;
  } samples[] = {{"GNOME", GNOME, "http://j%40e:p%27w@10.0.0.1:8080"},
                 {"KDE", GNOME, "http://kde:1"},
                 {NULL, GNOME, "http://j%40e:p%27w@10.0.0.1:8080"},
                 {NULL, NULL, "http://kde:1"},
                 {"X-Cinnamon", NULL, NULL}};
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    struct session session = {.gsettings = samples[i].gsettings, .kde = kde};
    CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy proxy = {0};
    clear_environment(NULL);
    if (samples[i].desktop) {
      setenv("XDG_CURRENT_DESKTOP", samples[i].desktop, 1);
    }
    find(&session, &proxy);
    assert_true(!proxy.url == !samples[i].url);
    if (samples[i].url) {
      assert_string_equal(proxy.url, samples[i].url);
    }
    assert_null(strstr(session.ran, "setpriv"));
  }
}

static void asks_as_the_user_who_called(void **state) {
  struct session session = {.kde = ""};
  CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy proxy = {0};
  (void)state;
  if (geteuid() != 0) {
    skip();
  }
  setenv("PKEXEC_UID", "1", 1); /* daemon, on every system */
  find(&session, &proxy);
  assert_non_null(strstr(session.ran, "setpriv --reuid 1 --regid 1 --clear-groups env -i HOME="));
  assert_non_null(strstr(session.ran, "gsettings list-recursively org.gnome.system.proxy\n"));
}

static void asks_nobody_for_a_caller_that_is_none(void **state) {
  static const char *const samples[] = {"0", "x", "", "-1", "4294967295", "99999999999999999999"};
  (void)state;
  if (geteuid() != 0) {
    skip();
  }
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    struct session session = {.gsettings = GNOME};
    CE_AUTO(ce_desktop_proxy) struct ce_desktop_proxy proxy = {0};
    setenv("SUDO_UID", samples[i], 1);
    find(&session, &proxy);
    assert_string_equal(session.ran, "");
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, clear_environment, clear_environment)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(reads_what_gnome_writes),
      TEST(prefers_the_proxy_for_the_scheme),
      TEST(uses_socks_where_nothing_else_is_set),
      TEST(uses_none_that_is_switched_off_or_unusable),
      TEST(tells_a_script),
      TEST(reads_what_kde_writes),
      TEST(asks_the_desktop_that_runs),
      TEST(asks_as_the_user_who_called),
      TEST(asks_nobody_for_a_caller_that_is_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
