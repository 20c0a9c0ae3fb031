/* SPDX-License-Identifier: Apache-2.0
 * Which proxy is used: the one given, or the environment's. */
#include "ports/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int clear_environment(void **state) {
  static const char *const names[] = {"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY",
                                      "all_proxy",  "ALL_PROXY",   "no_proxy",   "NO_PROXY"};
  (void)state;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    unsetenv(names[i]);
  }
  return 0;
}

static void uses_none_when_nobody_names_one(void **state) {
  CE_AUTO(ce_proxies) struct ce_proxies proxies = {0};
  struct ce_error err;
  (void)state;
  assert_false(ce_proxies_in_environment());
  assert_int_equal(ce_proxies_find(NULL, NULL, &proxies, &err), CE_OK);
  assert_string_equal(proxies.http.host, "");
  assert_string_equal(proxies.https.host, "");
  assert_null(proxies.exceptions);
}

static void the_given_one_is_for_everything(void **state) {
  CE_AUTO(ce_proxies) struct ce_proxies proxies = {0};
  struct ce_error err;
  (void)state;
  setenv("https_proxy", "http://other", 1);
  setenv("no_proxy", "not.this", 1);
  assert_int_equal(ce_proxies_find("joe:x@proxy:3128", "a,b", &proxies, &err), CE_OK);
  assert_string_equal(proxies.http.host, "proxy");
  assert_string_equal(proxies.https.host, "proxy");
  assert_string_equal(proxies.https.scheme, "http");
  assert_string_equal(proxies.https.user, "joe");
  assert_int_equal(proxies.https.port, 3128);
  assert_string_equal(proxies.exceptions, "a,b");
}

static void an_empty_one_turns_the_environment_off(void **state) {
  CE_AUTO(ce_proxies) struct ce_proxies proxies = {0};
  struct ce_error err;
  (void)state;
  setenv("all_proxy", "http://other", 1);
  assert_true(ce_proxies_in_environment());
  assert_int_equal(ce_proxies_find("", NULL, &proxies, &err), CE_OK);
  assert_string_equal(proxies.http.host, "");
}

static void reads_the_environment_by_scheme(void **state) {
  CE_AUTO(ce_proxies) struct ce_proxies proxies = {0};
  struct ce_error err;
  (void)state;
  setenv("http_proxy", "http://one:1", 1);
  setenv("HTTPS_PROXY", "socks5h://two", 1);
  setenv("ALL_PROXY", "three", 1);
  setenv("NO_PROXY", "localhost", 1);
  assert_int_equal(ce_proxies_find(NULL, "ignored", &proxies, &err), CE_OK);
  assert_string_equal(proxies.http.host, "one");
  assert_string_equal(proxies.https.scheme, "socks5h");
  assert_int_equal(proxies.https.port, 1080);
  assert_string_equal(proxies.exceptions, "localhost");
}

static void ignores_the_variable_that_a_request_can_set(void **state) {
  CE_AUTO(ce_proxies) struct ce_proxies proxies = {0};
  struct ce_error err;
  (void)state;
  setenv("HTTP_PROXY", "http://evil", 1);
  assert_int_equal(ce_proxies_find(NULL, NULL, &proxies, &err), CE_OK);
  assert_string_equal(proxies.http.host, "");
}

static void refuses_a_proxy_that_cannot_be_used(void **state) {
  CE_AUTO(ce_proxies) struct ce_proxies proxies = {0};
  struct ce_error err;
  (void)state;
  setenv("https_proxy", "socks4://joe:secret@a", 1);
  assert_int_equal(ce_proxies_find(NULL, NULL, &proxies, &err), CE_USAGE);
  assert_string_equal(err.subject, "https_proxy");
  assert_null(strstr(err.detail, "secret"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, clear_environment, clear_environment)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(uses_none_when_nobody_names_one),
      TEST(the_given_one_is_for_everything),
      TEST(an_empty_one_turns_the_environment_off),
      TEST(reads_the_environment_by_scheme),
      TEST(ignores_the_variable_that_a_request_can_set),
      TEST(refuses_a_proxy_that_cannot_be_used),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
