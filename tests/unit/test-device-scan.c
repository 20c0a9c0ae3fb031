/* SPDX-License-Identifier: Apache-2.0
 * Tests of a machine without udevd: devices from sysfs alone, and the kernel's events. */
#include "device/monitor.h"
#include "device/watch.h"
#include "temp-tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>

#include <cmocka.h>

struct machine {
  char *root, *sys, *dev, *proc;
  struct ce_device_places places;
};

static char *part(const struct machine *machine, const char *name) {
  temp_directory(machine->root, name);
  return strdup(temp_path(machine->root, name));
}

static int set_up(void **state) {
  struct machine *machine = calloc(1, sizeof *machine);
  machine->root = temp_make();
  machine->sys = part(machine, "sys");
  machine->dev = part(machine, "dev");
  machine->proc = part(machine, "proc");
  static const char *const directories[] = {"bus", "bus/usb", "bus/usb/devices", "devices", "devices/usb1"};
  for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
    temp_directory(machine->sys, directories[i]);
  }
  machine->places = (struct ce_device_places){.sys = machine->sys,
                                              .dev = machine->dev,
                                              .proc = machine->proc,
                                              .udev_control = "/nonexistent/control",
                                              .udev_library = "libcertenv-no-such.so.1"};
  *state = machine;
  return 0;
}

static int tear_down(void **state) {
  struct machine *machine = *state;
  temp_remove(machine->root);
  free(machine->sys);
  free(machine->dev);
  free(machine->proc);
  free(machine);
  return 0;
}

static void set(const struct machine *machine, const char *device, const char *attribute, const char *value) {
  char name[256];
  snprintf(name, sizeof name, "devices/usb1/%s/%s", device, attribute);
  temp_write(machine->sys, name, value, 0644);
}

static void make_directory(const struct machine *machine, const char *name) {
  char path[256];
  snprintf(path, sizeof path, "devices/usb1/%s", name);
  temp_directory(machine->sys, path);
}

static void plug(const struct machine *machine, const char *port, const char *number) {
  char link[64], target[128];
  make_directory(machine, port);
  set(machine, port, "idVendor", "055c\n");
  set(machine, port, "idProduct", "e618\n");
  set(machine, port, "bDeviceClass", "00\n");
  set(machine, port, "busnum", "1\n");
  set(machine, port, "devnum", number);
  snprintf(link, sizeof link, "bus/usb/devices/%s", port);
  snprintf(target, sizeof target, "../../../devices/usb1/%s", port);
  temp_link(machine->sys, link, target);
}

static void plug_interface(const struct machine *machine, const char *interface, const char *number,
                           const char *class, const char *driver) {
  char name[128], target[64];
  make_directory(machine, interface);
  set(machine, interface, "bInterfaceNumber", number);
  set(machine, interface, "bInterfaceClass", class);
  snprintf(name, sizeof name, "devices/usb1/%s/driver", interface);
  snprintf(target, sizeof target, "../../../bus/usb/drivers/%s", driver);
  temp_link(machine->sys, name, target);
}

static struct ce_device_list scan(const struct machine *machine, const struct ce_access_user *user) {
  struct ce_device_list list = {0};
  struct ce_error err;
  assert_int_equal(ce_device_scan(&machine->places, user, &list, &err), CE_OK);
  return list;
}

static void finds_nothing_where_there_is_no_usb(void **state) {
  struct machine *machine = *state;
  CE_AUTO(ce_device_list) struct ce_device_list list = scan(machine, NULL);
  assert_int_equal(list.count, 0);
  machine->places.sys = "/nonexistent";
  machine->places.dev = "/nonexistent";
  CE_AUTO(ce_device_list) struct ce_device_list other = scan(machine, NULL);
  assert_int_equal(other.count, 0);
}

