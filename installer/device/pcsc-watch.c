/* SPDX-License-Identifier: Apache-2.0
 * PC/SC's changes as a child process tells them. */
#include "device/pcsc-message.h"
#include "device/worker.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#define MS_A_SECOND         1000
#define NS_A_MS             1000000
#define MESSAGES_A_DISPATCH 64

struct ce_pcsc_watch {
  struct ce_pcsc_request request;
  struct ce_worker worker; /* fd -1: it has ended */
  int epoll_fd, timer_fd;
  bool has_facts, is_counting; /* the time from a call to the facts runs */
  char call[CE_PCSC_CALL_SIZE];
  struct ce_pcsc_facts facts;
  struct ce_pcsc_message message;
};

void ce_pcsc_watch_free(struct ce_pcsc_watch *watch) {
  if (!watch) {
    return;
  }
  ce_worker_stop(&watch->worker);
  ce_fd_auto(&watch->timer_fd);
  ce_fd_auto(&watch->epoll_fd);
  free(watch);
}

int ce_pcsc_watch_fd(const struct ce_pcsc_watch *watch) {
  return watch->epoll_fd;
}

const struct ce_pcsc_facts *ce_pcsc_watch_facts(const struct ce_pcsc_watch *watch) {
  return watch->has_facts ? &watch->facts : NULL;
}

static bool watch_descriptor(const struct ce_pcsc_watch *watch, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};
  return epoll_ctl(watch->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* 0 stops it. */
static void set_timer(const struct ce_pcsc_watch *watch, int64_t wait_ms) {
  struct itimerspec when = {
      .it_value = {.tv_sec = wait_ms / MS_A_SECOND, .tv_nsec = wait_ms % MS_A_SECOND * NS_A_MS}};
  timerfd_settime(watch->timer_fd, 0, &when, NULL);
}

static void start_counting(struct ce_pcsc_watch *watch) {
  if (!watch->is_counting) {
    watch->is_counting = true;
    set_timer(watch, watch->request.timeout_ms);
  }
}

static void stop_counting(struct ce_pcsc_watch *watch) {
  watch->is_counting = false;
  set_timer(watch, 0);
}

enum ce_code ce_pcsc_watch_open(const struct ce_pcsc_request *request, struct ce_pcsc_watch **ret,
                                struct ce_error *err) {
  CE_AUTO(ce_pcsc_watch) struct ce_pcsc_watch *watch = calloc(1, sizeof *watch);
  if (!watch) {
    return ce_fail_memory(err, "PC/SC");
  }
  watch->request = *request;
  watch->worker.fd = -1;
  watch->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  watch->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (watch->epoll_fd < 0 || watch->timer_fd < 0) {
    return ce_fail_sys(err, errno, "watch", "PC/SC");
  }
  enum ce_code code =
      ce_worker_start(ce_pcsc_child_watch, &watch->request, request->user, &watch->worker, err);
  if (code != CE_OK) {
    return code;
  }
  if (!watch_descriptor(watch, watch->timer_fd) || !watch_descriptor(watch, watch->worker.fd)) {
    return ce_fail_sys(err, errno, "watch", "PC/SC");
  }
  start_counting(watch);
  *ret = ce_take(&watch);
  return CE_OK;
}

static bool take_facts(struct ce_pcsc_watch *watch, const struct ce_pcsc_facts *facts) {
  bool changed = !watch->has_facts || memcmp(&watch->facts, facts, sizeof *facts) != 0;
  watch->facts = *facts;
  watch->has_facts = true;
  return changed;
}

/* The child is killed, or gone already. Where there is no library it has told so and ended. */
static bool take_loss(struct ce_pcsc_watch *watch, enum ce_pcsc_service service) {
  struct ce_pcsc_facts facts;
  stop_counting(watch);
  ce_worker_stop(&watch->worker);
  if (watch->has_facts && watch->facts.service == CE_PCSC_NO_LIBRARY) {
    return false;
  }
  ce_pcsc_facts_for_lost(service, watch->call, &watch->request, &facts);
  return take_facts(watch, &facts);
}

/* True when the facts are other ones; *ret_more when there may be another message. */
static bool take_message(struct ce_pcsc_watch *watch, bool *ret_more) {
  enum ce_pcsc_heard heard = ce_pcsc_message_receive(watch->worker.fd, &watch->message);
  *ret_more = heard == CE_PCSC_HEARD_CALL || heard == CE_PCSC_HEARD_FACTS;
  if (heard == CE_PCSC_HEARD_CALL) {
    memcpy(watch->call, watch->message.call, sizeof watch->call);
    start_counting(watch);
  } else if (heard == CE_PCSC_HEARD_FACTS) {
    stop_counting(watch);
    ce_pcsc_facts_complete(&watch->message.facts, &watch->request);
    return take_facts(watch, &watch->message.facts);
  } else if (heard == CE_PCSC_HEARD_END) {
    return take_loss(watch, CE_PCSC_CRASHED);
  }
  return false;
}

enum ce_code ce_pcsc_watch_dispatch(struct ce_pcsc_watch *watch, bool *ret_changed, struct ce_error *err) {
  (void)err;
  bool changed = false;
  bool more = watch->worker.fd >= 0;
  for (unsigned i = 0; more && i < MESSAGES_A_DISPATCH; i++) {
    changed = take_message(watch, &more) || changed;
  }
  uint64_t expirations = 0;
  bool expired = read(watch->timer_fd, &expirations, sizeof expirations) == (ssize_t)sizeof expirations;
  if (expired && watch->is_counting && watch->worker.fd >= 0) {
    changed = take_loss(watch, CE_PCSC_HUNG) || changed;
  }
  *ret_changed = changed;
  return CE_OK;
}
