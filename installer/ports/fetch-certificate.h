/* SPDX-License-Identifier: Apache-2.0
 * Why a server's certificate was refused; inside the fetch child. */
#ifndef CE_PORTS_FETCH_CERTIFICATE_H
#define CE_PORTS_FETCH_CERTIFICATE_H

#include "ports/fetch-frame.h"

/* The newest verification of a connection. */
struct ce_fetch_certificate {
  bool seen;
  int problem;                       /* X509_V_ERR_...; 0: none */
  int64_t not_before_s, not_after_s; /* of the certificate that it is about */
  char subject[CE_FETCH_TEXT_MAX], issuer[CE_FETCH_TEXT_MAX];
};

/* Makes OpenSSL's context (SSL_CTX *) write into certificate. */
void ce_fetch_certificate_watch(void *ssl_context, struct ce_fetch_certificate *certificate);

/* Fills end: outcome, detail, whose certificate it was and its times. */
void ce_fetch_certificate_explain(const struct ce_fetch_certificate *certificate, struct ce_fetch_end *end);

#endif
