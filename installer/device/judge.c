/* SPDX-License-Identifier: Apache-2.0
 * From evidence to a reason. */
#include "device/judge.h"

#include "device/pairing.h"

#include <stdio.h>
#include <string.h>

/* Makers of chips, and of ids that many use: another id of theirs says nothing about a device. */
static const uint16_t shared_vendors[] = {0x0403, 0x20a0};

struct opinion {
  enum ce_key_reason reason;
  const struct ce_device_node *node;   /* may be NULL */
  const struct ce_pcsc_reader *reader; /* may be NULL */
  struct ce_holder holder;
};

static struct opinion say(enum ce_key_reason reason) {
  return (struct opinion){.reason = reason};
}

static bool is_shared_vendor(uint16_t vendor_id) {
  for (size_t i = 0; i < sizeof shared_vendors / sizeof shared_vendors[0]; i++) {
    if (shared_vendors[i] == vendor_id) {
      return true;
    }
  }
  return false;
}

static bool vendor_is_listed(const struct ce_key_catalogue *catalogue, uint16_t vendor_id) {
  for (size_t i = 0; i < catalogue->count; i++) {
    if (catalogue->keys[i].vendor_id == vendor_id) {
      return true;
    }
  }
  return false;
}

/* Neither a keyboard nor a mouse, and nothing that the kernel has a purpose for. */
static bool could_be_of_a_key(const struct ce_device_interface *interface) {
  if (interface->class == CE_USB_CLASS_HID) {
    return interface->protocol == 0;
  }
  return interface->class == CE_USB_CLASS_STORAGE ||
         (interface->class == CE_USB_CLASS_VENDOR &&
          (!interface->driver[0] || strcmp(interface->driver, "usbfs") == 0));
}

/* A device that is not in the catalogue and has no smart-card interface. */
static bool is_suspicious(const struct ce_key_catalogue *catalogue, const struct ce_device *device) {
  bool possible = false;
  for (size_t i = 0; i < device->interface_count; i++) {
    possible = possible || could_be_of_a_key(&device->interfaces[i]);
  }
  return possible && !is_shared_vendor(device->vendor_id) && vendor_is_listed(catalogue, device->vendor_id);
}

/* The holder when it can be told: alone, or the one that is known for it. */
static struct ce_holder pick_holder(const struct ce_holder *holders, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(holders[i].program, "scdaemon") == 0) {
      return holders[i];
    }
  }
  bool alone = count == 1 || (count > 1 && strncmp(holders[1].program, "certenv", 7) == 0);
  return alone ? holders[0] : (struct ce_holder){0};
}

static struct opinion say_held(struct ce_holder holder) {
  bool is_gnupg = strcmp(holder.program, "scdaemon") == 0 || strcmp(holder.program, "gpg-agent") == 0;
  struct opinion opinion = say(CE_KEY_REASON_HELD);
  if (holder.pid > 0) {
    opinion.reason = is_gnupg ? CE_KEY_REASON_HELD_GNUPG : CE_KEY_REASON_HELD_PROGRAM;
  }
  opinion.holder = holder;
  return opinion;
}

static struct opinion judge_reader(const struct ce_pcsc_facts *pcsc, const struct ce_pcsc_reader *reader,
                                   bool is_key) {
  struct opinion opinion = say(CE_KEY_REASON_READY);
  if (reader->unavailable) {
    opinion = say(CE_KEY_REASON_NO_DRIVER_FAILED);
  } else if (reader->exclusive) {
    opinion = say_held(pick_holder(pcsc->holders, pcsc->holder_count));
  } else if (!reader->card_present) {
    opinion = say(is_key ? CE_KEY_REASON_NO_CARD_KEY : CE_KEY_REASON_NO_CARD);
  } else if (reader->card_mute) {
    opinion = say(CE_KEY_REASON_UNSUPPORTED_CARD_MUTE);
  } else if (reader->atr_invalid) {
    opinion = say(CE_KEY_REASON_UNSUPPORTED_CARD_ATR);
  } else if (reader->known == CE_CARD_UNRECOGNISED) {
    opinion = say(CE_KEY_REASON_UNSUPPORTED_CARD);
  }
  opinion.reader = reader;
  return opinion;
}

