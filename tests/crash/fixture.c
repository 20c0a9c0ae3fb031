/* SPDX-License-Identifier: Apache-2.0
 * The environments, the machine and the plans of the crash tests. */
#include "fixture.h"

#include "engine/probe.h"
#include "model/layout.h"
#include "plan/planner.h"
#include "ports/hash.h"

#include <stdio.h>
#include <string.h>

void fixture_check(enum ce_code code, const struct ce_error *err) {
  if (code != CE_OK) {
    fprintf(stderr, "fixture: %s: %s %s: %s\n", ce_code_id(code), err->op, err->subject, err->detail);
    abort();
  }
}

static const struct ce_fake_member members_1[] = {
    {"bin/certenv", 0755, "program 1.0\n", NULL},
    {"lib/pcsc/driver.so", 0644, "driver 1.0\n", NULL},
    {"lib/pkcs11/module.so", 0644, "module 1.0, long enough to be torn in the middle somewhere\n", NULL},
    {"lib/pkcs11/module.so.1", 0, NULL, "module.so"},
    {"share/70-certenv.rules", 0644, "rules 1.0\n", NULL},
    {"share/assistant.desktop", 0644, "assistant 1.0\n", NULL},
    {"share/certenv.module", 0644, "module: certenv\n", NULL},
    {"share/monitor.service", 0644, "service 1.0\n", NULL},
    {0},
};

#define DRIVER CE_DRIVER_DIRECTORY "/" CE_DRIVER_PLACE
#define PLIST  CE_DRIVER_DIRECTORY "/" CE_DRIVER_PLIST

static const struct ce_integration integration_1[] = {
    {CE_INTEGRATION_PCSC_DRIVER, (char *)"lib/pcsc/driver.so", (char *)DRIVER, NULL, NULL},
    {CE_INTEGRATION_UDEV_RULES, (char *)"share/70-certenv.rules", (char *)"etc/udev/rules.d/70-certenv.rules",
     NULL, NULL},
    {CE_INTEGRATION_P11_MODULE, (char *)"share/certenv.module", (char *)"etc/pkcs11/modules/certenv.module",
     NULL, NULL},
    {CE_INTEGRATION_UNIT, (char *)"share/monitor.service",
     (char *)"etc/systemd/system/certenv-monitor.service", (char *)"multi-user.target", NULL},
    {CE_INTEGRATION_AUTOSTART, (char *)"share/assistant.desktop", (char *)"etc/xdg/autostart/certenv.desktop",
     NULL, NULL},
    {CE_INTEGRATION_COMMAND, (char *)"bin/certenv", (char *)"usr/local/bin/certenv", NULL, NULL},
    {0},
};

static const struct ce_fake_member members_2[] = {
    {"bin/certenv", 0755, "program 2.0\n", NULL},
    {"bin/probe", 0755, "probe 2.0\n", NULL},
    {"lib/pcsc/driver.so", 0644, "driver 2.0\n", NULL},
    {"lib/pkcs11/module.so", 0644, "module 2.0, a little different and also somewhat longer than before\n",
     NULL},
    {"share/70-certenv.rules", 0644, "rules 2.0\n", NULL},
    {"share/assistant.desktop", 0644, "assistant 1.0\n", NULL},
    {"share/certenv.module", 0644, "module: certenv 2\n", NULL},
    {"share/icon.svg", 0644, "", NULL},
    {0},
};

static const struct ce_integration integration_2[] = {
    {CE_INTEGRATION_PCSC_DRIVER, (char *)"lib/pcsc/driver.so", (char *)DRIVER, NULL, NULL},
    {CE_INTEGRATION_UDEV_RULES, (char *)"share/70-certenv.rules", (char *)"etc/udev/rules.d/70-certenv.rules",
     NULL, NULL},
    {CE_INTEGRATION_P11_MODULE, (char *)"share/certenv.module", (char *)"etc/pkcs11/modules/certenv.module",
     NULL, NULL},
    {CE_INTEGRATION_ICON, (char *)"share/icon.svg", (char *)"usr/local/share/icons/hicolor/certenv.svg", NULL,
     NULL},
    {CE_INTEGRATION_AUTOSTART, (char *)"share/assistant.desktop", (char *)"etc/xdg/autostart/certenv.desktop",
     NULL, NULL},
    {CE_INTEGRATION_COMMAND, (char *)"bin/certenv", (char *)"usr/local/bin/certenv", NULL, NULL},
    {0},
};

