/* SPDX-License-Identifier: Apache-2.0
 * Lists of devices, and the one look at the machine. */
#include "device/device.h"

#include "device/sysfs.h"

#include <string.h>

static const char *const node_kind_names[CE_DEVICE_NODE_KIND_COUNT] = {"usb", "hidraw", "sg"};

const char *ce_device_node_kind_name(enum ce_device_node_kind kind) {
  return node_kind_names[kind];
}

void ce_device_list_clear(struct ce_device_list *list) {
  free(list->devices);
  *list = (struct ce_device_list){0};
}

const struct ce_device *ce_device_list_find(const struct ce_device_list *list, const char *syspath) {
  for (size_t i = 0; i < list->count; i++) {
    if (strcmp(list->devices[i].syspath, syspath) == 0) {
      return &list->devices[i];
    }
  }
  return NULL;
}

enum ce_code ce_device_list_add(struct ce_device_list *list, const struct ce_device *device,
                                struct ce_error *err) {
  if (list->count == CE_DEVICE_MAX) {
    list->truncated = true;
    return CE_OK;
  }
  /* Grows at powers of two. */
  if ((list->count & (list->count - 1)) == 0) {
    struct ce_device *grown = reallocarray(list->devices, list->count ? 2 * list->count : 1, sizeof *grown);
    if (!grown) {
      return ce_fail_memory(err, "devices");
    }
    list->devices = grown;
  }
  list->devices[list->count++] = *device;
  return CE_OK;
}

void ce_device_list_remove(struct ce_device_list *list, size_t index) {
  memmove(&list->devices[index], &list->devices[index + 1],
          (list->count - index - 1) * sizeof *list->devices);
  list->count--;
}

bool ce_device_has_class(const struct ce_device *device, uint8_t class) {
  for (size_t i = 0; i < device->interface_count; i++) {
    if (device->interfaces[i].class == class) {
      return true;
    }
  }
  return false;
}

const struct ce_device_places *ce_device_places_system(void) {
  static const struct ce_device_places places = {.sys = "/sys",
                                                 .dev = "/dev",
                                                 .proc = "/proc",
                                                 .udev_control = "/run/udev/control",
                                                 .udev_library = "libudev.so.1"};
  return &places;
}

enum ce_code ce_device_scan(const struct ce_device_places *places, const struct ce_access_user *user,
                            struct ce_device_list *ret, struct ce_error *err) {
  CE_AUTO(ce_udev_library) struct ce_udev_library *library = ce_udev_library_open(places->udev_library);
  CE_AUTO(ce_sysfs) struct ce_sysfs sysfs = ce_sysfs_open(places, user, library);
  return ce_sysfs_read_all(&sysfs, ret, err);
}
