/* SPDX-License-Identifier: Apache-2.0
 * Opening of GTK 3. */
#undef CE_GTK_REDIRECT /* here the names are those of the library */
#include "gtk/gtk-calls.h"

#include <dlfcn.h>
#include <string.h>

#define LIBRARY "libgtk-3.so.0"

struct ce_gtk_calls ce_gtk_calls;

static bool find(void *library, const char *name, void *ret_function, size_t size) {
  void *function = dlsym(library, name);
  memcpy(ret_function, &function, size);
  return function != NULL;
}

static bool find_functions(void *library) {
  bool found = true;
#define CE_GTK_CALL(name)          found = find(library, #name, &ce_gtk_calls.name, sizeof ce_gtk_calls.name) && found;
#define CE_GTK_CALL_IF_THERE(name) find(library, #name, &ce_gtk_calls.name, sizeof ce_gtk_calls.name);
#include "gtk/gtk-calls.def"
#undef CE_GTK_CALL_IF_THERE
#undef CE_GTK_CALL
  return found;
}

bool ce_gtk_calls_open(void) {
  if (ce_gtk_calls.gtk_init_check) {
    return true;
  }
  /* GLOBAL: GtkBuilder looks the types of its documents up by their names. */
  void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_GLOBAL);
  if (library && find_functions(library)) {
    return true;
  }
  ce_gtk_calls = (struct ce_gtk_calls){0};
  return false;
}
