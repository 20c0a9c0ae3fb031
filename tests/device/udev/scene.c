/* SPDX-License-Identifier: Apache-2.0
 * Plugging mocked devices. */
#include "scene.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUIET_MS 80

static void require(bool holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "scene: %s\n", what);
    exit(1);
  }
}

static void make_file(const char *path) {
  char *directory = g_path_get_dirname(path);
  require(g_mkdir_with_parents(directory, 0755) == 0 && g_file_set_contents(path, "", 0, NULL), path);
  g_free(directory);
}

static int remove_one(const char *path, const struct stat *found, int type, struct FTW *where) {
  (void)found;
  (void)type;
  (void)where;
  return remove(path);
}

void scene_open(struct scene *scene) {
  memset(scene, 0, sizeof *scene);
  scene->testbed = umockdev_testbed_new();
  scene->places = *ce_device_places_system();
  snprintf(scene->directory, sizeof scene->directory, "/tmp/certenv-scene-XXXXXX");
  require(mkdtemp(scene->directory) != NULL, "a temporary directory");
  snprintf(scene->dev, sizeof scene->dev, "%s/dev", scene->directory);
  snprintf(scene->control, sizeof scene->control, "%s/control", scene->directory);
  make_file(scene->control);
  require(g_mkdir_with_parents(scene->dev, 0755) == 0, scene->dev);
  scene->places.dev = scene->dev;
  scene->places.udev_control = scene->control;
}

void scene_watch(struct scene *scene) {
  struct ce_device_watch_request request = {.places = &scene->places, .clock = ce_clock_system()};
  struct ce_error err;
  require(ce_device_watch_open(&request, &scene->watch, &err) == CE_OK, "the watch");
}

void scene_close(struct scene *scene) {
  ce_device_watch_free(scene->watch);
  g_object_unref(scene->testbed);
  nftw(scene->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* "1-2.3" is number 2 of its bus and so on: any that differs. */
static unsigned number_of(const char *port) {
  unsigned number = 1;
  for (const char *at = port + 2; *at; at++) {
    number = *at >= '0' && *at <= '9' ? (number * 10 + (unsigned)(*at - '0')) % 900 : number;
  }
  return number + 1;
}

static void path_of(const char *name, char ret[256]) {
  char port[128];
  snprintf(port, sizeof port, "%s", name);
  char *colon = strchr(port, ':');
  if (colon) {
    *colon = '\0';
    snprintf(ret, 256, "/sys/devices/%s/%s", port, name);
  } else {
    snprintf(ret, 256, "/sys/devices/%s", name);
  }
}

/* The mock's queue holds ten messages: take them in between. */
static void take_events(struct scene *scene) {
  bool changed = false;
  struct ce_error err;
  require(!scene->watch || ce_device_watch_dispatch(scene->watch, &changed, &err) == CE_OK, "dispatch");
  scene->changed = scene->changed || changed;
}

static void plug_interface(struct scene *scene, const struct scene_device *device) {
  char parent[256], name[128], interface[16];
  path_of(device->port, parent);
  snprintf(name, sizeof name, "%s:1.0", device->port);
  snprintf(interface, sizeof interface, "%lu/0/0", strtoul(device->class, NULL, 16));
  char *attributes[] = {"bInterfaceNumber",
                        "00",
                        "bInterfaceClass",
                        (char *)device->class,
                        "bInterfaceSubClass",
                        "00",
                        "bInterfaceProtocol",
                        "00",
                        "authorized",
                        "1",
                        NULL};
  char *properties[] = {"DEVTYPE", "usb_interface", "INTERFACE", interface, NULL};
  g_free(umockdev_testbed_add_devicev(scene->testbed, "usb", name, parent, attributes, properties));
  take_events(scene);
}

static void note_time(struct scene *scene) {
  clock_gettime(CLOCK_MONOTONIC, &scene->sent);
}

void scene_plug(struct scene *scene, const struct scene_device *device) {
  char number[16], node[64], file[160], interfaces[32], encoded[512] = "", product[64];
  snprintf(number, sizeof number, "%u", number_of(device->port));
  snprintf(node, sizeof node, "/dev/bus/usb/001/%03u", number_of(device->port));
  snprintf(file, sizeof file, "%s/bus/usb/001/%03u", scene->dev, number_of(device->port));
  make_file(file);
  snprintf(interfaces, sizeof interfaces, ":%s0000:", device->class);
  snprintf(product, sizeof product, "%lx/%lx/100", strtoul(device->vendor, NULL, 16),
           strtoul(device->product, NULL, 16));
  for (const char *at = device->text ? device->text : ""; *at; at++) {
    snprintf(encoded + strlen(encoded), sizeof encoded - strlen(encoded), "\\x%02x", (unsigned char)*at);
  }
  char *attributes[] = {"idVendor",
                        (char *)device->vendor,
                        "idProduct",
                        (char *)device->product,
                        "busnum",
                        "1",
                        "devnum",
                        number,
                        "authorized",
                        device->blocked ? "0" : "1",
                        "bDeviceClass",
                        "00",
                        "product",
                        (char *)(device->text ? device->text : ""),
                        NULL};
  char *properties[] = {"DEVTYPE",
                        "usb_device",
                        "DEVNAME",
                        node,
                        "PRODUCT",
                        product,
                        "ID_VENDOR_ID",
                        (char *)device->vendor,
                        "ID_MODEL_ID",
                        (char *)device->product,
                        "ID_MODEL_ENC",
                        encoded,
                        "ID_USB_INTERFACES",
                        (char *)(device->interfaces ? device->interfaces : interfaces),
                        NULL};
  char *path =
      umockdev_testbed_add_devicev(scene->testbed, "usb", device->port, NULL, attributes, properties);
  require(path != NULL, device->port);
  g_free(path);
  note_time(scene);
  take_events(scene);
  if (!device->blocked) {
    plug_interface(scene, device);
  }
}

void scene_event(struct scene *scene, const char *name, const char *action) {
  char path[256];
  path_of(name, path);
  umockdev_testbed_uevent(scene->testbed, path, action);
  take_events(scene);
}

void scene_set(struct scene *scene, const char *name, const char *attribute, const char *value) {
  char path[256];
  path_of(name, path);
  umockdev_testbed_set_attribute(scene->testbed, path, attribute, value);
}

void scene_unplug(struct scene *scene, const char *port) {
  char name[128], path[256];
  snprintf(name, sizeof name, "%s:1.0", port);
  path_of(name, path);
  if (g_file_test(path, G_FILE_TEST_EXISTS)) {
    scene_event(scene, name, "remove");
    umockdev_testbed_remove_device(scene->testbed, path);
  }
  path_of(port, path);
  note_time(scene);
  scene_event(scene, port, "remove");
  umockdev_testbed_remove_device(scene->testbed, path);
}

bool scene_wait(struct scene *scene, int timeout_ms) {
  struct pollfd waiting = {.fd = ce_device_watch_fd(scene->watch), .events = POLLIN};
  struct ce_error err;
  if (scene->changed) {
    scene->changed = false;
    return true;
  }
  while (poll(&waiting, 1, timeout_ms) == 1) {
    bool changed = false;
    require(ce_device_watch_dispatch(scene->watch, &changed, &err) == CE_OK, "dispatch");
    if (changed) {
      return true;
    }
  }
  return false;
}

void scene_settle(struct scene *scene) {
  while (scene_wait(scene, QUIET_MS)) {
  }
}

const struct ce_device *scene_find(const struct scene *scene, const char *port) {
  char path[256];
  path_of(port, path);
  return ce_device_list_find(ce_device_watch_list(scene->watch), path);
}
