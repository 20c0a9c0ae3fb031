/* SPDX-License-Identifier: Apache-2.0
 * Reading of the doctor's answer. */
#include "gtk/checks.h"

#include "base/json.h"
#include "guard/warning.h"

#include <string.h>

void ce_checks_clear(struct ce_checks *checks) {
  json_decref(checks->document);
  *checks = (struct ce_checks){0};
}

/* What this program does not know is at least worth knowing. */
static enum ce_check_level level_of(const char *name) {
  static const char *const names[] = {"ok", "advice", "warning", "fault"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strcmp(name, names[i]) == 0) {
      return (enum ce_check_level)i;
    }
  }
  return CE_CHECK_ADVICE;
}

bool ce_checks_read(struct ce_checks *ret, json_t *document) {
  ce_checks_clear(ret);
  const json_t *checks = json_object_get(document, "checks");
  if (!json_is_array(checks)) {
    return false;
  }
  ret->document = json_incref(document);
  for (size_t i = 0; i < json_array_size(checks) && ret->count < CE_CHECKS_MAX; i++) {
    const json_t *item = json_array_get(checks, i);
    struct ce_check check = {.group = ce_json_text(item, "group"),
                             .id = ce_json_text(item, "id"),
                             .message = ce_json_text(item, "message"),
                             .subject = ce_json_text(item, "subject"),
                             .detail = ce_json_text(item, "detail"),
                             .action = ce_json_text(item, "action"),
                             .fix = ce_json_text(item, "fix"),
                             .level = level_of(ce_json_text(item, "level"))};
    if (check.message[0]) {
      ret->items[ret->count++] = check;
    }
  }
  return true;
}

/* A fix for what keeps devices out is about a key, which a finding knows nothing of. */
static const char *fix_of(const json_t *finding) {
  const json_t *effects = json_object_get(finding, "effects");
  for (size_t i = 0; i < json_array_size(effects); i++) {
    const char *effect = json_string_value(json_array_get(effects, i));
    if (effect && strcmp(effect, "devices") == 0) {
      return "";
    }
  }
  return ce_json_text(finding, "fix");
}

static json_t *check_of_finding(const json_t *event) {
  const json_t *finding = json_object_get(event, "finding");
  return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "group", "security", "id",
                   ce_json_text(event, "name"), "level", ce_json_text(finding, "level"), "message",
                   ce_json_text(event, "message"), "subject", ce_json_text(event, "subject"), "detail",
                   ce_json_text(event, "detail"), "action", ce_json_text(event, "action"), "fix",
                   fix_of(finding));
}

void ce_checks_read_findings(struct ce_checks *ret, const json_t *events) {
  CE_AUTO(ce_json) json_t *document = json_pack("{s:[]}", "checks");
  json_t *checks = json_object_get(document, "checks");
  for (size_t i = 0; i < json_array_size(events); i++) {
    json_array_append_new(checks, check_of_finding(json_array_get(events, i)));
  }
  ce_checks_read(ret, document);
}

bool ce_check_matters_before(const struct ce_check *check) {
  static const char *const groups[] = {"machine", "security", "prerequisite"};
  for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
    if (strcmp(check->group, groups[i]) == 0) {
      return true;
    }
  }
  return false;
}

enum ce_check_level ce_checks_level_before(const struct ce_checks *checks) {
  enum ce_check_level level = CE_CHECK_OK;
  for (size_t i = 0; i < checks->count; i++) {
    const struct ce_check *check = &checks->items[i];
    if (ce_check_matters_before(check) && check->level > level) {
      level = check->level;
    }
  }
  return level;
}

bool ce_check_is_product(const struct ce_check *check) {
  return strcmp(check->group, "security") == 0 && ce_warning_names(check->id);
}

bool ce_checks_warn_of(const struct ce_checks *checks, const char *id) {
  for (size_t i = 0; i < checks->count; i++) {
    const struct ce_check *check = &checks->items[i];
    if (strcmp(check->group, "security") == 0 && check->level >= CE_CHECK_WARNING &&
        strcmp(check->id, id) == 0) {
      return true;
    }
  }
  return false;
}

const char *ce_checks_key_fix(const struct ce_checks *checks) {
  for (size_t i = 0; i < checks->count; i++) {
    const struct ce_check *check = &checks->items[i];
    if (strcmp(check->group, "key") == 0 && check->fix[0]) {
      return check->fix;
    }
  }
  return "";
}
