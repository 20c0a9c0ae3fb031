/* SPDX-License-Identifier: Apache-2.0
 * Devices, PC/SC, drivers and session, put together into answers. */
#include "device/key-watch.h"

#include "device/session.h"
#include "device/watch.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#define MS_A_SECOND 1000
#define NS_A_MS     1000000

struct ce_key_watch {
  struct ce_key_watch_request request;
  struct ce_pcsc_request pcsc_request; /* the request's, for its user */
  struct ce_device_watch *devices;
  struct ce_pcsc_watch *pcsc;
  struct ce_driver_list drivers;
  struct ce_key_session session;
  int epoll_fd, timer_fd;
  bool was_running; /* PC/SC, when it was heard last */
  struct ce_key_report report;
};

void ce_key_watch_free(struct ce_key_watch *watch) {
  if (!watch) {
    return;
  }
  ce_key_report_clear(&watch->report);
  ce_driver_list_clear(&watch->drivers);
  ce_pcsc_watch_free(watch->pcsc);
  ce_device_watch_free(watch->devices);
  ce_fd_auto(&watch->timer_fd);
  ce_fd_auto(&watch->epoll_fd);
  free(watch);
}

int ce_key_watch_fd(const struct ce_key_watch *watch) {
  return watch->epoll_fd;
}

const struct ce_key_report *ce_key_watch_report(const struct ce_key_watch *watch) {
  return &watch->report;
}

const struct ce_device_list *ce_key_watch_devices(const struct ce_key_watch *watch) {
  return ce_device_watch_list(watch->devices);
}

bool ce_key_watch_is_complete(const struct ce_key_watch *watch) {
  return ce_pcsc_watch_facts(watch->pcsc) != NULL;
}

bool ce_key_report_same(const struct ce_key_report *one, const struct ce_key_report *other) {
  bool same = one->count == other->count && one->overall == other->overall;
  for (size_t i = 0; same && i < one->count; i++) {
    same = ce_key_found_same(&one->found[i], &other->found[i]);
  }
  return same;
}

static int64_t now_ms(const struct ce_key_watch_request *request) {
  return request->clock->monotonic_ms(request->clock->context);
}

static struct ce_key_session look_at_session(const struct ce_key_watch_request *request) {
  struct ce_key_session session = ce_session_look(request->session_library, request->user);
  session.rules_installed = access(request->rules, F_OK) == 0;
  return session;
}

/* What may have changed without an event. */
static enum ce_code look_around(struct ce_key_watch *watch, struct ce_error *err) {
  struct ce_driver_list drivers = {0};
  enum ce_code code = ce_driver_list_load(watch->request.root_fd, &drivers, err);
  if (code == CE_OK) {
    ce_driver_list_clear(&watch->drivers);
    watch->drivers = drivers;
    watch->session = look_at_session(&watch->request);
  }
  return code;
}

/* The timer goes off when the first of the keys that settle has had its time. */
static void set_timer(const struct ce_key_watch *watch, int64_t now) {
  const struct ce_device_list *list = ce_device_watch_list(watch->devices);
  int64_t wait_ms = 0;
  for (size_t i = 0; i < watch->report.count; i++) {
    const struct ce_key_found *found = &watch->report.found[i];
    const struct ce_device *device = found->settling ? ce_device_list_find(list, found->syspath) : NULL;
    int64_t left_ms = device ? device->seen_ms + CE_KEY_SETTLE_MS - now : 0;
    if (left_ms > 0 && (wait_ms == 0 || left_ms < wait_ms)) {
      wait_ms = left_ms;
    }
  }
  struct itimerspec when = {
      .it_value = {.tv_sec = wait_ms / MS_A_SECOND, .tv_nsec = wait_ms % MS_A_SECOND * NS_A_MS}};
  timerfd_settime(watch->timer_fd, 0, &when, NULL);
}

static enum ce_code judge(struct ce_key_watch *watch, bool *ret_changed, struct ce_error *err) {
  int64_t now = now_ms(&watch->request);
  struct ce_key_situation situation = {.devices = ce_device_watch_list(watch->devices),
                                       .catalogue = watch->request.catalogue,
                                       .pcsc = ce_pcsc_watch_facts(watch->pcsc),
                                       .drivers = &watch->drivers,
                                       .session = watch->session,
                                       .now_ms = now};
  struct ce_key_report report = {0};
  enum ce_code code = ce_key_match(&situation, &report, err);
  if (code != CE_OK) {
    return code;
  }
  *ret_changed = !ce_key_report_same(&report, &watch->report);
  ce_key_report_clear(&watch->report);
  watch->report = report;
  set_timer(watch, now);
  return CE_OK;
}

static enum ce_code watch_descriptor(const struct ce_key_watch *watch, int fd, struct ce_error *err) {
  struct epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};
  return epoll_ctl(watch->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0
             ? CE_OK
             : ce_fail_sys(err, errno, "watch", "keys");
}

static enum ce_code open_pcsc(struct ce_key_watch *watch, struct ce_error *err) {
  ce_pcsc_watch_free(watch->pcsc); /* its descriptor leaves the epoll with it */
  watch->pcsc = NULL;
  watch->was_running = false;
  enum ce_code code = ce_pcsc_watch_open(&watch->pcsc_request, &watch->pcsc, err);
  return code == CE_OK ? watch_descriptor(watch, ce_pcsc_watch_fd(watch->pcsc), err) : code;
}

