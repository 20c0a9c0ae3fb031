/* SPDX-License-Identifier: Apache-2.0
 * A file on its way through several answers: what is asked for next, what of an answer's body is new, and
 * what an answer means for the whole (RFC 9110 sections 13 to 15). Pure; the parent's side. */
#ifndef CE_PORTS_HTTP_TRANSFER_H
#define CE_PORTS_HTTP_TRANSFER_H

#include "ports/fetch-frame.h"

struct ce_http_transfer {
  const char *path;    /* for messages, and for what kind of file it is; borrowed */
  const char *server;  /* origin, for messages; borrowed */
  uint64_t have_bytes; /* of the file: the caller's own beginning and what was handed on */
  uint64_t limit_bytes;
  uint64_t skip_bytes;                   /* of the body that comes: handed on before */
  char validator[CE_HTTP_VALIDATOR_MAX]; /* of the answer that the bytes come from; "" for unknown */
  bool whole;                            /* ask for the whole file: the server's parts cannot be used */
  bool suspicious;                       /* the body that comes may be a page of HTML: its first byte tells */
  int64_t wait_s;                        /* the server asks for that much patience; -1: it does not */
};

enum ce_http_verdict {
  CE_HTTP_TAKE,  /* its body is (a part of) the file */
  CE_HTTP_HAVE,  /* all there is was handed on before */
  CE_HTTP_AGAIN, /* worth another try; err says what was wrong */
  CE_HTTP_FAIL,  /* final; err says why */
};

void ce_http_transfer_ask(const struct ce_http_transfer *transfer, struct ce_fetch_get *ret_get);

/* What the head of an answer means. err is filled for AGAIN and FAIL. */
enum ce_http_verdict ce_http_transfer_hear(struct ce_http_transfer *transfer,
                                           const struct ce_fetch_answer *answer, struct ce_error *err);

/* What of the next size bytes of the body is new: from *ret_first on. NETWORK_PORTAL when they show that this
 * is a page and no file. */
CE_MUST_USE enum ce_code ce_http_transfer_take(struct ce_http_transfer *transfer, const uint8_t *bytes,
                                               size_t size, size_t *ret_first, struct ce_error *err);

#endif
