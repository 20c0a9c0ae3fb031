/* SPDX-License-Identifier: Apache-2.0
 * The head of an HTTP answer: its lines one by one, and what matters of them to a download (RFC 9110). Pure.
 *
 *   struct ce_http_head head;
 *   ce_http_head_begin(&head, now_s);        before the first line of an answer
 *   ce_http_head_line(&head, bytes, size);   each line, its CR LF included or not; the status line is the
 * first
 *
 * A field that cannot be understood counts as absent, but for Content-Range: what an answer holds must be
 * clear. */
#ifndef CE_PORTS_HTTP_HEADER_H
#define CE_PORTS_HTTP_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CE_HTTP_LINE_MAX      ((size_t)8 << 10)  /* bytes of one line */
#define CE_HTTP_LINES_MAX     128                /* lines of one answer */
#define CE_HTTP_HEAD_MAX      ((size_t)64 << 10) /* bytes of all its lines */
#define CE_HTTP_VALIDATOR_MAX 128                /* with the NUL; a longer entity tag is not used */
#define CE_HTTP_UNKNOWN       UINT64_MAX         /* of a length or a position */
#define CE_HTTP_WAIT_MAX_S    86400              /* what a longer Retry-After is taken for */

struct ce_http_head {
  unsigned status;                      /* 0: no status line yet */
  uint64_t range_first, range_total;    /* of Content-Range; total alone for "bytes * / total" */
  uint64_t length;                      /* Content-Length */
  char etag[CE_HTTP_VALIDATOR_MAX];     /* strong, with its quotes; "" for none */
  char modified[CE_HTTP_VALIDATOR_MAX]; /* Last-Modified as sent, a valid date; "" for none */
  int64_t date_s, modified_s;           /* 0: none */
  int64_t retry_after_s;                /* -1: none */
  bool has_range, bad_range;            /* Content-Range is there; it makes no sense */
  bool html;                            /* Content-Type says HTML */
  bool encoded;                         /* Content-Encoding other than identity */
  bool oversized;                       /* a limit above was passed; nothing after it was looked at */
  int64_t now_s; /* this machine's time, for a Retry-After that is a date without Date */
  size_t lines, bytes;
};

void ce_http_head_begin(struct ce_http_head *head, int64_t now_s);
/* A status line begins the answer anew (one follows a 1xx answer); the limits go on counting. */
void ce_http_head_line(struct ce_http_head *head, const char *line, size_t size);

/* What If-Range is given: the entity tag, else the date when it is a strong validator (RFC 9110 8.8.2.2: at
 * least a minute older than the answer); "" when there is neither. */
const char *ce_http_head_validator(const struct ce_http_head *head);

/* Any of the three forms of an HTTP date (RFC 9110 5.6.7), as seconds since 1970. */
bool ce_http_date_parse(const char *text, int64_t *ret_s);

#endif
