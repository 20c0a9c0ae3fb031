/* SPDX-License-Identifier: Apache-2.0
 * What is granted, its record, and taking it back. */
#include "engine/allowance.h"

#include "engine/allow-list.h"
#include "engine/allowance-tools.h"
#include "engine/host.h"
#include "engine/key-catalogue.h"
#include "engine/state.h"
#include "model/layout.h"
#include "ports/fs-document.h"
#include "txn/lock.h"
#include "txn/transaction.h"

#include <string.h>

#define RECORD_MODE 0644

void ce_allowance_plan_clear(struct ce_allowance_plan *plan) {
  ce_strings_free(plan->lines);
  *plan = (struct ce_allowance_plan){0};
}

static enum ce_code read_record(const struct ce_engine *engine, struct ce_allowances *ret,
                                struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_error problem;
  enum ce_code code =
      ce_fs_document_read(engine->fs, CE_ALLOWANCES, CE_ALLOWANCES_BYTES_MAX, &bytes, &problem);
  if (code == CE_NOT_FOUND) {
    return CE_OK;
  }
  if (code != CE_OK) {
    *err = problem;
    return code;
  }
  return ce_allowances_parse(bytes.data, bytes.size, ret, err);
}

static enum ce_code write_record(const struct ce_engine *engine, const struct ce_allowances *allowances,
                                 struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  enum ce_code code = ce_allowances_write(allowances, &bytes, err);
  return code == CE_OK
             ? ce_fs_document_replace(engine->fs, CE_ALLOWANCES, bytes.data, bytes.size, RECORD_MODE, err)
             : code;
}

static bool is_program_there(const struct ce_engine *engine, const char *name) {
  static const char *const places[] = {"usr/bin", "usr/sbin", "bin", "sbin"};
  bool found = false;
  for (size_t i = 0; !found && i < sizeof places / sizeof places[0]; i++) {
    CE_AUTO(ce_free) char *path = ce_text_format("%s/%s", places[i], name);
    found = path && ce_host_has(engine, path);
  }
  return found;
}

/* Only keys of the catalogue: what else USBGuard blocks is none of our business. */
static enum ce_code find_blocked_keys(const struct ce_engine *engine, struct ce_allowance_plan *plan,
                                      struct ce_error *err) {
  CE_AUTO(ce_known_keys) struct ce_known_keys known = {0};
  struct ce_usbguard_device blocked[CE_ALLOWANCE_DEVICES_MAX];
  enum ce_code code = ce_known_keys_of_installed(engine, &known, err);
  size_t count = code == CE_OK ? ce_usbguard_list_blocked(engine, blocked, CE_ALLOWANCE_DEVICES_MAX) : 0;
  for (size_t i = 0; i < count; i++) {
    if (ce_key_catalogue_find(known.catalogue, blocked[i].vendor_id, blocked[i].product_id)) {
      plan->devices[plan->device_count++] = blocked[i];
    }
  }
  return code;
}

static enum ce_code add_device_lines(struct ce_allowance_plan *plan, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < plan->device_count; i++) {
    CE_AUTO(ce_free) char *rule = ce_usbguard_rule(&plan->devices[i]);
    CE_AUTO(ce_free)
    char *line = rule ? ce_text_format("usbguard append-rule '%s' && usbguard allow-device %u", rule,
                                       plan->devices[i].number)
                      : NULL;
    code = line ? ce_strings_add(&plan->lines, line, err) : ce_fail_memory(err, "usbguard");
  }
  return code;
}

static enum ce_code add_lines(struct ce_allowance_plan *plan, struct ce_error *err) {
  static const char trust[] = "/" CE_FAPOLICYD_TRUST " && fapolicyd-cli --update";
  static const char verify[] = "kysec_set -n exectl -v verified /" CE_VERSIONS "/*";
  static const char restore[] = "restorecon -R /" CE_HOME;
  enum ce_code code = plan->fapolicyd ? ce_strings_add(&plan->lines, trust, err) : CE_OK;
  if (code == CE_OK && plan->kysec) {
    code = ce_strings_add(&plan->lines, verify, err);
  }
  if (code == CE_OK && plan->selinux) {
    code = ce_strings_add(&plan->lines, restore, err);
  }
  return code == CE_OK ? add_device_lines(plan, err) : code;
}

