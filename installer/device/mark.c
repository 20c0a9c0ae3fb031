/* SPDX-License-Identifier: Apache-2.0
 * Taking events down. */
#include "device/mark.h"

#include "device/watch.h"

#include <stdio.h>
#include <string.h>

static void mark_clear(struct ce_mark *mark) {
  free(mark->first_arrival);
}

void ce_mark_set_clear(struct ce_mark_set *set) {
  for (size_t i = 0; i < set->count; i++) {
    mark_clear(&set->marks[i]);
  }
  free(set->marks);
  *set = (struct ce_mark_set){0};
}

/* Events of one device come in rows, so the last mark is tried first. */
static struct ce_mark *find(struct ce_mark_set *set, const char *syspath) {
  for (size_t i = set->count; i-- > 0;) {
    if (strcmp(set->marks[i].syspath, syspath) == 0) {
      return &set->marks[i];
    }
  }
  return NULL;
}

/* *ret is NULL when there are too many. */
static enum ce_code take(struct ce_mark_set *set, const char *syspath, struct ce_mark **ret,
                         struct ce_error *err) {
  struct ce_mark *mark = find(set, syspath);
  if (!mark && set->count == CE_DEVICE_MAX) {
    set->overflowed = true;
  } else if (!mark) {
    if ((set->count & (set->count - 1)) == 0) {
      struct ce_mark *grown = reallocarray(set->marks, set->count ? 2 * set->count : 1, sizeof *grown);
      if (!grown) {
        return ce_fail_memory(err, "device events");
      }
      set->marks = grown;
    }
    mark = &set->marks[set->count++];
    *mark = (struct ce_mark){0};
    snprintf(mark->syspath, sizeof mark->syspath, "%s", syspath);
  }
  *ret = mark;
  return CE_OK;
}

static enum ce_code note_arrival(struct ce_mark *mark, const struct ce_uevent *event, int64_t now_ms,
                                 struct ce_error *err) {
  if (!mark->first_arrival) {
    mark->first_arrival = malloc(sizeof *mark->first_arrival);
    if (!mark->first_arrival) {
      return ce_fail_memory(err, "device events");
    }
    *mark->first_arrival = *event;
  }
  mark->arrivals++;
  mark->came_ms = now_ms;
  mark->gone_ms = 0;
  return CE_OK;
}

enum ce_code ce_mark_set_note(struct ce_mark_set *set, const struct ce_uevent *event, int64_t now_ms,
                              struct ce_error *err) {
  char syspath[CE_DEVICE_SYSPATH_SIZE];
  struct ce_mark *mark = NULL;
  if (!ce_uevent_usb_device_path(event->syspath, syspath)) {
    return CE_OK;
  }
  enum ce_code code = take(set, syspath, &mark, err);
  bool is_device = event->is_usb_device && strcmp(syspath, event->syspath) == 0;
  if (code != CE_OK || !mark || !is_device) {
    return code;
  }
  if (event->action == CE_UEVENT_ADD) {
    return note_arrival(mark, event, now_ms, err);
  }
  if (event->action == CE_UEVENT_REMOVE) {
    mark->gone_ms = now_ms;
  }
  return CE_OK;
}

void ce_mark_set_doubt(struct ce_mark_set *set) {
  for (size_t i = 0; i < set->count; i++) {
    set->marks[i].gone_ms = 0;
  }
}

bool ce_mark_as_rejected(const struct ce_mark *mark, int64_t now_ms, struct ce_device *ret) {
  const struct ce_uevent *told = mark->first_arrival;
  int64_t gone_ms = mark->gone_ms > 0 ? mark->gone_ms : now_ms;
  if (!told || !told->has_ids || gone_ms - mark->came_ms >= CE_DEVICE_REJECT_MS) {
    return false;
  }
  struct ce_device device;
  memset(&device, 0, sizeof device);
  memcpy(device.syspath, mark->syspath, sizeof device.syspath);
  device.vendor_id = told->vendor_id;
  device.product_id = told->product_id;
  memcpy(device.manufacturer, told->manufacturer, sizeof device.manufacturer);
  memcpy(device.product, told->product, sizeof device.product);
  memcpy(device.interfaces, told->interfaces, sizeof device.interfaces);
  device.interface_count = told->interface_count;
  device.rejected = true;
  device.generation = mark->arrivals;
  device.seen_ms = mark->came_ms;
  if (ce_device_has_class(&device, CE_USB_CLASS_HUB)) {
    return false;
  }
  *ret = device;
  return true;
}
