/* SPDX-License-Identifier: Apache-2.0
 * Both kinds of event socket behind one face. */
#include "device/monitor.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#define KERNEL_GROUP 1u

struct ce_monitor {
  const struct ce_udev_library *library; /* NULL: the kernel's */
  struct udev_monitor *udev;
  int fd;
};

void ce_monitor_free(struct ce_monitor *monitor) {
  if (!monitor) {
    return;
  }
  if (monitor->udev) {
    monitor->library->udev_monitor_unref(monitor->udev);
  } else if (monitor->fd >= 0) {
    close(monitor->fd);
  }
  free(monitor);
}

int ce_monitor_fd(const struct ce_monitor *monitor) {
  return monitor->fd;
}

const char *ce_monitor_source(const struct ce_monitor *monitor) {
  return monitor->udev ? "udev" : "kernel";
}

enum ce_code ce_monitor_adopt(int fd, struct ce_monitor **ret, struct ce_error *err) {
  struct ce_monitor *monitor = calloc(1, sizeof *monitor);
  if (!monitor) {
    return ce_fail_memory(err, "device events");
  }
  monitor->fd = fd;
  *ret = monitor;
  return CE_OK;
}

static enum ce_code open_kernel(struct ce_monitor **ret, struct ce_error *err) {
  CE_AUTO(ce_fd) int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
  struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP};
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
    return ce_fail_sys(err, errno, "listen", "device events of the kernel");
  }
  int size = CE_MONITOR_BUFFER_BYTES;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  }
  enum ce_code code = ce_monitor_adopt(fd, ret, err);
  if (code == CE_OK) {
    fd = -1;
  }
  return code;
}

static bool listen_udev(struct ce_monitor *monitor) {
  static const char *const subsystems[] = {"usb", "hidraw", "scsi_generic"};
  const struct ce_udev_library *library = monitor->library;
  monitor->udev = library->udev_monitor_new_from_netlink(library->context, "udev");
  if (!monitor->udev) {
    return false;
  }
  for (size_t i = 0; i < sizeof subsystems / sizeof subsystems[0]; i++) {
    if (library->udev_monitor_filter_add_match_subsystem_devtype(monitor->udev, subsystems[i], NULL) < 0) {
      return false;
    }
  }
  library->udev_monitor_set_receive_buffer_size(monitor->udev, CE_MONITOR_BUFFER_BYTES);
  if (library->udev_monitor_enable_receiving(monitor->udev) < 0) {
    return false;
  }
  monitor->fd = library->udev_monitor_get_fd(monitor->udev);
  return monitor->fd >= 0;
}

enum ce_code ce_monitor_open(const struct ce_udev_library *library, const char *udev_control,
                             struct ce_monitor **ret, struct ce_error *err) {
  if (!library || access(udev_control, F_OK) != 0) {
    return open_kernel(ret, err);
  }
  CE_AUTO(ce_monitor) struct ce_monitor *monitor = calloc(1, sizeof *monitor);
  if (!monitor) {
    return ce_fail_memory(err, "device events");
  }
  monitor->library = library;
  monitor->fd = -1;
  if (!listen_udev(monitor)) {
    return open_kernel(ret, err);
  }
  *ret = ce_take(&monitor);
  return CE_OK;
}

static enum ce_monitor_outcome outcome_of_errno(void) {
  if (errno == ENOBUFS) {
    return CE_MONITOR_LOST;
  }
  return errno == EINTR || errno == EINVAL ? CE_MONITOR_SKIPPED : CE_MONITOR_EMPTY;
}

static enum ce_monitor_outcome receive_udev(struct ce_monitor *monitor, struct ce_uevent *ret) {
  const struct ce_udev_library *library = monitor->library;
  errno = 0;
  struct udev_device *device = library->udev_monitor_receive_device(monitor->udev);
  if (!device) {
    return outcome_of_errno();
  }
  struct ce_uevent event;
  ce_uevent_start(&event);
  size_t count = 0;
  for (struct udev_list_entry *entry = library->udev_device_get_properties_list_entry(device);
       entry && count < CE_UEVENT_PROPERTIES_MAX; entry = library->udev_list_entry_get_next(entry), count++) {
    const char *value = library->udev_list_entry_get_value(entry);
    ce_uevent_add_property(&event, library->udev_list_entry_get_name(entry), value ? value : "");
  }
  ce_uevent_finish(&event);
  library->udev_device_unref(device);
  *ret = event;
  return event.concerns_usb ? CE_MONITOR_EVENT : CE_MONITOR_SKIPPED;
}

/* The kernel sends with port 0; anybody else's message is not the kernel's. */
static enum ce_monitor_outcome receive_kernel(struct ce_monitor *monitor, struct ce_uevent *ret) {
  char bytes[CE_UEVENT_BYTES_MAX];
  struct sockaddr_nl sender = {0};
  struct iovec into = {.iov_base = bytes, .iov_len = sizeof bytes};
  struct msghdr message = {
      .msg_name = &sender, .msg_namelen = sizeof sender, .msg_iov = &into, .msg_iovlen = 1};
  ssize_t size = recvmsg(monitor->fd, &message, MSG_DONTWAIT);
  if (size < 0) {
    return outcome_of_errno();
  }
  if (size == 0) {
    return CE_MONITOR_EMPTY;
  }
  struct ce_uevent event;
  if (sender.nl_pid != 0 || message.msg_flags & MSG_TRUNC ||
      !ce_uevent_parse_kernel(bytes, (size_t)size, &event) || !event.concerns_usb) {
    return CE_MONITOR_SKIPPED;
  }
  *ret = event;
  return CE_MONITOR_EVENT;
}

enum ce_monitor_outcome ce_monitor_receive(struct ce_monitor *monitor, struct ce_uevent *ret) {
  return monitor->udev ? receive_udev(monitor, ret) : receive_kernel(monitor, ret);
}
