/* SPDX-License-Identifier: Apache-2.0
 * The doctor on security software and on the keys. */
#include "engine/doctor-look.h"

#include "device/match.h"
#include "engine/key-catalogue.h"
#include "engine/keys.h"

#include <string.h>

enum ce_code ce_doctor_look_security(const struct ce_doctor_subject *subject, struct ce_check_list *list,
                                     struct ce_error *err) {
  static const enum ce_check_level levels[] = {[CE_FINDING_ADVICE] = CE_CHECK_ADVICE,
                                               [CE_FINDING_WARNING] = CE_CHECK_WARNING,
                                               [CE_FINDING_FAULT] = CE_CHECK_FAULT};
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < subject->findings->count; i++) {
    const struct ce_finding *finding = &subject->findings->items[i];
    struct ce_check check = {.group = CE_CHECK_SECURITY,
                             .level = levels[finding->level],
                             .id = finding->id,
                             .sentence = finding->sentence,
                             .subject = finding->name_en,
                             .subject_zh = finding->name_zh,
                             .remedy = finding->remedy,
                             .fix = finding->fix,
                             .detail = finding->evidence};
    code = ce_check_add(list, &check, err);
  }
  if (code == CE_OK && subject->findings->count == 0) {
    struct ce_check none = {.group = CE_CHECK_SECURITY,
                            .id = "none",
                            .sentence = N_("No security software was found that could interfere.")};
    code = ce_check_add(list, &none, err);
  }
  return code;
}

/* What --fix can do about a blocked key: the allow-list of the device control that is at work. */
static const char *find_device_fix(const struct ce_finding_list *findings) {
  for (size_t i = 0; i < findings->count; i++) {
    if (findings->items[i].fix && findings->items[i].effects & CE_EFFECT_DEVICES) {
      return findings->items[i].fix;
    }
  }
  return NULL;
}

static enum ce_check_level level_of(enum ce_key_state state) {
  return state == CE_KEY_STATE_READY                                   ? CE_CHECK_OK
         : state == CE_KEY_STATE_NONE || state == CE_KEY_STATE_UNKNOWN ? CE_CHECK_ADVICE
                                                                       : CE_CHECK_WARNING;
}

static char *describe(const struct ce_key_found *found) {
  return ce_text_format("%04x:%04x%s%s%s%s", found->vendor_id, found->product_id, found->node[0] ? " " : "",
                        found->node, found->reader[0] ? "; reader " : "", found->reader);
}

static enum ce_code add_key(const struct ce_doctor_subject *subject, const struct ce_key_found *found,
                            struct ce_check_list *list, struct ce_error *err) {
  enum ce_key_state state = ce_key_reason_state(found->reason);
  CE_AUTO(ce_free) char *detail = found->syspath[0] || found->reader[0] ? describe(found) : NULL;
  struct ce_check check = {.group = CE_CHECK_KEY,
                           .level = level_of(state),
                           .id = ce_key_reason_id(found->reason),
                           .sentence = ce_key_reason_sentence(found->reason),
                           .subject = ce_key_found_subject(found, false),
                           .subject_zh = ce_key_found_subject(found, true),
                           .remedy = state == CE_KEY_STATE_READY ? NULL : ce_key_reason_action(found->reason),
                           .fix = state == CE_KEY_STATE_BLOCKED ? find_device_fix(subject->findings) : NULL,
                           .detail = detail};
  return ce_check_add(list, &check, err);
}

enum ce_code ce_doctor_look_keys(const struct ce_doctor_subject *subject, struct ce_check_list *list,
                                 struct ce_error *err) {
  CE_AUTO(ce_known_keys) struct ce_known_keys known = {0};
  CE_AUTO(ce_keys) struct ce_keys *keys = NULL;
  CE_AUTO(ce_key_report) struct ce_key_report report = {0};
  if (!subject->engine->live) {
    return CE_OK; /* an image has no keys */
  }
  enum ce_code code = ce_known_keys_of_installed(subject->engine, &known, err);
  if (code == CE_OK) {
    code = ce_keys_open(subject->engine, known.catalogue, &keys, err);
  }
  if (code == CE_OK) {
    code = ce_key_look(ce_keys_request(keys), &report, err);
  }
  for (size_t i = 0; code == CE_OK && i < report.count; i++) {
    code = add_key(subject, &report.found[i], list, err);
  }
  return code;
}
