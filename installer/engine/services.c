/* SPDX-License-Identifier: Apache-2.0
 * udev, systemd and caches. */
#include "engine/services.h"

#include "base/relpath.h"
#include "engine/host.h"

#include <string.h>

#define SERVICE_TIMEOUT_MS 60000

/* Runs one command; false, with err about subject, when it does not end well. */
static bool attempt(const struct ce_engine *engine, const char *const argv[], const char *subject,
                    struct ce_error *err) {
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  enum ce_code code =
      engine->process->run(engine->process->context, argv, NULL, SERVICE_TIMEOUT_MS, &result, err);
  if (code == CE_OK && result.exit_status != 0) {
    code = ce_fail(err, CE_TRIGGER, argv[0], subject, "%s %s: exit status %d: %.200s", argv[0],
                   argv[1] ? argv[1] : "", result.exit_status, ce_blob_text(&result.errors));
  }
  return code == CE_OK;
}

/* The same, where a failure becomes a warning. */
static bool run(const struct ce_engine *engine, const char *const argv[], const char *subject) {
  struct ce_error err;
  if (attempt(engine, argv, subject, &err)) {
    return true;
  }
  err.code = CE_TRIGGER;
  ce_emit_warning(engine->sink, "trigger", &err);
  return false;
}

/* The database is compiled where the distribution has it: one more in /etc would hide that one for ever, also
 * after everything was removed. */
static void update_hwdb(const struct ce_engine *engine) {
  static const char *const update[] = {"systemd-hwdb", "update", NULL};
  static const char *const update_usr[] = {"systemd-hwdb", "--usr", "update", NULL};
  bool in_etc = ce_host_has(engine, "etc/udev/hwdb.bin");
  bool in_usr = ce_host_has(engine, "usr/lib/udev/hwdb.bin") || ce_host_has(engine, "lib/udev/hwdb.bin");
  struct ce_error ignored; /* /usr may be read-only */
  if (in_etc || !in_usr || !attempt(engine, update_usr, "hwdb", &ignored)) {
    run(engine, update, "hwdb");
  }
}

static void reload_udev(const struct ce_engine *engine) {
  static const char *const reload[] = {"udevadm", "control", "--reload", NULL};
  static const char *const trigger[] = {"udevadm",
                                        "trigger",
                                        "--action=change",
                                        "--subsystem-match=usb",
                                        "--subsystem-match=hidraw",
                                        "--subsystem-match=scsi_generic",
                                        NULL};
  if (run(engine, reload, "udev")) {
    run(engine, trigger, "udev");
  }
}

static bool has_trigger(const struct ce_plan *plan, enum ce_trigger trigger) {
  return (plan->triggers & (unsigned)trigger) != 0;
}

static void start_units(const struct ce_engine *engine, const struct ce_manifest *manifest) {
  for (size_t i = 0; i < manifest->integration_count; i++) {
    const struct ce_integration *unit = &manifest->integration[i];
    if (unit->kind == CE_INTEGRATION_UNIT && unit->wanted_by) {
      const char *name = ce_relpath_name(unit->target);
      run(engine, (const char *[]){"systemctl", "restart", name, NULL}, name);
    }
  }
}

/* A cache is brought up to date where there is one; none is made, since desktops read the directory as well.
 */
static void update_icon_cache(const struct ce_engine *engine) {
  static const char *const update[] = {"gtk-update-icon-cache", "-q", "-f", "/usr/local/share/icons/hicolor",
                                       NULL};
  if (ce_host_has(engine, "usr/local/share/icons/hicolor/icon-theme.cache")) {
    run(engine, update, "icons");
  }
}

void ce_services_stop(const struct ce_engine *engine, const struct ce_plan *plan) {
  if (!has_trigger(plan, CE_TRIGGER_UNIT_STOP)) {
    return;
  }
  for (size_t i = 0; plan->units_stop && plan->units_stop[i]; i++) {
    run(engine, (const char *[]){"systemctl", "stop", plan->units_stop[i], NULL}, plan->units_stop[i]);
  }
}

