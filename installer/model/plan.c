/* SPDX-License-Identifier: Apache-2.0
 * Plans as values and as JSON. */
#include "model/plan.h"

#include "base/version.h"
#include "model/member.h"
#include "model/strings.h"
#include "model/text-rule.h"

#include <assert.h>
#include <string.h>

#define UNIT_NAME_MAX 255

static const struct ce_json_context plan_context = {CE_JOURNAL_DAMAGED, "plan"};

static const char *const verb_names[CE_VERB_COUNT] = {[CE_VERB_INSTALL] = "install",
                                                      [CE_VERB_REPAIR] = "repair",
                                                      [CE_VERB_UPDATE] = "update",
                                                      [CE_VERB_UNINSTALL] = "uninstall"};
/* By bit number. */
static const char *const trigger_names[CE_TRIGGER_COUNT] = {
    "udev", "hwdb", "systemd-reload", "unit-start", "unit-stop", "icon-cache", "pcscd"};

const char *ce_verb_name(enum ce_verb verb) {
  assert(verb < CE_VERB_COUNT);
  return verb_names[verb];
}

enum ce_verb ce_verb_by_name(const char *name) {
  for (size_t i = 0; i < CE_VERB_COUNT; i++) {
    if (strcmp(verb_names[i], name) == 0) {
      return (enum ce_verb)i;
    }
  }
  return CE_VERB_COUNT;
}

const char *ce_trigger_name(enum ce_trigger trigger) {
  size_t bit = 0;
  while (bit < CE_TRIGGER_COUNT && (unsigned)trigger != 1u << bit) {
    bit++;
  }
  assert(bit < CE_TRIGGER_COUNT);
  return trigger_names[bit];
}

void ce_plan_free(struct ce_plan *plan) {
  if (!plan) {
    return;
  }
  free(plan->txid);
  free(plan->from_version);
  free(plan->to_version);
  for (size_t i = 0; i < plan->step_count; i++) {
    ce_step_clear(&plan->steps[i]);
  }
  free(plan->steps);
  ce_strings_free(plan->units_stop);
  for (size_t i = 0; i < plan->conflict_count; i++) {
    free(plan->conflicts[i].subject);
    free(plan->conflicts[i].detail);
  }
  free(plan->conflicts);
  for (size_t i = 0; i < plan->note_count; i++) {
    free(plan->notes[i].subject);
  }
  free(plan->notes);
  ce_receipt_free(plan->after);
  free(plan);
}

/* "" or a version. */
static const char *version_problem(const char *text) {
  return text[0] == '\0' || ce_version_is_valid(text) ? NULL : "is not a version";
}

static const char *txid_problem(const char *text) {
  return ce_txid_is_valid(text) ? NULL : "is not a transaction's id";
}

static enum ce_code read_head(const json_t *json, struct ce_plan *plan, struct ce_error *err) {
  size_t verb = 0;
  enum ce_code code = ce_member_name(&plan_context, json, "verb", verb_names, CE_VERB_COUNT, &verb, err);
  if (code == CE_OK) {
    plan->verb = (enum ce_verb)verb;
    code = ce_json_get_boolean(&plan_context, json, "purge", &plan->purge, err);
  }
  if (code == CE_OK) {
    code = ce_member_checked_text(&plan_context, json, "txid", CE_TXID_MAX, txid_problem, &plan->txid, err);
  }
  if (code == CE_OK) {
    code = ce_member_checked_text(&plan_context, json, "from_version", CE_VERSION_MAX, version_problem,
                                  &plan->from_version, err);
  }
  if (code == CE_OK) {
    code = ce_member_checked_text(&plan_context, json, "to_version", CE_VERSION_MAX, version_problem,
                                  &plan->to_version, err);
  }
  return code;
}

static enum ce_code read_steps(const json_t *json, struct ce_plan *plan, struct ce_error *err) {
  json_t *array = NULL;
  enum ce_code code = ce_json_get_array(&plan_context, json, "steps", CE_PLAN_STEPS_MAX, &array, err);
  if (code != CE_OK) {
    return code;
  }
  plan->steps = calloc(json_array_size(array) + 1, sizeof *plan->steps);
  if (!plan->steps) {
    return ce_fail_memory(err, "steps");
  }
  for (size_t i = 0; i < json_array_size(array); i++) {
    code = ce_step_from_json(json_array_get(array, i), &plan_context, &plan->steps[i], err);
    if (code != CE_OK) {
      ce_error_context(err, "steps[%zu]", i);
      return code;
    }
    plan->step_count = i + 1;
  }
  return CE_OK;
}

static enum ce_code read_triggers(const json_t *json, struct ce_plan *plan, struct ce_error *err) {
  json_t *array = NULL;
  enum ce_code code = ce_json_get_array(&plan_context, json, "triggers", CE_TRIGGER_COUNT, &array, err);
  for (size_t i = 0; code == CE_OK && i < json_array_size(array); i++) {
    const char *name = json_string_value(json_array_get(array, i));
    size_t bit = 0;
    while (bit < CE_TRIGGER_COUNT && (!name || strcmp(trigger_names[bit], name) != 0)) {
      bit++;
    }
    if (bit == CE_TRIGGER_COUNT) {
      return ce_json_refuse(&plan_context, err, "triggers", "entry %zu is not known", i);
    }
    plan->triggers |= 1u << bit;
  }
  return code;
}

