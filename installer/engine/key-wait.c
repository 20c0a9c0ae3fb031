/* SPDX-License-Identifier: Apache-2.0
 * The loop that waits for a key. */
#include "engine/key-wait.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>

#define MS_A_SECOND 1000
/* With nobody left to answer a wait without end ends after this. */
#define DESERTED_MS 60000

struct loop {
  const struct ce_engine *engine;
  const struct ce_key_wait *wait;
  struct ce_key_watch *watch;
  int prompt_fd;       /* -1: nobody answers */
  int64_t deadline_ms; /* 0: without end */
  int64_t quiet_until_ms, countdown_ms;
  bool has_told;
  struct ce_key_found told;
  bool skipped;
};

bool ce_key_goal_is_met(enum ce_key_goal goal, enum ce_key_reason reason) {
  switch (ce_key_reason_state(reason)) {
  case CE_KEY_STATE_READY:
    return true;
  case CE_KEY_STATE_DENIED:
  case CE_KEY_STATE_NO_ACCESS:
  case CE_KEY_STATE_NO_PCSCD:
  case CE_KEY_STATE_NO_DRIVER:
  case CE_KEY_STATE_HELD:
  case CE_KEY_STATE_UNSUPPORTED_CARD:
    return goal == CE_KEY_GOAL_PRESENT;
  case CE_KEY_STATE_NONE:
  case CE_KEY_STATE_BLOCKED:
  case CE_KEY_STATE_UNKNOWN:
  case CE_KEY_STATE_NO_CARD:
  case CE_KEY_STATE_COUNT:
    break;
  }
  return false;
}

static int64_t now_ms(const struct loop *loop) {
  return loop->engine->clock->monotonic_ms(loop->engine->clock->context);
}

static const struct ce_key_found *overall(const struct loop *loop) {
  const struct ce_key_report *report = ce_key_watch_report(loop->watch);
  return &report->found[report->overall];
}

/* PC/SC has been asked, or does not matter: the key is used without it. */
static bool is_judged(const struct loop *loop) {
  const struct ce_key *key = overall(loop)->key;
  return ce_key_watch_is_complete(loop->watch) || (key && key->class != CE_KEY_CCID);
}

static bool is_met(const struct loop *loop) {
  return is_judged(loop) && ce_key_goal_is_met(loop->wait->goal, overall(loop)->reason);
}

/* Nothing is said that may be otherwise in a moment. */
static bool may_tell(const struct loop *loop, int64_t now) {
  return is_judged(loop) && !overall(loop)->settling && now >= loop->quiet_until_ms;
}

static void tell(struct loop *loop, int64_t now) {
  const struct ce_key_found *found = overall(loop);
  if (!may_tell(loop, now) || (loop->has_told && ce_key_found_same(&loop->told, found))) {
    return;
  }
  loop->told = *found;
  loop->has_told = true;
  ce_keys_tell(loop->engine->sink, found);
  if (loop->prompt_fd >= 0) {
    bool blocked = ce_key_reason_state(found->reason) == CE_KEY_STATE_BLOCKED;
    loop->wait->prompt->show(loop->wait->prompt->context, blocked);
  }
}

static void count_down(struct loop *loop, int64_t now) {
  if (loop->deadline_ms == 0 || loop->wait->only_if_present || now < loop->countdown_ms) {
    return;
  }
  int64_t left_ms = loop->deadline_ms - now;
  ce_emit(loop->engine->sink, &(struct ce_event){.kind = CE_EVENT_COUNTDOWN,
                                                 .name = "key",
                                                 .left_s = (left_ms + MS_A_SECOND - 1) / MS_A_SECOND});
  loop->countdown_ms = now + MS_A_SECOND;
}

/* The earlier of two moments; 0 is never. */
static int64_t earlier(int64_t one, int64_t other) {
  return one == 0 || (other != 0 && other < one) ? other : one;
}

static int time_to_wait(const struct loop *loop, int64_t now) {
  int64_t next = loop->deadline_ms;
  if (next != 0 && !loop->wait->only_if_present) {
    next = earlier(next, loop->countdown_ms);
  }
  if (now < loop->quiet_until_ms) {
    next = earlier(next, loop->quiet_until_ms);
  }
  if (next == 0) {
    return -1;
  }
  return next <= now ? 0 : next - now > INT32_MAX ? INT32_MAX : (int)(next - now);
}

static enum ce_code look_again(struct loop *loop, struct ce_error *err) {
  loop->has_told = false;
  loop->quiet_until_ms = 0;
  return ce_key_watch_retry(loop->watch, err);
}

/* What cannot be done, or is not agreed to, leaves the wait as it is. */
static enum ce_code allow(struct loop *loop, struct ce_error *err) {
  const struct ce_engine *engine = loop->engine;
  struct ce_error problem;
  enum ce_code code = loop->wait->prompt->allow(loop->wait->prompt->context, &problem);
  if (code != CE_OK && code != CE_CANCELLED) {
    ce_emit_warning(engine->sink, "allowance", &problem);
  }
  return look_again(loop, err);
}

