/* SPDX-License-Identifier: Apache-2.0
 * A repository on a web server: tries, pauses, and the life of the fetch child. */
#include "ports/http.h"

#include "ports/http-exchange.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define NAP_MS 50 /* so often a pause looks whether the user cancelled */

static enum ce_code nap(const struct ce_http *http, int64_t pause_ms, const char *path,
                        struct ce_error *err) {
  const struct ce_clock *clock = http->settings->clock;
  int64_t end_ms = clock->monotonic_ms(clock->context) + pause_ms;
  for (;;) {
    if (ce_http_is_cancelled(http)) {
      return ce_fail(err, CE_CANCELLED, "fetch", path, "it was cancelled");
    }
    int64_t left_ms = end_ms - clock->monotonic_ms(clock->context);
    if (left_ms <= 0) {
      return CE_OK;
    }
    clock->sleep_ms(clock->context, left_ms < NAP_MS ? left_ms : NAP_MS);
  }
}

/* Before the next try: the server's wish, else doubled from try to try, up to half longer so that machines
 * that failed together do not come back together. */
static int64_t pause_ms(const struct ce_http *http, const struct ce_http_transfer *transfer, int tried) {
  if (transfer->wait_s >= 0) {
    int64_t wait_s =
        transfer->wait_s < CE_HTTP_RETRY_AFTER_MAX_S ? transfer->wait_s : CE_HTTP_RETRY_AFTER_MAX_S;
    return wait_s * 1000;
  }
  int64_t pause = http->backoff_ms << (tried - 1);
  uint32_t chance = 0;
  if (getrandom(&chance, sizeof chance, GRND_NONBLOCK) < 0) {
    chance = 0;
  }
  return pause + (int64_t)(chance % ((uint64_t)pause / 2 + 1));
}

static enum ce_code before_next_try(const struct ce_http *http, const struct ce_http_transfer *transfer,
                                    int tried, const struct ce_error *why, struct ce_error *err) {
  const struct ce_event event = {
      .kind = CE_EVENT_NOTE,
      .name = "network-retry",
      .sentence = N_("The network failed; trying again to fetch %s"),
      .subject = transfer->path,
      .detail = why->detail,
      .code = why->code,
  };
  ce_emit(http->settings->sink, &event);
  return nap(http, pause_ms(http, transfer, tried), transfer->path, err);
}

static enum ce_code get(struct ce_fetch *base, const char *path, uint64_t offset_bytes, uint64_t limit_bytes,
                        ce_fetch_receive *receive, void *context, struct ce_error *err) {
  struct ce_http *http = (struct ce_http *)base;
  struct ce_http_transfer transfer = {
      .path = path,
      .server = http->server,
      .have_bytes = offset_bytes,
      .limit_bytes = limit_bytes,
      .wait_s = -1,
  };
  for (int tried = 1;; tried++) {
    uint64_t before = transfer.have_bytes;
    struct ce_error failed;
    bool again = false;
    enum ce_code code = ce_http_exchange(http, &transfer, receive, context, &again, &failed);
    if (code == CE_OK) {
      return CE_OK;
    }
    if (transfer.have_bytes - before >= CE_HTTP_PROGRESS_BYTES) {
      tried = 0;
    }
    if (!again || tried >= http->tries) {
      *err = failed;
      return code;
    }
    code = before_next_try(http, &transfer, tried > 0 ? tried : 1, &failed, err);
    if (code != CE_OK) {
      return code;
    }
  }
}

static void free_http(struct ce_fetch *base) {
  struct ce_http *http = (struct ce_http *)base;
  ce_fetch_child_stop(&http->child);
  ce_fetch_config_clear(&http->config);
  free(http->frame);
  free(base->name);
  free(http);
}
CE_DEFINE_AUTO(ce_fetch_base, struct ce_fetch *, free_http);

static const struct ce_fetch_ops http_ops = {.get = get, .free = free_http};

static enum ce_code configure(const char *base_url, const struct ce_http_settings *settings,
                              struct ce_fetch_config *config, struct ce_error *err) {
  enum ce_code code = ce_url_parse(base_url, "http https", NULL, "repository", &config->server, err);
  if (code == CE_OK && strchr(config->server.path, '?')) {
    code = ce_fail(err, CE_USAGE, "read", "repository", "the URL must not have a query (?)");
  }
  if (code == CE_OK) {
    code = ce_proxies_find(settings->proxy, settings->no_proxy, &config->proxies, err);
  }
  return code == CE_OK ? ce_ca_store_find(settings->ca_file, &config->authorities, err) : code;
}

static int64_t or_default(int64_t value, int64_t otherwise) {
  return value > 0 ? value : otherwise;
}

enum ce_code ce_http_open(const char *base_url, const struct ce_http_settings *settings,
                          struct ce_fetch **ret, struct ce_error *err) {
  assert(settings->clock);
  struct ce_http *http = calloc(1, sizeof *http);
  if (!http) {
    return ce_fail_memory(err, "repository");
  }
  CE_AUTO(ce_fetch_base) struct ce_fetch *base = &http->base;
  *http = (struct ce_http){
      .base = {.ops = &http_ops},
      .settings = settings,
      .connect_ms = or_default(settings->connect_ms, CE_HTTP_CONNECT_MS),
      .stall_ms = or_default(settings->stall_ms, CE_HTTP_STALL_MS),
      .backoff_ms = or_default(settings->backoff_ms, CE_HTTP_BACKOFF_MS),
      .tries = (int)or_default(settings->tries, CE_HTTP_TRIES),
      .child = {.fd = -1},
  };
  enum ce_code code = configure(base_url, settings, &http->config, err);
  if (code != CE_OK) {
    return code;
  }
  http->config.connect_ms = http->connect_ms;
  ce_url_origin(&http->config.server, http->server);
  http->base.name = ce_text_format("%s%s", http->server, http->config.server.path);
  http->frame = malloc(sizeof *http->frame);
  if (!http->base.name || !http->frame) {
    return ce_fail_memory(err, "repository");
  }
  *ret = ce_take(&base);
  return CE_OK;
}
