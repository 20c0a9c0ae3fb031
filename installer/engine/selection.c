/* SPDX-License-Identifier: Apache-2.0
 * Choosing the optional integration. */
#include "engine/selection.h"

#include "engine/pcscd-drivers.h"
#include "model/driver-plist.h"
#include "model/strings.h"
#include "ports/hash.h"

#include <string.h>

void ce_selection_plan_clear(struct ce_selection_plan *plan) {
  ce_selection_clear(&plan->selection);
  *plan = (struct ce_selection_plan){0};
}

static bool has_driver(const struct ce_manifest *manifest) {
  for (size_t i = 0; i < manifest->integration_count; i++) {
    if (manifest->integration[i].kind == CE_INTEGRATION_PCSC_DRIVER) {
      return true;
    }
  }
  return false;
}

static bool has_module(const struct ce_manifest *manifest, const char *module) {
  for (size_t i = 0; i < manifest->integration_count; i++) {
    const char *own = manifest->integration[i].module;
    if (own && (!module || strcmp(own, module) == 0)) {
      return true;
    }
  }
  return false;
}

static enum ce_code add_module(const struct ce_selection_request *request, const char *module,
                               struct ce_selection *selection, struct ce_error *err) {
  bool known = selection->modules && ce_strings_contain(selection->modules, module);
  return known || !has_module(request->manifest, module) ? CE_OK
                                                         : ce_strings_add(&selection->modules, module, err);
}

static const struct ce_key *find_key(const struct ce_selection_request *request, size_t index) {
  const struct ce_device *device = &request->devices->devices[index];
  return ce_key_catalogue_find(request->catalogue, device->vendor_id, device->product_id);
}

static enum ce_code select_modules(const struct ce_selection_request *request, struct ce_selection *selection,
                                   struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && request->devices && i < request->devices->count; i++) {
    const struct ce_key *key = find_key(request, i);
    code = key ? add_module(request, key->module, selection, err) : CE_OK;
  }
  const struct ce_receipt *receipt = request->receipt;
  size_t count = receipt && receipt->manifest ? receipt->manifest->integration_count : 0;
  for (size_t i = 0; code == CE_OK && i < count; i++) {
    const struct ce_integration *entry = &receipt->manifest->integration[i];
    if (entry->module && ce_receipt_find(receipt, entry->target)) {
      code = add_module(request, entry->module, selection, err);
    }
  }
  return code;
}

static bool is_listed(const void *context, uint16_t vendor_id, uint16_t product_id) {
  return ce_driver_list_find(context, vendor_id, product_id) != NULL;
}

static bool is_needed(const struct ce_selection_request *request, const struct ce_driver_list *listed) {
  for (size_t i = 0; request->devices && i < request->devices->count; i++) {
    const struct ce_key *key = find_key(request, i);
    if (key && key->class == CE_KEY_CCID && !is_listed(listed, key->vendor_id, key->product_id)) {
      return true;
    }
  }
  return false;
}

static enum ce_code add_driver(const struct ce_selection_request *request, const char *directory,
                               const struct ce_driver_list *listed, struct ce_selection *selection,
                               struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob plist = {0};
  size_t count = 0;
  enum ce_code code = ce_driver_plist_write(request->catalogue, is_listed, listed, &plist, &count, err);
  if (code != CE_OK || count == 0) {
    return code;
  }
  ce_hash_bytes(plist.data, plist.size, &selection->driver_plist_sha256);
  selection->driver_plist_size_bytes = plist.size;
  selection->driver_plist = ce_blob_take_text(&plist);
  selection->driver_directory = strdup(directory);
  return selection->driver_plist && selection->driver_directory ? CE_OK : ce_fail_memory(err, directory);
}

static enum ce_code select_driver(const struct ce_engine *engine, const struct ce_selection_request *request,
                                  struct ce_selection_plan *plan, struct ce_error *err) {
  CE_AUTO(ce_driver_list) struct ce_driver_list listed = {0};
  const char *directory = NULL;
  enum ce_code code = ce_pcscd_drivers_load(engine->fs, &directory, &listed, err);
  if (code != CE_OK) {
    return code;
  }
  bool owned = ce_selection_was_driver(request->receipt);
  if (!owned && !request->profile_wants_driver && !is_needed(request, &listed)) {
    return CE_OK;
  }
  plan->driver_later = !directory || listed.bundle_count == 0;
  struct ce_fs_space space = {0};
  code = directory ? ce_fs_space(engine->fs, directory, &space, err) : CE_OK;
  if (code != CE_OK || !directory) {
    return code;
  }
  /* What is in such a place already cannot be taken away either. */
  if (space.read_only && !owned) {
    ce_emit_note(engine->sink, "driver-read-only",
                 N_("The key's driver cannot be added: /%s is mounted read-only."), directory);
    return CE_OK;
  }
  return add_driver(request, directory, &listed, &plan->selection, err);
}

enum ce_code ce_selection_make(const struct ce_engine *engine, const struct ce_selection_request *request,
                               struct ce_selection_plan *ret, struct ce_error *err) {
  CE_AUTO(ce_selection_plan) struct ce_selection_plan plan = {0};
  enum ce_code code = select_modules(request, &plan.selection, err);
  if (code == CE_OK && has_driver(request->manifest)) {
    code = select_driver(engine, request, &plan, err);
  }
  if (code == CE_OK) {
    *ret = plan;
    plan = (struct ce_selection_plan){0};
  }
  return code;
}

enum ce_code ce_selection_choose(const struct ce_engine *engine, const struct ce_selection_request *request,
                                 struct ce_selection_plan *ret, struct ce_error *err) {
  CE_AUTO(ce_device_list) struct ce_device_list devices = {0};
  struct ce_selection_request now = *request;
  now.devices = engine->live ? &devices : NULL;
  enum ce_code code = engine->live ? ce_device_scan(ce_device_places_system(), NULL, &devices, err) : CE_OK;
  if (code != CE_OK) {
    return code;
  }
  ce_selection_plan_clear(ret);
  return ce_selection_make(engine, &now, ret, err);
}

bool ce_selection_concerns(const struct ce_manifest *manifest) {
  return has_driver(manifest) || has_module(manifest, NULL);
}
