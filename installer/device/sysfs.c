/* SPDX-License-Identifier: Apache-2.0
 * A USB device's attributes, interfaces and nodes as sysfs shows them. */
#include "device/sysfs.h"

#include "device/descriptors.h"
#include "device/printable.h"
#include "device/sysfs-node.h"
#include "device/uevent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define BUS_DIRECTORY "bus/usb/devices"

static int open_directory(int at_fd, const char *path) {
  return openat(at_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

struct ce_sysfs ce_sysfs_open(const struct ce_device_places *places, const struct ce_access_user *user,
                              const struct ce_udev_library *library) {
  return (struct ce_sysfs){.sys_fd = open_directory(AT_FDCWD, places->sys),
                           .dev_fd = open_directory(AT_FDCWD, places->dev),
                           .places = places,
                           .user = user,
                           .library = library};
}

void ce_sysfs_close(struct ce_sysfs *sysfs) {
  ce_fd_auto(&sysfs->sys_fd);
  ce_fd_auto(&sysfs->dev_fd);
  sysfs->sys_fd = sysfs->dev_fd = -1;
}

/* At most size bytes; 0 when there is no such attribute or it cannot be read. */
static size_t read_bytes(int directory_fd, const char *name, void *ret, size_t size) {
  CE_AUTO(ce_fd) int fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  size_t used = 0;
  while (fd >= 0 && used < size) {
    ssize_t got = TEMP_FAILURE_RETRY(read(fd, (char *)ret + used, size - used));
    if (got <= 0) {
      break;
    }
    used += (size_t)got;
  }
  return used;
}

static void read_text(int directory_fd, const char *name, char *ret, size_t size) {
  char text[CE_SYSFS_TEXT_MAX];
  size_t length = read_bytes(directory_fd, name, text, sizeof text);
  ce_printable_copy(text, length, ret, size);
}

/* False, with *ret as it was: there is no such attribute, or it is not a number of at most max. */
static bool read_number(int directory_fd, const char *name, int base, unsigned long max, unsigned long *ret) {
  char text[32];
  size_t length = read_bytes(directory_fd, name, text, sizeof text - 1);
  text[length] = '\0';
  char *end = NULL;
  unsigned long number = strtoul(text, &end, base);
  if (end == text || (*end && *end != '\n') || number > max) {
    return false;
  }
  *ret = number;
  return true;
}

static uint8_t read_byte(int directory_fd, const char *name) {
  unsigned long number = 0;
  read_number(directory_fd, name, 16, UINT8_MAX, &number);
  return (uint8_t)number;
}

static uint16_t read_decimal(int directory_fd, const char *name) {
  unsigned long number = 0;
  read_number(directory_fd, name, 10, UINT16_MAX, &number);
  return (uint16_t)number;
}

/* What is not told is not forbidden: kernels without the attribute let everything be used. */
static bool read_authorized(int directory_fd) {
  unsigned long number = 1;
  read_number(directory_fd, "authorized", 10, UINT8_MAX, &number);
  return number != 0;
}

static void read_driver(int directory_fd, char ret[CE_DEVICE_DRIVER_SIZE]) {
  char target[512];
  ssize_t length = readlinkat(directory_fd, "driver", target, sizeof target);
  const char *slash = length > 0 ? memrchr(target, '/', (size_t)length) : NULL;
  ret[0] = '\0';
  if (slash) {
    ce_printable_copy(slash + 1, (size_t)(target + length - slash - 1), ret, CE_DEVICE_DRIVER_SIZE);
  }
}

/* The one of that number, which is added when the descriptors did not tell of it; NULL when there is no room.
 */
static struct ce_device_interface *take_interface(struct ce_device *device, uint8_t number) {
  for (size_t i = 0; i < device->interface_count; i++) {
    if (device->interfaces[i].number == number) {
      return &device->interfaces[i];
    }
  }
  return device->interface_count < CE_DEVICE_INTERFACE_MAX ? &device->interfaces[device->interface_count++]
                                                           : NULL;
}

static void read_interface(const struct ce_sysfs *sysfs, struct ce_device *device, int fd,
                           const char *syspath) {
  uint8_t number = read_byte(fd, "bInterfaceNumber");
  struct ce_device_interface *interface = take_interface(device, number);
  if (!interface) {
    return;
  }
  interface->number = number;
  interface->class = read_byte(fd, "bInterfaceClass");
  interface->subclass = read_byte(fd, "bInterfaceSubClass");
  interface->protocol = read_byte(fd, "bInterfaceProtocol");
  interface->authorized = read_authorized(fd);
  read_driver(fd, interface->driver);
  ce_sysfs_add_nodes(sysfs, device, fd);
  if (interface->class == CE_USB_CLASS_SMART_CARD &&
      ce_udev_library_has_property(sysfs->library, syspath, "PCSCLITE_IGNORE")) {
    device->ignored_by_pcscd = true;
  }
}

/* An interface's directory is named after its device's: "1-2:1.0". */
static bool is_interface_of(const char *name, const char *device_name) {
  size_t length = strlen(device_name);
  return strncmp(name, device_name, length) == 0 && name[length] == ':';
}

static void read_interfaces(const struct ce_sysfs *sysfs, struct ce_device *device, int fd) {
  const char *name = strrchr(device->syspath, '/') + 1;
  struct dirent **entries = NULL;
  int count = scandirat(fd, ".", &entries, NULL, alphasort);
  for (int i = 0; i < count; i++) {
    CE_AUTO(ce_fd)
    int interface_fd = is_interface_of(entries[i]->d_name, name)
                           ? openat(fd, entries[i]->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                           : -1;
    char syspath[CE_DEVICE_SYSPATH_SIZE];
    int length = snprintf(syspath, sizeof syspath, "%s/%s", device->syspath, entries[i]->d_name);
    if (interface_fd >= 0 && length > 0 && (size_t)length < sizeof syspath) {
      read_interface(sysfs, device, interface_fd, syspath);
    }
    free(entries[i]);
  }
  free(entries);
}

static void read_descriptors(struct ce_device *device, int fd) {
  uint8_t *bytes = malloc(CE_DESCRIPTORS_BYTES_MAX);
  if (!bytes) {
    return;
  }
  size_t size = read_bytes(fd, "descriptors", bytes, CE_DESCRIPTORS_BYTES_MAX);
  device->interface_count = ce_descriptors_read(bytes, size, device->interfaces);
  free(bytes);
}

static int compare_interfaces(const void *one, const void *other) {
  const struct ce_device_interface *a = one;
  const struct ce_device_interface *b = other;
  return a->number - b->number;
}

static void find_usbfs_holder(const struct ce_sysfs *sysfs, struct ce_device *device) {
  bool used = false;
  for (size_t i = 0; i < device->interface_count; i++) {
    used = used || strcmp(device->interfaces[i].driver, "usbfs") == 0;
  }
  struct ce_holder holders[CE_HOLDER_MAX];
  if (used && device->node_count > 0 &&
      ce_holder_find_node(sysfs->places->proc, device->nodes[0].path, holders) > 0) {
    device->holder = holders[0];
  }
}

static bool read_identity(struct ce_device *device, int fd) {
  unsigned long vendor = 0;
  unsigned long product = 0;
  if (!read_number(fd, "idVendor", 16, UINT16_MAX, &vendor) ||
      !read_number(fd, "idProduct", 16, UINT16_MAX, &product) ||
      read_byte(fd, "bDeviceClass") == CE_USB_CLASS_HUB) {
    return false;
  }
  device->vendor_id = (uint16_t)vendor;
  device->product_id = (uint16_t)product;
  device->bus_number = read_decimal(fd, "busnum");
  device->device_number = read_decimal(fd, "devnum");
  device->authorized = read_authorized(fd);
  read_text(fd, "manufacturer", device->manufacturer, sizeof device->manufacturer);
  read_text(fd, "product", device->product, sizeof device->product);
  read_text(fd, "serial", device->serial, sizeof device->serial);
  return true;
}

/* NULL when it is not below /sys, or too long. */
static const char *relative_to_sys(const char *syspath) {
  static const char top[] = "/sys/";
  bool is_below = strncmp(syspath, top, sizeof top - 1) == 0 && strlen(syspath) < CE_DEVICE_SYSPATH_SIZE;
  return is_below ? syspath + sizeof top - 1 : NULL;
}

bool ce_sysfs_has(const struct ce_sysfs *sysfs, const char *syspath) {
  const char *path = relative_to_sys(syspath);
  return path && sysfs->sys_fd >= 0 && faccessat(sysfs->sys_fd, path, F_OK, 0) == 0;
}

bool ce_sysfs_read(const struct ce_sysfs *sysfs, const char *syspath, struct ce_device *ret) {
  const char *path = relative_to_sys(syspath);
  if (!path || sysfs->sys_fd < 0) {
    return false;
  }
  CE_AUTO(ce_fd) int fd = open_directory(sysfs->sys_fd, path);
  struct ce_device device;
  memset(&device, 0, sizeof device);
  snprintf(device.syspath, sizeof device.syspath, "%s", syspath);
  if (fd < 0 || !read_identity(&device, fd)) {
    return false;
  }
  ce_sysfs_add_usb_node(sysfs, &device);
  read_descriptors(&device, fd);
  read_interfaces(sysfs, &device, fd);
  qsort(device.interfaces, device.interface_count, sizeof device.interfaces[0], compare_interfaces);
  ce_sysfs_sort_nodes(&device);
  find_usbfs_holder(sysfs, &device);
  if (ce_udev_library_has_property(sysfs->library, syspath, "PCSCLITE_IGNORE")) {
    device.ignored_by_pcscd = true;
  }
  *ret = device;
  return true;
}

/* The entries of the bus directory are links to where the devices are: "../../../devices/...". */
static bool resolve_entry(int bus_fd, const char *name, char ret[CE_DEVICE_SYSPATH_SIZE]) {
  char target[CE_DEVICE_SYSPATH_SIZE];
  ssize_t length = readlinkat(bus_fd, name, target, sizeof target - 1);
  if (length <= 0 || (size_t)length == sizeof target - 1) {
    return false;
  }
  target[length] = '\0';
  const char *devices = strstr(target, "devices/");
  char path[CE_DEVICE_SYSPATH_SIZE + sizeof "/sys/"];
  snprintf(path, sizeof path, "/sys/%s", devices ? devices : "");
  /* An interface's entry leads to its device too; each device is taken once, by its own. */
  return devices && strlen(path) < CE_DEVICE_SYSPATH_SIZE && ce_uevent_usb_device_path(path, ret) &&
         strcmp(ret, path) == 0;
}

static int compare_devices(const void *one, const void *other) {
  return strcmp(((const struct ce_device *)one)->syspath, ((const struct ce_device *)other)->syspath);
}

enum ce_code ce_sysfs_read_all(const struct ce_sysfs *sysfs, struct ce_device_list *ret,
                               struct ce_error *err) {
  CE_AUTO(ce_device_list) struct ce_device_list list = {0};
  CE_AUTO(ce_fd) int bus_fd = sysfs->sys_fd >= 0 ? open_directory(sysfs->sys_fd, BUS_DIRECTORY) : -1;
  struct dirent **entries = NULL;
  int count = bus_fd >= 0 ? scandirat(bus_fd, ".", &entries, NULL, alphasort) : 0;
  enum ce_code code = CE_OK;
  for (int i = 0; i < count; i++) {
    char syspath[CE_DEVICE_SYSPATH_SIZE];
    struct ce_device device;
    if (code == CE_OK && resolve_entry(bus_fd, entries[i]->d_name, syspath) &&
        ce_sysfs_read(sysfs, syspath, &device)) {
      code = ce_device_list_add(&list, &device, err);
    }
    free(entries[i]);
  }
  free(entries);
  if (code != CE_OK) {
    return code;
  }
  if (list.count > 1) {
    qsort(list.devices, list.count, sizeof *list.devices, compare_devices);
  }
  *ret = list;
  list = (struct ce_device_list){0};
  return CE_OK;
}
