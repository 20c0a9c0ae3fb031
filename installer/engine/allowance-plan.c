/* SPDX-License-Identifier: Apache-2.0
 * What could be granted here, and how it is shown. */
#include "engine/allowance.h"

#include "engine/allowance-tools.h"
#include "engine/host.h"
#include "engine/key-catalogue.h"
#include "model/layout.h"
#include "txn/transaction.h"

#include <string.h>

void ce_allowance_plan_clear(struct ce_allowance_plan *plan) {
  ce_strings_free(plan->lines);
  *plan = (struct ce_allowance_plan){0};
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

/* All the paths, as the command has them. */
static enum ce_code add_label_line(const struct ce_engine *engine, struct ce_allowance_plan *plan,
                                   struct ce_error *err) {
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  CE_AUTO(ce_strings) char **words = NULL;
  CE_AUTO(ce_blob) struct ce_blob line = {0};
  enum ce_code code = ce_txn_read_receipt(engine->fs, &receipt, err);
  if (code == CE_OK) {
    code = ce_selinux_command(receipt, &words, err);
  }
  for (size_t i = 0; code == CE_OK && words[i]; i++) {
    code = i > 0 ? ce_blob_append(&line, " ", 1, err) : CE_OK;
    code = code == CE_OK ? ce_blob_append(&line, words[i], strlen(words[i]), err) : code;
  }
  return code == CE_OK ? ce_strings_add(&plan->lines, ce_blob_text(&line), err) : code;
}

static enum ce_code add_lines(const struct ce_engine *engine, struct ce_allowance_plan *plan,
                              struct ce_error *err) {
  static const char trust[] = "/" CE_FAPOLICYD_TRUST " && fapolicyd-cli --update";
  static const char verify[] = "kysec_set -n exectl -v verified /" CE_VERSIONS "/*";
  enum ce_code code = plan->fapolicyd ? ce_strings_add(&plan->lines, trust, err) : CE_OK;
  if (code == CE_OK && plan->kysec) {
    code = ce_strings_add(&plan->lines, verify, err);
  }
  if (code == CE_OK && plan->selinux) {
    code = add_label_line(engine, plan, err);
  }
  return code == CE_OK ? add_device_lines(plan, err) : code;
}

bool ce_allowance_is_offered(const struct ce_engine *engine, const char *fix) {
  static const struct {
    const char *fix, *tool;
  } offers[] = {{"fapolicyd", "fapolicyd-cli"},
                {"kysec", "kysec_set"},
                {"selinux", "restorecon"},
                {"usbguard", "usbguard"}};
  for (size_t i = 0; i < sizeof offers / sizeof offers[0]; i++) {
    if (strcmp(offers[i].fix, fix) == 0) {
      return ce_tool_is_there(engine, offers[i].tool);
    }
  }
  return false;
}

static bool is_wanted(const struct ce_engine *engine, char *const *fixes, const char *fix) {
  return ce_strings_contain(fixes, fix) && ce_allowance_is_offered(engine, fix);
}

enum ce_code ce_allowance_make_plan(const struct ce_engine *engine, char *const *fixes,
                                    struct ce_allowance_plan *ret, struct ce_error *err) {
  CE_AUTO(ce_allowance_plan) struct ce_allowance_plan plan = {0};
  plan.fapolicyd = is_wanted(engine, fixes, "fapolicyd") && ce_host_has(engine, CE_FAPOLICYD_DIRECTORY);
  plan.kysec = is_wanted(engine, fixes, "kysec");
  plan.selinux = is_wanted(engine, fixes, "selinux") && ce_host_has(engine, CE_CURRENT);
  enum ce_code code = is_wanted(engine, fixes, "usbguard") ? find_blocked_keys(engine, &plan, err) : CE_OK;
  if (code == CE_OK) {
    code = add_lines(engine, &plan, err);
  }
  if (code == CE_OK) {
    *ret = plan;
    plan = (struct ce_allowance_plan){0};
  }
  return code;
}
