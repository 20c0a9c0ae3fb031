/* SPDX-License-Identifier: Apache-2.0
 * The stream of device events: udevd's through libudev, or the kernel's own; private to device/. */
#ifndef CE_DEVICE_MONITOR_H
#define CE_DEVICE_MONITOR_H

#include "device/udev-library.h"
#include "device/uevent.h"

#include "base/error.h"

#define CE_MONITOR_BUFFER_BYTES                                                                              \
  (1 << 20) /* of the kernel's queue; what does not fit is lost, and known to be */

struct ce_monitor;

/* Listens from now on. library may be NULL; it must outlive the monitor. udevd is asked when it runs (its
 * control socket is there) and the library is. IO or PERMISSION. */
CE_MUST_USE enum ce_code ce_monitor_open(const struct ce_udev_library *library, const char *udev_control,
                                         struct ce_monitor **ret, struct ce_error *err);
/* The same for a socket that speaks as the kernel's group does; takes it over on success. */
CE_MUST_USE enum ce_code ce_monitor_adopt(int fd, struct ce_monitor **ret, struct ce_error *err);
void ce_monitor_free(struct ce_monitor *monitor);
CE_DEFINE_AUTO(ce_monitor, struct ce_monitor *, ce_monitor_free);

int ce_monitor_fd(const struct ce_monitor *monitor);
const char *ce_monitor_source(const struct ce_monitor *monitor); /* "udev" or "kernel" */

enum ce_monitor_outcome {
  CE_MONITOR_EVENT,   /* *ret was filled */
  CE_MONITOR_SKIPPED, /* a message that tells nothing; ask again */
  CE_MONITOR_EMPTY,   /* nothing more now */
  CE_MONITOR_LOST,    /* messages were lost: look at everything */
};
/* Never blocks. */
enum ce_monitor_outcome ce_monitor_receive(struct ce_monitor *monitor, struct ce_uevent *ret);

#endif
