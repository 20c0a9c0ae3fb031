/* SPDX-License-Identifier: Apache-2.0
 * A file on its way through several answers, and the time that it may take. */
#include "ports/http-transfer.h"
#include "ports/http-watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define LIMIT 1000

static struct ce_http_transfer transfer_at(uint64_t have_bytes) {
  return (struct ce_http_transfer){.path = "targets/a.bin",
                                   .server = "http://s",
                                   .have_bytes = have_bytes,
                                   .limit_bytes = LIMIT,
                                   .wait_s = -1};
}

static struct ce_fetch_answer answer_of(unsigned status) {
  return (struct ce_fetch_answer){.status = status,
                                  .range_first = CE_HTTP_UNKNOWN,
                                  .range_total = CE_HTTP_UNKNOWN,
                                  .length = CE_HTTP_UNKNOWN,
                                  .retry_after_s = -1};
}

static struct ce_fetch_answer part(uint64_t first, uint64_t total) {
  struct ce_fetch_answer answer = answer_of(206);
  answer.has_range = true;
  answer.range_first = first;
  answer.range_total = total;
  return answer;
}

static void asks_for_what_is_missing(void **state) {
  struct ce_fetch_get get = {0};
  struct ce_http_transfer transfer = transfer_at(7);
  (void)state;
  strcpy(transfer.validator, "\"v\"");
  ce_http_transfer_ask(&transfer, &get);
  assert_int_equal(get.offset_bytes, 7);
  assert_string_equal(get.validator, "\"v\"");
  transfer.whole = true;
  ce_http_transfer_ask(&transfer, &get);
  assert_int_equal(get.offset_bytes, 0);
}

static void skips_what_a_whole_answer_repeats(void **state) {
  struct ce_http_transfer transfer = transfer_at(7);
  struct ce_fetch_answer answer = answer_of(200);
  struct ce_error err;
  size_t first = 99;
  (void)state;
  assert_int_equal(ce_http_transfer_hear(&transfer, &answer, &err), CE_HTTP_TAKE);
  assert_int_equal(ce_http_transfer_take(&transfer, (const uint8_t *)"12345", 5, &first, &err), CE_OK);
  assert_int_equal(first, 5);
  assert_int_equal(ce_http_transfer_take(&transfer, (const uint8_t *)"67890", 5, &first, &err), CE_OK);
  assert_int_equal(first, 2);
  assert_int_equal(ce_http_transfer_take(&transfer, (const uint8_t *)"x", 1, &first, &err), CE_OK);
  assert_int_equal(first, 0);
}

static void takes_the_part_that_was_asked_for(void **state) {
  struct ce_http_transfer transfer = transfer_at(7);
  struct ce_fetch_answer answer = part(7, 20);
  struct ce_error err;
  size_t first = 99;
  (void)state;
  assert_int_equal(ce_http_transfer_hear(&transfer, &answer, &err), CE_HTTP_TAKE);
  assert_int_equal(ce_http_transfer_take(&transfer, (const uint8_t *)"12345", 5, &first, &err), CE_OK);
  assert_int_equal(first, 0);
}

static void asks_for_the_whole_after_another_part(void **state) {
  static const uint64_t firsts[] = {0, 6, 8, CE_HTTP_UNKNOWN};
  (void)state;
  for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++) {
    struct ce_http_transfer transfer = transfer_at(7);
    struct ce_fetch_answer answer = part(firsts[i], 20);
    struct ce_error err;
    assert_int_equal(ce_http_transfer_hear(&transfer, &answer, &err), CE_HTTP_AGAIN);
    assert_true(transfer.whole);
    assert_int_equal(transfer.wait_s, 0);
  }
}

static void refuses_a_part_that_was_not_asked_for(void **state) {
  struct ce_http_transfer transfer = transfer_at(0);
  struct ce_fetch_answer answer = part(0, 20);
  struct ce_error err;
  (void)state;
  assert_int_equal(ce_http_transfer_hear(&transfer, &answer, &err), CE_HTTP_AGAIN);
}

static void knows_a_complete_file_by_its_416(void **state) {
  static const struct {
    uint64_t have, total;
    enum ce_http_verdict verdict;
  } samples[] = {{7, 7, CE_HTTP_HAVE},
                 {7, 3, CE_HTTP_HAVE},
                 {7, 8, CE_HTTP_AGAIN},
                 {7, CE_HTTP_UNKNOWN, CE_HTTP_AGAIN},
                 {0, 0, CE_HTTP_FAIL}};
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    struct ce_http_transfer transfer = transfer_at(samples[i].have);
    struct ce_fetch_answer answer = answer_of(416);
    struct ce_error err;
    answer.has_range = samples[i].total != CE_HTTP_UNKNOWN;
    answer.range_total = samples[i].total;
    assert_int_equal(ce_http_transfer_hear(&transfer, &answer, &err), samples[i].verdict);
    assert_int_equal(transfer.whole, samples[i].verdict == CE_HTTP_AGAIN);
  }
}

static void refuses_a_file_that_says_it_is_too_long(void **state) {
  struct ce_fetch_answer answers[] = {answer_of(200), part(7, LIMIT + 1)};
  answers[0].length = LIMIT + 1;
  (void)state;
  for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
    struct ce_http_transfer transfer = transfer_at(7);
    struct ce_error err;
    assert_int_equal(ce_http_transfer_hear(&transfer, &answers[i], &err), CE_HTTP_FAIL);
    assert_int_equal(err.code, CE_TRUST_DIGEST);
  }
}

