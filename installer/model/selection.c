/* SPDX-License-Identifier: Apache-2.0
 * Selections as values. */
#include "model/selection.h"

#include "base/relpath.h"
#include "model/layout.h"
#include "model/strings.h"

#include <assert.h>
#include <string.h>

void ce_selection_clear(struct ce_selection *selection) {
  ce_strings_free(selection->modules);
  free(selection->driver_directory);
  free(selection->driver_plist);
  *selection = (struct ce_selection){0};
}

bool ce_selection_wants(const struct ce_selection *selection, const struct ce_integration *integration) {
  if (integration->kind == CE_INTEGRATION_PCSC_DRIVER) {
    return selection && selection->driver_directory;
  }
  return !integration->module ||
         (selection && selection->modules && ce_strings_contain(selection->modules, integration->module));
}

char *ce_selection_target(const struct ce_selection *selection, const struct ce_integration *integration) {
  assert(ce_selection_wants(selection, integration));
  return integration->kind == CE_INTEGRATION_PCSC_DRIVER
             ? ce_relpath_join(selection->driver_directory, CE_DRIVER_PLACE)
             : strdup(integration->target);
}

char *ce_selection_plist_target(const struct ce_selection *selection) {
  assert(selection->driver_directory && selection->driver_plist);
  return ce_relpath_join(selection->driver_directory, CE_DRIVER_PLIST);
}

bool ce_selection_is_driver_path(const char *path) {
  return strstr(path, "/" CE_DRIVER_BUNDLE "/") && !ce_relpath_is_beneath(path, CE_HOME);
}

bool ce_selection_was_driver(const struct ce_receipt *receipt) {
  for (size_t i = 0; receipt && i < receipt->path_count; i++) {
    if (ce_selection_is_driver_path(receipt->paths[i].path)) {
      return true;
    }
  }
  return false;
}
