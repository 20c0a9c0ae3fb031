/* SPDX-License-Identifier: Apache-2.0
 * libcurl as the fetch child uses it: what is set once, what for each request, and what its failures mean. */
#ifndef CE_PORTS_FETCH_CURL_H
#define CE_PORTS_FETCH_CURL_H

#include "ports/fetch-certificate.h"
#include "ports/fetch-transfer.h"

#define CE_FETCH_MESSAGE_MAX 256 /* CURL_ERROR_SIZE */

struct curl_slist;

struct ce_fetch_transfer {
  const struct ce_fetch_config *config;
  int fd; /* the parent */
  /* CURLM and CURL, which are void; libcurl's header is for the two files that use it. */
  void *multi, *easy;
  struct curl_slist *fields;
  /* Of the request that runs: */
  struct ce_http_head head;
  struct ce_fetch_certificate certificate;
  bool answered;       /* the parent knows the head */
  bool enough;         /* an unwanted body was given up; the answer counts all the same */
  bool elsewhere;      /* a redirect led to another host */
  bool deserted;       /* the parent is gone */
  const char *refusal; /* why the answer breaks the rules; NULL: it does not */
  size_t aside, collected;
  char message[CE_FETCH_MESSAGE_MAX];
  uint8_t body[CE_FETCH_BODY_MAX];
};

/* Sets the callbacks. */
void ce_fetch_transfer_hear(struct ce_fetch_transfer *transfer);
/* Sets what depends on the request. False when memory is out. */
bool ce_fetch_transfer_aim(struct ce_fetch_transfer *transfer, const struct ce_fetch_get *get,
                           const struct ce_url *url);
/* What code (a CURLcode), which libcurl ended with, says about the server, the proxy, the way there. */
void ce_fetch_transfer_explain(const struct ce_fetch_transfer *transfer, int code, struct ce_fetch_end *end);

#endif
