/* SPDX-License-Identifier: Apache-2.0
 * Requests through libcurl, with every rule about redirects, heads and bodies that the parent cannot see. */
#include "ports/fetch-transfer.h"

#include "ports/fetch-certificate.h"
#include "ports/fetch-curl.h"
#include "ports/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define ASIDE_MAX                                                                                            \
  ((size_t)64 << 10) /* bytes read of a body that nobody wants, so that the connection can be kept */

/* True when the parent took it. */
static bool say(struct ce_fetch_transfer *transfer, const void *head, const void *bytes, size_t size) {
  struct iovec parts[] = {{(void *)(uintptr_t)head, CE_FETCH_FRAME_HEAD}, {(void *)(uintptr_t)bytes, size}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  ssize_t sent = TEMP_FAILURE_RETRY(sendmsg(transfer->fd, &message, MSG_NOSIGNAL));
  transfer->deserted = transfer->deserted || sent < 0;
  return sent >= 0;
}

static bool say_frame(struct ce_fetch_transfer *transfer, uint32_t type, const void *bytes, size_t size) {
  uint32_t head[CE_FETCH_FRAME_HEAD / sizeof(uint32_t)] = {type, (uint32_t)size};
  return say(transfer, head, bytes, size);
}

/* What is collected goes out when there is enough of it, and whenever libcurl waits. */
static bool flush_body(struct ce_fetch_transfer *transfer) {
  size_t size = transfer->collected;
  transfer->collected = 0;
  return size == 0 || say_frame(transfer, CE_FETCH_BODY, transfer->body, size);
}

static bool say_answer(struct ce_fetch_transfer *transfer) {
  const struct ce_http_head *head = &transfer->head;
  struct ce_fetch_answer answer = {
      .status = head->status,
      .has_range = head->has_range && !head->bad_range,
      .html = head->html,
      .elsewhere = transfer->elsewhere,
      .range_first = head->range_first,
      .range_total = head->range_total,
      .length = head->length,
      .date_s = head->date_s,
      .retry_after_s = head->retry_after_s,
  };
  strcpy(answer.validator, ce_http_head_validator(head));
  transfer->answered = true;
  return say_frame(transfer, CE_FETCH_ANSWER, &answer, sizeof answer);
}

static bool refuse(struct ce_fetch_transfer *transfer, const char *why) {
  transfer->refusal = why;
  return false;
}

/* Whether the answer is one whose body the parent gets; says so to it once. */
static bool begin_body(struct ce_fetch_transfer *transfer) {
  const struct ce_http_head *head = &transfer->head;
  if (head->encoded) {
    return refuse(transfer, "the answer is compressed, which was not asked for");
  }
  if (head->status == 206 && (!head->has_range || head->bad_range || head->range_first == CE_HTTP_UNKNOWN)) {
    return refuse(transfer, "a part was sent without saying which part it is");
  }
  return say_answer(transfer);
}

static bool is_wanted(const struct ce_http_head *head) {
  return head->status == 200 || head->status == 206;
}

static size_t take_line(char *bytes, size_t one, size_t size, void *context) {
  struct ce_fetch_transfer *transfer = context;
  (void)one;
  ce_http_head_line(&transfer->head, bytes, size);
  if (transfer->head.oversized) {
    refuse(transfer, "the head of the answer is too large");
    return 0;
  }
  return size;
}

/* A body that nobody wants is read to a limit; then the connection is given up. */
static size_t put_aside(struct ce_fetch_transfer *transfer, size_t size) {
  transfer->aside += size;
  transfer->enough = transfer->aside > ASIDE_MAX;
  return transfer->enough ? 0 : size;
}

static size_t take_body(char *bytes, size_t one, size_t size, void *context) {
  struct ce_fetch_transfer *transfer = context;
  (void)one;
  if (!is_wanted(&transfer->head)) {
    return put_aside(transfer, size);
  }
  if (!transfer->answered && !begin_body(transfer)) {
    return 0;
  }
  for (size_t done = 0; done < size;) {
    size_t part = size - done < CE_FETCH_BODY_MAX - transfer->collected
                      ? size - done
                      : CE_FETCH_BODY_MAX - transfer->collected;
    memcpy(transfer->body + transfer->collected, bytes + done, part);
    transfer->collected += part;
    done += part;
    if (transfer->collected == CE_FETCH_BODY_MAX && !flush_body(transfer)) {
      return 0;
    }
  }
  return size;
}

static int connected(void *context, char *ip, char *local_ip, int port, int local_port) {
  (void)ip;
  (void)local_ip;
  (void)port;
  (void)local_port;
  return say_frame(context, CE_FETCH_CONNECTED, NULL, 0) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static CURLcode watch_certificate(CURL *easy, void *ssl_context, void *context) {
  (void)easy;
  ce_fetch_certificate_watch(ssl_context, context);
  return CURLE_OK;
}

void ce_fetch_transfer_hear(struct ce_fetch_transfer *transfer) {
  CURL *easy = transfer->easy;
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_line);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, connected);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, watch_certificate);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &transfer->certificate);
}

