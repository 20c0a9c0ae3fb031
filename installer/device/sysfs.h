/* SPDX-License-Identifier: Apache-2.0
 * Reading one USB device's facts from the kernel's tree; private to device/. */
#ifndef CE_DEVICE_SYSFS_H
#define CE_DEVICE_SYSFS_H

#include "device/device.h"
#include "device/udev-library.h"

#define CE_SYSFS_TEXT_MAX  1024 /* bytes of an attribute that are read */
#define CE_SYSFS_DEPTH_MAX 6    /* from an interface to its hidraw or scsi_generic directory: 4 */
#define CE_SYSFS_VISIT_MAX 256  /* directories below one interface */

/* An opened machine. Descriptors are -1 where the tree is missing. */
struct ce_sysfs {
  int sys_fd, dev_fd;
  const struct ce_device_places *places; /* borrowed */
  const struct ce_access_user *user;     /* borrowed; may be NULL */
  const struct ce_udev_library *library; /* borrowed; may be NULL */
};
struct ce_sysfs ce_sysfs_open(const struct ce_device_places *places, const struct ce_access_user *user,
                              const struct ce_udev_library *library);
void ce_sysfs_close(struct ce_sysfs *sysfs);
CE_DEFINE_AUTO_IN_PLACE(ce_sysfs, struct ce_sysfs, ce_sysfs_close);

/* False: there is no USB device at syspath (now), or it is a hub. */
bool ce_sysfs_read(const struct ce_sysfs *sysfs, const char *syspath, struct ce_device *ret);
/* Whether anything is at syspath, a device or a hub. */
bool ce_sysfs_has(const struct ce_sysfs *sysfs, const char *syspath);
/* All devices, sorted. Fails with MEMORY only. */
CE_MUST_USE enum ce_code ce_sysfs_read_all(const struct ce_sysfs *sysfs, struct ce_device_list *ret,
                                           struct ce_error *err);

#endif
