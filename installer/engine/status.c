/* SPDX-License-Identifier: Apache-2.0
 * What is there against what should be, without touching anything. */
#include "engine/engine.h"

#include "base/relpath.h"
#include "engine/capability.h"
#include "engine/probe.h"
#include "engine/services.h"
#include "model/strings.h"
#include "txn/lock.h"
#include "txn/transaction.h"

#include <string.h>

const char *ce_status_state_name(enum ce_status_state state) {
  static const char *const names[] = {"absent", "ok", "damaged", "interrupted"};
  return names[state];
}

void ce_status_clear(struct ce_status *status) {
  free(status->version);
  free(status->profile);
  ce_item_list_clear(&status->items);
  ce_strings_free(status->missing);
  ce_strings_free(status->notes);
  *status = (struct ce_status){0};
}

static enum ce_code note_services(const struct ce_engine *engine, const struct ce_manifest *manifest,
                                  const struct ce_facts *facts, struct ce_status *status,
                                  struct ce_error *err) {
  for (size_t i = 0; i < manifest->integration_count; i++) {
    const struct ce_integration *unit = &manifest->integration[i];
    if (unit->kind != CE_INTEGRATION_UNIT || !unit->wanted_by) {
      continue;
    }
    if (engine->live && !facts->systemd_running) {
      return ce_strings_add(
          &status->notes,
          N_("systemd does not run here: the monitor service is enabled and will start with it."), err);
    }
    if (engine->live && !ce_services_is_active(engine, ce_relpath_name(unit->target))) {
      status->service_stopped = true;
      return ce_strings_add(&status->notes, N_("The monitor service is not running. Run repair."), err);
    }
  }
  return CE_OK;
}

static enum ce_code inspect_installed(const struct ce_engine *engine, const struct ce_receipt *receipt,
                                      bool deep, struct ce_status *status, struct ce_error *err) {
  CE_AUTO(ce_facts) struct ce_facts *facts = NULL;
  enum ce_code code =
      ce_probe(engine, NULL, NULL, receipt, deep ? CE_PROBE_DEEP : CE_PROBE_SHALLOW, &facts, err);
  if (code == CE_OK) {
    code = ce_compare(receipt, facts, &status->items, err);
  }
  if (code == CE_OK) {
    code = ce_capability_missing(engine, facts->arch, receipt->manifest, &status->missing, err);
  }
  if (code == CE_OK) {
    code = note_services(engine, receipt->manifest, facts, status, err);
  }
  if (code != CE_OK) {
    return code;
  }
  /* An image gets what it lacks, and its services, when it runs. */
  bool lacking = engine->live && (ce_strings_count(status->missing) > 0 || status->service_stopped);
  status->state = status->items.fault_count > 0 || lacking ? CE_STATUS_DAMAGED : CE_STATUS_OK;
  status->version = strdup(receipt->manifest->version);
  status->profile = strdup(receipt->manifest->profile);
  return status->version && status->profile ? CE_OK : ce_fail_memory(err, "status");
}

static enum ce_code inspect(const struct ce_engine *engine, bool deep, struct ce_status *status,
                            struct ce_error *err) {
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  bool interrupted = false;
  enum ce_code code = ce_txn_is_interrupted(engine->fs, &interrupted, err);
  if (code == CE_OK) {
    code = ce_txn_read_receipt(engine->fs, &receipt, err);
  }
  if (code == CE_OK && receipt && receipt->installed) {
    code = inspect_installed(engine, receipt, deep, status, err);
  }
  bool busy = false;
  if (code == CE_OK) {
    code = ce_lock_is_held(engine->fs, &busy, err);
  }
  if (code == CE_OK) {
    status->busy = status->busy || busy;
    status->state = interrupted && !status->busy ? CE_STATUS_INTERRUPTED : status->state;
  }
  return code;
}

enum ce_code ce_engine_status(const struct ce_engine *engine, bool deep, struct ce_status *ret,
                              struct ce_error *err) {
  CE_AUTO(ce_status) struct ce_status status = {0};
  /* A run may begin or end while this looks: what is there belongs to it in both cases. */
  enum ce_code code = ce_lock_is_held(engine->fs, &status.busy, err);
  if (code == CE_OK) {
    code = inspect(engine, deep, &status, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (!status.version) {
    status.version = strdup("");
    status.profile = strdup("");
  }
  *ret = status;
  status = (struct ce_status){0};
  return CE_OK;
}
