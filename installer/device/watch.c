/* SPDX-License-Identifier: Apache-2.0
 * Events in, marks, and a look at what is marked once it is quiet. */
#include "device/watch.h"

#include "device/mark.h"
#include "device/monitor.h"
#include "device/sysfs.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#define MESSAGES_A_DISPATCH 512 /* the rest waits for the next call, so that one is short */
#define MS_A_SECOND         1000
#define NS_A_MS             1000000

struct ce_device_watch {
  struct ce_device_watch_request request;
  struct ce_udev_library *library; /* may be NULL */
  struct ce_monitor *monitor;
  struct ce_sysfs sysfs;
  int epoll_fd, timer_fd;
  struct ce_device_list list;
  struct ce_mark_set marks;
  bool everything;   /* events were lost */
  int64_t latest_ms; /* when the marks must be looked at; 0: there are none */
};

void ce_device_watch_free(struct ce_device_watch *watch) {
  if (!watch) {
    return;
  }
  ce_mark_set_clear(&watch->marks);
  ce_device_list_clear(&watch->list);
  ce_sysfs_close(&watch->sysfs);
  ce_monitor_free(watch->monitor);
  ce_udev_library_free(watch->library);
  ce_fd_auto(&watch->timer_fd);
  ce_fd_auto(&watch->epoll_fd);
  free(watch);
}

int ce_device_watch_fd(const struct ce_device_watch *watch) {
  return watch->epoll_fd;
}

const struct ce_device_list *ce_device_watch_list(const struct ce_device_watch *watch) {
  return &watch->list;
}

const char *ce_device_watch_source(const struct ce_device_watch *watch) {
  return ce_monitor_source(watch->monitor);
}

static int64_t now_ms(const struct ce_device_watch *watch) {
  return watch->request.clock->monotonic_ms(watch->request.clock->context);
}

static enum ce_code watch_descriptor(const struct ce_device_watch *watch, int fd, struct ce_error *err) {
  struct epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};
  return epoll_ctl(watch->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0
             ? CE_OK
             : ce_fail_sys(err, errno, "watch", "device events");
}

static enum ce_code open_descriptors(struct ce_device_watch *watch, struct ce_error *err) {
  watch->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  watch->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  if (watch->epoll_fd < 0 || watch->timer_fd < 0) {
    return ce_fail_sys(err, errno, "watch", "device events");
  }
  enum ce_code code = watch_descriptor(watch, watch->timer_fd, err);
  return code == CE_OK ? watch_descriptor(watch, ce_monitor_fd(watch->monitor), err) : code;
}

enum ce_code ce_device_watch_open(const struct ce_device_watch_request *request, struct ce_device_watch **ret,
                                  struct ce_error *err) {
  CE_AUTO(ce_device_watch) struct ce_device_watch *watch = calloc(1, sizeof *watch);
  if (!watch) {
    return ce_fail_memory(err, "device events");
  }
  watch->request = *request;
  watch->epoll_fd = watch->timer_fd = -1;
  watch->library = ce_udev_library_open(request->places->udev_library);
  watch->sysfs = ce_sysfs_open(request->places, request->user, watch->library);
  enum ce_code code = ce_monitor_open(watch->library, request->places->udev_control, &watch->monitor, err);
  code = code == CE_OK ? open_descriptors(watch, err) : code;
  code = code == CE_OK ? ce_sysfs_read_all(&watch->sysfs, &watch->list, err) : code;
  if (code == CE_OK) {
    *ret = ce_take(&watch);
  }
  return code;
}

