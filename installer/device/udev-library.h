/* SPDX-License-Identifier: Apache-2.0
 * The machine's libudev, opened at run time: the program must start where there is none. Private to device/.
 */
#ifndef CE_DEVICE_UDEV_LIBRARY_H
#define CE_DEVICE_UDEV_LIBRARY_H

#include "base/cleanup.h"

#include <libudev.h>
#include <stdbool.h>

/* CE_UDEV_FUNCTION(name): the functions that are used, by their names in the library. */
#define CE_UDEV_FUNCTIONS                                                                                    \
  CE_UDEV_FUNCTION(udev_new)                                                                                 \
  CE_UDEV_FUNCTION(udev_unref)                                                                               \
  CE_UDEV_FUNCTION(udev_device_new_from_syspath)                                                             \
  CE_UDEV_FUNCTION(udev_device_unref)                                                                        \
  CE_UDEV_FUNCTION(udev_device_get_property_value)                                                           \
  CE_UDEV_FUNCTION(udev_device_get_properties_list_entry)                                                    \
  CE_UDEV_FUNCTION(udev_list_entry_get_next)                                                                 \
  CE_UDEV_FUNCTION(udev_list_entry_get_name)                                                                 \
  CE_UDEV_FUNCTION(udev_list_entry_get_value)                                                                \
  CE_UDEV_FUNCTION(udev_monitor_new_from_netlink)                                                            \
  CE_UDEV_FUNCTION(udev_monitor_unref)                                                                       \
  CE_UDEV_FUNCTION(udev_monitor_filter_add_match_subsystem_devtype)                                          \
  CE_UDEV_FUNCTION(udev_monitor_set_receive_buffer_size)                                                     \
  CE_UDEV_FUNCTION(udev_monitor_enable_receiving)                                                            \
  CE_UDEV_FUNCTION(udev_monitor_get_fd)                                                                      \
  CE_UDEV_FUNCTION(udev_monitor_receive_device)

struct ce_udev_library {
  void *handle;
  struct udev *context;
#define CE_UDEV_FUNCTION(name) __typeof__(&(name)) name;
  CE_UDEV_FUNCTIONS
#undef CE_UDEV_FUNCTION
};

/* NULL when the library cannot be had, which is no failure: everything works without it. */
struct ce_udev_library *ce_udev_library_open(const char *file);
void ce_udev_library_free(struct ce_udev_library *library);
CE_DEFINE_AUTO(ce_udev_library, struct ce_udev_library *, ce_udev_library_free);

/* Whether udev's database has this property, other than "0", for the device. library may be NULL: false. */
bool ce_udev_library_has_property(const struct ce_udev_library *library, const char *syspath,
                                  const char *name);

#endif
