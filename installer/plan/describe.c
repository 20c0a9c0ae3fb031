/* SPDX-License-Identifier: Apache-2.0
 * Lines of text for a plan. */
#include "plan/describe.h"

#include <stdio.h>

static const char *precondition_name(enum ce_precondition precondition) {
  static const char *const names[] = {[CE_PRECONDITION_ABSENT] = "absent",
                                      [CE_PRECONDITION_OURS] = "ours",
                                      [CE_PRECONDITION_FOREIGN] = "foreign",
                                      [CE_PRECONDITION_IDENTICAL] = "identical"};
  return names[precondition];
}

static const char *content_remark(enum ce_content content) {
  static const char *const remarks[] = {[CE_CONTENT_PACKAGE] = ", from the package",
                                        [CE_CONTENT_TREE] = "",
                                        [CE_CONTENT_BACKUP] = ", from the backup",
                                        [CE_CONTENT_INLINE] = ", made for this machine"};
  return remarks[content];
}

/* " 0644", with the owner where it is not root. */
static enum ce_code describe_mode(uint32_t mode, uint32_t uid, uint32_t gid, struct ce_blob *text,
                                  struct ce_error *err) {
  enum ce_code code = ce_blob_printf(text, err, " %04o", mode);
  if (code == CE_OK && (uid != 0 || gid != 0)) {
    code = ce_blob_printf(text, err, " %u:%u", uid, gid);
  }
  return code;
}

/* What the step makes of its path. */
static enum ce_code describe_result(const struct ce_step *step, struct ce_blob *text, struct ce_error *err) {
  switch (step->kind) {
  case CE_STEP_PUT_FILE:
    return describe_mode(step->file.mode, step->file.uid, step->file.gid, text, err);
  case CE_STEP_PUT_LINK:
    return ce_blob_printf(text, err, " -> %s", step->link.target);
  case CE_STEP_MAKE_DIRECTORY:
  case CE_STEP_ADD_TREE:
  case CE_STEP_SET_MODE:
    return describe_mode(step->meta.mode, step->meta.uid, step->meta.gid, text, err);
  default:
    return CE_OK;
  }
}

static enum ce_code describe_step(const struct ce_step *step, struct ce_blob *text, struct ce_error *err) {
  bool is_file = step->kind == CE_STEP_PUT_FILE;
  bool keeps = is_file ? step->file.keep_prior : step->kind == CE_STEP_PUT_LINK && step->link.keep_prior;
  enum ce_code code = ce_blob_printf(text, err, "%s /%s", ce_step_kind_name(step->kind), step->path);
  if (code == CE_OK) {
    code = describe_result(step, text, err);
  }
  if (code == CE_OK) {
    code = ce_blob_printf(text, err, " (%s)%s%s\n", precondition_name(step->precondition),
                          is_file ? content_remark(step->file.content) : "",
                          keeps ? ", keeping what was there" : "");
  }
  return code;
}

static enum ce_code describe_head(const struct ce_plan *plan, struct ce_blob *text, struct ce_error *err) {
  const char *version = plan->to_version[0] ? plan->to_version : plan->from_version;
  bool upgrade =
      plan->from_version[0] && plan->to_version[0] && strcmp(plan->from_version, plan->to_version) != 0;
  return ce_blob_printf(text, err, "%s%s%s%s%s%s\n", ce_verb_name(plan->verb), version[0] ? " " : "", version,
                        upgrade ? " over " : "", upgrade ? plan->from_version : "",
                        plan->purge ? ", purge" : "");
}

static enum ce_code describe_steps(const struct ce_plan *plan, struct ce_blob *text, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < plan->step_count; i++) {
    code = describe_step(&plan->steps[i], text, err);
  }
  if (code == CE_OK && plan->step_count == 0 && plan->conflict_count == 0) {
    code = ce_blob_printf(text, err, "%s\n", ce_plan_commits(plan) ? "write-receipt" : "nothing-to-do");
  }
  return code;
}

/* "note kept-edited: <the sentence about the subject>" */
static enum ce_code describe_note(const struct ce_plan_note *note, struct ce_blob *text,
                                  struct ce_error *err) {
  const char *mark = strstr(note->sentence, "%s");
  int head = mark ? (int)(mark - note->sentence) : (int)strlen(note->sentence);
  return ce_blob_printf(text, err, "note %s: %.*s%s%s\n", note->name, head, note->sentence,
                        mark ? note->subject : "", mark ? mark + 2 : "");
}

static enum ce_code describe_remarks(const struct ce_plan *plan, struct ce_blob *text, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < plan->note_count; i++) {
    code = describe_note(&plan->notes[i], text, err);
  }
  for (size_t i = 0; code == CE_OK && i < plan->conflict_count; i++) {
    const struct ce_conflict *conflict = &plan->conflicts[i];
    code = ce_blob_printf(text, err, "conflict %s %s: %s\n", ce_code_id(conflict->code), conflict->subject,
                          conflict->detail);
  }
  return code;
}

static enum ce_code describe_triggers(const struct ce_plan *plan, struct ce_blob *text,
                                      struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (unsigned i = 0; code == CE_OK && i < CE_TRIGGER_COUNT; i++) {
    if (!(plan->triggers & (1u << i))) {
      continue;
    }
    code = ce_blob_printf(text, err, "trigger %s", ce_trigger_name((enum ce_trigger)(1u << i)));
    char **unit = (1u << i) == CE_TRIGGER_UNIT_STOP ? plan->units_stop : NULL;
    for (; code == CE_OK && unit && *unit; unit++) {
      code = ce_blob_printf(text, err, " %s", *unit);
    }
    if (code == CE_OK) {
      code = ce_blob_append(text, "\n", 1, err);
    }
  }
  return code;
}

enum ce_code ce_plan_describe(const struct ce_plan *plan, struct ce_blob *ret, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  enum ce_code code = describe_head(plan, &text, err);
  if (code == CE_OK) {
    code = describe_steps(plan, &text, err);
  }
  if (code == CE_OK) {
    code = describe_remarks(plan, &text, err);
  }
  if (code == CE_OK) {
    code = describe_triggers(plan, &text, err);
  }
  return code == CE_OK ? ce_blob_append(ret, text.data, text.size, err) : code;
}
