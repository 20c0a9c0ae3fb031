/* SPDX-License-Identifier: Apache-2.0
 * From what is known about the machine to what is told about each key: ready, or why not and what to do about
 * it.
 *
 * Pure: no I/O, no clock. The caller collects the situation (device/watch.h or ce_device_scan(),
 * device/pcsc.h, device/drivers.h, the catalogue, what it knows of the session) and calls ce_key_match()
 * after every change. An answer is made of evidence only; "nothing is there" is said when nothing is plugged
 * in and never when something is that cannot be used.
 *
 * What is a key: a device of the catalogue; a device with a smart-card interface (class 0x0b); a device that
 * udev or its maker's other entries in the catalogue let suspect one (`unknown`); a reader that PC/SC sees
 * and no USB device explains (a virtual, serial or network one). Each gives one answer. Without any there is
 * one answer, `none`.
 *
 * The overall answer is one of them: a ready key if there is one; otherwise what the person most likely holds
 * in hand: a key of the catalogue before one that is not, then the one inserted last, then the state that is
 * told first in this order: held, no-access, no-driver, denied, no-pcscd, blocked, unsupported-card, no-card,
 * unknown; then the first in the list.
 *
 * pcscd needs up to some seconds to make a reader of a new device. Until CE_KEY_SETTLE_MS after its arrival
 * an answer that this may still change is marked `settling`: show it when it stays.
 *
 * `ready` means that the way to the key is free: the node may be used, or a card answers in the reader.
 * Whether the module knows the card is certenv-probe's to say (ce_pcsc_reader.known). */
#ifndef CE_DEVICE_MATCH_H
#define CE_DEVICE_MATCH_H

#include "device/device.h"
#include "device/drivers.h"
#include "device/pcsc.h"
#include "model/key-catalogue.h"

#define CE_KEY_SETTLE_MS 3000
#define CE_KEY_NAME_SIZE 1024

enum ce_key_state {
  CE_KEY_STATE_NONE,
  CE_KEY_STATE_DENIED,
  CE_KEY_STATE_BLOCKED,
  CE_KEY_STATE_UNKNOWN,
  CE_KEY_STATE_NO_ACCESS,
  CE_KEY_STATE_NO_PCSCD,
  CE_KEY_STATE_NO_DRIVER,
  CE_KEY_STATE_HELD,
  CE_KEY_STATE_NO_CARD,
  CE_KEY_STATE_UNSUPPORTED_CARD,
  CE_KEY_STATE_READY,
  CE_KEY_STATE_COUNT
};
const char *ce_key_state_name(enum ce_key_state state); /* "no-pcscd" */

enum ce_key_reason {
#define CE_KEY_ANSWER(name, state, id, subject, sentence, action) CE_KEY_REASON_##name,
#include "device/reason.def"
#undef CE_KEY_ANSWER
  CE_KEY_REASON_COUNT
};
enum ce_key_state ce_key_reason_state(enum ce_key_reason reason);
const char *ce_key_reason_id(enum ce_key_reason reason); /* "no-pcscd.hung"; begins with the state's name */
/* msgids; the sentence has at most one %s, for ce_key_found_subject(). */
const char *ce_key_reason_sentence(enum ce_key_reason reason);
const char *ce_key_reason_action(enum ce_key_reason reason);

struct ce_key_session {
  bool known;           /* false: nobody's session (a silent run); access and session are not judged */
  bool active, remote;  /* at the screen now; through the network (logind) */
  bool rules_installed; /* certenv's udev rules */
};

/* The catalogue must outlive the report, the rest the call. */
struct ce_key_situation {
  const struct ce_device_list *devices;
  const struct ce_key_catalogue *catalogue;
  const struct ce_pcsc_facts *pcsc; /* NULL: PC/SC was not asked; keys that need it are told as settling */
  const struct ce_driver_list *drivers; /* NULL: not known */
  struct ce_key_session session;
  int64_t now_ms; /* monotonic, as ce_device.seen_ms */
};

/* Points into the catalogue only, so it may be kept while devices come and go. */
struct ce_key_found {
  enum ce_key_reason reason;
  bool settling;
  /* The key's or the reader's; "" for `none`. They differ for keys of the catalogue only. */
  char name_zh[CE_KEY_NAME_SIZE], name_en[CE_KEY_NAME_SIZE];
  const struct ce_key *key;             /* NULL: not in the catalogue */
  char syspath[CE_DEVICE_SYSPATH_SIZE]; /* "": no USB device */
  uint64_t generation;
  uint16_t vendor_id, product_id;
  char reader[CE_PCSC_NAME_SIZE]; /* "": none, or not needed */
  char node[CE_DEVICE_NODE_SIZE]; /* the one that matters; "": none */
  struct ce_holder holder;        /* pid 0: none, or not seen */
};

struct ce_key_report {
  struct ce_key_found *found; /* keys in the devices' order, then readers alone; never empty */
  size_t count;
  size_t overall; /* index */
};
void ce_key_report_clear(struct ce_key_report *report);
CE_DEFINE_AUTO_IN_PLACE(ce_key_report, struct ce_key_report, ce_key_report_clear);

/* Fails with MEMORY only. */
CE_MUST_USE enum ce_code ce_key_match(const struct ce_key_situation *situation, struct ce_key_report *ret,
                                      struct ce_error *err);
/* What stands for the sentence's %s: the key's name, or the program that holds it; "" where it has none. Part
 * of found. */
const char *ce_key_found_subject(const struct ce_key_found *found, bool in_chinese);
/* The same key in the same condition: nothing to tell again. */
bool ce_key_found_same(const struct ce_key_found *one, const struct ce_key_found *other);

#endif
