/* SPDX-License-Identifier: Apache-2.0
 * Opening libpcsclite. */
#include "device/pcsc-library.h"

#include <dlfcn.h>
#include <stddef.h>

bool ce_pcsc_library_open(const char *file, struct ce_pcsc_library *ret) {
  void *handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  struct ce_pcsc_library library = {0};
  bool found = handle != NULL;
#define CE_PCSC_FUNCTION(name)                                                                               \
  *(void **)&library.name = handle ? dlsym(handle, #name) : NULL;                                            \
  found = found && library.name;
  CE_PCSC_FUNCTIONS
#undef CE_PCSC_FUNCTION
  if (found) {
    *ret = library;
  }
  return found;
}
