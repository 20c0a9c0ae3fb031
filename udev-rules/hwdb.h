/* SPDX-License-Identifier: Apache-2.0
 * What is generated from the key catalogue for the hardware database (hwdb(7)). */
#ifndef CE_UDEV_RULES_HWDB_H
#define CE_UDEV_RULES_HWDB_H

#include "base/blob.h"
#include "model/key-catalogue.h"

/* The text of 61-certenv.hwdb, appended to ret: the name of each key, and which of them must stay awake. The
 * file's number puts it behind systemd's 60-autosuspend.hwdb, which it overrides. */
CE_MUST_USE enum ce_code ce_hwdb_write(const struct ce_key_catalogue *catalogue, struct ce_blob *ret,
                                       struct ce_error *err);

#endif