void fixture_package(const char *version, struct ce_fake_package *ret) {
  bool first = strcmp(version, "1.0") == 0;
  struct ce_fake_recipe recipe = {version, first ? members_1 : members_2,
                                  first ? integration_1 : integration_2};
  ce_fake_package_make(&recipe, ret);
}

static void make_directory(struct ce_fs *fs, const char *path) {
  struct ce_error err;
  fixture_check(ce_fs_make_directories(fs, path, 0755, &err), &err);
}

void fixture_remove(struct ce_fs *fs, const char *path) {
  struct ce_error err;
  fixture_check(ce_fs_remove_if_present(fs, path, &err), &err);
}

void fixture_put(struct ce_fs *fs, const char *path, uint32_t mode, const char *text) {
  struct ce_error err;
  struct ce_fs_file *file = NULL;
  fixture_remove(fs, path);
  fixture_check(ce_fs_open(fs, path, CE_FS_CREATE, mode, &file, &err), &err);
  fixture_check(ce_fs_file_write(file, text, strlen(text), &err), &err);
  fixture_check(ce_fs_file_close(file, &err), &err);
}

static void put_link(struct ce_fs *fs, const char *path, const char *text) {
  struct ce_error err;
  fixture_remove(fs, path);
  fixture_check(ce_fs_make_link(fs, text, path, &err), &err);
}

void fixture_machine(struct ce_fs *fs) {
  static const char *const directories[] = {
      "etc/udev/rules.d",  "etc/systemd/system", "etc/xdg/autostart", "opt",
      "usr/local/share",   "usr/local/bin",      "var/lib",           "var/log",
      CE_DRIVER_DIRECTORY,
  };
  for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
    make_directory(fs, directories[i]);
  }
  fixture_put(fs, "etc/udev/rules.d/70-certenv.rules", 0640, "somebody's own rules\n");
  fixture_put(fs, "etc/udev/rules.d/60-other.rules", 0644, "other rules\n");
  put_link(fs, "etc/xdg/autostart/certenv.desktop", "/dev/null");
}

void fixture_edit(struct ce_fs *fs) {
  fixture_put(fs, "etc/pkcs11/modules/certenv.module", 0644, "module: certenv\n# changed by hand\n");
  fixture_remove(fs, "etc/xdg/autostart/certenv.desktop");
}

void fixture_damage(struct ce_fs *fs) {
  struct ce_error err;
  fixture_remove(fs, CE_VERSIONS "/1.0/bin/certenv");
  fixture_put(fs, CE_VERSIONS "/1.0/lib/pkcs11/module.so", 0644, "damaged\n");
  fixture_remove(fs, CE_VERSIONS "/1.0/lib/pkcs11/module.so.1");
  fixture_check(ce_fs_set_mode(fs, CE_VERSIONS "/1.0/share/monitor.service", 0600, &err), &err);
  put_link(fs, CE_CURRENT, "versions/nowhere");
  fixture_remove(fs, "etc/udev/rules.d/70-certenv.rules");
  fixture_put(fs, "etc/systemd/system/certenv-monitor.service", 0600, "service 1.0\n");
  fixture_put(fs, "etc/pkcs11/modules/certenv.module", 0644, "edited\n");
  fixture_put(fs, PLIST, 0600, "edited keys\n");
  fixture_remove(fs, DRIVER);
  fixture_put(fs, CE_VERSIONS "/1.0/share/70-certenv.rules", 0644, "RULES 1.0\n");
}

void fixture_stray(struct ce_fs *fs) {
  fixture_put(fs, CE_VERSIONS "/1.0/lib/mine.so", 0644, "somebody's own module\n");
  fixture_put(fs, "etc/pkcs11/modules/mine.module", 0644, "module: mine\n");
}