static enum ce_code open_sources(struct ce_key_watch *watch, struct ce_error *err) {
  struct ce_device_watch_request devices = {
      .places = watch->request.places, .user = watch->request.user, .clock = watch->request.clock};
  watch->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  watch->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (watch->epoll_fd < 0 || watch->timer_fd < 0) {
    return ce_fail_sys(err, errno, "watch", "keys");
  }
  enum ce_code code = ce_device_watch_open(&devices, &watch->devices, err);
  if (code == CE_OK) {
    code = watch_descriptor(watch, watch->timer_fd, err);
  }
  if (code == CE_OK) {
    code = watch_descriptor(watch, ce_device_watch_fd(watch->devices), err);
  }
  return code == CE_OK ? open_pcsc(watch, err) : code;
}

enum ce_code ce_key_watch_open(const struct ce_key_watch_request *request, struct ce_key_watch **ret,
                               struct ce_error *err) {
  CE_AUTO(ce_key_watch) struct ce_key_watch *watch = calloc(1, sizeof *watch);
  bool changed = false;
  if (!watch) {
    return ce_fail_memory(err, "keys");
  }
  watch->request = *request;
  watch->pcsc_request = *request->pcsc;
  watch->pcsc_request.user = request->user;
  watch->epoll_fd = watch->timer_fd = -1;
  enum ce_code code = open_sources(watch, err);
  if (code == CE_OK) {
    code = look_around(watch, err);
  }
  if (code == CE_OK) {
    code = judge(watch, &changed, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&watch);
  }
  return code;
}

/* A service that is there again may have been restarted for a driver. */
static enum ce_code notice_service(struct ce_key_watch *watch, struct ce_error *err) {
  const struct ce_pcsc_facts *facts = ce_pcsc_watch_facts(watch->pcsc);
  bool running = facts && facts->service == CE_PCSC_RUNNING;
  bool came_back = running && !watch->was_running;
  watch->was_running = running;
  return came_back ? look_around(watch, err) : CE_OK;
}

/* No event tells that it could be otherwise now. */
static bool pcsc_gave_up(const struct ce_key_watch *watch) {
  const struct ce_pcsc_facts *facts = ce_pcsc_watch_facts(watch->pcsc);
  return facts && facts->service != CE_PCSC_RUNNING && facts->service != CE_PCSC_NO_SOCKET;
}

enum ce_code ce_key_watch_dispatch(struct ce_key_watch *watch, bool *ret_changed, struct ce_error *err) {
  bool devices_changed = false, pcsc_changed = false;
  uint64_t expirations = 0;
  enum ce_code code = ce_device_watch_dispatch(watch->devices, &devices_changed, err);
  if (code == CE_OK) {
    code = ce_pcsc_watch_dispatch(watch->pcsc, &pcsc_changed, err);
  }
  if (code == CE_OK && pcsc_changed) {
    code = notice_service(watch, err);
  }
  if (code != CE_OK) {
    return code;
  }
  /* Unplugging and inserting again is what people do, and what some sentences ask for. */
  if (devices_changed && pcsc_gave_up(watch)) {
    code = open_pcsc(watch, err);
  }
  if (code != CE_OK) {
    return code;
  }
  bool settled = read(watch->timer_fd, &expirations, sizeof expirations) == (ssize_t)sizeof expirations;
  *ret_changed = false;
  return devices_changed || pcsc_changed || settled ? judge(watch, ret_changed, err) : CE_OK;
}

enum ce_code ce_key_watch_retry(struct ce_key_watch *watch, struct ce_error *err) {
  bool changed = false;
  enum ce_code code = ce_device_watch_rescan(watch->devices, err);
  if (code == CE_OK && pcsc_gave_up(watch)) {
    code = open_pcsc(watch, err);
  }
  if (code == CE_OK) {
    code = look_around(watch, err);
  }
  return code == CE_OK ? judge(watch, &changed, err) : code;
}

enum ce_code ce_key_look(const struct ce_key_watch_request *request, struct ce_key_report *ret,
                         struct ce_error *err) {
  CE_AUTO(ce_device_list) struct ce_device_list devices = {0};
  CE_AUTO(ce_driver_list) struct ce_driver_list drivers = {0};
  CE_AUTO(ce_free) struct ce_pcsc_facts *facts = calloc(1, sizeof *facts);
  struct ce_pcsc_request pcsc = *request->pcsc;
  pcsc.user = request->user;
  enum ce_code code =
      facts ? ce_device_scan(request->places, request->user, &devices, err) : ce_fail_memory(err, "keys");
  if (code == CE_OK) {
    code = ce_pcsc_look(&pcsc, facts, err);
  }
  if (code == CE_OK) {
    code = ce_driver_list_load(request->root_fd, &drivers, err);
  }
  struct ce_key_situation situation = {.devices = &devices,
                                       .catalogue = request->catalogue,
                                       .pcsc = facts,
                                       .drivers = &drivers,
                                       .session = look_at_session(request),
                                       .now_ms = now_ms(request)};
  return code == CE_OK ? ce_key_match(&situation, ret, err) : code;
}
