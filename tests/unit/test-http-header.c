/* SPDX-License-Identifier: Apache-2.0
 * Heads of HTTP answers. */
#include "ports/http-header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW INT64_C(1700000000)

/* lines, each ended by "\n". */
static struct ce_http_head read_head(const char *lines) {
  struct ce_http_head head;
  ce_http_head_begin(&head, NOW);
  while (*lines) {
    size_t length = strcspn(lines, "\n") + 1;
    ce_http_head_line(&head, lines, length);
    lines += length;
  }
  return head;
}

static void reads_what_a_download_needs(void **state) {
  (void)state;
  struct ce_http_head head = read_head("HTTP/1.1 206 Partial Content\r\n"
                                       "content-RANGE:  bytes 5-9/10  \r\n"
                                       "Content-Length: 5\r\n"
                                       "ETag: \"abc\"\r\n"
                                       "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                       "Last-Modified: Sun, 06 Nov 1994 08:00:00 GMT\r\n"
                                       "Content-Type: Text/HTML; charset=utf-8\r\n\r\n");
  assert_int_equal(head.status, 206);
  assert_true(head.has_range && !head.bad_range && head.html && !head.encoded && !head.oversized);
  assert_int_equal(head.range_first, 5);
  assert_int_equal(head.range_total, 10);
  assert_int_equal(head.length, 5);
  assert_int_equal(head.date_s, 784111777);
  assert_string_equal(ce_http_head_validator(&head), "\"abc\"");
}

static void begins_anew_with_each_status_line(void **state) {
  (void)state;
  struct ce_http_head head =
      read_head("HTTP/1.1 103 Early Hints\nETag: \"x\"\nRetry-After: 9\n\nHTTP/2 200\n\n");
  assert_int_equal(head.status, 200);
  assert_string_equal(head.etag, "");
  assert_int_equal(head.retry_after_s, -1);
  assert_int_equal(head.length, CE_HTTP_UNKNOWN);
}

static void reads_ranges(void **state) {
  static const struct {
    const char *value;
    bool bad;
    uint64_t first, total;
  } samples[] = {
      {"bytes 0-0/1", false, 0, 1},
      {"bytes 3-7/*", false, 3, CE_HTTP_UNKNOWN},
      {"bytes */12", false, CE_HTTP_UNKNOWN, 12},
      {"Bytes 999999999999999998-999999999999999998/999999999999999999", false, 999999999999999998,
       999999999999999999},
      {"bytes 5-4/10", true, 0, 0},
      {"bytes 5-10/10", true, 0, 0},
      {"bytes */*", true, 0, 0},
      {"bytes 0-1", true, 0, 0},
      {"bytes 0-1/2x", true, 0, 0},
      {"bytes 0-1/2, 3-4/5", true, 0, 0},
      {"bytes -1-2/3", true, 0, 0},
      {"bytes 18446744073709551616-18446744073709551617/*", true, 0, 0},
      {"items 0-1/2", true, 0, 0},
      {"", true, 0, 0},
  };
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    char lines[256];
    snprintf(lines, sizeof lines, "HTTP/1.1 206 x\nContent-Range: %s\n", samples[i].value);
    struct ce_http_head head = read_head(lines);
    assert_true(head.has_range);
    assert_int_equal(head.bad_range, samples[i].bad);
    if (!samples[i].bad) {
      assert_true(head.range_first == samples[i].first && head.range_total == samples[i].total);
    }
  }
}

static void refuses_two_ranges(void **state) {
  (void)state;
  assert_true(
      read_head("HTTP/1.1 206 x\nContent-Range: bytes 0-1/2\nContent-Range: bytes 0-1/2\n").bad_range);
}

static void uses_strong_validators_only(void **state) {
  static const struct {
    const char *lines, *validator;
  } samples[] = {
      {"ETag: W/\"a\"\n", ""},
      {"ETag: abc\n", ""},
      {"ETag: \"a\"b\"\n", ""},
      {"ETag: \"\"\n", "\"\""},
      {"ETag: \"a\rRange: b\"\n", ""},
      {"Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\n", ""},
      {"Date: Sun, 06 Nov 1994 08:50:00 GMT\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\n", ""},
      {"Date: Sun, 06 Nov 1994 08:51:00 GMT\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\n",
       "Sun, 06 Nov 1994 08:49:37 GMT"},
      {"Date: Sun, 06 Nov 1994 08:51:00 GMT\nLast-Modified: yesterday\n", ""},
      {"ETag: W/\"a\"\nDate: Sun, 06 Nov 1994 09:51:00 GMT\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\n",
       "Sun, 06 Nov 1994 08:49:37 GMT"},
  };
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    char lines[512];
    snprintf(lines, sizeof lines, "HTTP/1.1 200 OK\n%s", samples[i].lines);
    struct ce_http_head head = read_head(lines);
    assert_string_equal(ce_http_head_validator(&head), samples[i].validator);
  }
}

