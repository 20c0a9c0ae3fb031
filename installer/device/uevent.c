/* SPDX-License-Identifier: Apache-2.0
 * Reading event properties. */
#include "device/uevent.h"

#include "device/printable.h"

#include <stdio.h>
#include <string.h>

#define ENCODED_MAX 1024 /* of ID_MODEL_ENC: each byte as \xNN */

void ce_uevent_start(struct ce_uevent *event) {
  *event = (struct ce_uevent){0};
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 1 to digits hexadecimal ones; returns behind them, NULL when there is none or there are more. */
static const char *read_hex(const char *text, size_t digits, unsigned *ret) {
  unsigned number = 0;
  size_t i = 0;
  for (; i <= digits && hex_digit(text[i]) >= 0; i++) {
    number = number << 4 | (unsigned)hex_digit(text[i]);
  }
  if (i == 0 || i > digits) {
    return NULL;
  }
  *ret = number;
  return text + i;
}

static bool read_id(const char *text, uint16_t *ret) {
  unsigned number = 0;
  const char *end = read_hex(text, 4, &number);
  if (!end || *end) {
    return false;
  }
  *ret = (uint16_t)number;
  return true;
}

/* "96e/304/100": vendor, product, release, without leading zeros. */
static bool read_product(const char *text, uint16_t *ret_vendor, uint16_t *ret_product) {
  unsigned vendor = 0;
  unsigned product = 0;
  const char *at = read_hex(text, 4, &vendor);
  at = at && *at == '/' ? read_hex(at + 1, 4, &product) : NULL;
  if (!at || *at != '/') {
    return false;
  }
  *ret_vendor = (uint16_t)vendor;
  *ret_product = (uint16_t)product;
  return true;
}

/* ":0b0000:030101:": class, subclass, protocol of each interface. */
static void read_interfaces(struct ce_uevent *event, const char *text) {
  size_t count = 0;
  unsigned triple = 0;
  while (*text == ':' && text[1] && count < CE_DEVICE_INTERFACE_MAX) {
    const char *end = read_hex(text + 1, 6, &triple);
    if (!end || end != text + 7) {
      return;
    }
    event->interfaces[count] = (struct ce_device_interface){.number = (uint8_t)count,
                                                            .class = (uint8_t)(triple >> 16),
                                                            .subclass = (uint8_t)(triple >> 8),
                                                            .protocol = (uint8_t)triple,
                                                            .authorized = true};
    count++;
    text = end;
  }
  event->interface_count = count;
}

/* udev's encoding: \xNN for what is not plain. */
static void read_encoded(const char *text, char ret[CE_DEVICE_TEXT_SIZE]) {
  char decoded[ENCODED_MAX];
  size_t used = 0;
  while (*text && used < sizeof decoded) {
    int high = text[0] == '\\' && text[1] == 'x' ? hex_digit(text[2]) : -1;
    int low = high >= 0 ? hex_digit(text[3]) : -1;
    decoded[used++] = (char)(low >= 0 ? high << 4 | low : *text);
    text += low >= 0 ? 4 : 1;
  }
  ce_printable_copy(decoded, used, ret, CE_DEVICE_TEXT_SIZE);
}

static void read_action(struct ce_uevent *event, const char *value) {
  static const struct {
    const char *name;
    enum ce_uevent_action action;
  } actions[] = {{"add", CE_UEVENT_ADD}, {"remove", CE_UEVENT_REMOVE}, {"change", CE_UEVENT_CHANGE}};
  for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
    if (strcmp(actions[i].name, value) == 0) {
      event->action = actions[i].action;
    }
  }
}

static void read_path(struct ce_uevent *event, const char *value) {
  static const char below[] = "/devices/";
  if (strncmp(value, below, sizeof below - 1) == 0 &&
      strlen(value) + sizeof "/sys" <= sizeof event->syspath) {
    snprintf(event->syspath, sizeof event->syspath, "/sys%s", value);
  }
}

static void read_subsystem(struct ce_uevent *event, const char *value) {
  event->concerns_usb =
      strcmp(value, "usb") == 0 || strcmp(value, "hidraw") == 0 || strcmp(value, "scsi_generic") == 0;
}