static void finds_nodes_and_their_access(void **state) {
  struct machine *machine = *state;
  struct ce_access_user user = {.uid = 4242, .gid = 4242};
  plug(machine, "1-2", "7\n");
  plug_interface(machine, "1-2/1-2:1.0", "00", "03", "usbhid");
  make_directory(machine, "1-2/1-2:1.0/0003:055C:E618.0001");
  make_directory(machine, "1-2/1-2:1.0/0003:055C:E618.0001/hidraw");
  make_directory(machine, "1-2/1-2:1.0/0003:055C:E618.0001/hidraw/hidraw10");
  make_directory(machine, "1-2/1-2:1.0/0003:055C:E618.0001/hidraw/hidraw2");
  make_directory(machine, "1-2/1-2:1.0/0003:055C:E618.0001/hidraw/strange");
  plug_interface(machine, "1-2/1-2:1.1", "01", "08", "usb-storage");
  make_directory(machine, "1-2/1-2:1.1/host3");
  make_directory(machine, "1-2/1-2:1.1/host3/scsi_generic");
  make_directory(machine, "1-2/1-2:1.1/host3/scsi_generic/sg1");
  temp_write(machine->dev, "hidraw2", "", 0666);
  temp_write(machine->dev, "sg1", "", 0600);
  CE_AUTO(ce_device_list) struct ce_device_list list = scan(machine, &user);
  assert_int_equal(list.count, 1);
  const struct ce_device *device = &list.devices[0];
  assert_string_equal(device->syspath, "/sys/devices/usb1/1-2");
  assert_int_equal(device->interface_count, 2);
  assert_string_equal(device->interfaces[0].driver, "usbhid");
  assert_int_equal(device->node_count, 4);
  assert_string_equal(device->nodes[0].path, "/dev/bus/usb/001/007");
  assert_false(device->nodes[0].present);
  assert_int_equal(device->nodes[0].access, CE_ACCESS_UNKNOWN);
  assert_string_equal(device->nodes[1].path, "/dev/hidraw2");
  assert_int_equal(device->nodes[1].access, CE_ACCESS_READ_WRITE);
  assert_string_equal(device->nodes[2].path, "/dev/hidraw10");
  assert_false(device->nodes[2].present);
  assert_string_equal(device->nodes[3].path, "/dev/sg1");
  assert_int_equal(device->nodes[3].access, CE_ACCESS_NONE);
}

static void leaves_hubs_and_interfaces_out(void **state) {
  struct machine *machine = *state;
  plug(machine, "1-1", "2\n");
  set(machine, "1-1", "bDeviceClass", "09\n");
  plug(machine, "1-2", "3\n");
  temp_link(machine->sys, "bus/usb/devices/1-2:1.0", "../../../devices/usb1/1-2/1-2:1.0");
  temp_link(machine->sys, "bus/usb/devices/usb1", "../../../devices/usb1");
  temp_link(machine->sys, "bus/usb/devices/1-9", "../../../devices/usb1/1-9");
  temp_link(machine->sys, "bus/usb/devices/1-8", "/etc");
  CE_AUTO(ce_device_list) struct ce_device_list list = scan(machine, NULL);
  assert_int_equal(list.count, 1);
}

static void sees_what_is_switched_off(void **state) {
  struct machine *machine = *state;
  static const char descriptors[] = "\x12\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01"
                                    "\x09\x04\x02\x01\x03\x0b\x01\x01\x01";
  plug(machine, "1-2", "3\n");
  set(machine, "1-2", "authorized", "0\n");
  set(machine, "1-2", "descriptors", descriptors);
  plug(machine, "1-3", "4\n");
  plug_interface(machine, "1-3/1-3:1.0", "00", "0b", "usbfs");
  set(machine, "1-3/1-3:1.0", "authorized", "0\n");
  CE_AUTO(ce_device_list) struct ce_device_list list = scan(machine, NULL);
  assert_int_equal(list.count, 2);
  assert_false(list.devices[0].authorized);
  assert_true(ce_device_has_class(&list.devices[0], CE_USB_CLASS_SMART_CARD));
  assert_true(list.devices[1].authorized);
  assert_false(list.devices[1].interfaces[0].authorized);
}

static void tells_the_program_that_drives_a_device(void **state) {
  struct machine *machine = *state;
  plug(machine, "1-2", "3\n");
  plug_interface(machine, "1-2/1-2:1.0", "00", "0b", "usbfs");
  temp_directory(machine->proc, "77");
  temp_directory(machine->proc, "77/fd");
  temp_write(machine->proc, "77/comm", "scdaemon\n", 0644);
  temp_link(machine->proc, "77/fd/9", "/dev/bus/usb/001/003");
  CE_AUTO(ce_device_list) struct ce_device_list list = scan(machine, NULL);
  assert_int_equal(list.devices[0].holder.pid, 77);
  assert_string_equal(list.devices[0].holder.program, "scdaemon");
}

