/* SPDX-License-Identifier: Apache-2.0
 * Looking once more after an install. */
#include "engine/verify.h"

#include "base/relpath.h"
#include "engine/probe.h"
#include "engine/registered-module.h"
#include "engine/services.h"
#include "model/layout.h"
#include "plan/compare.h"

#include <string.h>

#define PROBE_TIMEOUT_MS 40000

static enum ce_code check_files(const struct ce_engine *engine, const struct ce_receipt *receipt,
                                const struct ce_facts *facts, struct ce_error *err) {
  CE_AUTO(ce_item_list) struct ce_item_list items = {0};
  enum ce_code code = ce_compare(receipt, facts, &items, err);
  if (code != CE_OK || items.fault_count == 0) {
    return code;
  }
  const char *first = NULL;
  for (size_t i = 0; i < items.count; i++) {
    enum ce_item_state state = items.items[i].state;
    if (state != CE_ITEM_OK && state != CE_ITEM_FOREIGN) {
      first = first ? first : items.items[i].path;
      ce_emit_note(engine->sink, "gone-after-install", N_("Gone or changed right after it was installed: %s"),
                   items.items[i].path);
    }
  }
  return ce_fail(err, CE_ATTENTION, "verify", first, "%zu files are gone or changed right after the install",
                 items.fault_count);
}

static void check_module(const struct ce_engine *engine, const char *registration) {
  CE_AUTO(ce_free) char *module = ce_registered_module_path(engine, registration);
  struct ce_error err;
  if (!module) {
    return;
  }
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  const char *const argv[] = {"/" CE_CURRENT "/bin/certenv-probe", module, NULL};
  enum ce_code code =
      engine->process->run(engine->process->context, argv, NULL, PROBE_TIMEOUT_MS, &result, &err);
  if (code == CE_OK && result.exit_status != 0) {
    code = ce_fail(&err, CE_ATTENTION, "load", module, "the module does not load: %.250s",
                   ce_blob_text(&result.output));
  }
  if (code != CE_OK) {
    ce_emit_warning(engine->sink, "module", &err);
  }
}

static void check_unit(const struct ce_engine *engine, const char *unit) {
  if (!ce_services_is_active(engine, unit)) {
    struct ce_error err;
    ce_fail(&err, CE_TRIGGER, "start", unit, "the service is not running");
    ce_emit_warning(engine->sink, "service", &err);
  }
}

enum ce_code ce_verify_installed(const struct ce_engine *engine, const struct ce_receipt *receipt,
                                 struct ce_error *err) {
  ce_emit_phase(engine->sink, "verify", N_("Checking that everything works"));
  CE_AUTO(ce_facts) struct ce_facts *facts = NULL;
  enum ce_code code = ce_probe(engine, NULL, NULL, receipt, CE_PROBE_SHALLOW, &facts, err);
  if (code == CE_OK) {
    code = check_files(engine, receipt, facts, err);
  }
  for (size_t i = 0; code == CE_OK && i < receipt->manifest->integration_count; i++) {
    const struct ce_integration *integration = &receipt->manifest->integration[i];
    bool registered = integration->kind == CE_INTEGRATION_P11_MODULE &&
                      (!integration->module || ce_receipt_find(receipt, integration->target));
    if (registered && engine->live) {
      check_module(engine, integration->target);
    }
    if (integration->kind == CE_INTEGRATION_UNIT && integration->wanted_by && facts->systemd_running) {
      check_unit(engine, ce_relpath_name(integration->target));
    }
  }
  return code;
}