static void reads_how_long_to_wait(void **state) {
  static const struct {
    const char *lines;
    int64_t wait_s;
  } samples[] = {
      {"Retry-After: 0\n", 0},
      {"Retry-After: 120\n", 120},
      {"Retry-After: 999999999\n", CE_HTTP_WAIT_MAX_S},
      {"Retry-After: 99999999999999999999\n", -1},
      {"Retry-After: -5\n", -1},
      {"Retry-After: soon\n", -1},
      {"Date: Sun, 06 Nov 1994 08:49:37 GMT\nRetry-After: Sun, 06 Nov 1994 08:49:47 GMT\n", 10},
      {"Date: Sun, 06 Nov 1994 08:49:37 GMT\nRetry-After: Sun, 06 Nov 1994 08:49:00 GMT\n", 0},
      {"Retry-After: Tue, 14 Nov 2023 22:13:50 GMT\n", 30}, /* by this machine's clock */
  };
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    char lines[256];
    snprintf(lines, sizeof lines, "HTTP/1.1 503 x\n%s", samples[i].lines);
    assert_int_equal(read_head(lines).retry_after_s, samples[i].wait_s);
  }
}

static void reads_all_forms_of_dates(void **state) {
  static const char *const good[] = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                                     "Sun Nov  6 08:49:37 1994"};
  static const char *const bad[] = {"",
                                    "06 Nov 1994",
                                    "Sun, 06 Nov 1994 08:49:37 CET",
                                    "Sun, 06 Now 1994 08:49:37 GMT",
                                    "Sun, 36 Nov 1994 08:49:37 GMT",
                                    "Sun, 06 Nov 1994 25:49:37 GMT",
                                    "Sun, 06 Nov 1960 08:49:37 GMT",
                                    "Sun, 06 Nov -994 08:49:37 GMT"};
  (void)state;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    int64_t seconds = 0;
    assert_true(ce_http_date_parse(good[i], &seconds));
    assert_int_equal(seconds, 784111777);
  }
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    int64_t seconds = -7;
    assert_false(ce_http_date_parse(bad[i], &seconds));
    assert_int_equal(seconds, -7);
  }
}

static void sees_compression(void **state) {
  (void)state;
  assert_true(read_head("HTTP/1.1 200 OK\nContent-Encoding: gzip\n").encoded);
  assert_false(read_head("HTTP/1.1 200 OK\nContent-Encoding: identity\n").encoded);
}

static void stops_at_its_limits(void **state) {
  static char line[CE_HTTP_LINE_MAX + 1];
  struct ce_http_head head;
  (void)state;
  memset(line, 'x', sizeof line);
  ce_http_head_begin(&head, NOW);
  ce_http_head_line(&head, line, CE_HTTP_LINE_MAX);
  assert_false(head.oversized);
  ce_http_head_line(&head, line, CE_HTTP_LINE_MAX + 1);
  assert_true(head.oversized);

  ce_http_head_begin(&head, NOW);
  for (size_t i = 0; i < CE_HTTP_LINES_MAX; i++) {
    ce_http_head_line(&head, "HTTP/1.1 200 OK\n", 16);
  }
  assert_false(head.oversized);
  ce_http_head_line(&head, "a: b\n", 5);
  assert_true(head.oversized);

  ce_http_head_begin(&head, NOW);
  for (size_t i = 0; i < CE_HTTP_HEAD_MAX / 4096; i++) {
    ce_http_head_line(&head, line, 4096);
  }
  assert_false(head.oversized);
  ce_http_head_line(&head, line, 1);
  assert_true(head.oversized);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_what_a_download_needs),
      cmocka_unit_test(begins_anew_with_each_status_line),
      cmocka_unit_test(reads_ranges),
      cmocka_unit_test(refuses_two_ranges),
      cmocka_unit_test(uses_strong_validators_only),
      cmocka_unit_test(reads_how_long_to_wait),
      cmocka_unit_test(reads_all_forms_of_dates),
      cmocka_unit_test(sees_compression),
      cmocka_unit_test(stops_at_its_limits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
