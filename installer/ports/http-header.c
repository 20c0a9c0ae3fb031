/* SPDX-License-Identifier: Apache-2.0
 * The head of an HTTP answer, line by line. */
#include "ports/http-header.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define DIGITS_MAX 18 /* no length or position has more */

void ce_http_head_begin(struct ce_http_head *head, int64_t now_s) {
  *head = (struct ce_http_head){
      .range_first = CE_HTTP_UNKNOWN,
      .range_total = CE_HTTP_UNKNOWN,
      .length = CE_HTTP_UNKNOWN,
      .retry_after_s = -1,
      .now_s = now_s,
  };
}

/* Digits at *text, which moves behind them. */
static bool take_number(const char **text, uint64_t *ret) {
  uint64_t number = 0;
  size_t digits = 0;
  for (; **text >= '0' && **text <= '9'; (*text)++, digits++) {
    if (digits == DIGITS_MAX) {
      return false;
    }
    number = number * 10 + (uint64_t)(**text - '0');
  }
  if (digits > 0) {
    *ret = number;
  }
  return digits > 0;
}

static int month_index(const char *name) {
  static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (int i = 0; i < 12; i++) {
    if (strncmp(names + (ptrdiff_t)3 * i, name, 3) == 0) {
      return i;
    }
  }
  return -1;
}

static bool make_time(struct tm tm, const char *month, int64_t *ret_s) {
  tm.tm_mon = month_index(month);
  bool valid = tm.tm_mon >= 0 && tm.tm_mday >= 1 && tm.tm_mday <= 31 && tm.tm_hour >= 0 && tm.tm_hour <= 23 &&
               tm.tm_min >= 0 && tm.tm_min <= 59 && tm.tm_sec >= 0 && tm.tm_sec <= 60 && tm.tm_year >= 0 &&
               tm.tm_year <= 9999;
  if (!valid) {
    return false;
  }
  /* RFC 850 years have two digits; 1970 is the first that matters. */
  tm.tm_year = tm.tm_year < 70 ? tm.tm_year + 100 : tm.tm_year < 100 ? tm.tm_year : tm.tm_year - 1900;
  int64_t seconds = timegm(&tm);
  if (seconds <= 0) {
    return false;
  }
  *ret_s = seconds;
  return true;
}

bool ce_http_date_parse(const char *text, int64_t *ret_s) {
  struct tm tm = {0};
  char month[4] = "";
  char zone[4] = "";
  /* "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994" */
  bool read = sscanf(text, "%*3[A-Za-z], %2d %3s %4d %2d:%2d:%2d %3s", &tm.tm_mday, month, &tm.tm_year,
                     &tm.tm_hour, &tm.tm_min, &tm.tm_sec, zone) == 7 ||
              sscanf(text, "%*9[A-Za-z], %2d-%3s-%2d %2d:%2d:%2d %3s", &tm.tm_mday, month, &tm.tm_year,
                     &tm.tm_hour, &tm.tm_min, &tm.tm_sec, zone) == 7;
  if (read) {
    return strcmp(zone, "GMT") == 0 && make_time(tm, month, ret_s);
  }
  return sscanf(text, "%*3[A-Za-z] %3s %2d %2d:%2d:%2d %4d", month, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
                &tm.tm_sec, &tm.tm_year) == 6 &&
         make_time(tm, month, ret_s);
}

/* "bytes 0-499/1234", "bytes 0-499/" and a star, "bytes", a star and "/1234". */
static bool parse_range(const char *text, struct ce_http_head *head) {
  uint64_t first = CE_HTTP_UNKNOWN;
  uint64_t last = CE_HTTP_UNKNOWN;
  uint64_t total = CE_HTTP_UNKNOWN;
  if (strncasecmp(text, "bytes", 5) != 0 || (text[5] != ' ' && text[5] != '\t')) {
    return false;
  }
  text += 5 + strspn(text + 5, " \t");
  if (*text == '*') {
    text++;
  } else if (!take_number(&text, &first) || *text++ != '-' || !take_number(&text, &last) || last < first) {
    return false;
  }
  if (*text++ != '/') {
    return false;
  }
  if (*text == '*' && first != CE_HTTP_UNKNOWN) {
    text++;
  } else if (!take_number(&text, &total) || (first != CE_HTTP_UNKNOWN && last >= total)) {
    return false;
  }
  if (*text) {
    return false;
  }
  head->range_first = first;
  head->range_total = total;
  return true;
}

static void take_content_range(struct ce_http_head *head, const char *value) {
  head->bad_range = head->has_range || !parse_range(value, head);
  head->has_range = true;
}

static void take_content_length(struct ce_http_head *head, const char *value) {
  uint64_t length = 0;
  if (take_number(&value, &length) && !*value) {
    head->length = length;
  }
}

