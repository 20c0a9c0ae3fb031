/* SPDX-License-Identifier: Apache-2.0
 * Looking for security software, and what comes of it. */
#include "engine/security.h"

#include "base/json.h"
#include "guard/look.h"

#include <string.h>

enum ce_code ce_engine_findings(const struct ce_engine *engine, struct ce_finding_list *ret,
                                struct ce_error *err) {
  const struct ce_guard_place place = {.fs = engine->fs, .program = engine->program_name};
  if (!engine->live) {
    *ret = (struct ce_finding_list){0};
    return CE_OK;
  }
  return ce_guard_look(&place, ret, err);
}

static json_t *effects_json(unsigned effects) {
  static const struct {
    enum ce_finding_effect effect;
    const char *name;
  } names[] = {{CE_EFFECT_PROGRAMS, "programs"},
               {CE_EFFECT_FILES, "files"},
               {CE_EFFECT_DEVICES, "devices"},
               {CE_EFFECT_NETWORK, "network"}};
  json_t *array = json_array();
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (effects & names[i].effect) {
      json_array_append_new(array, json_string(names[i].name));
    }
  }
  return array;
}

static json_t *finding_json(const struct ce_finding *finding) {
  json_t *object = json_pack(
      "{s:s,s:s,s:s,s:o}", "id", finding->id, "level", ce_finding_level_name(finding->level), "confidence",
      ce_confidence_name(finding->confidence), "effects", effects_json(finding->effects));
  if (object && finding->fix) {
    json_object_set_new(object, "fix", json_string(finding->fix));
  }
  return object ? json_pack("{s:o}", "finding", object) : NULL;
}

void ce_finding_tell(const struct ce_sink *sink, const struct ce_finding *finding) {
  CE_AUTO(ce_json) json_t *data = finding_json(finding);
  ce_emit(sink, &(struct ce_event){.kind = CE_EVENT_FINDING,
                                   .name = finding->id,
                                   .sentence = finding->sentence,
                                   .subject = finding->name_en,
                                   .subject_zh = finding->name_zh,
                                   .action = finding->remedy,
                                   .data = data,
                                   .detail = finding->evidence,
                                   .code = finding->level >= CE_FINDING_WARNING ? CE_BLOCKED : CE_OK});
}

/* Where nobody is asked: a warning stands in the place of the question. */
static void warn(const struct ce_sink *sink, const struct ce_finding *finding) {
  ce_emit(sink, &(struct ce_event){.kind = CE_EVENT_WARNING,
                                   .name = "security",
                                   .sentence = finding->sentence,
                                   .subject = finding->name_en,
                                   .subject_zh = finding->name_zh,
                                   .action = finding->remedy,
                                   .detail = finding->id,
                                   .code = CE_BLOCKED});
}

static bool is_grave(const struct ce_finding *finding) {
  return finding->level >= CE_FINDING_WARNING;
}

static size_t count_grave(const struct ce_finding_list *list) {
  size_t count = 0;
  for (size_t i = 0; i < list->count; i++) {
    count += is_grave(&list->items[i]);
  }
  return count;
}

static enum ce_code refuse(const struct ce_finding_list *list, struct ce_error *err) {
  CE_AUTO(ce_blob) struct ce_blob names = {0};
  CE_AUTO(ce_blob) struct ce_blob signs = {0};
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < list->count; i++) {
    const struct ce_finding *finding = &list->items[i];
    const char *comma = names.size > 0 ? ", " : "";
    if (is_grave(finding)) {
      code = ce_blob_printf(&names, err, "%s%s", comma, finding->name_en);
    }
    if (code == CE_OK && is_grave(finding)) {
      code =
          ce_blob_printf(&signs, err, "%s%s: %s", signs.size > 0 ? "; " : "", finding->id, finding->evidence);
    }
  }
  return code == CE_OK
             ? ce_fail(err, CE_BLOCKED, "security", ce_blob_text(&names), "%s", ce_blob_text(&signs))
             : code;
}

static enum ce_code look(const struct ce_engine *engine, struct ce_finding_list *ret, struct ce_error *err) {
  ce_finding_list_clear(ret);
  enum ce_code code = ce_engine_findings(engine, ret, err);
  for (size_t i = 0; code == CE_OK && i < ret->count; i++) {
    ce_finding_tell(engine->sink, &ret->items[i]);
  }
  return code;
}

static void warn_all(const struct ce_engine *engine, const struct ce_finding_list *list) {
  for (size_t i = 0; i < list->count; i++) {
    if (is_grave(&list->items[i])) {
      warn(engine->sink, &list->items[i]);
    }
  }
}

enum ce_code ce_security_check(const struct ce_engine *engine, const struct ce_run_options *options,
                               struct ce_error *err) {
  CE_AUTO(ce_finding_list) struct ce_finding_list list = {0};
  if (!engine->live) {
    return CE_OK;
  }
  ce_emit_phase(engine->sink, "security", N_("Looking for security software"));
  enum ce_code code = look(engine, &list, err);
  while (code == CE_OK && count_grave(&list) > 0) {
    if (options->strict) {
      return refuse(&list, err);
    }
    if (!options->security) {
      warn_all(engine, &list);
      return CE_OK;
    }
    bool again = false;
    code = options->security(options->security_context, &list, &again, err);
    if (code != CE_OK || !again) {
      return code;
    }
    code = look(engine, &list, err);
  }
  return code;
}
