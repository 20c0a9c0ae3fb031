/* SPDX-License-Identifier: Apache-2.0
 * What the fetch child and its parent say to each other: one frame a packet of a SOCK_SEQPACKET pair.
 *
 * Both ends are the same program, so a frame is a C struct. The parent believes the child nothing: what came
 * in goes through ce_fetch_frame_check() first, which knows every length and range, and ends every text.
 * Pure. */
#ifndef CE_PORTS_FETCH_FRAME_H
#define CE_PORTS_FETCH_FRAME_H

#include "ports/http-header.h"
#include "ports/url.h"

#define CE_FETCH_BODY_MAX ((size_t)64 << 10) /* bytes of a body frame */
#define CE_FETCH_TEXT_MAX 256                /* bytes of a message's part, with the NUL */

enum ce_fetch_frame_type {
  CE_FETCH_GET = 1,   /* parent: fetch this */
  CE_FETCH_READY,     /* child: the sandbox holds, but for these layers */
  CE_FETCH_CONNECTED, /* child: a connection stands, the request goes out */
  CE_FETCH_ANSWER,    /* child: the head of the answer that counts, redirects followed */
  CE_FETCH_BODY,      /* child: bytes of its body */
  CE_FETCH_END,       /* child: the request is over */
};

struct ce_fetch_get {
  uint64_t offset_bytes; /* 0: the whole file */
  char validator[CE_HTTP_VALIDATOR_MAX];
  char url[CE_URL_MAX + 1]; /* without user and password */
};

struct ce_fetch_ready {
  uint32_t missing; /* bits: enum ce_sandbox_layer */
};

struct ce_fetch_answer {
  uint32_t status;
  bool has_range, html, elsewhere; /* elsewhere: after a redirect to another host */
  uint64_t range_first, range_total, length;
  int64_t date_s, retry_after_s;
  char validator[CE_HTTP_VALIDATOR_MAX];
};

enum ce_fetch_outcome {
  CE_FETCH_DONE,          /* the answer is complete */
  CE_FETCH_BROKEN,        /* may go better another time */
  CE_FETCH_REFUSED,       /* will not: the answer breaks the rules */
  CE_FETCH_PROXY_BROKEN,  /* as BROKEN, and it is the proxy's doing */
  CE_FETCH_PROXY_REFUSED, /* the proxy said no */
  CE_FETCH_UNTRUSTED,     /* the certificate was refused */
  CE_FETCH_TOO_EARLY,     /* it was refused because it is not valid yet */
  CE_FETCH_OUTCOMES,
};

struct ce_fetch_end {
  uint32_t outcome;
  int64_t not_before_s, not_after_s;                          /* of the certificate; 0 when there is none */
  char detail[CE_FETCH_TEXT_MAX];                             /* English: what happened */
  char subject[CE_FETCH_TEXT_MAX], issuer[CE_FETCH_TEXT_MAX]; /* of the certificate; "" when there is none */
};

struct ce_fetch_frame {
  uint32_t type;
  uint32_t size; /* bytes of the union that are used */
  union {
    struct ce_fetch_get get;
    struct ce_fetch_ready ready;
    struct ce_fetch_answer answer;
    struct ce_fetch_end end;
    uint8_t body[CE_FETCH_BODY_MAX];
  };
};
#define CE_FETCH_FRAME_HEAD offsetof(struct ce_fetch_frame, body)

/* The frame that came as received bytes (the length of the packet): true when it is one that a child may
 * send. Texts are ended and made harmless; what cannot be used counts as absent. */
bool ce_fetch_frame_check(struct ce_fetch_frame *frame, size_t received);
/* The same for what the child is asked. */
bool ce_fetch_frame_check_get(struct ce_fetch_frame *frame, size_t received);

#endif
