/* SPDX-License-Identifier: Apache-2.0
 * Reading situations. */
#include "situation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW_MS 100000

static const char standard_drivers[] =
    "{\"08e6:3438\": \"Gemalto USB Shell Token V2\", \"0a5c:5843\": \"Broadcom Corp 58200\", "
    "\"1050:0407\": \"Yubico YubiKey OTP+FIDO+CCID\", \"072f:90cc\": \"ACS ACR 38U-CCID\"}";

static void require(bool holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "a case is malformed: %s\n", what);
    exit(1);
  }
}

static const char *text_of(const json_t *object, const char *name, const char *missing) {
  const json_t *value = json_object_get(object, name);
  require(!value || json_is_string(value), name);
  return value ? json_string_value(value) : missing;
}

static bool is_set(const json_t *object, const char *name) {
  return json_is_true(json_object_get(object, name));
}

static void read_id(const char *text, uint16_t *ret_vendor, uint16_t *ret_product) {
  unsigned vendor = 0;
  unsigned product = 0;
  require(sscanf(text, "%4x:%4x", &vendor, &product) == 2, text);
  *ret_vendor = (uint16_t)vendor;
  *ret_product = (uint16_t)product;
}

static void read_holder(const char *program, const json_t *pid, struct ce_holder *ret) {
  ret->pid = (pid_t)json_integer_value(pid);
  snprintf(ret->program, sizeof ret->program, "%s", program);
}

static void read_interface(struct ce_device *device, const char *text) {
  struct ce_device_interface *interface = &device->interfaces[device->interface_count];
  unsigned class = 0;
  bool blocked = text[0] == '!';
  char driver[CE_DEVICE_DRIVER_SIZE] = "";
  require(sscanf(text + blocked, "%2x:%31s", &class, driver) >= 1, text);
  interface->number = (uint8_t)device->interface_count++;
  interface->class = (uint8_t) class;
  interface->authorized = !blocked;
  memcpy(interface->driver, driver, sizeof driver);
}

static enum ce_access access_named(const char *name) {
  for (int access = CE_ACCESS_UNKNOWN; access <= CE_ACCESS_READ_WRITE; access++) {
    if (strcmp(ce_access_name((enum ce_access)access), name) == 0) {
      return (enum ce_access)access;
    }
  }
  return CE_ACCESS_UNKNOWN;
}

static void read_node(struct ce_device *device, const char *name, const char *access) {
  struct ce_device_node *node = &device->nodes[device->node_count++];
  node->kind = strncmp(name, "hidraw", 6) == 0 ? CE_DEVICE_NODE_HIDRAW
               : strncmp(name, "sg", 2) == 0   ? CE_DEVICE_NODE_SG
                                               : CE_DEVICE_NODE_USB;
  if (node->kind == CE_DEVICE_NODE_USB) {
    snprintf(node->path, sizeof node->path, "/dev/bus/usb/%03u/%03u", device->bus_number,
             device->device_number);
  } else {
    snprintf(node->path, sizeof node->path, "/dev/%s", name);
  }
  node->present = strcmp(access, "missing") != 0;
  node->access = node->present ? access_named(access) : CE_ACCESS_UNKNOWN;
}

static void read_nodes(struct ce_device *device, const json_t *nodes) {
  const char *name = NULL;
  const json_t *access = NULL;
  read_node(device, "usb", text_of(nodes, "usb", "read"));
  json_object_foreach((json_t *)nodes, name, access) {
    if (strcmp(name, "usb") != 0) {
      read_node(device, name, json_string_value(access));
    }
  }
}

static void read_port(const char *port, struct ce_device *device) {
  unsigned bus = 0;
  unsigned number = 0;
  require(sscanf(port, "%u-%u", &bus, &number) == 2, port);
  device->bus_number = (uint16_t)bus;
  device->device_number = (uint16_t)number;
  snprintf(device->syspath, sizeof device->syspath, "/sys/devices/pci/usb%u/%s", bus, port);
}

static void read_device(const json_t *json, struct ce_device *device) {
  const char *name = NULL;
  const json_t *value = NULL;
  size_t index = 0;
  memset(device, 0, sizeof *device);
  read_id(text_of(json, "id", ""), &device->vendor_id, &device->product_id);
  read_port(text_of(json, "port", "1-1"), device);
  snprintf(device->manufacturer, sizeof device->manufacturer, "%s", text_of(json, "maker", ""));
  snprintf(device->product, sizeof device->product, "%s", text_of(json, "product", ""));
  snprintf(device->serial, sizeof device->serial, "%s", text_of(json, "serial", ""));
  device->rejected = is_set(json, "rejected");
  device->authorized = !is_set(json, "blocked") && !device->rejected;
  device->ignored_by_pcscd = is_set(json, "ignored");
  device->seen_ms = json_integer_value(json_object_get(json, "seen_ms"));
  json_array_foreach(json_object_get(json, "interfaces"), index, value) {
    read_interface(device, json_string_value(value));
  }
  json_object_foreach(json_object_get(json, "holder"), name, value) {
    read_holder(name, value, &device->holder);
  }
  if (!device->rejected) {
    read_nodes(device, json_object_get(json, "nodes"));
  }
}

