/* SPDX-License-Identifier: Apache-2.0
 * What is generated from the key catalogue: udev rules for the machine, JSON for programs. */
#ifndef CE_UDEV_RULES_RULES_H
#define CE_UDEV_RULES_RULES_H

#include "base/blob.h"
#include "model/key-catalogue.h"

/* The text of 70-certenv.rules, appended to ret. The session of the active seat gets access to the nodes
 * that a key's class needs (uaccess, so the file's number must stay below 73), and systemd starts the monitor
 * when a key comes; no rule sets a mode, a group or an owner. */
CE_MUST_USE enum ce_code ce_rules_write(const struct ce_key_catalogue *catalogue, struct ce_blob *ret,
                                        struct ce_error *err);
/* The text of keys.json, appended to ret: {format: 1, keys: [{id: "096e:0807", class, module, unlock,
 * name_zh, name_en, source}]} in the catalogue's order. */
CE_MUST_USE enum ce_code ce_rules_write_json(const struct ce_key_catalogue *catalogue, struct ce_blob *ret,
                                             struct ce_error *err);

#endif
