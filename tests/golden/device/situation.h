/* SPDX-License-Identifier: Apache-2.0
 * A situation in the tests' short way of writing it.
 *
 *   devices   a list of {"id": "VID:PID", "port": "1-2", "maker", "product", "serial": TEXT, "interfaces":
 * ["0b:usbfs"], "nodes": {"hidraw0": "read-write"}, "blocked", "rejected", "ignored": true, "holder":
 * {"PROGRAM": PID}, "seen_ms": N}. An interface is CLASS, CLASS:DRIVER, with "!" in front when it is blocked.
 * A node's access is a name of ce_access_name(), or "missing". Each has the node of bus and number (1-2 is
 * 001/002). pcsc      {"service": NAME, "readers": [{"name": TEXT, "card":
 * "none|present|mute|bad-atr|unknown", "exclusive", "unavailable": true, "device": "1-2"}], "holders":
 * {"PROGRAM": PID}}; left out: running, without readers; null: not asked. drivers   {"VID:PID": "friendly
 * name"}; left out: those of standard_drivers; null: not known; {}: none installed. session   a list of
 * "active", "remote", "rules"; left out: active with rules; null: nobody's. now_ms    left out: 100000. */
#ifndef CE_GOLDEN_SITUATION_H
#define CE_GOLDEN_SITUATION_H

#include "base/cleanup.h"
#include "device/match.h"

#include <jansson.h>

struct situation {
  struct ce_device_list devices;
  struct ce_pcsc_facts pcsc;
  struct ce_driver_list drivers;
  struct ce_key_situation request; /* points to the others */
};

/* Ends the program with a message when it is not right. */
struct situation *situation_load(const char *path, const struct ce_key_catalogue *catalogue);
void situation_free(struct situation *situation);
CE_DEFINE_AUTO(situation, struct situation *, situation_free);

#endif
