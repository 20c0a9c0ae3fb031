/* SPDX-License-Identifier: Apache-2.0
 * The doctor on security software and on the keys. */
#include "engine/doctor-look.h"

#include "engine/allowance.h"
#include "engine/keys.h"

#include <string.h>

void ce_doctor_keys_clear(struct ce_doctor_keys *keys) {
  ce_key_report_clear(&keys->report);
  ce_known_keys_clear(&keys->known);
}

enum ce_code ce_doctor_find_keys(const struct ce_engine *engine, struct ce_doctor_keys *ret,
                                 struct ce_error *err) {
  CE_AUTO(ce_keys) struct ce_keys *keys = NULL;
  if (!engine->live) {
    return CE_OK;
  }
  enum ce_code code = ce_known_keys_of_installed(engine, &ret->known, err);
  if (code == CE_OK) {
    code = ce_keys_open(engine, ret->known.catalogue, &keys, err);
  }
  return code == CE_OK ? ce_key_look(ce_keys_request(keys), &ret->report, err) : code;
}

static bool has_blocked_key(const struct ce_key_report *keys) {
  for (size_t i = 0; i < keys->count; i++) {
    if (ce_key_reason_state(keys->found[i].reason) == CE_KEY_STATE_BLOCKED) {
      return true;
    }
  }
  return false;
}

/* What --fix can do about a finding. Nothing about a device control that blocks no key: its rule names the
 * key. */
static const char *find_fix(const struct ce_doctor_subject *subject, const struct ce_finding *finding) {
  bool has_to_mend = !(finding->effects & CE_EFFECT_DEVICES) || has_blocked_key(subject->keys);
  bool fixes = finding->fix && has_to_mend && ce_allowance_is_offered(subject->engine, finding->fix);
  return fixes ? finding->fix : NULL;
}

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
                             .fix = find_fix(subject, finding),
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
static const char *find_device_fix(const struct ce_doctor_subject *subject) {
  const char *fix = NULL;
  for (size_t i = 0; !fix && i < subject->findings->count; i++) {
    const struct ce_finding *finding = &subject->findings->items[i];
    fix = finding->effects & CE_EFFECT_DEVICES ? find_fix(subject, finding) : NULL;
  }
  return fix;
}

static const char *find_remedy(const struct ce_key_found *found, const char *fix) {
  if (fix) {
    return N_(
        "Run \"certenv doctor --fix\"; while nothing is installed, run \"doctor --fix\" of the installer.");
  }
  bool ready = ce_key_reason_state(found->reason) == CE_KEY_STATE_READY;
  return ready ? NULL : ce_key_reason_action(found->reason);
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
  const char *fix = state == CE_KEY_STATE_BLOCKED ? find_device_fix(subject) : NULL;
  CE_AUTO(ce_free) char *detail = found->syspath[0] || found->reader[0] ? describe(found) : NULL;
  struct ce_check check = {.group = CE_CHECK_KEY,
                           .level = level_of(state),
                           .id = ce_key_reason_id(found->reason),
                           .sentence = ce_key_reason_sentence(found->reason),
                           .subject = ce_key_found_subject(found, false),
                           .subject_zh = ce_key_found_subject(found, true),
                           .remedy = find_remedy(found, fix),
                           .fix = fix,
                           .detail = detail};
  return ce_check_add(list, &check, err);
}

enum ce_code ce_doctor_look_keys(const struct ce_doctor_subject *subject, struct ce_check_list *list,
                                 struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < subject->keys->count; i++) {
    code = add_key(subject, &subject->keys->found[i], list, err);
  }
  return code;
}