static void read_kernel_ids(struct ce_uevent *event, const char *value) {
  /* udev's own properties are the same, where both are there. */
  event->has_ids = read_product(value, &event->vendor_id, &event->product_id) || event->has_ids;
}

static void read_vendor(struct ce_uevent *event, const char *value) {
  event->has_ids = read_id(value, &event->vendor_id) || event->has_ids;
}

static void read_model(struct ce_uevent *event, const char *value) {
  event->has_ids = read_id(value, &event->product_id) || event->has_ids;
}

static void read_manufacturer_text(struct ce_uevent *event, const char *value) {
  read_encoded(value, event->manufacturer);
}

static void read_product_text(struct ce_uevent *event, const char *value) {
  read_encoded(value, event->product);
}

static void read_type(struct ce_uevent *event, const char *value) {
  event->is_usb_device = strcmp(value, "usb_device") == 0;
}

void ce_uevent_add_property(struct ce_uevent *event, const char *name, const char *value) {
  static const struct {
    const char *name;
    void (*read)(struct ce_uevent *event, const char *value);
  } readers[] = {{"ACTION", read_action},
                 {"DEVPATH", read_path},
                 {"SUBSYSTEM", read_subsystem},
                 {"DEVTYPE", read_type},
                 {"PRODUCT", read_kernel_ids},
                 {"ID_VENDOR_ID", read_vendor},
                 {"ID_MODEL_ID", read_model},
                 {"ID_USB_INTERFACES", read_interfaces},
                 {"ID_VENDOR_ENC", read_manufacturer_text},
                 {"ID_MODEL_ENC", read_product_text}};
  for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++) {
    if (strcmp(readers[i].name, name) == 0) {
      readers[i].read(event, value);
      return;
    }
  }
}

void ce_uevent_finish(struct ce_uevent *event) {
  char device[CE_DEVICE_SYSPATH_SIZE];
  if (event->concerns_usb && !ce_uevent_usb_device_path(event->syspath, device)) {
    event->concerns_usb = false;
  }
}

static void add_assignment(struct ce_uevent *event, const char *text) {
  const char *sign = strchr(text, '=');
  char name[32];
  if (!sign || (size_t)(sign - text) >= sizeof name) {
    return;
  }
  memcpy(name, text, (size_t)(sign - text));
  name[sign - text] = '\0';
  ce_uevent_add_property(event, name, sign + 1);
}

bool ce_uevent_parse_kernel(const char *bytes, size_t size, struct ce_uevent *ret) {
  if (size == 0 || size > CE_UEVENT_BYTES_MAX || bytes[size - 1] != '\0' || !strchr(bytes, '@')) {
    return false;
  }
  struct ce_uevent event;
  ce_uevent_start(&event);
  size_t at = strlen(bytes) + 1;
  for (size_t count = 0; at < size && count < CE_UEVENT_PROPERTIES_MAX; count++) {
    add_assignment(&event, bytes + at);
    at += strlen(bytes + at) + 1;
  }
  ce_uevent_finish(&event);
  *ret = event;
  return true;
}

/* "1-2", "3-1.4.2". */
static bool is_port_name(const char *name, size_t length) {
  size_t digits = 0;
  bool dashed = false;
  for (size_t i = 0; i < length; i++) {
    if (name[i] >= '0' && name[i] <= '9') {
      digits++;
      continue;
    }
    bool separates = digits > 0 && (name[i] == '-' ? !dashed : name[i] == '.' && dashed);
    if (!separates) {
      return false;
    }
    dashed = true;
    digits = 0;
  }
  return dashed && digits > 0;
}

bool ce_uevent_usb_device_path(const char *syspath, char ret[CE_DEVICE_SYSPATH_SIZE]) {
  size_t end = strlen(syspath);
  if (end >= CE_DEVICE_SYSPATH_SIZE) {
    return false;
  }
  while (end > 0) {
    const char *slash = memrchr(syspath, '/', end);
    size_t start = slash ? (size_t)(slash - syspath) + 1 : 0;
    if (is_port_name(syspath + start, end - start)) {
      memcpy(ret, syspath, end);
      ret[end] = '\0';
      return true;
    }
    end = start > 0 ? start - 1 : 0;
  }
  return false;
}
