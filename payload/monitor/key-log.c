/* SPDX-License-Identifier: Apache-2.0
 * Keys that come and go, as lines. */
#include "monitor/key-log.h"

#include "base/blob.h"
#include "model/layout.h"
#include "ports/fs-document.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#define SETTLE_S ((CE_KEY_SETTLE_MS + 999) / 1000 + 1)

#define KEYS (CE_CURRENT "/share/certenv/keys.json")

struct ce_key_log {
  struct ce_key_log_request request;
  struct ce_device_watch *devices;
  int epoll_fd, timer_fd;      /* the devices, and when the first key that settles has had its time */
  struct ce_key_report report; /* points into the catalogue that follows */
  struct ce_key_catalogue *catalogue;
};

void ce_key_log_free(struct ce_key_log *log) {
  if (!log) {
    return;
  }
  ce_key_report_clear(&log->report);
  ce_key_catalogue_free(log->catalogue);
  ce_device_watch_free(log->devices);
  ce_fd_auto(&log->timer_fd);
  ce_fd_auto(&log->epoll_fd);
  free(log);
}

int ce_key_log_fd(const struct ce_key_log *log) {
  return log->epoll_fd;
}

bool ce_key_log_is_certain(enum ce_key_reason reason) {
  switch (reason) {
  case CE_KEY_REASON_BLOCKED:
  case CE_KEY_REASON_BLOCKED_PART:
  case CE_KEY_REASON_BLOCKED_REJECTED:
  case CE_KEY_REASON_NO_DRIVER:
  case CE_KEY_REASON_NO_DRIVER_MISSING:
  case CE_KEY_REASON_NO_DRIVER_IGNORED:
  case CE_KEY_REASON_NO_DRIVER_HID:
  case CE_KEY_REASON_NO_DRIVER_STORAGE:
  case CE_KEY_REASON_NO_DRIVER_SG:
    return true;
  default:
    return false;
  }
}

/* The installed one; the program's own where there is none. */
static enum ce_code load_catalogue(struct ce_key_log *log, struct ce_error *err) {
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_error ignored;
  bool installed = ce_fs_open_root(log->request.root, &fs, &ignored) == CE_OK &&
                   ce_fs_document_read(fs, KEYS, CE_KEYS_JSON_BYTES_MAX, &bytes, &ignored) == CE_OK &&
                   ce_key_catalogue_parse_json(bytes.data, bytes.size, &log->catalogue, &ignored) == CE_OK;
  return installed ? CE_OK : ce_key_catalogue_builtin(&log->catalogue, err);
}

