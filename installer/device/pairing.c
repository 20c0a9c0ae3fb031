/* SPDX-License-Identifier: Apache-2.0
 * Matching readers and devices by numbers and names. */
#include "device/pairing.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct pairing {
  const struct ce_key_situation *situation;
  size_t *device_of;
};

static const struct ce_pcsc_reader *reader_at(const struct pairing *pairing, size_t index) {
  return &pairing->situation->pcsc->readers[index];
}

static bool device_is_taken(const struct pairing *pairing, size_t device) {
  for (size_t i = 0; i < pairing->situation->pcsc->reader_count; i++) {
    if (pairing->device_of[i] == device) {
      return true;
    }
  }
  return false;
}

/* Of the name without the slot's number; 0 where it ends in no numbers. */
static size_t device_part(const char *name) {
  size_t length = strlen(name);
  const char *end = length > 6 ? name + length - 6 : "";
  bool numbered = end[0] == ' ' && isxdigit((unsigned char)end[1]) && isxdigit((unsigned char)end[2]) &&
                  end[3] == ' ' && isxdigit((unsigned char)end[4]) && isxdigit((unsigned char)end[5]);
  return numbered ? length - 2 : 0;
}

bool ce_pairing_are_slots(const char *one, const char *other) {
  size_t length = device_part(one);
  return length > 0 && length == device_part(other) && memcmp(one, other, length) == 0;
}

/* Those whose names end in no numbers are devices of their own. */
static bool same_device(const struct ce_pcsc_reader *one, const struct ce_pcsc_reader *other) {
  return one == other || ce_pairing_are_slots(one->name, other->name);
}

/* Gives reader, and what else belongs to its device, to device. */
static void give(struct pairing *pairing, size_t reader, size_t device) {
  for (size_t i = 0; i < pairing->situation->pcsc->reader_count; i++) {
    if (pairing->device_of[i] == CE_PAIRING_NONE &&
        same_device(reader_at(pairing, i), reader_at(pairing, reader))) {
      pairing->device_of[i] = device;
    }
  }
}

static void pair_by_channel(struct pairing *pairing) {
  const struct ce_device_list *devices = pairing->situation->devices;
  for (size_t i = 0; i < pairing->situation->pcsc->reader_count; i++) {
    const struct ce_pcsc_reader *reader = reader_at(pairing, i);
    for (size_t k = 0; reader->bus_number > 0 && k < devices->count; k++) {
      const struct ce_device *device = &devices->devices[k];
      if (!device->rejected && device->bus_number == reader->bus_number &&
          device->device_number == reader->device_number) {
        pairing->device_of[i] = k;
      }
    }
  }
}

/* pcscd: the friendly name, then " [interface]", " (serial)", and the numbers. */
static bool has_friendly_name(const char *reader, const char *friendly) {
  size_t length = strlen(friendly);
  return length > 0 && strncmp(reader, friendly, length) == 0 && (reader[length] == ' ' || !reader[length]);
}

static bool has_serial(const char *reader, const char *serial) {
  char wanted[CE_DEVICE_TEXT_SIZE + 4];
  snprintf(wanted, sizeof wanted, " (%s)", serial);
  return serial[0] && strstr(reader, wanted);
}

static bool may_be(const struct pairing *pairing, const struct ce_pcsc_reader *reader,
                   const struct ce_device *device, bool with_serial) {
  const struct ce_driver_list *drivers = pairing->situation->drivers;
  const struct ce_driver_id *driver =
      drivers && !device->rejected ? ce_driver_list_find(drivers, device->vendor_id, device->product_id)
                                   : NULL;
  return driver && has_friendly_name(reader->name, driver->name) &&
         (!with_serial || has_serial(reader->name, device->serial));
}

static void pair_by_name(struct pairing *pairing, bool with_serial) {
  const struct ce_device_list *devices = pairing->situation->devices;
  for (size_t i = 0; i < pairing->situation->pcsc->reader_count; i++) {
    for (size_t k = 0; pairing->device_of[i] == CE_PAIRING_NONE && k < devices->count; k++) {
      if (!device_is_taken(pairing, k) &&
          may_be(pairing, reader_at(pairing, i), &devices->devices[k], with_serial)) {
        give(pairing, i, k);
      }
    }
  }
}

/* The only one of its kind that is left, or CE_PAIRING_NONE. */
static size_t only_free_device(const struct pairing *pairing) {
  const struct ce_device_list *devices = pairing->situation->devices;
  size_t only = CE_PAIRING_NONE;
  for (size_t k = 0; k < devices->count; k++) {
    const struct ce_device *device = &devices->devices[k];
    if (device->rejected || !ce_device_has_class(device, CE_USB_CLASS_SMART_CARD) ||
        device_is_taken(pairing, k)) {
      continue;
    }
    if (only != CE_PAIRING_NONE) {
      return CE_PAIRING_NONE;
    }
    only = k;
  }
  return only;
}

static size_t only_free_reader(const struct pairing *pairing) {
  size_t only = CE_PAIRING_NONE;
  for (size_t i = 0; i < pairing->situation->pcsc->reader_count; i++) {
    if (pairing->device_of[i] != CE_PAIRING_NONE) {
      continue;
    }
    if (only != CE_PAIRING_NONE && !same_device(reader_at(pairing, only), reader_at(pairing, i))) {
      return CE_PAIRING_NONE;
    }
    only = only == CE_PAIRING_NONE ? i : only;
  }
  return only;
}

static void pair_what_is_left(struct pairing *pairing) {
  const struct ce_driver_list *drivers = pairing->situation->drivers;
  size_t device = only_free_device(pairing);
  size_t reader = only_free_reader(pairing);
  if (!(drivers && drivers->bundle_count > 0) && device != CE_PAIRING_NONE && reader != CE_PAIRING_NONE) {
    give(pairing, reader, device);
  }
}

void ce_pairing_find(const struct ce_key_situation *situation, size_t ret_device[CE_PCSC_READERS_MAX]) {
  struct pairing pairing = {.situation = situation, .device_of = ret_device};
  for (size_t i = 0; i < CE_PCSC_READERS_MAX; i++) {
    ret_device[i] = CE_PAIRING_NONE;
  }
  if (!situation->pcsc) {
    return;
  }
  pair_by_channel(&pairing);
  pair_by_name(&pairing, true);
  pair_by_name(&pairing, false);
  pair_what_is_left(&pairing);
}