/* Of several readers of one device the one that is furthest: ready, then with a card, then any. */
static bool is_better(const struct opinion *one, const struct opinion *other) {
  bool ready = one->reason == CE_KEY_REASON_READY;
  if (ready != (other->reason == CE_KEY_REASON_READY)) {
    return ready;
  }
  return one->reader->card_present && !other->reader->card_present;
}

static bool judge_readers(const struct ce_judge *judge, size_t device, bool is_key, struct opinion *ret) {
  const struct ce_pcsc_facts *pcsc = judge->situation->pcsc;
  bool any = false;
  for (size_t i = 0; pcsc && i < pcsc->reader_count; i++) {
    if (judge->device_of[i] != device) {
      continue;
    }
    struct opinion opinion = judge_reader(pcsc, &pcsc->readers[i], is_key);
    if (!any || is_better(&opinion, ret)) {
      *ret = opinion;
    }
    any = true;
  }
  return any;
}

static enum ce_key_reason reason_of_service(const struct ce_key_situation *situation) {
  static const enum ce_key_reason reasons[CE_PCSC_SERVICE_COUNT] = {
      [CE_PCSC_NO_LIBRARY] = CE_KEY_REASON_NO_PCSCD_LIBRARY,
      [CE_PCSC_NO_SOCKET] = CE_KEY_REASON_NO_PCSCD_SOCKET,
      [CE_PCSC_NO_SERVICE] = CE_KEY_REASON_NO_PCSCD_SERVICE,
      [CE_PCSC_DENIED] = CE_KEY_REASON_DENIED,
      [CE_PCSC_VERSION] = CE_KEY_REASON_NO_PCSCD_VERSION,
      [CE_PCSC_HUNG] = CE_KEY_REASON_NO_PCSCD_HUNG,
      [CE_PCSC_CRASHED] = CE_KEY_REASON_NO_PCSCD_FAILED,
      [CE_PCSC_FAILED] = CE_KEY_REASON_NO_PCSCD_FAILED};
  enum ce_pcsc_service service = situation->pcsc->service;
  bool is_remote = situation->session.known && situation->session.remote;
  return service == CE_PCSC_DENIED && is_remote ? CE_KEY_REASON_DENIED_REMOTE : reasons[service];
}

/* PC/SC works and has no reader for it. */
static struct opinion judge_missing_reader(const struct ce_key_situation *situation,
                                           const struct ce_device *device, bool is_listed) {
  const struct ce_driver_list *drivers = situation->drivers;
  if (device->ignored_by_pcscd) {
    return say(CE_KEY_REASON_NO_DRIVER_IGNORED);
  }
  if (drivers && drivers->bundle_count == 0) {
    return say(CE_KEY_REASON_NO_DRIVER_MISSING);
  }
  if (drivers && !ce_driver_list_find(drivers, device->vendor_id, device->product_id)) {
    return say(is_listed ? CE_KEY_REASON_NO_DRIVER : CE_KEY_REASON_UNKNOWN);
  }
  if (device->holder.pid > 0 && strcmp(device->holder.program, "pcscd") != 0) {
    return say_held(device->holder);
  }
  return say(CE_KEY_REASON_NO_DRIVER_FAILED);
}

static const struct ce_device_node *find_node(const struct ce_device *device, enum ce_device_node_kind kind) {
  const struct ce_device_node *best = NULL;
  for (size_t i = 0; i < device->node_count; i++) {
    const struct ce_device_node *node = &device->nodes[i];
    if (node->kind == kind && (!best || node->access > best->access)) {
      best = node;
    }
  }
  return best;
}

static struct opinion judge_by_pcsc(const struct ce_judge *judge, size_t index, bool is_listed) {
  const struct ce_key_situation *situation = judge->situation;
  const struct ce_device *device = &situation->devices->devices[index];
  struct opinion opinion;
  if (!judge_readers(judge, index, is_listed, &opinion)) {
    bool running = !situation->pcsc || situation->pcsc->service == CE_PCSC_RUNNING;
    opinion =
        running ? judge_missing_reader(situation, device, is_listed) : say(reason_of_service(situation));
  }
  opinion.node = find_node(device, CE_DEVICE_NODE_USB);
  return opinion;
}

static bool has_driver(const struct ce_device *device, uint8_t class, const char *driver) {
  for (size_t i = 0; i < device->interface_count; i++) {
    const struct ce_device_interface *interface = &device->interfaces[i];
    bool is_it = driver ? strcmp(interface->driver, driver) == 0 : interface->driver[0] != '\0';
    if (interface->class == class && is_it) {
      return true;
    }
  }
  return false;
}

