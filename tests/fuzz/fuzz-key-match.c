/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes the matching of keys: bytes become devices, readers and sessions; every situation must have an
 * answer. */
#include "device/printable.h"
#include "device/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEVICES_MAX 12

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes, one at a time; zeros behind their end. */
struct source {
  const uint8_t *data;
  size_t size;
};

static unsigned take(struct source *source) {
  if (source->size == 0) {
    return 0;
  }
  source->size--;
  return *source->data++;
}

static bool take_bool(struct source *source) {
  return take(source) & 1;
}

static const char catalogue_text[] = "055c:db08\tscsi\tgm3000\tservice\tA\tA\tfuzz\n"
                                     "055c:e618\t"
                                     "hid\tgm3000\tservice\tB\tB\tfuzz\n"
                                     "08e6:3438\tccid\topensc\tpuk\tC\tC\tfuzz\n"
                                     "096e:0005\tvendor\tepsng\tso-pin\tD\tD\tfuzz\n";
static struct ce_driver_id drivers[] = {{.vendor_id = 0x08e6, .product_id = 0x3438, .name = "Token"},
                                        {.vendor_id = 0x1234, .product_id = 0x0001, .name = "Tok"}};

static void take_text(struct source *source, char *ret, size_t size) {
  char bytes[24];
  size_t length = take(source) % sizeof bytes;
  for (size_t i = 0; i < length; i++) {
    bytes[i] = (char)take(source);
  }
  ce_printable_copy(bytes, length, ret, size);
}

static void take_ids(struct source *source, struct ce_device *device) {
  static const uint16_t ids[][2] = {{0x055c, 0xdb08}, {0x055c, 0xe618}, {0x08e6, 0x3438}, {0x096e, 0x0005},
                                    {0x1234, 0x0001}, {0x055c, 0x0001}, {0x0403, 0x6001}, {0x1111, 0x2222}};
  unsigned choice = take(source) % (sizeof ids / sizeof ids[0]);
  device->vendor_id = ids[choice][0];
  device->product_id = ids[choice][1];
}

static void take_interfaces(struct source *source, struct ce_device *device) {
  static const uint8_t classes[] = {0x0b, 0x03, 0x08, 0xff, 0x01};
  static const char *const names[] = {"", "usbfs", "usbhid", "usb-storage"};
  device->interface_count = take(source) % 5;
  for (size_t i = 0; i < device->interface_count; i++) {
    device->interfaces[i].class = classes[take(source) % sizeof classes];
    device->interfaces[i].protocol = (uint8_t)(take(source) % 2);
    device->interfaces[i].authorized = !take_bool(source);
    snprintf(device->interfaces[i].driver, sizeof device->interfaces[i].driver, "%s",
             names[take(source) % 4]);
  }
}

static void take_nodes(struct source *source, struct ce_device *device) {
  device->node_count = take(source) % 5;
  for (size_t i = 0; i < device->node_count; i++) {
    device->nodes[i].kind = (enum ce_device_node_kind)(take(source) % CE_DEVICE_NODE_KIND_COUNT);
    device->nodes[i].access = (enum ce_access)(take(source) % 4);
    device->nodes[i].present = take_bool(source);
    snprintf(device->nodes[i].path, sizeof device->nodes[i].path, "/dev/node%zu", i);
  }
}

static void take_device(struct source *source, struct ce_device *device, size_t index) {
  unsigned flags = take(source);
  memset(device, 0, sizeof *device);
  snprintf(device->syspath, sizeof device->syspath, "/sys/devices/1-%zu", index);
  take_ids(source, device);
  device->rejected = flags & 1;
  device->authorized = !(flags & 2);
  device->ignored_by_pcscd = flags & 4;
  device->holder.pid = flags & 8 ? 7 : 0;
  device->bus_number = 1;
  device->device_number = (uint16_t)(take(source) % 4);
  device->seen_ms = take(source) * 20;
  take_text(source, device->product, sizeof device->product);
  take_text(source, device->serial, sizeof device->serial);
  take_interfaces(source, device);
  take_nodes(source, device);
}

static void take_reader(struct source *source, struct ce_pcsc_reader *reader) {
  unsigned flags = take(source);
  char tail[64];
  take_text(source, tail, sizeof tail);
  snprintf(reader->name, sizeof reader->name, "%s%s %02x 00", flags & 1 ? "Token" : "", tail,
           take(source) % 3);
  reader->card_present = flags & 2;
  reader->card_mute = flags & 4;
  reader->exclusive = flags & 8;
  reader->unavailable = flags & 16;
  reader->atr_invalid = flags & 32;
  reader->bus_number = flags & 64 ? 1 : 0;
  reader->device_number = (uint16_t)(take(source) % 4);
  reader->known = (enum ce_card_known)(take(source) % 3);
}

static void take_facts(struct source *source, struct ce_pcsc_facts *facts) {
  facts->service = (enum ce_pcsc_service)(take(source) % CE_PCSC_SERVICE_COUNT);
  facts->reader_count = take(source) % (CE_PCSC_READERS_MAX + 1);
  facts->holder_count = take(source) % 3;
  for (size_t i = 0; i < facts->holder_count; i++) {
    facts->holders[i].pid = (pid_t)i + 1;
    take_text(source, facts->holders[i].program, sizeof facts->holders[i].program);
  }
  for (size_t i = 0; i < facts->reader_count; i++) {
    take_reader(source, &facts->readers[i]);
  }
}

static void check(const struct ce_key_situation *situation) {
  CE_AUTO(ce_key_report) struct ce_key_report report = {0};
  struct ce_error err;
  bool held =
      ce_key_match(situation, &report, &err) == CE_OK && report.count > 0 && report.overall < report.count;
  json_t *json = held ? ce_key_report_json(&report) : NULL;
  for (size_t i = 0; json && i < report.count; i++) {
    held = held && ce_key_found_same(&report.found[i], &report.found[i]);
  }
  if (!held || !json) {
    abort();
  }
  json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct ce_device devices[DEVICES_MAX];
  static struct ce_pcsc_facts facts;
  static struct ce_key_catalogue *catalogue;
  struct source source = {data, size};
  struct ce_error err;
  if (!catalogue &&
      ce_key_catalogue_parse(catalogue_text, sizeof catalogue_text - 1, &catalogue, &err) != CE_OK) {
    abort();
  }
  unsigned flags = take(&source);
  memset(&facts, 0, sizeof facts);
  take_facts(&source, &facts);
  struct ce_device_list list = {.devices = devices, .count = take(&source) % (DEVICES_MAX + 1)};
  for (size_t i = 0; i < list.count; i++) {
    take_device(&source, &devices[i], i);
  }
  struct ce_driver_list known = {.ids = drivers, .count = flags & 1 ? 2 : 0, .bundle_count = flags & 1};
  struct ce_key_situation situation = {.devices = &list,
                                       .catalogue = catalogue,
                                       .pcsc = flags & 2 ? &facts : NULL,
                                       .drivers = flags & 4 ? &known : NULL,
                                       .session = {flags & 8, flags & 16, flags & 32, flags & 64},
                                       .now_ms = 5000};
  check(&situation);
  return 0;
}
