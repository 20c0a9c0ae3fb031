/* SPDX-License-Identifier: Apache-2.0
 * Granting, its record, and taking it back. */
#include "engine/allowance.h"

#include "engine/allowance-tools.h"
#include "engine/host.h"
#include "engine/state.h"
#include "model/layout.h"
#include "ports/fs-document.h"
#include "txn/lock.h"
#include "txn/transaction.h"

#include <string.h>

#define RECORD_MODE 0644

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

/* What is trusted: the installed version, and the one that is on its way at both of its places. */
static enum ce_code format_trust(const struct ce_receipt *receipt, const struct ce_manifest *upcoming,
                                 const char *staged, struct ce_blob *lines, struct ce_error *err) {
  enum ce_code code = CE_OK;
  if (receipt && receipt->installed) {
    code = ce_trust_list_add_installed(receipt, CE_TRUST_ALL, lines, err);
  }
  if (code == CE_OK && upcoming) {
    CE_AUTO(ce_free) char *tree = ce_text_format("%s/%s", CE_VERSIONS, upcoming->version);
    code = tree ? ce_trust_list_add_tree(upcoming, tree, CE_TRUST_ALL, lines, err)
                : ce_fail_memory(err, "trust");
    code = code == CE_OK ? ce_trust_list_add_tree(upcoming, staged, CE_TRUST_ALL, lines, err) : code;
  }
  return code;
}

static bool trust(const struct ce_engine *engine, const struct ce_receipt *receipt,
                  const struct ce_manifest *upcoming, const char *staged, bool anew, bool *ret_told) {
  CE_AUTO(ce_blob) struct ce_blob lines = {0};
  struct ce_error err;
  *ret_told = false;
  if (format_trust(receipt, upcoming, staged, &lines, &err) != CE_OK) {
    ce_emit_warning(engine->sink, "allowance", &err);
    return false;
  }
  return ce_fapolicyd_trust(engine, &lines, anew, ret_told);
}

static bool verify(const struct ce_engine *engine, const struct ce_receipt *receipt,
                   const struct ce_manifest *upcoming, const char *staged) {
  if (upcoming) {
    return ce_kysec_verify(engine, upcoming, staged); /* the marks move along with the files */
  }
  if (!receipt || !receipt->installed) {
    return true;
  }
  CE_AUTO(ce_free) char *tree = ce_text_format("%s/%s", CE_VERSIONS, receipt->manifest->version);
  return tree && ce_kysec_verify(engine, receipt->manifest, tree);
}

bool ce_allowance_renew(const struct ce_engine *engine, const struct ce_receipt *receipt,
                        const struct ce_manifest *upcoming, const char *staged) {
  CE_AUTO(ce_allowances) struct ce_allowances allowances = {0};
  struct ce_error err;
  bool told = false;
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
  return allowances.fapolicyd && trust(engine, receipt, upcoming, staged, false, &told) && told;
}

/* What a grant does, decided before the record is written. */
struct grant {
  const struct ce_engine *engine;
  const struct ce_allowance_plan *plan;
  char *rules[CE_ALLOWANCE_DEVICES_MAX]; /* one for each device; NULL: USBGuard does not tell its rules */
  bool append[CE_ALLOWANCE_DEVICES_MAX]; /* the rule is not there yet */
  bool trusts;                           /* fapolicyd's file is ours, or free */
  size_t failures;
};

static void grant_clear(struct grant *grant) {
  for (size_t i = 0; i < CE_ALLOWANCE_DEVICES_MAX; i++) {
    free(grant->rules[i]);
  }
}
CE_DEFINE_AUTO_IN_PLACE(grant, struct grant, grant_clear);

static void count(struct grant *grant, bool done) {
  grant->failures += !done;
}

/* Keys without a serial number have one rule for all of them. */
static bool is_appended(const struct grant *grant, const char *rule) {
  for (size_t i = 0; i < grant->plan->device_count; i++) {
    if (grant->append[i] && strcmp(grant->rules[i], rule) == 0) {
      return true;
    }
  }
  return false;
}

/* A rule that is there already is somebody else's, unless the record says that it is ours. */
static enum ce_code decide_rules(struct grant *grant, struct ce_allowances *allowances,
                                 struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < grant->plan->device_count; i++) {
    CE_AUTO(ce_free) char *rule = ce_usbguard_rule(&grant->plan->devices[i]);
    bool found = false;
    if (!rule) {
      return ce_fail_memory(err, "usbguard");
    }
    if (!ce_usbguard_has_rule(grant->engine, rule, &found)) {
      count(grant, false);
      continue;
    }
    bool append = !found && !is_appended(grant, rule);
    if (append && !ce_strings_contain(allowances->usbguard_rules, rule)) {
      code = ce_strings_add(&allowances->usbguard_rules, rule, err);
    }
    grant->rules[i] = ce_take(&rule);
    grant->append[i] = append;
  }
  return code;
}

