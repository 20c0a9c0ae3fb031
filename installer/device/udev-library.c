/* SPDX-License-Identifier: Apache-2.0
 * Opening libudev. */
#include "device/udev-library.h"

#include <dlfcn.h>
#include <string.h>

void ce_udev_library_free(struct ce_udev_library *library) {
  if (!library) {
    return;
  }
  if (library->context) {
    library->udev_unref(library->context);
  }
  if (library->handle) {
    dlclose(library->handle);
  }
  free(library);
}

static bool find_functions(struct ce_udev_library *library) {
  bool found = true;
#define CE_UDEV_FUNCTION(name)                                                                               \
  *(void **)&library->name = dlsym(library->handle, #name);                                                  \
  found = found && library->name;
  CE_UDEV_FUNCTIONS
#undef CE_UDEV_FUNCTION
  return found;
}

struct ce_udev_library *ce_udev_library_open(const char *file) {
  CE_AUTO(ce_udev_library) struct ce_udev_library *library = calloc(1, sizeof *library);
  if (!library) {
    return NULL;
  }
  library->handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (!library->handle || !find_functions(library)) {
    return NULL;
  }
  library->context = library->udev_new();
  return library->context ? ce_take(&library) : NULL;
}

bool ce_udev_library_has_property(const struct ce_udev_library *library, const char *syspath,
                                  const char *name) {
  struct udev_device *device =
      library ? library->udev_device_new_from_syspath(library->context, syspath) : NULL;
  if (!device) {
    return false;
  }
  const char *value = library->udev_device_get_property_value(device, name);
  bool has = value && value[0] && strcmp(value, "0") != 0;
  library->udev_device_unref(device);
  return has;
}
