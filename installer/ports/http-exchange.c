/* SPDX-License-Identifier: Apache-2.0
 * One try: asking the fetch child, and believing it nothing. */
#include "ports/http-exchange.h"

#include "ports/http-watch.h"
#include "ports/sandbox.h"

#include <stdio.h>
#include <time.h>

#define LISTEN_MS    50                                /* so often it is looked whether the user cancelled */
#define CONNECTS_MAX (2 * (CE_HTTP_REDIRECTS_MAX + 1)) /* each hop may be asked twice: for a password */

/* How a try went, and whether it is over. */
struct talk {
  struct ce_http *http;
  struct ce_http_transfer *transfer;
  ce_fetch_receive *receive;
  void *context;
  struct ce_http_watch watch;
  int connects;
  bool answered, over, again;
  enum ce_http_verdict verdict;
  struct ce_error verdict_err;
};

bool ce_http_is_cancelled(const struct ce_http *http) {
  return http->settings->cancelled && *http->settings->cancelled;
}

static int64_t now_ms(const struct talk *talk) {
  const struct ce_clock *clock = talk->http->settings->clock;
  return clock->monotonic_ms(clock->context);
}

static enum ce_code fail(struct talk *talk, bool again, enum ce_code code, const char *what,
                         struct ce_error *err) {
  talk->again = again;
  return ce_fail(err, code, "fetch", talk->transfer->path, "%s: %s", talk->http->server, what);
}

static enum ce_code fail_rules(struct talk *talk, struct ce_error *err) {
  return fail(talk, true, CE_NETWORK, "the process that talks to the network broke its rules", err);
}

/* Told once: what this kernel lacks does not change from child to child. */
static enum ce_code on_ready(struct talk *talk, const struct ce_fetch_ready *ready, struct ce_error *err) {
  char layers[128];
  if (talk->connects > 0 || talk->answered) {
    return fail_rules(talk, err);
  }
  ce_sandbox_format(ready->missing, layers, sizeof layers);
  if (layers[0] && !talk->http->told_partial) {
    ce_emit_note(talk->http->settings->sink, "sandbox-partial",
                 N_("Downloads run without some of their protections: %s"), layers);
  }
  talk->http->told_partial = true;
  return CE_OK;
}

static enum ce_code on_connected(struct talk *talk, struct ce_error *err) {
  if (talk->answered || ++talk->connects > CONNECTS_MAX) {
    return fail_rules(talk, err);
  }
  ce_http_watch_connected(&talk->watch, now_ms(talk));
  return CE_OK;
}

static enum ce_code on_answer(struct talk *talk, const struct ce_fetch_answer *answer, struct ce_error *err) {
  if (talk->answered || talk->connects == 0) {
    return fail_rules(talk, err);
  }
  talk->answered = true;
  if (answer->date_s > 0) {
    talk->http->base.server_time_s = answer->date_s;
  }
  talk->verdict = ce_http_transfer_hear(talk->transfer, answer, &talk->verdict_err);
  bool has_body = answer->status == 200 || answer->status == 206;
  if (!has_body || talk->verdict == CE_HTTP_TAKE) {
    return CE_OK;
  }
  /* Not worth waiting for a body that is not wanted. */
  talk->again = talk->verdict == CE_HTTP_AGAIN;
  *err = talk->verdict_err;
  return err->code;
}

static enum ce_code on_body(struct talk *talk, const struct ce_fetch_frame *frame, struct ce_error *err) {
  if (!talk->answered || talk->verdict != CE_HTTP_TAKE) {
    return fail_rules(talk, err);
  }
  size_t first = 0;
  ce_http_watch_bytes(&talk->watch, frame->size);
  enum ce_code code = ce_http_transfer_take(talk->transfer, frame->body, frame->size, &first, err);
  if (code != CE_OK || first == frame->size) {
    return code;
  }
  int64_t before_ms = now_ms(talk);
  code = talk->receive(talk->context, frame->body + first, frame->size - first, err);
  if (code == CE_OK) {
    talk->transfer->have_bytes += frame->size - first;
    ce_http_watch_shift(&talk->watch, now_ms(talk) - before_ms);
  }
  return code;
}

static void format_time(int64_t seconds, char text[static 32]) {
  time_t when = (time_t)seconds;
  struct tm tm;
  if (!gmtime_r(&when, &tm) || strftime(text, 32, "%Y-%m-%d %H:%M:%S UTC", &tm) == 0) {
    text[0] = '\0';
  }
}

static enum ce_code fail_certificate(struct talk *talk, const struct ce_fetch_end *end,
                                     struct ce_error *err) {
  const struct ce_clock *clock = talk->http->settings->clock;
  int64_t now_s = clock->now_s(clock->context);
  char now[32];
  char from[32];
  char until[32];
  format_time(now_s, now);
  format_time(end->not_before_s, from);
  format_time(end->not_after_s, until);
  if (end->outcome == CE_FETCH_TOO_EARLY && now_s < end->not_before_s) {
    return ce_fail(err, CE_CLOCK, "fetch", talk->transfer->path,
                   "this machine's clock says %s, and the certificate of %s is valid from %s on", now,
                   talk->http->server, from);
  }
  if (!end->subject[0] && !end->issuer[0]) {
    return fail(talk, false, CE_NETWORK_TLS, end->detail, err);
  }
  return ce_fail(err, CE_NETWORK_TLS, "fetch", talk->transfer->path,
                 "%s: %s; certificate of %s, issued by %s, valid from %s to %s; this machine's clock says %s",
                 talk->http->server, end->detail, end->subject, end->issuer, from, until, now);
}