enum ce_code ce_allowance_make_plan(const struct ce_engine *engine, char *const *fixes,
                                    struct ce_allowance_plan *ret, struct ce_error *err) {
  CE_AUTO(ce_allowance_plan) struct ce_allowance_plan plan = {0};
  plan.fapolicyd = ce_strings_contain(fixes, "fapolicyd") && ce_host_has(engine, CE_FAPOLICYD_DIRECTORY) &&
                   is_program_there(engine, "fapolicyd-cli");
  plan.kysec = ce_strings_contain(fixes, "kysec") && is_program_there(engine, "kysec_set");
  plan.selinux = ce_strings_contain(fixes, "selinux") && is_program_there(engine, "restorecon") &&
                 ce_host_has(engine, CE_CURRENT);
  enum ce_code code = CE_OK;
  if (ce_strings_contain(fixes, "usbguard") && is_program_there(engine, "usbguard")) {
    code = find_blocked_keys(engine, &plan, err);
  }
  if (code == CE_OK) {
    code = add_lines(&plan, err);
  }
  if (code == CE_OK) {
    *ret = plan;
    plan = (struct ce_allowance_plan){0};
  }
  return code;
}

/* What is trusted: the installed version, and the one that is on its way at both of its places. */
static enum ce_code format_trust(const struct ce_receipt *receipt, const struct ce_manifest *upcoming,
                                 const char *staged, struct ce_blob *lines, struct ce_error *err) {
  enum ce_code code = CE_OK;
  if (receipt && receipt->installed) {
    CE_AUTO(ce_free) char *tree = ce_text_format("%s/%s", CE_VERSIONS, receipt->manifest->version);
    code = tree ? ce_allow_list_format(receipt->manifest, tree, lines, err) : ce_fail_memory(err, "trust");
    code = code == CE_OK ? ce_allow_list_format_paths(receipt, lines, err) : code;
  }
  if (code == CE_OK && upcoming) {
    CE_AUTO(ce_free) char *tree = ce_text_format("%s/%s", CE_VERSIONS, upcoming->version);
    code = tree ? ce_allow_list_format(upcoming, tree, lines, err) : ce_fail_memory(err, "trust");
    code = code == CE_OK ? ce_allow_list_format(upcoming, staged, lines, err) : code;
  }
  return code;
}

static bool trust(const struct ce_engine *engine, const struct ce_receipt *receipt,
                  const struct ce_manifest *upcoming, const char *staged) {
  CE_AUTO(ce_blob) struct ce_blob lines = {0};
  struct ce_error err;
  bool changed = false;
  if (format_trust(receipt, upcoming, staged, &lines, &err) != CE_OK) {
    ce_emit_warning(engine->sink, "allowance", &err);
    return false;
  }
  return ce_fapolicyd_trust(engine, &lines, &changed) && changed;
}

static void verify(const struct ce_engine *engine, const struct ce_receipt *receipt,
                   const struct ce_manifest *upcoming, const char *staged) {
  if (upcoming) {
    ce_kysec_verify(engine, upcoming, staged); /* the marks move along with the files */
  } else if (receipt && receipt->installed) {
    CE_AUTO(ce_free) char *tree = ce_text_format("%s/%s", CE_VERSIONS, receipt->manifest->version);
    if (tree) {
      ce_kysec_verify(engine, receipt->manifest, tree);
    }
  }
}

bool ce_allowance_renew(const struct ce_engine *engine, const struct ce_receipt *receipt,
                        const struct ce_manifest *upcoming, const char *staged) {
  CE_AUTO(ce_allowances) struct ce_allowances allowances = {0};
  struct ce_error err;
  if (!engine->live) {
    return false;
  }
  if (read_record(engine, &allowances, &err) != CE_OK) {
    ce_emit_warning(engine->sink, "allowance", &err);
    return false;
  }
  if (allowances.kysec) {
    verify(engine, receipt, upcoming, staged);
  }
  return allowances.fapolicyd && trust(engine, receipt, upcoming, staged);
}