static enum ce_code load_drivers(const struct ce_key_log *log, struct ce_driver_list *ret,
                                 struct ce_error *err) {
  CE_AUTO(ce_fd) int root = open(log->request.root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  return root < 0 ? ce_fail_sys(err, errno, "open", log->request.root) : ce_driver_list_load(root, ret, err);
}

static enum ce_code watch_descriptor(const struct ce_key_log *log, int fd, struct ce_error *err) {
  struct epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};
  return epoll_ctl(log->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0 ? CE_OK
                                                                  : ce_fail_sys(err, errno, "watch", "keys");
}

static enum ce_code open_descriptors(struct ce_key_log *log, struct ce_error *err) {
  log->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  log->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (log->epoll_fd < 0 || log->timer_fd < 0) {
    return ce_fail_sys(err, errno, "watch", "keys");
  }
  enum ce_code code = watch_descriptor(log, log->timer_fd, err);
  return code == CE_OK ? watch_descriptor(log, ce_device_watch_fd(log->devices), err) : code;
}

/* Device control may allow a key a moment after it came: what passes is judged when it had its time. */
static bool is_certain(const struct ce_key_found *found) {
  return !found->settling && ce_key_log_is_certain(found->reason);
}

static void set_timer(const struct ce_key_log *log) {
  bool settles = false;
  for (size_t i = 0; i < log->report.count; i++) {
    settles =
        settles || (log->report.found[i].settling && ce_key_log_is_certain(log->report.found[i].reason));
  }
  struct itimerspec when = {.it_value = {.tv_sec = settles ? SETTLE_S : 0}};
  timerfd_settime(log->timer_fd, 0, &when, NULL);
}

static enum ce_code look(const struct ce_key_log *log, struct ce_key_report *ret, struct ce_error *err) {
  CE_AUTO(ce_driver_list) struct ce_driver_list drivers = {0};
  enum ce_code code = load_drivers(log, &drivers, err);
  struct ce_key_situation situation = {.devices = ce_device_watch_list(log->devices),
                                       .catalogue = log->catalogue,
                                       .drivers = &drivers,
                                       .now_ms = ce_clock_system()->monotonic_ms(NULL)};
  return code == CE_OK ? ce_key_match(&situation, ret, err) : code;
}

enum ce_code ce_key_log_open(const struct ce_key_log_request *request, struct ce_key_log **ret,
                             struct ce_error *err) {
  CE_AUTO(ce_key_log) struct ce_key_log *log = calloc(1, sizeof *log);
  if (!log) {
    return ce_fail_memory(err, "keys");
  }
  log->request = *request;
  log->epoll_fd = log->timer_fd = -1;
  const struct ce_device_watch_request devices = {.places = request->places, .clock = ce_clock_system()};
  enum ce_code code = ce_device_watch_open(&devices, &log->devices, err);
  if (code == CE_OK) {
    code = open_descriptors(log, err);
  }
  if (code == CE_OK) {
    code = load_catalogue(log, err);
  }
  if (code == CE_OK) {
    code = look(log, &log->report, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&log);
  }
  return code;
}

struct listener {
  void (*say)(void *context, const char *line);
  void *context;
};

/* The same key, not pulled out meanwhile; with what is certain about it, where that counts. */
static bool is_in(const struct ce_key_found *found, const struct ce_key_report *report, bool with_reason) {
  for (size_t i = 0; i < report->count; i++) {
    const struct ce_key_found *other = &report->found[i];
    bool certain = is_certain(found) || is_certain(other);
    bool same_word = is_certain(found) == is_certain(other) && found->reason == other->reason;
    bool differs = with_reason && certain && !same_word;
    if (strcmp(found->syspath, other->syspath) == 0 && found->generation == other->generation && !differs) {
      return true;
    }
  }
  return false;
}

/* The sentence with the key's name in it; never used as a format. */
static char *make_line(const struct ce_key_found *found, bool came) {
  const char *name = found->name_en;
  if (!came) {
    return ce_text_format("<6>key removed: %s (%04x:%04x)", name, found->vendor_id, found->product_id);
  }
  if (!is_certain(found)) {
    return ce_text_format("<6>key inserted: %s (%04x:%04x)", name, found->vendor_id, found->product_id);
  }
  const char *sentence = ce_key_reason_sentence(found->reason);
  const char *place = strstr(sentence, "%s");
  size_t before = place ? (size_t)(place - sentence) : strlen(sentence);
  return ce_text_format("<4>key %04x:%04x: %.*s%s%s %s", found->vendor_id, found->product_id, (int)before,
                        sentence, place ? name : "", place ? place + 2 : "",
                        ce_key_reason_action(found->reason));
}

/* A line for each key of one report that the other does not have. */
static enum ce_code say_differences(const struct ce_key_report *one, const struct ce_key_report *other,
                                    bool came, const struct listener *listener, struct ce_error *err) {
  for (size_t i = 0; i < one->count; i++) {
    const struct ce_key_found *found = &one->found[i];
    if (!found->syspath[0] || is_in(found, other, came)) {
      continue;
    }
    CE_AUTO(ce_free) char *line = make_line(found, came);
    if (!line) {
      return ce_fail_memory(err, "keys");
    }
    listener->say(listener->context, line);
  }
  return CE_OK;
}

enum ce_code ce_key_log_dispatch(struct ce_key_log *log, void (*say)(void *context, const char *line),
                                 void *context, struct ce_error *err) {
  bool changed = false;
  struct ce_key_report now = {0};
  uint64_t expirations = 0;
  enum ce_code code = ce_device_watch_dispatch(log->devices, &changed, err);
  bool settled = read(log->timer_fd, &expirations, sizeof expirations) == (ssize_t)sizeof expirations;
  if (code != CE_OK || (!changed && !settled)) {
    return code;
  }
  code = look(log, &now, err);
  if (code != CE_OK) {
    return code;
  }
  const struct listener listener = {say, context};
  code = say_differences(&log->report, &now, false, &listener, err);
  if (code == CE_OK) {
    code = say_differences(&now, &log->report, true, &listener, err);
  }
  ce_key_report_clear(&log->report);
  log->report = now;
  set_timer(log);
  return code;
}