static struct opinion judge_missing_node(const struct ce_device *device, enum ce_key_class class) {
  uint8_t usb_class = class == CE_KEY_HID ? CE_USB_CLASS_HID : CE_USB_CLASS_STORAGE;
  if (class == CE_KEY_VENDOR) {
    return say(CE_KEY_REASON_NO_ACCESS_NODE);
  }
  if (has_driver(device, usb_class, "usbfs")) {
    return say_held(device->holder);
  }
  if (class == CE_KEY_HID) {
    return say(CE_KEY_REASON_NO_DRIVER_HID);
  }
  return say(has_driver(device, usb_class, NULL) ? CE_KEY_REASON_NO_DRIVER_SG
                                                 : CE_KEY_REASON_NO_DRIVER_STORAGE);
}

static enum ce_key_reason judge_access(const struct ce_key_session *session,
                                       const struct ce_device_node *node) {
  if (!node->present) {
    return CE_KEY_REASON_NO_ACCESS_NODE;
  }
  if (!session->known || node->access == CE_ACCESS_READ_WRITE || node->access == CE_ACCESS_UNKNOWN) {
    return CE_KEY_REASON_READY;
  }
  if (!session->rules_installed) {
    return CE_KEY_REASON_NO_ACCESS;
  }
  /* logind calls a session through the network active, too; no node is opened for it. */
  return session->active && !session->remote ? CE_KEY_REASON_NO_ACCESS_REPLUG
                                             : CE_KEY_REASON_NO_ACCESS_SESSION;
}

/* A key that its module drives through a node. */
static struct opinion judge_by_node(const struct ce_key_situation *situation, const struct ce_device *device,
                                    enum ce_key_class class) {
  static const enum ce_device_node_kind kinds[CE_KEY_CLASS_COUNT] = {[CE_KEY_HID] = CE_DEVICE_NODE_HIDRAW,
                                                                     [CE_KEY_SCSI] = CE_DEVICE_NODE_SG,
                                                                     [CE_KEY_VENDOR] = CE_DEVICE_NODE_USB};
  const struct ce_device_node *node = find_node(device, kinds[class]);
  if (!node) {
    return judge_missing_node(device, class);
  }
  struct opinion opinion = say(judge_access(&situation->session, node));
  opinion.node = node;
  return opinion;
}

/* The part that the key is used through. */
static bool part_is_blocked(const struct ce_device *device, enum ce_key_class class) {
  static const uint8_t classes[CE_KEY_CLASS_COUNT] = {[CE_KEY_CCID] = CE_USB_CLASS_SMART_CARD,
                                                      [CE_KEY_HID] = CE_USB_CLASS_HID,
                                                      [CE_KEY_SCSI] = CE_USB_CLASS_STORAGE};
  for (size_t i = 0; i < device->interface_count; i++) {
    const struct ce_device_interface *interface = &device->interfaces[i];
    if (!interface->authorized && (class == CE_KEY_VENDOR || interface->class == classes[class])) {
      return true;
    }
  }
  return false;
}

static struct opinion judge_key(const struct ce_judge *judge, size_t index, enum ce_key_class class,
                                bool is_listed) {
  const struct ce_device *device = &judge->situation->devices->devices[index];
  if (device->rejected) {
    return say(CE_KEY_REASON_BLOCKED_REJECTED);
  }
  if (!device->authorized) {
    return say(CE_KEY_REASON_BLOCKED);
  }
  if (part_is_blocked(device, class)) {
    return say(CE_KEY_REASON_BLOCKED_PART);
  }
  return class == CE_KEY_CCID ? judge_by_pcsc(judge, index, is_listed)
                              : judge_by_node(judge->situation, device, class);
}

/* Whether what has only just come may still get there by itself. */
static bool may_settle(const struct ce_key_situation *situation, const struct ce_device *device,
                       enum ce_key_reason reason) {
  enum ce_key_state state = ce_key_reason_state(reason);
  bool not_asked = !situation->pcsc && reason == CE_KEY_REASON_NO_DRIVER_FAILED;
  bool is_new = device->seen_ms > 0 && situation->now_ms - device->seen_ms < CE_KEY_SETTLE_MS;
  bool passes = state == CE_KEY_STATE_NO_DRIVER || state == CE_KEY_STATE_NO_PCSCD ||
                state == CE_KEY_STATE_NO_CARD ||
                (state == CE_KEY_STATE_NO_ACCESS && reason != CE_KEY_REASON_NO_ACCESS_SESSION) ||
                (state == CE_KEY_STATE_BLOCKED && reason != CE_KEY_REASON_BLOCKED_REJECTED);
  return not_asked || (is_new && passes);
}