static void limits_devices_and_interfaces(void **state) {
  struct machine *machine = *state;
  for (int i = 0; i < CE_DEVICE_MAX + 20; i++) {
    char port[16];
    snprintf(port, sizeof port, "1-1.%d", i + 1);
    plug(machine, port, "3\n");
  }
  for (int i = 0; i < 40; i++) {
    char name[32], number[8];
    snprintf(name, sizeof name, "1-1.1/1-1.1:1.%d", i);
    snprintf(number, sizeof number, "%02x", i);
    plug_interface(machine, name, number, "03", "x");
  }
  CE_AUTO(ce_device_list) struct ce_device_list list = scan(machine, NULL);
  assert_int_equal(list.count, CE_DEVICE_MAX);
  assert_true(list.truncated);
  assert_int_equal(ce_device_list_find(&list, "/sys/devices/usb1/1-1.1")->interface_count,
                   CE_DEVICE_INTERFACE_MAX);
}

static void watches_without_udev(void **state) {
  struct machine *machine = *state;
  struct ce_device_watch_request request = {.places = &machine->places, .clock = ce_clock_system()};
  CE_AUTO(ce_device_watch) struct ce_device_watch *watch = NULL;
  struct ce_error err;
  plug(machine, "1-2", "3\n");
  assert_int_equal(ce_device_watch_open(&request, &watch, &err), CE_OK);
  assert_string_equal(ce_device_watch_source(watch), "kernel");
  assert_int_equal(ce_device_watch_list(watch)->count, 1);
  plug(machine, "1-3", "4\n");
  set(machine, "1-2", "devnum", "9\n");
  assert_int_equal(ce_device_watch_rescan(watch, &err), CE_OK);
  assert_int_equal(ce_device_watch_list(watch)->count, 2);
  /* Another number at the same port is another device. */
  assert_int_equal(ce_device_watch_list(watch)->devices[0].generation, 1);
  assert_true(ce_device_watch_list(watch)->devices[0].seen_ms > 0);
}

#define ADD                                                                                                  \
  "add@/devices/usb1/1-2\0ACTION=add\0DEVPATH=/devices/usb1/"                                                \
  "1-2\0SUBSYSTEM=usb\0DEVTYPE=usb_device\0PRODUCT=55c/e618/1"

static void takes_the_kernels_messages(void **state) {
  (void)state;
  int fds[2];
  struct ce_error err;
  struct ce_uevent event;
  CE_AUTO(ce_monitor) struct ce_monitor *monitor = NULL;
  assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, fds), 0);
  assert_int_equal(ce_monitor_adopt(fds[0], &monitor, &err), CE_OK);
  CE_AUTO(ce_fd) int other = fds[1];
  assert_int_equal(ce_monitor_receive(monitor, &event), CE_MONITOR_EMPTY);
  static const struct {
    const char *bytes;
    size_t size;
    enum ce_monitor_outcome outcome;
  } cases[] = {{ADD, sizeof ADD, CE_MONITOR_EVENT},
               {"libudev", 8, CE_MONITOR_SKIPPED},
               {"add@/devices/virtual/net/lo\0SUBSYSTEM=net", 41, CE_MONITOR_SKIPPED},
               {"add@/x", 6, CE_MONITOR_SKIPPED}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(send(other, cases[i].bytes, cases[i].size, 0), cases[i].size);
    assert_int_equal(ce_monitor_receive(monitor, &event), cases[i].outcome);
  }
  assert_int_equal(event.vendor_id, 0x055c);
  char large[CE_UEVENT_BYTES_MAX + 100] = ADD;
  assert_int_equal(send(other, large, sizeof large, 0), sizeof large);
  assert_int_equal(ce_monitor_receive(monitor, &event), CE_MONITOR_SKIPPED);
}

int main(void) {
#define ON_MACHINE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      ON_MACHINE(finds_nothing_where_there_is_no_usb),
      ON_MACHINE(finds_nodes_and_their_access),
      ON_MACHINE(leaves_hubs_and_interfaces_out),
      ON_MACHINE(sees_what_is_switched_off),
      ON_MACHINE(tells_the_program_that_drives_a_device),
      ON_MACHINE(limits_devices_and_interfaces),
      ON_MACHINE(watches_without_udev),
      cmocka_unit_test(takes_the_kernels_messages),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