void ce_services_trigger(const struct ce_engine *engine, const struct ce_plan *plan) {
  static const char *const reload[] = {"systemctl", "daemon-reload", NULL};
  static const char *const pcscd[] = {"systemctl", "try-restart", "pcscd.service", NULL};
  if (plan->triggers & ~(unsigned)CE_TRIGGER_UNIT_STOP) {
    ce_emit_phase(engine->sink, "trigger", N_("Telling the system's services"));
  }
  if (has_trigger(plan, CE_TRIGGER_HWDB)) {
    update_hwdb(engine);
  }
  if (has_trigger(plan, CE_TRIGGER_UDEV)) {
    reload_udev(engine);
  }
  if (has_trigger(plan, CE_TRIGGER_SYSTEMD_RELOAD)) {
    run(engine, reload, "systemd");
  }
  if (has_trigger(plan, CE_TRIGGER_UNIT_START) && plan->after->manifest) {
    start_units(engine, plan->after->manifest);
  }
  if (has_trigger(plan, CE_TRIGGER_PCSCD)) {
    run(engine, pcscd, "pcscd");
  }
  if (has_trigger(plan, CE_TRIGGER_ICON_CACHE)) {
    update_icon_cache(engine);
  }
}

static bool runs_unit(const struct ce_receipt *receipt, const char *target) {
  const struct ce_manifest *manifest = receipt && receipt->installed ? receipt->manifest : NULL;
  for (size_t i = 0; manifest && i < manifest->integration_count; i++) {
    const struct ce_integration *unit = &manifest->integration[i];
    if (unit->kind == CE_INTEGRATION_UNIT && unit->wanted_by && strcmp(unit->target, target) == 0) {
      return true;
    }
  }
  return false;
}

void ce_services_stop_new(const struct ce_engine *engine, const struct ce_plan *plan,
                          const struct ce_receipt *old) {
  const struct ce_manifest *manifest = plan->after->manifest;
  if (!has_trigger(plan, CE_TRIGGER_UNIT_START) || !manifest) {
    return;
  }
  for (size_t i = 0; i < manifest->integration_count; i++) {
    const char *target = manifest->integration[i].target;
    if (runs_unit(plan->after, target) && !runs_unit(old, target)) {
      const char *name = ce_relpath_name(target);
      run(engine, (const char *[]){"systemctl", "stop", name, NULL}, name);
    }
  }
}

void ce_services_trigger_old(const struct ce_engine *engine, const struct ce_plan *plan,
                             const struct ce_receipt *old) {
  static const unsigned starts = CE_TRIGGER_UNIT_START | CE_TRIGGER_UNIT_STOP;
  /* A plan may own its receipt; nothing is written through this one. */
  struct ce_plan back = {.triggers = plan->triggers & ~starts, .after = (struct ce_receipt *)old};
  if ((plan->triggers & starts) && old && old->installed) {
    back.triggers |= CE_TRIGGER_UNIT_START;
  }
  ce_services_trigger(engine, &back);
}

void ce_services_revive(const struct ce_engine *engine, const struct ce_manifest *manifest) {
  static const char *const reload[] = {"systemctl", "daemon-reload", NULL};
  for (size_t i = 0; i < manifest->integration_count; i++) {
    const struct ce_integration *unit = &manifest->integration[i];
    const char *name = ce_relpath_name(unit->target);
    if (unit->kind == CE_INTEGRATION_UNIT && unit->wanted_by && !ce_services_is_active(engine, name) &&
        run(engine, reload, "systemd")) {
      run(engine, (const char *[]){"systemctl", "restart", name, NULL}, name);
    }
  }
}

bool ce_services_is_active(const struct ce_engine *engine, const char *unit) {
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  struct ce_error ignored;
  const char *const argv[] = {"systemctl", "--quiet", "is-active", unit, NULL};
  return engine->process->run(engine->process->context, argv, NULL, SERVICE_TIMEOUT_MS, &result, &ignored) ==
             CE_OK &&
         result.exit_status == 0;
}

static bool needs_pcscd(const struct ce_manifest *manifest) {
  for (size_t i = 0; i < manifest->prerequisite_count; i++) {
    if (strcmp(manifest->prerequisites[i].capability, "pcscd") == 0) {
      return true;
    }
  }
  return false;
}

void ce_services_start_pcscd(const struct ce_engine *engine, const struct ce_manifest *manifest) {
  CE_AUTO(ce_process_result) struct ce_process_result result = {0};
  struct ce_error ignored;
  const char *const start[] = {"systemctl", "start", "pcscd.socket", NULL};
  bool runs = !needs_pcscd(manifest) || ce_services_is_active(engine, "pcscd.socket") ||
              ce_services_is_active(engine, "pcscd.service");
  /* Where it is masked or missing, the key's state says so. */
  if (!runs &&
      engine->process->run(engine->process->context, start, NULL, SERVICE_TIMEOUT_MS, &result, &ignored) ==
          CE_OK &&
      result.exit_status == 0) {
    ce_emit_note(engine->sink, "pcscd-started", N_("The smart-card service was started."), NULL);
  }
}
