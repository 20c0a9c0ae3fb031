/* SPDX-License-Identifier: Apache-2.0
 * Three calls of libgio. */
#include "launcher/gvfs-metadata.h"

#include <dlfcn.h>
#include <string.h>

#define LIBRARY "libgio-2.0.so.0"

/* gio/gioenums.h */
#define ATTRIBUTE_TYPE_INVALID 0u
#define ATTRIBUTE_TYPE_STRING  1u
#define QUERY_INFO_NONE        0u

/* dlsym() gives an object pointer for a function; POSIX wants this way of storing it. */
static bool find_call(void *library, const char *name, void *ret_call) {
  void *found = dlsym(library, name);
  memcpy(ret_call, &found, sizeof found);
  return found != NULL;
}

bool ce_gvfs_load(struct ce_gvfs_calls *ret) {
  void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
  return library && find_call(library, "g_file_new_for_path", &ret->file_new_for_path) &&
         find_call(library, "g_file_set_attribute", &ret->file_set_attribute) &&
         find_call(library, "g_object_unref", &ret->object_unref);
}

bool ce_gvfs_set(const struct ce_gvfs_calls *calls, const char *path, const struct ce_gvfs_mark marks[],
                 unsigned count) {
  void *file = calls->file_new_for_path(path);
  bool set = file != NULL;
  for (unsigned i = 0; set && i < count; i++) {
    unsigned type = marks[i].value ? ATTRIBUTE_TYPE_STRING : ATTRIBUTE_TYPE_INVALID;
    set = calls->file_set_attribute(file, marks[i].attribute, type, marks[i].value, QUERY_INFO_NONE, NULL,
                                    NULL) != 0;
  }
  if (file) {
    calls->object_unref(file);
  }
  return set;
}