/* Drives libcurl until the request is over or the parent is gone: it says nothing while it waits for an
 * answer, so whatever can be read from it is its end. */
static CURLcode drive(struct ce_fetch_transfer *transfer) {
  struct curl_waitfd parent = {.fd = transfer->fd, .events = CURL_WAIT_POLLIN};
  for (;;) {
    int running = 0;
    CURLMcode code = curl_multi_perform(transfer->multi, &running);
    int left = 0;
    const CURLMsg *message = curl_multi_info_read(transfer->multi, &left);
    if (message && message->msg == CURLMSG_DONE) {
      return message->data.result;
    }
    transfer->deserted = transfer->deserted || !flush_body(transfer) || code != CURLM_OK;
    if (!transfer->deserted) {
      code = curl_multi_poll(transfer->multi, &parent, 1, 1000, NULL);
    }
    if (transfer->deserted || code != CURLM_OK || parent.revents) {
      transfer->deserted = true;
      return CURLE_ABORTED_BY_CALLBACK;
    }
  }
}

static CURLcode perform(struct ce_fetch_transfer *transfer) {
  ce_http_head_begin(&transfer->head, time(NULL));
  transfer->answered = transfer->enough = false;
  transfer->aside = transfer->collected = 0;
  transfer->refusal = NULL;
  transfer->certificate = (struct ce_fetch_certificate){0};
  transfer->message[0] = '\0';
  if (curl_multi_add_handle(transfer->multi, transfer->easy) != CURLM_OK) {
    return CURLE_OUT_OF_MEMORY;
  }
  CURLcode code = drive(transfer);
  curl_multi_remove_handle(transfer->multi, transfer->easy);
  return code;
}

/* Where the answer leads to, when it is a redirect; *ret_refusal says why it is not followed. */
static bool next_url(struct ce_fetch_transfer *transfer, struct ce_url *url, const char **ret_refusal) {
  const char *text = NULL;
  struct ce_url next = {0};
  struct ce_error ignored;
  curl_easy_getinfo(transfer->easy, CURLINFO_REDIRECT_URL, &text);
  if (!text || transfer->head.status < 300 || transfer->head.status > 399) {
    return false;
  }
  if (ce_url_parse(text, "http https", NULL, "redirect", &next, &ignored) != CE_OK) {
    *ret_refusal = "it redirects to an address that is not followed";
    return false;
  }
  if (strcmp(url->scheme, "https") == 0 && strcmp(next.scheme, "https") != 0) {
    *ret_refusal = "it redirects from https to http, which is not followed";
    ce_url_clear(&next);
    return false;
  }
  transfer->elsewhere = transfer->elsewhere || strcmp(url->host, next.host) != 0;
  ce_url_clear(url);
  *url = next;
  return true;
}

static void refused_end(struct ce_fetch_end *end, const char *why) {
  *end = (struct ce_fetch_end){.outcome = CE_FETCH_REFUSED};
  snprintf(end->detail, sizeof end->detail, "%s", why);
}

/* Requests until an answer is no redirect. */
static void follow(struct ce_fetch_transfer *transfer, const struct ce_fetch_get *get, struct ce_url *url,
                   struct ce_fetch_end *end) {
  for (int hop = 0;; hop++) {
    const char *refusal = NULL;
    if (!ce_fetch_transfer_aim(transfer, get, url)) {
      refused_end(end, "memory is out");
      return;
    }
    CURLcode code = perform(transfer);
    bool whole = code == CURLE_OK || transfer->enough;
    if (whole && next_url(transfer, url, &refusal)) {
      if (hop == CE_HTTP_REDIRECTS_MAX) {
        refused_end(end, "it redirects again and again");
        return;
      }
      continue;
    }
    if (whole && !refusal && !transfer->answered && !begin_body(transfer)) {
      refusal = transfer->refusal;
    }
    refusal = refusal ? refusal : transfer->refusal;
    if (refusal) {
      refused_end(end, refusal);
    } else {
      ce_fetch_transfer_explain(transfer, whole ? CURLE_OK : (int)code, end);
    }
    return;
  }
}

bool ce_fetch_transfer_run(struct ce_fetch_transfer *transfer, const struct ce_fetch_get *get) {
  CE_AUTO(ce_url) struct ce_url url = {0};
  struct ce_fetch_end end = {0};
  struct ce_error err;
  transfer->elsewhere = false;
  if (ce_url_parse(get->url, "http https", NULL, "request", &url, &err) == CE_OK) {
    follow(transfer, get, &url, &end);
  } else {
    refused_end(&end, err.detail);
  }
  return !transfer->deserted && flush_body(transfer) && say_frame(transfer, CE_FETCH_END, &end, sizeof end);
}
