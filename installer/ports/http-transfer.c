/* SPDX-License-Identifier: Apache-2.0
 * What to ask a server for, and what its answer is worth. */
#include "ports/http-transfer.h"

#include <string.h>

void ce_http_transfer_ask(const struct ce_http_transfer *transfer, struct ce_fetch_get *ret_get) {
  ret_get->offset_bytes = transfer->whole ? 0 : transfer->have_bytes;
  strcpy(ret_get->validator, transfer->validator);
}

static bool is_page_by_name(const char *path) {
  static const char *const endings[] = {".html", ".htm", ".xhtml"};
  for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
    size_t length = strlen(path);
    size_t ending = strlen(endings[i]);
    if (length > ending && strcmp(path + length - ending, endings[i]) == 0) {
      return true;
    }
  }
  return false;
}

static enum ce_code fail_portal(const struct ce_http_transfer *transfer, struct ce_error *err) {
  return ce_fail(err, CE_NETWORK_PORTAL, "fetch", transfer->path,
                 "%s: a page of HTML came instead of the file", transfer->server);
}

static enum ce_http_verdict fail_length(const struct ce_http_transfer *transfer, uint64_t length,
                                        struct ce_error *err) {
  ce_fail(err, CE_TRUST_DIGEST, "fetch", transfer->path, "%s: it is %llu bytes long and %llu are allowed",
          transfer->server, (unsigned long long)length, (unsigned long long)transfer->limit_bytes);
  return CE_HTTP_FAIL;
}

static bool asked_for_part(const struct ce_http_transfer *transfer) {
  return transfer->have_bytes > 0 && !transfer->whole;
}

/* The next try asks for everything, and what is known already is skipped. */
static enum ce_http_verdict ask_whole(struct ce_http_transfer *transfer, const char *why,
                                      struct ce_error *err) {
  transfer->whole = true;
  transfer->wait_s = 0;
  ce_fail(err, CE_NETWORK, "fetch", transfer->path, "%s: %s", transfer->server, why);
  return CE_HTTP_AGAIN;
}

static enum ce_http_verdict hear_whole(struct ce_http_transfer *transfer,
                                       const struct ce_fetch_answer *answer, struct ce_error *err) {
  if (answer->html && !is_page_by_name(transfer->path)) {
    if (answer->elsewhere) {
      fail_portal(transfer, err);
      return CE_HTTP_FAIL;
    }
    transfer->suspicious = true;
  }
  if (answer->length != CE_HTTP_UNKNOWN && answer->length > transfer->limit_bytes) {
    return fail_length(transfer, answer->length, err);
  }
  transfer->skip_bytes = transfer->have_bytes;
  strcpy(transfer->validator, answer->validator);
  return CE_HTTP_TAKE;
}

static enum ce_http_verdict hear_part(struct ce_http_transfer *transfer, const struct ce_fetch_answer *answer,
                                      struct ce_error *err) {
  if (!asked_for_part(transfer) || !answer->has_range || answer->range_first != transfer->have_bytes) {
    return ask_whole(transfer, "another part of the file came than was asked for", err);
  }
  if (answer->range_total != CE_HTTP_UNKNOWN && answer->range_total > transfer->limit_bytes) {
    return fail_length(transfer, answer->range_total, err);
  }
  transfer->skip_bytes = 0;
  /* One that is not told again is still that of the same file: If-Range saw to it. */
  if (answer->validator[0]) {
    strcpy(transfer->validator, answer->validator);
  }
  return CE_HTTP_TAKE;
}

/* The file ends where the part that was asked for would begin, or before; or it has become another. */
static enum ce_http_verdict hear_no_part(struct ce_http_transfer *transfer,
                                         const struct ce_fetch_answer *answer, struct ce_error *err) {
  if (!asked_for_part(transfer)) {
    ce_fail(err, CE_NETWORK, "fetch", transfer->path, "%s: it answered 416 to a request for the whole file",
            transfer->server);
    return CE_HTTP_FAIL;
  }
  if (answer->has_range && answer->range_total <= transfer->have_bytes) {
    return CE_HTTP_HAVE;
  }
  return ask_whole(transfer, "it does not send the rest of the file", err);
}

static enum ce_http_verdict hear_failure(struct ce_http_transfer *transfer,
                                         const struct ce_fetch_answer *answer, struct ce_error *err) {
  unsigned status = answer->status;
  enum ce_code code = status == 403 || status == 404 || status == 410 ? CE_NOT_FOUND
                      : status == 407                                 ? CE_NETWORK_PROXY
                      : status == 511                                 ? CE_NETWORK_PORTAL
                                                                      : CE_NETWORK;
  ce_fail(err, code, "fetch", transfer->path, "%s: %s answered %u", transfer->server,
          status == 407 ? "the proxy" : "the server", status);
  bool again = status == 408 || status == 425 || status == 429 || (status >= 500 && status != 511);
  if (again) {
    transfer->wait_s = answer->retry_after_s;
  }
  return again ? CE_HTTP_AGAIN : CE_HTTP_FAIL;
}

enum ce_http_verdict ce_http_transfer_hear(struct ce_http_transfer *transfer,
                                           const struct ce_fetch_answer *answer, struct ce_error *err) {
  transfer->suspicious = false;
  transfer->skip_bytes = 0;
  transfer->wait_s = -1;
  switch (answer->status) {
  case 200:
    return hear_whole(transfer, answer, err);
  case 206:
    return hear_part(transfer, answer, err);
  case 416:
    return hear_no_part(transfer, answer, err);
  default:
    return hear_failure(transfer, answer, err);
  }
}

static bool begins_like_page(const uint8_t *bytes, size_t size) {
  static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
  size_t i = size >= sizeof mark && memcmp(bytes, mark, sizeof mark) == 0 ? sizeof mark : 0;
  while (i < size && (bytes[i] == ' ' || (bytes[i] >= '\t' && bytes[i] <= '\r'))) {
    i++;
  }
  return i == size || bytes[i] == '<';
}

enum ce_code ce_http_transfer_take(struct ce_http_transfer *transfer, const uint8_t *bytes, size_t size,
                                   size_t *ret_first, struct ce_error *err) {
  if (transfer->suspicious && begins_like_page(bytes, size)) {
    return fail_portal(transfer, err);
  }
  transfer->suspicious = false;
  size_t skip = transfer->skip_bytes < size ? (size_t)transfer->skip_bytes : size;
  transfer->skip_bytes -= skip;
  *ret_first = skip;
  return CE_OK;
}