static void take_content_type(struct ce_http_head *head, const char *value) {
  size_t length = strcspn(value, " \t;");
  head->html = (length == 9 && strncasecmp(value, "text/html", 9) == 0) ||
               (length == 21 && strncasecmp(value, "application/xhtml+xml", 21) == 0);
}

static void take_content_encoding(struct ce_http_head *head, const char *value) {
  head->encoded = head->encoded || (*value && strcasecmp(value, "identity") != 0);
}

/* A weak one promises too little for joining two halves (RFC 9110 13.1.5). */
static void take_etag(struct ce_http_head *head, const char *value) {
  size_t length = strlen(value);
  bool strong = length >= 2 && length < sizeof head->etag && value[0] == '"' && value[length - 1] == '"' &&
                !memchr(value + 1, '"', length - 2);
  if (strong) {
    memcpy(head->etag, value, length + 1);
  }
}

static void take_modified(struct ce_http_head *head, const char *value) {
  if (strlen(value) < sizeof head->modified && ce_http_date_parse(value, &head->modified_s)) {
    strcpy(head->modified, value);
  }
}

static void take_date(struct ce_http_head *head, const char *value) {
  (void)ce_http_date_parse(value, &head->date_s);
}

static void take_retry_after(struct ce_http_head *head, const char *value) {
  uint64_t seconds = 0;
  int64_t date_s = 0;
  const char *end = value;
  if (take_number(&end, &seconds) && !*end) {
    head->retry_after_s = seconds < CE_HTTP_WAIT_MAX_S ? (int64_t)seconds : CE_HTTP_WAIT_MAX_S;
  } else if (ce_http_date_parse(value, &date_s)) {
    /* By the server's own clock where it shows it: this machine's may be wrong. */
    int64_t wait_s = date_s - (head->date_s ? head->date_s : head->now_s);
    head->retry_after_s = wait_s < 0 ? 0 : wait_s < CE_HTTP_WAIT_MAX_S ? wait_s : CE_HTTP_WAIT_MAX_S;
  }
}

static const struct field {
  const char *name;
  void (*take)(struct ce_http_head *head, const char *value);
} fields[] = {
    {"content-range", take_content_range},
    {"content-length", take_content_length},
    {"content-type", take_content_type},
    {"content-encoding", take_content_encoding},
    {"etag", take_etag},
    {"last-modified", take_modified},
    {"date", take_date},
    {"retry-after", take_retry_after},
};

/* "HTTP/1.1 206 Partial Content", "HTTP/2 206". */
static bool take_status(struct ce_http_head *head, const char *line) {
  unsigned status = 0;
  if (strncmp(line, "HTTP/", 5) != 0 || sscanf(line, "HTTP/%*[0-9.] %3u", &status) != 1) {
    return false;
  }
  size_t lines = head->lines;
  size_t bytes = head->bytes;
  ce_http_head_begin(head, head->now_s);
  head->lines = lines;
  head->bytes = bytes;
  head->status = status;
  return true;
}

/* No field holds such bytes (RFC 9110 5.5), and a validator goes back into a request. */
static bool has_controls(const char *line) {
  for (; *line; line++) {
    if (((unsigned char)*line < ' ' && *line != '\t') || *line == 0x7f) {
      return true;
    }
  }
  return false;
}

static void take_field(struct ce_http_head *head, const char *line) {
  size_t name = strcspn(line, ":");
  if (line[name] != ':' || has_controls(line)) {
    return;
  }
  const char *value = line + name + 1;
  value += strspn(value, " \t");
  for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
    if (strlen(fields[i].name) == name && strncasecmp(line, fields[i].name, name) == 0) {
      fields[i].take(head, value);
    }
  }
}

void ce_http_head_line(struct ce_http_head *head, const char *line, size_t size) {
  head->lines++;
  head->bytes += size;
  if (head->lines > CE_HTTP_LINES_MAX || head->bytes > CE_HTTP_HEAD_MAX || size > CE_HTTP_LINE_MAX) {
    head->oversized = true;
  }
  char text[CE_HTTP_LINE_MAX + 1];
  if (head->oversized || memchr(line, '\0', size)) {
    return;
  }
  while (size > 0 && strchr("\r\n \t", line[size - 1])) {
    size--;
  }
  memcpy(text, line, size);
  text[size] = '\0';
  if (!take_status(head, text)) {
    take_field(head, text);
  }
}

const char *ce_http_head_validator(const struct ce_http_head *head) {
  if (head->etag[0]) {
    return head->etag;
  }
  bool strong = head->modified_s && head->date_s && head->modified_s <= head->date_s - 60;
  return strong ? head->modified : "";
}
