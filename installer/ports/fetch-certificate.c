/* SPDX-License-Identifier: Apache-2.0
 * Watching OpenSSL verify a server, and telling what it did not like. */
#include "ports/fetch-certificate.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <time.h>

static int64_t to_seconds(const ASN1_TIME *when) {
  struct tm tm;
  return ASN1_TIME_to_tm(when, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static void print_name(const X509_NAME *name, char text[static CE_FETCH_TEXT_MAX]) {
  text[0] = '\0';
  BIO *bio = BIO_new(BIO_s_mem());
  if (!bio) {
    return;
  }
  if (X509_NAME_print_ex(bio, name, 0, XN_FLAG_ONELINE & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0) {
    int got = BIO_read(bio, text, CE_FETCH_TEXT_MAX - 1);
    text[got > 0 ? got : 0] = '\0';
  }
  BIO_free(bio);
}

static bool is_about_time(int problem) {
  return problem == X509_V_ERR_CERT_NOT_YET_VALID || problem == X509_V_ERR_CERT_HAS_EXPIRED;
}

static void note(X509_STORE_CTX *store, struct ce_fetch_certificate *certificate) {
  *certificate = (struct ce_fetch_certificate){.seen = true, .problem = X509_STORE_CTX_get_error(store)};
  /* An authority's certificate can be out of its time; in everything else the server's own tells most. */
  X509 *about = is_about_time(certificate->problem) ? X509_STORE_CTX_get_current_cert(store) : NULL;
  about = about ? about : X509_STORE_CTX_get0_cert(store);
  if (about) {
    certificate->not_before_s = to_seconds(X509_get0_notBefore(about));
    certificate->not_after_s = to_seconds(X509_get0_notAfter(about));
    print_name(X509_get_subject_name(about), certificate->subject);
    print_name(X509_get_issuer_name(about), certificate->issuer);
  }
}

static int verify(X509_STORE_CTX *store, void *context) {
  int result = X509_verify_cert(store);
  note(store, context);
  return result;
}

void ce_fetch_certificate_watch(void *ssl_context, struct ce_fetch_certificate *certificate) {
  SSL_CTX_set_cert_verify_callback(ssl_context, verify, certificate);
}

static const char *explain(int problem) {
  switch (problem) {
  case X509_V_OK:
    return "its certificate is for another name";
  case X509_V_ERR_CERT_NOT_YET_VALID:
    return "its certificate is not valid yet";
  case X509_V_ERR_CERT_HAS_EXPIRED:
    return "its certificate has expired";
  case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    return "its certificate is signed by itself";
  case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
  case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
  case X509_V_ERR_CERT_UNTRUSTED:
    return "its certificate is from an authority that this machine does not know";
  case X509_V_ERR_HOSTNAME_MISMATCH:
  case X509_V_ERR_IP_ADDRESS_MISMATCH:
    return "its certificate is for another name";
  default:
    return X509_verify_cert_error_string(problem);
  }
}

void ce_fetch_certificate_explain(const struct ce_fetch_certificate *certificate, struct ce_fetch_end *end) {
  bool early = certificate->problem == X509_V_ERR_CERT_NOT_YET_VALID;
  end->outcome = early ? CE_FETCH_TOO_EARLY : CE_FETCH_UNTRUSTED;
  end->not_before_s = certificate->not_before_s;
  end->not_after_s = certificate->not_after_s;
  snprintf(end->detail, sizeof end->detail, "%s", explain(certificate->problem));
  snprintf(end->subject, sizeof end->subject, "%s", certificate->subject);
  snprintf(end->issuer, sizeof end->issuer, "%s", certificate->issuer);
}