static void name_device(const struct ce_device *device, const struct ce_key *key, struct ce_key_found *ret) {
  if (key) {
    snprintf(ret->name_zh, sizeof ret->name_zh, "%s", key->name_zh);
    snprintf(ret->name_en, sizeof ret->name_en, "%s", key->name_en);
    return;
  }
  const char *gap = device->manufacturer[0] && device->product[0] ? " " : "";
  int length =
      snprintf(ret->name_en, sizeof ret->name_en, "%s%s%s", device->manufacturer, gap, device->product);
  if (length == 0) {
    snprintf(ret->name_en, sizeof ret->name_en, "%04x:%04x", device->vendor_id, device->product_id);
  }
  memcpy(ret->name_zh, ret->name_en, sizeof ret->name_zh);
}

/* What every answer takes from its opinion. */
static void take_opinion(const struct opinion *opinion, struct ce_key_found *ret) {
  ret->reason = opinion->reason;
  ret->holder = opinion->holder;
  if (opinion->node) {
    memcpy(ret->node, opinion->node->path, sizeof ret->node);
  }
  if (opinion->reader) {
    memcpy(ret->reader, opinion->reader->name, sizeof ret->reader);
  }
}

bool ce_judge_device(const struct ce_judge *judge, size_t index, struct ce_key_found *ret) {
  const struct ce_key_situation *situation = judge->situation;
  const struct ce_device *device = &situation->devices->devices[index];
  const struct ce_key *key =
      ce_key_catalogue_find(situation->catalogue, device->vendor_id, device->product_id);
  struct opinion opinion;
  if (key) {
    opinion = judge_key(judge, index, key->class, true);
  } else if (ce_device_has_class(device, CE_USB_CLASS_SMART_CARD)) {
    opinion = judge_key(judge, index, CE_KEY_CCID, false);
  } else if (is_suspicious(situation->catalogue, device)) {
    opinion = say(CE_KEY_REASON_UNKNOWN);
  } else {
    return false;
  }
  struct ce_key_found found = {.key = key,
                               .generation = device->generation,
                               .vendor_id = device->vendor_id,
                               .product_id = device->product_id};
  memcpy(found.syspath, device->syspath, sizeof found.syspath);
  name_device(device, key, &found);
  take_opinion(&opinion, &found);
  found.settling = may_settle(situation, device, opinion.reason);
  *ret = found;
  return true;
}

static bool is_slot_beside(const struct ce_judge *judge, size_t reader, size_t other) {
  const struct ce_pcsc_facts *pcsc = judge->situation->pcsc;
  return judge->device_of[other] == CE_PAIRING_NONE &&
         ce_pairing_are_slots(pcsc->readers[reader].name, pcsc->readers[other].name);
}

/* The first slot of a device speaks, with the best opinion of them. */
static bool speaks_for_others(const struct ce_judge *judge, size_t reader) {
  for (size_t i = 0; i < reader; i++) {
    if (is_slot_beside(judge, reader, i)) {
      return false;
    }
  }
  return true;
}

bool ce_judge_lone_reader(const struct ce_judge *judge, size_t reader, struct ce_key_found *ret) {
  const struct ce_pcsc_facts *pcsc = judge->situation->pcsc;
  if (judge->device_of[reader] != CE_PAIRING_NONE || !speaks_for_others(judge, reader)) {
    return false;
  }
  struct opinion best = judge_reader(pcsc, &pcsc->readers[reader], false);
  for (size_t i = reader + 1; i < pcsc->reader_count; i++) {
    struct opinion opinion = judge_reader(pcsc, &pcsc->readers[i], false);
    if (is_slot_beside(judge, reader, i) && is_better(&opinion, &best)) {
      best = opinion;
    }
  }
  struct ce_key_found found = {0};
  snprintf(found.name_en, sizeof found.name_en, "%s", best.reader->name);
  memcpy(found.name_zh, found.name_en, sizeof found.name_zh);
  take_opinion(&best, &found);
  *ret = found;
  return true;
}
