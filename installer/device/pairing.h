/* SPDX-License-Identifier: Apache-2.0
 * Which PC/SC reader is which USB device; private to device/. Pure. */
#ifndef CE_DEVICE_PAIRING_H
#define CE_DEVICE_PAIRING_H

#include "device/match.h"

#define CE_PAIRING_NONE SIZE_MAX

/* For each reader the index of its device, or CE_PAIRING_NONE. In this order: what the driver tells of bus
 * and device number; the friendly name of the device's driver entry with its serial number in the reader's
 * name; that name alone, readers and devices of one kind being dealt out in order (pcscd numbers its readers
 * as devices come); and a reader and a smart-card device that are the only ones left, when nothing is known
 * of drivers. */
void ce_pairing_find(const struct ce_key_situation *situation, size_t ret_device[CE_PCSC_READERS_MAX]);

/* Whether two readers are slots of one device: "NAME 01 00" and "NAME 01 01". The number alone does not tell:
 * pcscd counts the devices of each driver from 00. */
bool ce_pairing_are_slots(const char *one, const char *other);

#endif