static void tells_failures_apart(void **state) {
  static const struct {
    unsigned status;
    enum ce_http_verdict verdict;
    enum ce_code code;
  } samples[] = {
      {403, CE_HTTP_FAIL, CE_NOT_FOUND},      {404, CE_HTTP_FAIL, CE_NOT_FOUND},
      {410, CE_HTTP_FAIL, CE_NOT_FOUND},      {407, CE_HTTP_FAIL, CE_NETWORK_PROXY},
      {511, CE_HTTP_FAIL, CE_NETWORK_PORTAL}, {401, CE_HTTP_FAIL, CE_NETWORK},
      {400, CE_HTTP_FAIL, CE_NETWORK},        {304, CE_HTTP_FAIL, CE_NETWORK},
      {204, CE_HTTP_FAIL, CE_NETWORK},        {408, CE_HTTP_AGAIN, CE_NETWORK},
      {425, CE_HTTP_AGAIN, CE_NETWORK},       {429, CE_HTTP_AGAIN, CE_NETWORK},
      {500, CE_HTTP_AGAIN, CE_NETWORK},       {503, CE_HTTP_AGAIN, CE_NETWORK},
      {599, CE_HTTP_AGAIN, CE_NETWORK},
  };
  (void)state;
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    struct ce_http_transfer transfer = transfer_at(0);
    struct ce_fetch_answer answer = answer_of(samples[i].status);
    struct ce_error err;
    answer.retry_after_s = 5;
    assert_int_equal(ce_http_transfer_hear(&transfer, &answer, &err), samples[i].verdict);
    assert_int_equal(err.code, samples[i].code);
    assert_int_equal(transfer.wait_s, samples[i].verdict == CE_HTTP_AGAIN ? 5 : -1);
  }
}

static enum ce_code take_page(const char *path, const char *text, bool elsewhere) {
  struct ce_http_transfer transfer = transfer_at(0);
  struct ce_fetch_answer answer = answer_of(200);
  struct ce_error err;
  size_t first = 0;
  transfer.path = path;
  answer.html = true;
  answer.elsewhere = elsewhere;
  if (ce_http_transfer_hear(&transfer, &answer, &err) != CE_HTTP_TAKE) {
    return err.code;
  }
  return ce_http_transfer_take(&transfer, (const uint8_t *)text, strlen(text), &first, &err);
}

static void knows_a_portal_by_its_page(void **state) {
  (void)state;
  assert_int_equal(take_page("a.json", "<html>", false), CE_NETWORK_PORTAL);
  assert_int_equal(take_page("a.json", "\xef\xbb\xbf \r\n\t<!DOCTYPE", false), CE_NETWORK_PORTAL);
  assert_int_equal(take_page("a.json", " \n", false), CE_NETWORK_PORTAL);
  assert_int_equal(take_page("a.json", "{}", true), CE_NETWORK_PORTAL);
  assert_int_equal(take_page("a.json", "{}", false), CE_OK);
  assert_int_equal(take_page("doc/a.html", "<html>", true), CE_OK);
}

static void gives_up_a_connection_that_does_not_come(void **state) {
  struct ce_http_watch watch = {.connect_ms = 100, .stall_ms = 1000};
  (void)state;
  ce_http_watch_connect(&watch, 5000);
  assert_int_equal(ce_http_watch_look(&watch, 5100), CE_HTTP_IN_TIME);
  assert_int_equal(ce_http_watch_look(&watch, 5101), CE_HTTP_NO_CONNECTION);
  ce_http_watch_connected(&watch, 5101);
  assert_int_equal(ce_http_watch_look(&watch, 5301), CE_HTTP_IN_TIME);
}

static void gives_up_what_is_too_slow_for_too_long(void **state) {
  struct ce_http_watch watch = {.connect_ms = 100, .stall_ms = 30000};
  int64_t now = 0;
  (void)state;
  ce_http_watch_connected(&watch, now);
  for (; now <= 100000; now += 1000) { /* 1001 bytes a second are enough */
    assert_int_equal(ce_http_watch_look(&watch, now), CE_HTTP_IN_TIME);
    ce_http_watch_bytes(&watch, 1001);
  }
  int64_t slow = now;
  while (ce_http_watch_look(&watch, now) == CE_HTTP_IN_TIME) {
    ce_http_watch_bytes(&watch, 900);
    now += 1000;
    assert_true(now < slow + 40000);
  }
  assert_true(now >= slow + 27000);
}

static void does_not_count_time_in_which_nobody_listened(void **state) {
  struct ce_http_watch watch = {.connect_ms = 100, .stall_ms = 1000};
  (void)state;
  ce_http_watch_connected(&watch, 0);
  ce_http_watch_shift(&watch, 60000);
  assert_int_equal(ce_http_watch_look(&watch, 60500), CE_HTTP_IN_TIME);
  assert_int_equal(ce_http_watch_look(&watch, 61500), CE_HTTP_STALLED);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(asks_for_what_is_missing),
      cmocka_unit_test(skips_what_a_whole_answer_repeats),
      cmocka_unit_test(takes_the_part_that_was_asked_for),
      cmocka_unit_test(asks_for_the_whole_after_another_part),
      cmocka_unit_test(refuses_a_part_that_was_not_asked_for),
      cmocka_unit_test(knows_a_complete_file_by_its_416),
      cmocka_unit_test(refuses_a_file_that_says_it_is_too_long),
      cmocka_unit_test(tells_failures_apart),
      cmocka_unit_test(knows_a_portal_by_its_page),
      cmocka_unit_test(gives_up_a_connection_that_does_not_come),
      cmocka_unit_test(gives_up_what_is_too_slow_for_too_long),
      cmocka_unit_test(does_not_count_time_in_which_nobody_listened),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
