/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes the head of an HTTP answer and what a download makes of it: no byte is taken twice or beyond the
 * limit. The first byte is where the download stands; the rest are the head's lines. */
#include "ports/http-transfer.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
  if (!holds) {
    abort();
  }
}

static struct ce_http_head read_head(const char *lines, size_t size) {
  struct ce_http_head head;
  ce_http_head_begin(&head, 1700000000);
  while (size > 0) {
    const char *end = memchr(lines, '\n', size);
    size_t length = end ? (size_t)(end - lines) + 1 : size;
    ce_http_head_line(&head, lines, length);
    lines += length;
    size -= length;
  }
  return head;
}

static void check_head(const struct ce_http_head *head) {
  const char *validator = ce_http_head_validator(head);
  check(strlen(validator) < CE_HTTP_VALIDATOR_MAX && !strpbrk(validator, "\r\n"));
  check(head->retry_after_s >= -1 && head->retry_after_s <= CE_HTTP_WAIT_MAX_S);
  check(!head->has_range || head->bad_range || head->range_first == CE_HTTP_UNKNOWN ||
        head->range_total == CE_HTTP_UNKNOWN || head->range_first < head->range_total);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) {
    return 0;
  }
  struct ce_http_head head = read_head((const char *)data + 1, size - 1);
  check_head(&head);
  struct ce_http_transfer transfer = {
      .path = "a", .server = "http://s", .have_bytes = data[0], .limit_bytes = 1000, .wait_s = -1};
  struct ce_fetch_answer answer = {
      .status = head.status,
      .has_range = head.has_range && !head.bad_range,
      .html = head.html,
      .range_first = head.range_first,
      .range_total = head.range_total,
      .length = head.length,
      .date_s = head.date_s,
      .retry_after_s = head.retry_after_s,
  };
  struct ce_error err;
  size_t first = 0;
  strcpy(answer.validator, ce_http_head_validator(&head));
  enum ce_http_verdict verdict = ce_http_transfer_hear(&transfer, &answer, &err);
  check(transfer.have_bytes == data[0] && transfer.skip_bytes <= transfer.have_bytes);
  check(verdict != CE_HTTP_TAKE || head.status == 200 || (head.status == 206 && head.range_first == data[0]));
  check(verdict != CE_HTTP_HAVE || head.status == 416);
  if (verdict == CE_HTTP_TAKE && ce_http_transfer_take(&transfer, data, size, &first, &err) == CE_OK) {
    check(first == (head.status == 206 ? 0 : data[0] < size ? data[0] : size));
  }
  return 0;
}
