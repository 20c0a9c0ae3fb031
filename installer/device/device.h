/* SPDX-License-Identifier: Apache-2.0
 * USB devices as facts: what is plugged in, what the kernel and the machine's protection made of it, which
 * nodes it has and who may use them.
 *
 * ce_device_scan() looks once; device/watch.h keeps a list current. Everything comes from sysfs, so that it
 * is the same with udevd and without (containers), and udev's database adds what only rules know. A device
 * that protection software threw out again within milliseconds is in a watch's list by what its event told
 * (`rejected`).
 *
 * Texts are printable already (device/printable.h): they may be shown as they are, but never used as a
 * format. Devices hold no pointers; lists own their array. Hubs are left out. */
#ifndef CE_DEVICE_DEVICE_H
#define CE_DEVICE_DEVICE_H

#include "device/access.h"
#include "device/holder.h"

#include <stdbool.h>
#include <stdint.h>

#define CE_DEVICE_MAX           512 /* of a list; more are left out, and the list says so */
#define CE_DEVICE_INTERFACE_MAX 32  /* USB 2.0, 9.6.3 allows 255; keys have 1 to 5 */
#define CE_DEVICE_NODE_MAX      16
#define CE_DEVICE_TEXT_SIZE     512 /* 126 UTF-16 units, each escaped */
#define CE_DEVICE_SYSPATH_SIZE  256
#define CE_DEVICE_DRIVER_SIZE   32
#define CE_DEVICE_NODE_SIZE     64

enum ce_usb_class {
  CE_USB_CLASS_HID = 0x03,
  CE_USB_CLASS_STORAGE = 0x08,
  CE_USB_CLASS_HUB = 0x09,
  CE_USB_CLASS_SMART_CARD = 0x0b,
  CE_USB_CLASS_VENDOR = 0xff
};

struct ce_device_interface {
  uint8_t number, class, subclass, protocol;
  bool authorized;                    /* false: device control switched it off */
  char driver[CE_DEVICE_DRIVER_SIZE]; /* bound kernel driver; "usbfs" is a program; "" none */
};

enum ce_device_node_kind {
  CE_DEVICE_NODE_USB,
  CE_DEVICE_NODE_HIDRAW,
  CE_DEVICE_NODE_SG,
  CE_DEVICE_NODE_KIND_COUNT
};
struct ce_device_node {
  enum ce_device_node_kind kind;
  char path[CE_DEVICE_NODE_SIZE]; /* "/dev/hidraw3" */
  bool present;                   /* udev or devtmpfs has made it */
  enum ce_access access;          /* the user's of the request */
};

struct ce_device {
  char syspath[CE_DEVICE_SYSPATH_SIZE]; /* "/sys/devices/.../1-2"; names the port, the same when plugged in
                                           again */
  uint16_t vendor_id, product_id;
  uint16_t bus_number, device_number; /* 0: unknown */
  char manufacturer[CE_DEVICE_TEXT_SIZE], product[CE_DEVICE_TEXT_SIZE], serial[CE_DEVICE_TEXT_SIZE];
  struct ce_device_interface interfaces[CE_DEVICE_INTERFACE_MAX]; /* by number */
  size_t interface_count;
  struct ce_device_node nodes[CE_DEVICE_NODE_MAX]; /* by kind, then path */
  size_t node_count;
  struct ce_holder
      holder;      /* the program that drives an interface through usbfs, when one does and it is seen */
  bool authorized; /* false: the kernel or device control (USBGuard) does not let it be used */
  bool rejected;   /* it was thrown out by device control as soon as it came; only texts, ids and classes */
  bool ignored_by_pcscd; /* udev's property PCSCLITE_IGNORE */
  uint64_t generation;   /* how often something came at this port, while watched */
  int64_t seen_ms;       /* monotonic; when the watch saw it come; 0: it was there already */
};

/* Sorted by syspath, which is unique. */
struct ce_device_list {
  struct ce_device *devices;
  size_t count;
  bool truncated; /* there were more than CE_DEVICE_MAX */
};
void ce_device_list_clear(struct ce_device_list *list);
CE_DEFINE_AUTO_IN_PLACE(ce_device_list, struct ce_device_list, ce_device_list_clear);
const struct ce_device *ce_device_list_find(const struct ce_device_list *list, const char *syspath);
/* Behind the others, a copy; what is too much only sets truncated. MEMORY. */
CE_MUST_USE enum ce_code ce_device_list_add(struct ce_device_list *list, const struct ce_device *device,
                                            struct ce_error *err);
void ce_device_list_remove(struct ce_device_list *list, size_t index);
bool ce_device_has_class(const struct ce_device *device, uint8_t class);
const char *ce_device_node_kind_name(enum ce_device_node_kind kind); /* "hidraw" */

/* Where the machine's trees are; tests have their own. */
struct ce_device_places {
  const char *sys, *dev, *proc;
  const char *udev_control; /* is there while udevd runs */
  const char *udev_library; /* for dlopen */
};
/* "/sys" and so on; static. */
const struct ce_device_places *ce_device_places_system(void);

/* What is there now. user may be NULL: the nodes' access is UNKNOWN then. A machine without USB has an empty
 * list. Fails with MEMORY only. */
CE_MUST_USE enum ce_code ce_device_scan(const struct ce_device_places *places,
                                        const struct ce_access_user *user, struct ce_device_list *ret,
                                        struct ce_error *err);

#endif