/* Where syspath is or belongs. */
static size_t place_of(const struct ce_device_list *list, const char *syspath) {
  size_t low = 0;
  size_t high = list->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(list->devices[middle].syspath, syspath) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static enum ce_code insert(struct ce_device_list *list, const struct ce_device *device,
                           struct ce_error *err) {
  size_t place = place_of(list, device->syspath);
  size_t before = list->count;
  enum ce_code code = ce_device_list_add(list, device, err);
  if (code == CE_OK && list->count > before) {
    memmove(&list->devices[place + 1], &list->devices[place], (before - place) * sizeof *list->devices);
    list->devices[place] = *device;
  }
  return code;
}

static size_t count_rejected(const struct ce_device_list *list) {
  size_t count = 0;
  for (size_t i = 0; i < list->count; i++) {
    count += list->devices[i].rejected;
  }
  return count;
}

/* The oldest makes room for a new one. */
static void limit_rejected(struct ce_device_list *list) {
  while (count_rejected(list) > CE_DEVICE_REJECTED_MAX) {
    size_t oldest = list->count;
    for (size_t i = 0; i < list->count; i++) {
      const struct ce_device *device = &list->devices[i];
      if (device->rejected && (oldest == list->count || device->seen_ms < list->devices[oldest].seen_ms)) {
        oldest = i;
      }
    }
    ce_device_list_remove(list, oldest);
  }
}

/* What a device keeps of the one that was at its port when looked at last. */
static void inherit(struct ce_device *device, const struct ce_device *old, const struct ce_mark *mark,
                    int64_t now) {
  bool is_other = !old || old->rejected || old->bus_number != device->bus_number ||
                  old->device_number != device->device_number || old->vendor_id != device->vendor_id ||
                  old->product_id != device->product_id;
  uint64_t arrivals = mark ? mark->arrivals : 0;
  if (is_other && arrivals == 0) {
    arrivals = 1;
  }
  device->generation = (old ? old->generation : 0) + arrivals;
  device->seen_ms = arrivals == 0 ? old->seen_ms : mark && mark->came_ms > 0 ? mark->came_ms : now;
}

/* Gone before anybody allowed it, as soon as it was there. */
static bool was_thrown_out(const struct ce_device *old, const struct ce_mark *mark, int64_t now) {
  int64_t gone_ms = mark->gone_ms > 0 ? mark->gone_ms : now;
  return !old->rejected && !old->authorized && old->seen_ms > 0 &&
         gone_ms - old->seen_ms < CE_DEVICE_REJECT_MS;
}

static void turn_into_rejected(struct ce_device *device) {
  device->rejected = true;
  device->node_count = 0;
  memset(device->nodes, 0, sizeof device->nodes);
  memset(&device->holder, 0, sizeof device->holder);
}

/* The device of mark is not there now, or it is a hub; old may be NULL. */
static enum ce_code apply_absence(struct ce_device_watch *watch, struct ce_device *old,
                                  const struct ce_mark *mark, bool *ret_changed, struct ce_error *err) {
  struct ce_device rejected;
  if (old && mark->arrivals == 0 && (old->rejected || was_thrown_out(old, mark, now_ms(watch)))) {
    *ret_changed = *ret_changed || !old->rejected;
    turn_into_rejected(old);
    return CE_OK;
  }
  *ret_changed = *ret_changed || old;
  uint64_t generation = old ? old->generation : 0;
  if (old) {
    ce_device_list_remove(&watch->list, (size_t)(old - watch->list.devices));
  }
  /* What is there and cannot be read is a hub. */
  bool is_gone = mark->gone_ms > 0 || !ce_sysfs_has(&watch->sysfs, mark->syspath);
  if (!is_gone || !ce_mark_as_rejected(mark, now_ms(watch), &rejected)) {
    return CE_OK;
  }
  rejected.generation += generation;
  *ret_changed = true;
  return insert(&watch->list, &rejected, err);
}

static enum ce_code apply_mark(struct ce_device_watch *watch, const struct ce_mark *mark, bool *ret_changed,
                               struct ce_error *err) {
  size_t place = place_of(&watch->list, mark->syspath);
  struct ce_device *old = place < watch->list.count ? &watch->list.devices[place] : NULL;
  old = old && strcmp(old->syspath, mark->syspath) == 0 ? old : NULL;
  struct ce_device device;
  if (mark->gone_ms > 0 || !ce_sysfs_read(&watch->sysfs, mark->syspath, &device)) {
    return apply_absence(watch, old, mark, ret_changed, err);
  }
  inherit(&device, old, mark, now_ms(watch));
  *ret_changed = *ret_changed || !old || memcmp(old, &device, sizeof device) != 0;
  if (old) {
    *old = device;
    return CE_OK;
  }
  return insert(&watch->list, &device, err);
}

/* The kernel tells of a removal before the last of the device is out of sysfs: it is not taken up again. */
static void leave_out_the_gone(const struct ce_mark_set *marks, struct ce_device_list *list) {
  for (size_t i = 0; i < marks->count; i++) {
    size_t place = place_of(list, marks->marks[i].syspath);
    if (marks->marks[i].gone_ms > 0 && place < list->count &&
        strcmp(list->devices[place].syspath, marks->marks[i].syspath) == 0) {
      ce_device_list_remove(list, place);
    }
  }
}

/* What was rejected stays when keep_rejected, unless something is at its port. */
static enum ce_code look_at_everything(struct ce_device_watch *watch, bool keep_rejected,
                                       struct ce_error *err) {
  CE_AUTO(ce_device_list) struct ce_device_list fresh = {0};
  enum ce_code code = ce_sysfs_read_all(&watch->sysfs, &fresh, err);
  if (code != CE_OK) {
    return code;
  }
  leave_out_the_gone(&watch->marks, &fresh);
  int64_t now = now_ms(watch);
  for (size_t i = 0; i < fresh.count; i++) {
    inherit(&fresh.devices[i], ce_device_list_find(&watch->list, fresh.devices[i].syspath), NULL, now);
  }
  for (size_t i = 0; keep_rejected && code == CE_OK && i < watch->list.count; i++) {
    const struct ce_device *old = &watch->list.devices[i];
    if (old->rejected && !ce_device_list_find(&fresh, old->syspath)) {
      code = insert(&fresh, old, err);
    }
  }
  if (code != CE_OK) {
    return code;
  }
  struct ce_device_list replaced = watch->list;
  watch->list = fresh;
  fresh = replaced;
  watch->everything = false;
  return CE_OK;
}

static void set_timer(struct ce_device_watch *watch, int64_t wait_ms) {
  struct itimerspec when = {
      .it_value = {.tv_sec = wait_ms / MS_A_SECOND, .tv_nsec = wait_ms % MS_A_SECOND * NS_A_MS}};
  int failed = timerfd_settime(watch->timer_fd, 0, &when, NULL);
  assert(failed == 0);
  (void)failed;
}

static void forget_marks(struct ce_device_watch *watch) {
  ce_mark_set_clear(&watch->marks);
  watch->latest_ms = 0;
  set_timer(watch, 0);
}

static enum ce_code apply_all(struct ce_device_watch *watch, bool *ret_changed, struct ce_error *err) {
  enum ce_code code = CE_OK;
  bool changed = false;
  for (size_t i = 0; code == CE_OK && i < watch->marks.count; i++) {
    code = apply_mark(watch, &watch->marks.marks[i], &changed, err);
  }
  bool has_room_again = watch->list.truncated && watch->list.count < CE_DEVICE_MAX;
  if (code == CE_OK && (watch->everything || watch->marks.overflowed || has_room_again)) {
    changed = true;
    code = look_at_everything(watch, true, err);
  }
  limit_rejected(&watch->list);
  forget_marks(watch);
  *ret_changed = changed;
  return code;
}

static enum ce_code take_events(struct ce_device_watch *watch, bool *ret_any, struct ce_error *err) {
  *ret_any = false;
  for (unsigned i = 0; i < MESSAGES_A_DISPATCH; i++) {
    struct ce_uevent event;
    enum ce_monitor_outcome outcome = ce_monitor_receive(watch->monitor, &event);
    if (outcome == CE_MONITOR_EMPTY) {
      return CE_OK;
    }
    if (outcome == CE_MONITOR_SKIPPED) {
      continue;
    }
    *ret_any = true;
    if (outcome == CE_MONITOR_LOST) {
      watch->everything = true;
      ce_mark_set_doubt(&watch->marks);
    }
    enum ce_code code =
        outcome == CE_MONITOR_EVENT ? ce_mark_set_note(&watch->marks, &event, now_ms(watch), err) : CE_OK;
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

enum ce_code ce_device_watch_dispatch(struct ce_device_watch *watch, bool *ret_changed,
                                      struct ce_error *err) {
  bool any = false;
  enum ce_code code = take_events(watch, &any, err);
  if (code != CE_OK) {
    return code;
  }
  int64_t now = now_ms(watch);
  if (any && watch->latest_ms == 0) {
    watch->latest_ms = now + CE_DEVICE_LATEST_MS;
  }
  uint64_t expirations = 0;
  bool expired = read(watch->timer_fd, &expirations, sizeof expirations) == (ssize_t)sizeof expirations;
  if (watch->latest_ms > 0 && (now >= watch->latest_ms || (expired && !any))) {
    return apply_all(watch, ret_changed, err);
  }
  if (any) {
    int64_t left_ms = watch->latest_ms - now;
    set_timer(watch, left_ms < CE_DEVICE_QUIET_MS ? left_ms : CE_DEVICE_QUIET_MS);
  }
  *ret_changed = false;
  return CE_OK;
}

enum ce_code ce_device_watch_rescan(struct ce_device_watch *watch, struct ce_error *err) {
  /* What is waiting is older than the look that follows. */
  bool any = false;
  enum ce_code code = take_events(watch, &any, err);
  if (code == CE_OK) {
    code = look_at_everything(watch, false, err);
  }
  if (code == CE_OK) {
    forget_marks(watch);
  }
  return code;
}
