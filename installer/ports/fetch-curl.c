/* SPDX-License-Identifier: Apache-2.0
 * libcurl's options for requests of ours, and its failures in our terms. */
#include "ports/fetch-curl.h"

#include "ports/http.h"

#include <assert.h>
#include <curl/curl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

static_assert(CE_FETCH_MESSAGE_MAX >= CURL_ERROR_SIZE, "libcurl writes as much");

#define USER_AGENT "certenv/" CERTENV_VERSION

static void set_authorities(CURL *easy, const struct ce_ca_store *store) {
  struct curl_blob pem = {.data = store->pem.data, .len = store->pem.size, .flags = CURL_BLOB_NOCOPY};
  if (store->pem.size > 0) {
    curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &pem);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO_BLOB, &pem);
  } else if (store->directory) {
    curl_easy_setopt(easy, CURLOPT_CAPATH, store->directory);
    curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, store->directory);
  }
}

static void set_always(struct ce_fetch_transfer *transfer) {
  CURL *easy = transfer->easy;
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->message);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, USER_AGENT);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)transfer->config->connect_ms);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
  curl_easy_setopt(easy, CURLOPT_PROXYAUTH, (long)(CURLAUTH_BASIC | CURLAUTH_DIGEST));
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)CE_FETCH_BODY_MAX);
  set_authorities(easy, &transfer->config->authorities);
}

/* User and password are given apart: then libcurl never puts them into a message. */
static void set_proxy(CURL *easy, const struct ce_fetch_config *config, const struct ce_url *url) {
  bool tls = strcmp(url->scheme, "https") == 0;
  const struct ce_url *proxy = tls ? &config->proxies.https : &config->proxies.http;
  char origin[CE_URL_ORIGIN_MAX] = "";
  if (proxy->host[0]) {
    ce_url_origin(proxy, origin);
  }
  curl_easy_setopt(easy, CURLOPT_PROXY, origin);
  /* Without it libcurl takes a proxy whose URL has no port for one on 1080. */
  curl_easy_setopt(easy, CURLOPT_PROXYPORT, (long)proxy->port);
  curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, proxy->user);
  curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, proxy->password);
  curl_easy_setopt(easy, CURLOPT_NOPROXY, config->proxies.exceptions ? config->proxies.exceptions : "");
}

static bool set_fields(struct ce_fetch_transfer *transfer, const struct ce_fetch_get *get) {
  char range[32];
  char condition[sizeof "If-Range: " + CE_HTTP_VALIDATOR_MAX];
  bool part = get->offset_bytes > 0;
  snprintf(range, sizeof range, "%llu-", (unsigned long long)get->offset_bytes);
  snprintf(condition, sizeof condition, "If-Range: %s", get->validator);
  curl_slist_free_all(transfer->fields);
  transfer->fields = curl_slist_append(NULL, "Accept-Encoding: identity");
  if (part && get->validator[0] && transfer->fields) {
    struct curl_slist *longer = curl_slist_append(transfer->fields, condition);
    if (!longer) {
      return false;
    }
    transfer->fields = longer;
  }
  curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->fields);
  return transfer->fields && curl_easy_setopt(transfer->easy, CURLOPT_RANGE, part ? range : NULL) == CURLE_OK;
}

bool ce_fetch_transfer_aim(struct ce_fetch_transfer *transfer, const struct ce_fetch_get *get,
                           const struct ce_url *url) {
  char origin[CE_URL_ORIGIN_MAX];
  char text[CE_URL_ORIGIN_MAX + CE_URL_MAX + 1];
  const struct ce_url *server = &transfer->config->server;
  bool own = ce_url_same_origin(url, server);
  ce_url_origin(url, origin);
  snprintf(text, sizeof text, "%s%s", origin, url->path);
  set_proxy(transfer->easy, transfer->config, url);
  curl_easy_setopt(transfer->easy, CURLOPT_USERNAME, own ? server->user : NULL);
  curl_easy_setopt(transfer->easy, CURLOPT_PASSWORD, own ? server->password : NULL);
  return curl_easy_setopt(transfer->easy, CURLOPT_URL, text) == CURLE_OK && set_fields(transfer, get);
}

