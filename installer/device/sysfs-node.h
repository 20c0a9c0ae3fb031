/* SPDX-License-Identifier: Apache-2.0
 * The device files that belong to a USB device; private to device/. */
#ifndef CE_DEVICE_SYSFS_NODE_H
#define CE_DEVICE_SYSFS_NODE_H

#include "device/sysfs.h"

/* /dev/bus/usb/BBB/DDD, when the numbers are known. */
void ce_sysfs_add_usb_node(const struct ce_sysfs *sysfs, struct ce_device *device);
/* The hidraw and sg nodes below an interface's directory. */
void ce_sysfs_add_nodes(const struct ce_sysfs *sysfs, struct ce_device *device, int interface_fd);
void ce_sysfs_sort_nodes(struct ce_device *device);

#endif