static enum ce_code read_actions(const json_t *json, struct ce_plan *plan, struct ce_error *err) {
  enum ce_code code = read_triggers(json, plan, err);
  if (code == CE_OK) {
    code = ce_strings_from_json(&plan_context, json, "units_stop", CE_PLAN_UNITS_MAX, UNIT_NAME_MAX,
                                ce_text_portable_name_problem, &plan->units_stop, err);
  }
  if (code == CE_OK) {
    code = ce_json_get_boolean(&plan_context, json, "needs_package", &plan->needs_package, err);
  }
  if (code == CE_OK) {
    code = ce_member_size(&plan_context, json, "bytes_needed", UINT64_MAX, &plan->bytes_needed, err);
  }
  return code;
}

enum ce_code ce_plan_from_json(const json_t *json, struct ce_plan **ret, struct ce_error *err) {
  enum ce_code code = ce_member_format(&plan_context, json, CE_PLAN_FORMAT, CE_STATE_FORMAT, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_plan) struct ce_plan *plan = calloc(1, sizeof *plan);
  if (!plan) {
    return ce_fail_memory(err, plan_context.document);
  }
  code = read_head(json, plan, err);
  if (code == CE_OK) {
    code = read_steps(json, plan, err);
  }
  if (code == CE_OK) {
    code = read_actions(json, plan, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&plan);
  }
  return code;
}

static json_t *steps_to_json(const struct ce_plan *plan) {
  CE_AUTO(ce_json) json_t *array = json_array();
  for (size_t i = 0; array && i < plan->step_count; i++) {
    if (json_array_append_new(array, ce_step_to_json(&plan->steps[i])) != 0) {
      return NULL;
    }
  }
  return ce_take(&array);
}

static json_t *triggers_to_json(const struct ce_plan *plan) {
  CE_AUTO(ce_json) json_t *array = json_array();
  for (size_t i = 0; array && i < CE_TRIGGER_COUNT; i++) {
    if ((plan->triggers & (1u << i)) && json_array_append_new(array, json_string(trigger_names[i])) != 0) {
      return NULL;
    }
  }
  return ce_take(&array);
}

static json_t *conflicts_to_json(const struct ce_plan *plan) {
  CE_AUTO(ce_json) json_t *array = json_array();
  for (size_t i = 0; array && i < plan->conflict_count; i++) {
    const struct ce_conflict *conflict = &plan->conflicts[i];
    json_t *entry = json_object();
    int failed = ce_member_set_text(entry, "code", ce_code_id(conflict->code));
    failed |= json_object_set_new(entry, "subject", ce_member_readable(conflict->subject));
    failed |= json_object_set_new(entry, "detail", ce_member_readable(conflict->detail));
    if ((json_array_append_new(array, entry) | failed) != 0) {
      return NULL;
    }
  }
  return ce_take(&array);
}

static json_t *notes_to_json(const struct ce_plan *plan) {
  CE_AUTO(ce_json) json_t *array = json_array();
  for (size_t i = 0; array && i < plan->note_count; i++) {
    const struct ce_plan_note *note = &plan->notes[i];
    json_t *entry = json_object();
    int failed = ce_member_set_text(entry, "name", note->name);
    failed |= ce_member_set_text(entry, "sentence", note->sentence);
    failed |= json_object_set_new(entry, "subject", ce_member_readable(note->subject));
    if ((json_array_append_new(array, entry) | failed) != 0) {
      return NULL;
    }
  }
  return ce_take(&array);
}

json_t *ce_plan_to_json(const struct ce_plan *plan, bool with_notes) {
  CE_AUTO(ce_json) json_t *object = json_object();
  int failed = json_object_set_new(object, "format", json_integer(CE_PLAN_FORMAT));
  failed |= ce_member_set_text(object, "verb", ce_verb_name(plan->verb));
  failed |= json_object_set_new(object, "purge", json_boolean(plan->purge));
  failed |= ce_member_set_text(object, "txid", plan->txid);
  failed |= ce_member_set_text(object, "from_version", plan->from_version);
  failed |= ce_member_set_text(object, "to_version", plan->to_version);
  failed |= json_object_set_new(object, "steps", steps_to_json(plan));
  failed |= json_object_set_new(object, "triggers", triggers_to_json(plan));
  failed |= json_object_set_new(object, "units_stop", ce_strings_to_json(plan->units_stop));
  failed |= json_object_set_new(object, "needs_package", json_boolean(plan->needs_package));
  failed |= ce_member_set_size(object, "bytes_needed", plan->bytes_needed);
  if (with_notes) {
    failed |= json_object_set_new(object, "conflicts", conflicts_to_json(plan));
    failed |= json_object_set_new(object, "notes", notes_to_json(plan));
  }
  return failed ? NULL : ce_take(&object);
}