struct ce_fetch_transfer *ce_fetch_transfer_new(const struct ce_fetch_config *config, int fd) {
  struct ce_fetch_transfer *transfer = calloc(1, sizeof *transfer);
  /* The machine's OpenSSL configuration is for the machine's OpenSSL. */
  if (!transfer || OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1 ||
      curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    free(transfer);
    return NULL;
  }
  transfer->config = config;
  transfer->fd = fd;
  transfer->multi = curl_multi_init();
  transfer->easy = curl_easy_init();
  if (!transfer->multi || !transfer->easy) {
    free(transfer);
    return NULL;
  }
  set_always(transfer);
  ce_fetch_transfer_hear(transfer);
  return transfer;
}

static bool is_certificate_refused(const struct ce_fetch_transfer *transfer, int code) {
  /* A message of OpenSSL's own ("error:0A00010B:...") is about what the other side speaks, not about the way.
   */
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
         code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_INVALIDCERTSTATUS ||
         (code == CURLE_SSL_CONNECT_ERROR && strstr(transfer->message, "error:"));
}

static void explain_tls(const struct ce_fetch_transfer *transfer, int code, struct ce_fetch_end *end) {
  const struct ce_ca_store *store = &transfer->config->authorities;
  if (code == CURLE_PEER_FAILED_VERIFICATION && transfer->certificate.seen) {
    ce_fetch_certificate_explain(&transfer->certificate, end);
  } else {
    end->outcome = CE_FETCH_UNTRUSTED;
    snprintf(end->detail, sizeof end->detail, "%s", transfer->message);
  }
  long proxy_problem = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_PROXY_SSL_VERIFYRESULT, &proxy_problem);
  if (proxy_problem != 0) {
    char detail[CE_FETCH_TEXT_MAX];
    snprintf(detail, sizeof detail, "the proxy: %s", end->detail);
    memcpy(end->detail, detail, sizeof detail);
  }
  if (!store->name) {
    snprintf(end->detail, sizeof end->detail,
             "this machine has no store of authorities' certificates that is known");
  }
}

/* With a proxy, its name is the only one that is looked up here, and it is all that is connected to. */
static bool is_proxy_at_fault(const struct ce_fetch_transfer *transfer, int code) {
  long used = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_USED_PROXY, &used);
  return code == CURLE_PROXY || code == CURLE_COULDNT_RESOLVE_PROXY ||
         (used && (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST));
}

/* True when the proxy answered CONNECT with a refusal. */
static bool explain_connect(const struct ce_fetch_transfer *transfer, struct ce_fetch_end *end) {
  long answered = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &answered);
  if (answered == 0 || answered / 100 == 2) {
    return false;
  }
  end->outcome = answered / 100 == 5 ? CE_FETCH_PROXY_BROKEN : CE_FETCH_PROXY_REFUSED;
  snprintf(end->detail, sizeof end->detail, "the proxy answered %ld%s", answered,
           answered == 407 ? ": it asks for a user name and a password" : "");
  return true;
}

void ce_fetch_transfer_explain(const struct ce_fetch_transfer *transfer, int code, struct ce_fetch_end *end) {
  *end = (struct ce_fetch_end){.outcome = CE_FETCH_DONE};
  if (code == CURLE_OK || explain_connect(transfer, end)) {
    return;
  }
  if (is_certificate_refused(transfer, code)) {
    explain_tls(transfer, code, end);
    return;
  }
  end->outcome = is_proxy_at_fault(transfer, code) ? CE_FETCH_PROXY_BROKEN : CE_FETCH_BROKEN;
  snprintf(end->detail, sizeof end->detail, "%s",
           transfer->message[0] ? transfer->message : curl_easy_strerror((CURLcode)code));
}
