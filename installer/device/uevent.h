/* SPDX-License-Identifier: Apache-2.0
 * One event about a device, by its properties, whether udev or the kernel sent it; private to device/. Pure.
 *
 * Events are read tolerantly: they say where to look, and only for a device that is gone again does what they
 * say count. A property that is malformed is as if it were missing. */
#ifndef CE_DEVICE_UEVENT_H
#define CE_DEVICE_UEVENT_H

#include "device/device.h"

#define CE_UEVENT_BYTES_MAX      16384 /* the kernel's UEVENT_BUFFER_SIZE is 2048, with the header */
#define CE_UEVENT_PROPERTIES_MAX 256

enum ce_uevent_action { CE_UEVENT_OTHER, CE_UEVENT_ADD, CE_UEVENT_REMOVE, CE_UEVENT_CHANGE };

struct ce_uevent {
  enum ce_uevent_action action;
  char syspath[CE_DEVICE_SYSPATH_SIZE]; /* "/sys/devices/..."; "" when it was missing, too long or not below
                                           that */
  bool is_usb_device;                   /* DEVTYPE=usb_device */
  bool concerns_usb;                    /* a device, an interface, or a hidraw or sg node of one */
  bool has_ids;
  uint16_t vendor_id, product_id;
  char manufacturer[CE_DEVICE_TEXT_SIZE], product[CE_DEVICE_TEXT_SIZE]; /* printable; "" when not told */
  struct ce_device_interface interfaces[CE_DEVICE_INTERFACE_MAX];
  size_t interface_count;
};

void ce_uevent_start(struct ce_uevent *event);
/* Takes one property; those that nobody needs are ignored. */
void ce_uevent_add_property(struct ce_uevent *event, const char *name, const char *value);
/* What follows from all of them together. */
void ce_uevent_finish(struct ce_uevent *event);

/* A message of the kernel's group: "add@/devices/...", then NAME=VALUE, each with a NUL. False: it is none (a
 * message of udevd's begins with "libudev"), or too large. */
bool ce_uevent_parse_kernel(const char *bytes, size_t size, struct ce_uevent *ret);

/* The syspath of the USB device that a syspath lies in or is, by its last component of the form
 * BUS-PORT[.PORT]...; false when there is none. */
bool ce_uevent_usb_device_path(const char *syspath, char ret[CE_DEVICE_SYSPATH_SIZE]);

#endif
