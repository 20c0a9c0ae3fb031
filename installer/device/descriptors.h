/* SPDX-License-Identifier: Apache-2.0
 * The interfaces that a device declares, from its raw USB descriptors (sysfs "descriptors"): there even while
 * device control keeps the device, or its interfaces, switched off. Private to device/. Pure. */
#ifndef CE_DEVICE_DESCRIPTORS_H
#define CE_DEVICE_DESCRIPTORS_H

#include "device/device.h"

#define CE_DESCRIPTORS_BYTES_MAX 65536

/* The device descriptor and its configurations (USB 2.0, 9.6). Takes the first alternate setting of each
 * interface of the first configuration, authorized, without drivers. Stops at what is malformed and keeps
 * what came before. Returns how many. */
size_t ce_descriptors_read(const uint8_t *bytes, size_t size,
                           struct ce_device_interface ret[CE_DEVICE_INTERFACE_MAX]);

#endif