/* A rule that is there already is somebody else's, unless the record says that it is ours. */
static enum ce_code record_rules(const struct ce_engine *engine, const struct ce_allowance_plan *plan,
                                 struct ce_allowances *allowances, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < plan->device_count; i++) {
    CE_AUTO(ce_free) char *rule = ce_usbguard_rule(&plan->devices[i]);
    if (!rule) {
      return ce_fail_memory(err, "usbguard");
    }
    bool known = ce_strings_contain(allowances->usbguard_rules, rule) || ce_usbguard_has_rule(engine, rule);
    code = known ? CE_OK : ce_strings_add(&allowances->usbguard_rules, rule, err);
  }
  return code;
}

static enum ce_code record_plan(const struct ce_engine *engine, const struct ce_allowance_plan *plan,
                                struct ce_error *err) {
  CE_AUTO(ce_allowances) struct ce_allowances allowances = {0};
  enum ce_code code = read_record(engine, &allowances, err);
  if (code == CE_OK) {
    allowances.fapolicyd = allowances.fapolicyd || plan->fapolicyd;
    allowances.kysec = allowances.kysec || plan->kysec;
    code = record_rules(engine, plan, &allowances, err);
  }
  return code == CE_OK && !ce_allowances_are_empty(&allowances) ? write_record(engine, &allowances, err)
                                                                : code;
}

static enum ce_code allow_devices(const struct ce_engine *engine, const struct ce_allowance_plan *plan,
                                  struct ce_error *err) {
  for (size_t i = 0; i < plan->device_count; i++) {
    CE_AUTO(ce_free) char *rule = ce_usbguard_rule(&plan->devices[i]);
    if (!rule) {
      return ce_fail_memory(err, "usbguard");
    }
    ce_usbguard_allow(engine, rule, &plan->devices[i]);
  }
  return CE_OK;
}

static enum ce_code grant_locked(const struct ce_engine *engine, const struct ce_allowance_plan *plan,
                                 struct ce_error *err) {
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  enum ce_code code = ce_txn_read_receipt(engine->fs, &receipt, err);
  if (code == CE_OK) {
    code = record_plan(engine, plan, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (plan->fapolicyd || plan->kysec) {
    ce_allowance_renew(engine, receipt, NULL, NULL);
  }
  if (plan->selinux) {
    ce_selinux_restore(engine, receipt);
  }
  return allow_devices(engine, plan, err);
}

enum ce_code ce_allowance_grant(const struct ce_engine *engine, const struct ce_allowance_plan *plan,
                                struct ce_error *err) {
  CE_AUTO(ce_lock) struct ce_lock *lock = NULL;
  enum ce_code code = ce_state_prepare(engine, err);
  if (code == CE_OK) {
    code = ce_lock_take(engine->fs, engine->clock, CE_LOCK_WAIT_MS, &lock, err);
  }
  if (code == CE_OK) {
    code = grant_locked(engine, plan, err);
  }
  if (lock) {
    ce_state_forget(engine); /* where there is nothing to remember */
  }
  return code;
}

static bool remove_rules(const struct ce_engine *engine, char *const *rules) {
  bool done = true;
  for (; rules && *rules; rules++) {
    done = ce_usbguard_remove(engine, *rules) && done;
  }
  return done;
}

void ce_allowance_withdraw(const struct ce_engine *engine) {
  CE_AUTO(ce_allowances) struct ce_allowances allowances = {0};
  struct ce_error err;
  if (!engine->live || !ce_host_has(engine, CE_ALLOWANCES)) {
    return;
  }
  enum ce_code code = read_record(engine, &allowances, &err);
  if (code == CE_OK && !ce_allowances_are_empty(&allowances)) {
    ce_emit_phase(engine->sink, "allowances", N_("Taking certenv off the allow-lists of security software"));
  }
  bool done = code == CE_OK;
  if (done && allowances.fapolicyd) {
    done = ce_fapolicyd_distrust(engine);
  }
  done = done && remove_rules(engine, allowances.usbguard_rules);
  if (done) {
    code = ce_fs_remove_if_present(engine->fs, CE_ALLOWANCES, &err);
  }
  if (code == CE_OK && done) {
    code = ce_fs_sync_directory(engine->fs, CE_STATE, &err);
  }
  if (code != CE_OK) {
    ce_emit_warning(engine->sink, "allowance", &err);
  }
}