void fixture_state(struct ce_fs *fs) {
  make_directory(fs, CE_CACHE);
  make_directory(fs, CE_TUF);
  make_directory(fs, CE_LOG_DIRECTORY);
  fixture_put(fs, CE_CACHE "/0123.tar.zst", 0644, "package\n");
  fixture_put(fs, CE_TUF "/root.json", 0644, "{}\n");
  fixture_put(fs, CE_PREREQUISITES ".new", 0644, "{}\n");
  fixture_put(fs, CE_LOG_DIRECTORY "/certenv.log", 0640, "log\n");
  fixture_put(fs, CE_LOG_DIRECTORY "/certenv.log.1", 0640, "older log\n");
}

/* A repair reads the manifest in the receipt. */
static const struct ce_manifest *choose_manifest(enum ce_verb verb, const struct ce_receipt *receipt,
                                                 const struct ce_package *package) {
  if (verb == CE_VERB_UNINSTALL) {
    return NULL;
  }
  return verb == CE_VERB_REPAIR ? receipt->manifest : ce_package_manifest(package);
}

/* The driver's list is made for the machine; another version knows other keys. */
static struct ce_selection select_driver(const struct ce_manifest *manifest) {
  struct ce_selection selection = {0};
  if (manifest) {
    bool first = strcmp(manifest->version, "1.0") == 0;
    selection.driver_directory = (char *)CE_DRIVER_DIRECTORY;
    selection.driver_plist = (char *)(first ? "<keys 1.0>\n" : "<keys 2.0, and more>\n");
    selection.driver_plist_size_bytes = strlen(selection.driver_plist);
    ce_hash_bytes(selection.driver_plist, strlen(selection.driver_plist), &selection.driver_plist_sha256);
  }
  return selection;
}

struct ce_plan *fixture_plan(struct ce_fs *fs, enum ce_verb verb, bool purge, const char *txid,
                             const struct ce_fake_package *package) {
  struct ce_error err;
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  CE_AUTO(ce_package) struct ce_package *opened = package ? ce_fake_package_open(package) : NULL;
  CE_AUTO(ce_facts) struct ce_facts *facts = NULL;
  struct ce_plan *plan = NULL;
  struct ce_fs_stat root;
  fixture_check(ce_txn_read_receipt(fs, &receipt, &err), &err);
  fixture_check(ce_fs_inspect(fs, "", &root, &err), &err);
  const struct ce_manifest *manifest = choose_manifest(verb, receipt, opened);
  struct ce_selection selection = select_driver(manifest);
  struct ce_engine engine = {.fs = fs, .clock = ce_clock_system(), .uid = root.uid, .gid = root.gid};
  fixture_check(ce_probe(&engine, manifest, &selection, receipt, CE_PROBE_DEEP, &facts, &err), &err);
  free(facts->arch);
  facts->arch = NULL;
  struct ce_plan_request request = {.verb = verb,
                                    .purge = purge,
                                    .txid = txid,
                                    .now_s = 1700000000,
                                    .manifest = manifest,
                                    .receipt = receipt,
                                    .selection = &selection,
                                    .channel = "stable",
                                    .package = "certenv-env.tar.zst"};
  if (package) {
    request.package_size_bytes = package->bytes.size;
    request.package_sha256 = package->sha256;
  }
  fixture_check(ce_plan_make(&request, facts, &plan, &err), &err);
  if (plan->conflict_count > 0) {
    fprintf(stderr, "fixture: %s: %s\n", plan->conflicts[0].subject, plan->conflicts[0].detail);
    abort();
  }
  return plan;
}

void fixture_carry_out(struct ce_fs *fs, enum ce_verb verb, bool purge, const char *txid,
                       const struct ce_fake_package *package) {
  struct ce_error err;
  struct ce_txn txn = {.fs = fs};
  CE_AUTO(ce_plan) struct ce_plan *plan = fixture_plan(fs, verb, purge, txid, package);
  CE_AUTO(ce_package) struct ce_package *opened = package ? ce_fake_package_open(package) : NULL;
  fixture_check(ce_fs_make_directories(fs, CE_STATE, CE_STATE_MODE, &err), &err);
  fixture_check(ce_txn_apply(&txn, plan, opened, &err), &err);
  fixture_check(ce_txn_finish(&txn, plan, &err), &err);
}