static void read_devices(const json_t *json, struct situation *situation) {
  size_t index = 0;
  const json_t *value = NULL;
  struct ce_error err;
  json_array_foreach(json, index, value) {
    struct ce_device device;
    read_device(value, &device);
    require(ce_device_list_add(&situation->devices, &device, &err) == CE_OK, "devices");
  }
}

static void read_card(const char *card, struct ce_pcsc_reader *reader) {
  reader->card_present = strcmp(card, "none") != 0;
  reader->card_mute = strcmp(card, "mute") == 0;
  reader->atr_invalid = strcmp(card, "bad-atr") == 0;
  reader->known = strcmp(card, "unknown") == 0 ? CE_CARD_UNRECOGNISED : CE_CARD_UNTRIED;
}

static void read_reader(const json_t *json, struct ce_pcsc_reader *reader) {
  snprintf(reader->name, sizeof reader->name, "%s", text_of(json, "name", ""));
  read_card(text_of(json, "card", "present"), reader);
  reader->exclusive = is_set(json, "exclusive");
  reader->unavailable = is_set(json, "unavailable");
  const char *device = text_of(json, "device", NULL);
  unsigned bus = 0;
  unsigned number = 0;
  if (device && sscanf(device, "%u-%u", &bus, &number) == 2) {
    reader->bus_number = (uint16_t)bus;
    reader->device_number = (uint16_t)number;
  }
}

static enum ce_pcsc_service service_named(const char *name) {
  for (unsigned service = 0; service < CE_PCSC_SERVICE_COUNT; service++) {
    if (strcmp(ce_pcsc_service_name((enum ce_pcsc_service)service), name) == 0) {
      return (enum ce_pcsc_service)service;
    }
  }
  require(false, name);
  return CE_PCSC_FAILED;
}

static void read_pcsc(const json_t *json, struct ce_pcsc_facts *facts) {
  size_t index = 0;
  const char *name = NULL;
  const json_t *value = NULL;
  facts->service = service_named(text_of(json, "service", "running"));
  json_array_foreach(json_object_get(json, "readers"), index, value) {
    require(facts->reader_count < CE_PCSC_READERS_MAX, "readers");
    read_reader(value, &facts->readers[facts->reader_count++]);
  }
  json_object_foreach(json_object_get(json, "holders"), name, value) {
    read_holder(name, value, &facts->holders[facts->holder_count++]);
  }
}

static int compare_drivers(const void *one, const void *other) {
  const struct ce_driver_id *a = one;
  const struct ce_driver_id *b = other;
  int vendor = a->vendor_id - b->vendor_id;
  return vendor ? vendor : a->product_id - b->product_id;
}

static void read_drivers(const json_t *json, struct ce_driver_list *drivers) {
  const char *id = NULL;
  const json_t *name = NULL;
  drivers->bundle_count = json_object_size(json) > 0;
  drivers->ids = calloc(json_object_size(json) + 1, sizeof *drivers->ids);
  require(drivers->ids != NULL, "memory");
  json_object_foreach((json_t *)json, id, name) {
    struct ce_driver_id *driver = &drivers->ids[drivers->count++];
    read_id(id, &driver->vendor_id, &driver->product_id);
    snprintf(driver->name, sizeof driver->name, "%s", json_string_value(name));
  }
  qsort(drivers->ids, drivers->count, sizeof *drivers->ids, compare_drivers);
}

static struct ce_key_session read_session(const json_t *json) {
  struct ce_key_session session = {.known = true, .active = !json, .rules_installed = !json};
  size_t index = 0;
  const json_t *value = NULL;
  json_array_foreach((json_t *)json, index, value) {
    session.active = session.active || strcmp(json_string_value(value), "active") == 0;
    session.remote = session.remote || strcmp(json_string_value(value), "remote") == 0;
    session.rules_installed = session.rules_installed || strcmp(json_string_value(value), "rules") == 0;
  }
  return json_is_null(json) ? (struct ce_key_session){.known = false} : session;
}

struct situation *situation_load(const char *path, const struct ce_key_catalogue *catalogue) {
  json_error_t error;
  json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
  if (!json) {
    fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
    exit(1);
  }
  struct situation *situation = calloc(1, sizeof *situation);
  json_t *standard = json_loads(standard_drivers, 0, &error);
  require(situation && standard, "memory");
  const json_t *pcsc = json_object_get(json, "pcsc");
  const json_t *drivers = json_object_get(json, "drivers");
  const json_t *now_ms = json_object_get(json, "now_ms");
  read_devices(json_object_get(json, "devices"), situation);
  read_pcsc(pcsc, &situation->pcsc);
  read_drivers(drivers ? drivers : standard, &situation->drivers);
  situation->request =
      (struct ce_key_situation){.devices = &situation->devices,
                                .catalogue = catalogue,
                                .pcsc = json_is_null(pcsc) ? NULL : &situation->pcsc,
                                .drivers = json_is_null(drivers) ? NULL : &situation->drivers,
                                .session = read_session(json_object_get(json, "session")),
                                .now_ms = now_ms ? json_integer_value(now_ms) : NOW_MS};
  json_decref(standard);
  json_decref(json);
  return situation;
}

void situation_free(struct situation *situation) {
  ce_device_list_clear(&situation->devices);
  ce_driver_list_clear(&situation->drivers);
  free(situation);
}