/* Somebody wrote the trust file by hand: it is kept as it is. */
static void decide_trust(struct grant *grant, const struct ce_allowances *allowances) {
  struct ce_error err;
  grant->trusts = grant->plan->fapolicyd;
  if (grant->trusts && !allowances->fapolicyd && ce_host_has(grant->engine, CE_FAPOLICYD_TRUST)) {
    ce_fail(&err, CE_CONFLICT, "allow", "/" CE_FAPOLICYD_TRUST,
            "certenv did not write this file; it is kept");
    ce_emit_warning(grant->engine->sink, "allowance", &err);
    grant->trusts = false;
    count(grant, false);
  }
}

static enum ce_code decide(struct grant *grant, struct ce_error *err) {
  CE_AUTO(ce_allowances) struct ce_allowances allowances = {0};
  enum ce_code code = read_record(grant->engine, &allowances, err);
  if (code == CE_OK) {
    decide_trust(grant, &allowances);
    allowances.fapolicyd = allowances.fapolicyd || grant->trusts;
    allowances.kysec = allowances.kysec || grant->plan->kysec;
    code = decide_rules(grant, &allowances, err);
  }
  return code == CE_OK && !ce_allowances_are_empty(&allowances)
             ? write_record(grant->engine, &allowances, err)
             : code;
}

static void allow_devices(struct grant *grant) {
  for (size_t i = 0; i < grant->plan->device_count; i++) {
    if (grant->rules[i]) {
      count(grant, (!grant->append[i] || ce_usbguard_append(grant->engine, grant->rules[i])) &&
                       ce_usbguard_let_in(grant->engine, &grant->plan->devices[i]));
    }
  }
}

static enum ce_code grant_locked(const struct ce_engine *engine, const struct ce_allowance_plan *plan,
                                 struct ce_error *err) {
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  CE_AUTO(grant) struct grant grant = {.engine = engine, .plan = plan};
  bool told = false;
  enum ce_code code = ce_txn_read_receipt(engine->fs, &receipt, err);
  if (code == CE_OK) {
    code = decide(&grant, err);
  }
  if (code != CE_OK) {
    return code;
  }
  count(&grant, !grant.trusts || trust(engine, receipt, NULL, NULL, true, &told));
  count(&grant, !plan->kysec || verify(engine, receipt, NULL, NULL));
  count(&grant, !plan->selinux || ce_selinux_restore(engine, receipt));
  allow_devices(&grant);
  return grant.failures == 0 ? CE_OK
                             : ce_fail(err, CE_ATTENTION, "allow", "",
                                       "allow-lists that could not be changed: %zu", grant.failures);
}

enum ce_code ce_allowance_grant(const struct ce_engine *engine, const struct ce_allowance_plan *plan,
                                struct ce_error *err) {
  CE_AUTO(ce_lock) struct ce_lock *lock = NULL;
  enum ce_code code = ce_state_prepare(engine, err);
  if (code == CE_OK) {
    code = ce_lock_take(engine->fs, engine->clock, CE_LOCK_WAIT_MS, engine->cancelled, &lock, err);
  }
  if (code == CE_OK) {
    code = grant_locked(engine, plan, err);
  }
  if (lock) {
    ce_state_forget(engine); /* where there is nothing to remember */
  }
  return code;
}

/* What could not be removed stays in *rules. Where USBGuard itself went away, nothing applies them. */
static enum ce_code remove_rules(const struct ce_engine *engine, char ***rules, struct ce_error *err) {
  CE_AUTO(ce_strings) char **left = NULL;
  enum ce_code code = CE_OK;
  bool there = ce_tool_is_there(engine, "usbguard");
  if (!there && ce_strings_count(*rules) > 0) {
    ce_emit_note(engine->sink, "allowance-gone",
                 N_("%s is not installed any more; nothing is taken back there."), "USBGuard");
  }
  for (size_t i = 0; code == CE_OK && there && *rules && (*rules)[i]; i++) {
    if (!ce_usbguard_remove(engine, (*rules)[i])) {
      code = ce_strings_add(&left, (*rules)[i], err);
    }
  }
  if (code == CE_OK) {
    ce_strings_free(*rules);
    *rules = ce_take(&left);
  }
  return code;
}

static enum ce_code forget_record(const struct ce_engine *engine, struct ce_error *err) {
  enum ce_code code = ce_fs_remove_if_present(engine->fs, CE_ALLOWANCES, err);
  return code == CE_OK ? ce_fs_sync_directory(engine->fs, CE_STATE, err) : code;
}

/* The marks of KYSEC go with the files. */
static enum ce_code withdraw(const struct ce_engine *engine, struct ce_allowances *allowances,
                             struct ce_error *err) {
  allowances->kysec = false;
  allowances->fapolicyd = allowances->fapolicyd && !ce_fapolicyd_distrust(engine);
  enum ce_code code = remove_rules(engine, &allowances->usbguard_rules, err);
  if (code != CE_OK) {
    return code;
  }
  return ce_allowances_are_empty(allowances) ? forget_record(engine, err)
                                             : write_record(engine, allowances, err);
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
  if (code == CE_OK) {
    code = withdraw(engine, &allowances, &err);
  }
  if (code != CE_OK) {
    ce_emit_warning(engine->sink, "allowance", &err);
  }
}
