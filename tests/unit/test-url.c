/* SPDX-License-Identifier: Apache-2.0
 * URLs taken apart and put together. */
#include "ports/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static enum ce_code parse(const char *text, struct ce_url *url) {
  struct ce_error err;
  return ce_url_parse(text, "http https socks5", NULL, "test", url, &err);
}

static void takes_an_url_apart(void **state) {
  (void)state;
  CE_AUTO(ce_url) struct ce_url url = {0};
  assert_int_equal(parse("HTTPS://joe:p%40ss%3a@Example.COM:8443/a/b?c", &url), CE_OK);
  assert_string_equal(url.scheme, "https");
  assert_string_equal(url.user, "joe");
  assert_string_equal(url.password, "p@ss:");
  assert_string_equal(url.host, "example.com");
  assert_int_equal(url.port, 8443);
  assert_string_equal(url.path, "/a/b?c");
}

static void knows_the_port_of_a_scheme(void **state) {
  static const struct {
    const char *text;
    unsigned port;
  } samples[] = {
      {"http://a", 80}, {"https://a/", 443}, {"socks5://a", 1080}, {"http://a:", 80}, {"http://[::1]:9", 9}};
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    CE_AUTO(ce_url) struct ce_url url = {0};
    assert_int_equal(parse(samples[i].text, &url), CE_OK);
    assert_int_equal(url.port, samples[i].port);
  }
}

static void refuses_what_is_no_url(void **state) {
  static const char *const samples[] = {"",
                                        "http",
                                        "http://",
                                        "http:///x",
                                        "//a",
                                        "ftp://a",
                                        "http://a:0",
                                        "http://a b",
                                        "http://a:65536",
                                        "http://a:1x",
                                        "http://[::1",
                                        "http://[::1]x",
                                        "http://a#b",
                                        "http://a\n",
                                        "http://\xe4",
                                        "http://a/<b>",
                                        "http://a_b%",
                                        "toolongscheme://a",
                                        "http://a:123456",
                                        "http://[ab]"};
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    CE_AUTO(ce_url) struct ce_url url = {0};
    assert_int_equal(parse(samples[i], &url), CE_USAGE);
    assert_null(url.path);
  }
}

static void repeats_no_password_in_a_refusal(void **state) {
  CE_AUTO(ce_url) struct ce_url url = {0};
  struct ce_error err;
  (void)state;
  assert_int_equal(ce_url_parse("ftp://joe:secret@a", "http", NULL, "proxy", &url, &err), CE_USAGE);
  assert_null(strstr(err.detail, "secret"));
  assert_null(strstr(err.subject, "secret"));
}

static void writes_the_origin_without_user_and_usual_port(void **state) {
  static const struct {
    const char *text, *origin;
  } samples[] = {{"http://joe:x@a:80/b", "http://a"},
                 {"https://a:80", "https://a:80"},
                 {"http://[FE80::1]:81", "http://[fe80::1]:81"}};
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    CE_AUTO(ce_url) struct ce_url url = {0};
    char origin[CE_URL_ORIGIN_MAX];
    assert_int_equal(parse(samples[i].text, &url), CE_OK);
    ce_url_origin(&url, origin);
    assert_string_equal(origin, samples[i].origin);
  }
}

static void tells_origins_apart(void **state) {
  static const char *const others[] = {"https://a", "http://b", "http://a:81", "http://a.b"};
  CE_AUTO(ce_url) struct ce_url url = {0};
  CE_AUTO(ce_url) struct ce_url same = {0};
  (void)state;
  assert_int_equal(parse("http://a/x", &url), CE_OK);
  assert_int_equal(parse("http://joe@A:80/y", &same), CE_OK);
  assert_true(ce_url_same_origin(&url, &same));
  for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
    CE_AUTO(ce_url) struct ce_url other = {0};
    assert_int_equal(parse(others[i], &other), CE_OK);
    assert_false(ce_url_same_origin(&url, &other));
  }
}

static void encodes_a_path_once(void **state) {
  static const struct {
    const char *base, *path, *text;
  } samples[] = {
      {"http://a", "b", "http://a/b"},
      {"http://a/", "b/c", "http://a/b/c"},
      {"http://a/r//", "b", "http://a/r/b"},
      {"http://u:p@a/r", "1.root.json", "http://a/r/1.root.json"},
      {"http://a", "a b+c?d#e&f", "http://a/a%20b%2Bc%3Fd%23e%26f"},
      {"http://a", "%2Frole%zz%", "http://a/%2Frole%25zz%25"},
      {"http://a", "\xe4\xb8\xad", "http://a/%E4%B8%AD"},
      {"http://a", "~x_y-z.", "http://a/~x_y-z."},
  };
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    CE_AUTO(ce_url) struct ce_url base = {0};
    CE_AUTO(ce_free) char *text = NULL;
    struct ce_error err;
    assert_int_equal(parse(samples[i].base, &base), CE_OK);
    assert_int_equal(ce_url_join(&base, samples[i].path, &text, &err), CE_OK);
    assert_string_equal(text, samples[i].text);
  }
}

static void refuses_an_url_that_is_too_long(void **state) {
  char path[CE_URL_MAX + 1];
  CE_AUTO(ce_url) struct ce_url base = {0};
  CE_AUTO(ce_free) char *text = NULL;
  struct ce_error err;
  (void)state;
  memset(path, 'a', sizeof path - 1);
  path[sizeof path - 1] = '\0';
  assert_int_equal(parse("http://a", &base), CE_OK);
  assert_int_equal(ce_url_join(&base, path, &text, &err), CE_USAGE);
  assert_null(text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_an_url_apart),
      cmocka_unit_test(knows_the_port_of_a_scheme),
      cmocka_unit_test(refuses_what_is_no_url),
      cmocka_unit_test(repeats_no_password_in_a_refusal),
      cmocka_unit_test(writes_the_origin_without_user_and_usual_port),
      cmocka_unit_test(tells_origins_apart),
      cmocka_unit_test(encodes_a_path_once),
      cmocka_unit_test(refuses_an_url_that_is_too_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