static enum ce_code on_done(struct talk *talk, struct ce_error *err) {
  if (!talk->answered) {
    return fail_rules(talk, err);
  }
  if (talk->verdict == CE_HTTP_TAKE || talk->verdict == CE_HTTP_HAVE) {
    return CE_OK;
  }
  talk->again = talk->verdict == CE_HTTP_AGAIN;
  *err = talk->verdict_err;
  return err->code;
}

static enum ce_code on_end(struct talk *talk, const struct ce_fetch_end *end, struct ce_error *err) {
  talk->over = true;
  switch (end->outcome) {
  case CE_FETCH_DONE:
    return on_done(talk, err);
  case CE_FETCH_PROXY_BROKEN:
    return fail(talk, true, CE_NETWORK_PROXY, end->detail, err);
  case CE_FETCH_PROXY_REFUSED:
    return fail(talk, false, CE_NETWORK_PROXY, end->detail, err);
  case CE_FETCH_UNTRUSTED:
  case CE_FETCH_TOO_EARLY:
    return fail_certificate(talk, end, err);
  case CE_FETCH_REFUSED:
    return fail(talk, false, CE_NETWORK, end->detail, err);
  default:
    return fail(talk, true, CE_NETWORK, end->detail, err);
  }
}

static enum ce_code on_frame(struct talk *talk, const struct ce_fetch_frame *frame, struct ce_error *err) {
  switch (frame->type) {
  case CE_FETCH_READY:
    return on_ready(talk, &frame->ready, err);
  case CE_FETCH_CONNECTED:
    return on_connected(talk, err);
  case CE_FETCH_ANSWER:
    return on_answer(talk, &frame->answer, err);
  case CE_FETCH_BODY:
    return on_body(talk, frame, err);
  default:
    return on_end(talk, &frame->end, err);
  }
}

/* Too long a wait ends the try, and what the user decided ends everything. */
static enum ce_code look_at_time(struct talk *talk, struct ce_error *err) {
  if (ce_http_is_cancelled(talk->http)) {
    return ce_fail(err, CE_CANCELLED, "fetch", talk->transfer->path, "it was cancelled");
  }
  switch (ce_http_watch_look(&talk->watch, now_ms(talk))) {
  case CE_HTTP_NO_CONNECTION:
    return fail(talk, true, CE_NETWORK, "no connection in time", err);
  case CE_HTTP_STALLED:
    return fail(talk, true, CE_NETWORK, "it sends nothing, or next to nothing", err);
  default:
    return CE_OK;
  }
}

static enum ce_code listen(struct talk *talk, struct ce_error *err) {
  struct ce_http *http = talk->http;
  enum ce_code code = CE_OK;
  while (code == CE_OK && !talk->over) {
    bool there = false;
    code = look_at_time(talk, err);
    if (code == CE_OK) {
      code = ce_fetch_child_receive(&http->child, LISTEN_MS, http->frame, &there, err);
      talk->again = code != CE_OK;
    }
    if (code == CE_OK && there) {
      code = on_frame(talk, http->frame, err);
    }
  }
  return code;
}

static enum ce_code ask(struct talk *talk, struct ce_error *err) {
  struct ce_http *http = talk->http;
  CE_AUTO(ce_free) char *url = NULL;
  enum ce_code code = ce_url_join(&http->config.server, talk->transfer->path, &url, err);
  if (code == CE_OK && http->child.fd < 0) {
    code = ce_fetch_child_start(&http->config, &http->child, err);
  }
  if (code != CE_OK) {
    return code;
  }
  *http->frame = (struct ce_fetch_frame){.type = CE_FETCH_GET, .size = sizeof http->frame->get};
  ce_http_transfer_ask(talk->transfer, &http->frame->get);
  snprintf(http->frame->get.url, sizeof http->frame->get.url, "%s", url);
  ce_http_watch_connect(&talk->watch, now_ms(talk));
  code = ce_fetch_child_send(&http->child, http->frame, err);
  talk->again = code != CE_OK;
  return code;
}

enum ce_code ce_http_exchange(struct ce_http *http, struct ce_http_transfer *transfer,
                              ce_fetch_receive *receive, void *context, bool *ret_again,
                              struct ce_error *err) {
  struct talk talk = {
      .http = http,
      .transfer = transfer,
      .receive = receive,
      .context = context,
      .watch = {.connect_ms = http->connect_ms, .stall_ms = http->stall_ms},
  };
  enum ce_code code = ask(&talk, err);
  if (code == CE_OK) {
    code = listen(&talk, err);
  }
  /* A conversation that did not come to its end cannot be gone on with. After a failure of the way, a fresh
   * process looks names up anew. */
  if (!talk.over || (code != CE_OK && !talk.answered)) {
    ce_fetch_child_stop(&http->child);
  }
  *ret_again = talk.again;
  return code;
}
