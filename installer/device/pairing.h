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

/* "... 01 00": the number that pcscd gives to a device; all its readers have the same. -1: the name has none.
 */
int ce_pairing_reader_number(const char *name);

#endif
