/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes what the kernel and devices write: an event's message, its properties, descriptors, a text. */
#include "device/descriptors.h"
#include "device/mark.h"
#include "device/printable.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds) {
    abort();
  }
}

/* Printable means: UTF-8 without control characters. */
static void check_text(const char *text, size_t size) {
  require(strnlen(text, size) < size);
  json_t *json = json_string(text);
  require(json != NULL);
  json_decref(json);
  for (; *text; text++) {
    require((unsigned char)*text >= 0x20 && *text != 0x7f);
  }
}

static void check_event(const struct ce_uevent *event) {
  struct ce_mark_set set = {0};
  struct ce_error err;
  struct ce_device device;
  char path[CE_DEVICE_SYSPATH_SIZE];
  check_text(event->product, sizeof event->product);
  check_text(event->manufacturer, sizeof event->manufacturer);
  require(event->interface_count <= CE_DEVICE_INTERFACE_MAX);
  require(!event->concerns_usb || ce_uevent_usb_device_path(event->syspath, path));
  require(ce_mark_set_note(&set, event, 5, &err) == CE_OK);
  require(set.count <= 1);
  if (set.count == 1 && ce_mark_as_rejected(&set.marks[0], 6, &device)) {
    require(device.rejected && !device.authorized);
  }
  ce_mark_set_clear(&set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct ce_uevent event;
  struct ce_device_interface interfaces[CE_DEVICE_INTERFACE_MAX];
  char text[64];
  if (ce_uevent_parse_kernel((const char *)data, size, &event)) {
    check_event(&event);
  }
  require(ce_descriptors_read(data, size, interfaces) <= CE_DEVICE_INTERFACE_MAX);
  ce_printable_copy((const char *)data, size, text, sizeof text);
  check_text(text, sizeof text);
  return 0;
}