static enum ce_code take_reply(struct loop *loop, struct ce_error *err) {
  switch (loop->wait->prompt->hear(loop->wait->prompt->context)) {
  case CE_KEY_REPLY_RETRY:
    return look_again(loop, err);
  case CE_KEY_REPLY_ALLOW:
    return allow(loop, err);
  case CE_KEY_REPLY_SKIP:
    loop->skipped = true;
    return CE_OK;
  case CE_KEY_REPLY_CANCEL:
    return ce_fail(err, CE_CANCELLED, "wait", "", "%s", "");
  case CE_KEY_REPLY_CLOSED:
    loop->prompt_fd = -1;
    if (loop->deadline_ms == 0) {
      loop->deadline_ms = loop->countdown_ms = now_ms(loop);
      loop->deadline_ms += DESERTED_MS;
    }
    return CE_OK;
  case CE_KEY_REPLY_NOTHING:
    break;
  }
  return CE_OK;
}

/* One round of waiting and what came of it. */
static enum ce_code pass_time(struct loop *loop, int64_t now, struct ce_error *err) {
  struct pollfd polled[] = {{.fd = ce_key_watch_fd(loop->watch), .events = POLLIN},
                            {.fd = loop->prompt_fd, .events = POLLIN}};
  int ready = poll(polled, 2, time_to_wait(loop, now));
  if (ready < 0 && errno != EINTR) {
    return ce_fail_sys(err, errno, "wait", "key");
  }
  bool changed = false;
  enum ce_code code = CE_OK;
  if (ready > 0 && polled[0].revents) {
    code = ce_key_watch_dispatch(loop->watch, &changed, err);
  }
  return code == CE_OK && ready > 0 && polled[1].revents ? take_reply(loop, err) : code;
}

static bool is_absent(const struct loop *loop) {
  return ce_key_watch_is_complete(loop->watch) &&
         ce_key_reason_state(overall(loop)->reason) == CE_KEY_STATE_NONE;
}

/* Whether it is over, and how. */
static bool has_ended(const struct loop *loop, int64_t now, enum ce_key_wait_end *ret) {
  if (is_met(loop)) {
    *ret = CE_KEY_WAIT_FOUND;
  } else if (loop->skipped) {
    *ret = CE_KEY_WAIT_SKIPPED;
  } else if ((loop->deadline_ms != 0 && now >= loop->deadline_ms) ||
             (loop->wait->only_if_present && is_absent(loop))) {
    *ret = CE_KEY_WAIT_TIMEOUT;
  } else {
    return false;
  }
  return true;
}

static enum ce_code run_loop(struct loop *loop, enum ce_key_wait_end *ret, struct ce_error *err) {
  enum ce_code code = CE_OK;
  while (code == CE_OK) {
    int64_t now = now_ms(loop);
    if (ce_engine_is_cancelled(loop->engine)) {
      return ce_fail(err, CE_CANCELLED, "wait", "", "%s", "");
    }
    if (has_ended(loop, now, ret)) {
      return CE_OK;
    }
    tell(loop, now);
    count_down(loop, now);
    code = pass_time(loop, now, err);
  }
  return code;
}

/* A key that is not ready yet before the install is no news; otherwise the last word is told. */
static void tell_last(const struct loop *loop, enum ce_key_wait_end end) {
  bool is_news = !loop->has_told || !ce_key_found_same(&loop->told, overall(loop));
  if (is_news && (loop->wait->goal == CE_KEY_GOAL_READY || end != CE_KEY_WAIT_FOUND)) {
    ce_keys_tell(loop->engine->sink, overall(loop));
  }
}

enum ce_code ce_key_wait_run(const struct ce_engine *engine, const struct ce_keys *keys,
                             const struct ce_key_wait *wait, enum ce_key_wait_end *ret,
                             struct ce_key_found *ret_last, struct ce_error *err) {
  CE_AUTO(ce_key_watch) struct ce_key_watch *watch = NULL;
  enum ce_code code = ce_key_watch_open(ce_keys_request(keys), &watch, err);
  if (code != CE_OK) {
    return code;
  }
  struct loop loop = {
      .engine = engine, .wait = wait, .watch = watch, .prompt_fd = wait->prompt ? wait->prompt->fd : -1};
  if (wait->prompt) {
    wait->prompt->begin(wait->prompt->context, wait->goal == CE_KEY_GOAL_READY);
  }
  int64_t now = now_ms(&loop);
  loop.deadline_ms = wait->timeout_ms > 0 ? now + wait->timeout_ms : 0;
  loop.quiet_until_ms = now + wait->patience_ms;
  loop.countdown_ms = now;
  code = run_loop(&loop, ret, err);
  if (code == CE_OK) {
    tell_last(&loop, *ret);
    *ret_last = *overall(&loop);
  }
  return code;
}
