/* SPDX-License-Identifier: Apache-2.0
 * certenv status: what is installed and whether it is in order. */
#include "cli/command.h"

#include "base/utf8.h"
#include "cli/machine.h"

static enum ce_code code_of(const struct ce_status *status) {
  if (status->busy) {
    return CE_LOCKED;
  }
  switch (status->state) {
  case CE_STATUS_ABSENT:
    return CE_NOT_INSTALLED;
  case CE_STATUS_OK:
    return CE_OK;
  case CE_STATUS_INTERRUPTED:
    return CE_INTERRUPTED;
  case CE_STATUS_DAMAGED:
    break;
  }
  return CE_ATTENTION;
}

static void append(json_t *array, json_t *value) {
  if (array && value) {
    json_array_append_new(array, value);
  }
}

static json_t *to_json(const struct ce_status *status, const struct ce_language *language) {
  json_t *json = json_pack("{s:s,s:b,s:s,s:s,s:[],s:[],s:[]}", "state", ce_status_state_name(status->state),
                           "busy", status->busy, "version", status->version, "profile", status->profile,
                           "items", "missing", "notes");
  for (size_t i = 0; i < status->items.count; i++) {
    const struct ce_item *item = &status->items.items[i];
    CE_AUTO(ce_free) char *path = ce_text_format("/%s", item->path);
    append(json_object_get(json, "items"),
           json_pack("{s:o,s:s}", "path", path ? ce_json_line_text(path) : NULL, "state",
                     ce_item_state_name(item->state)));
  }
  for (char **missing = status->missing; missing && *missing; missing++) {
    append(json_object_get(json, "missing"), ce_json_line_text(*missing));
  }
  for (char **note = status->notes; note && *note; note++) {
    append(json_object_get(json, "notes"), json_string(ce_translate(language, *note)));
  }
  return json;
}

static void print_item(const struct ce_face *face, const struct ce_item *item) {
  char path[CE_PHRASE_SIZE];
  if (item->state == CE_ITEM_OK) {
    return;
  }
  ce_utf8_clean(item->path, path, sizeof path);
  switch (item->state) {
  case CE_ITEM_OK:
    break;
  case CE_ITEM_MISSING:
    ce_face_print(face, face->out, N_("  missing: /%s\n"), path);
    break;
  case CE_ITEM_CHANGED:
    ce_face_print(face, face->out, N_("  changed: /%s\n"), path);
    break;
  case CE_ITEM_MODE:
    ce_face_print(face, face->out, N_("  other permissions or owner: /%s\n"), path);
    break;
  case CE_ITEM_FOREIGN:
    ce_face_print(face, face->out, N_("  not part of the environment: /%s\n"), path);
    break;
  }
}

static void print_summary(const struct ce_face *face, const struct ce_status *status, bool deep) {
  const struct ce_item_list *items = &status->items;
  switch (status->state) {
  case CE_STATUS_OK:
    ce_face_print(
        face, face->out,
        deep ? N_("The certificate environment %s is in order: %zu items checked with their content.\n")
             : N_("The certificate environment %s is in order: %zu items checked.\n"),
        status->version, items->count);
    break;
  case CE_STATUS_DAMAGED:
    if (items->fault_count == 0) {
      ce_face_print(face, face->out,
                    N_("The certificate environment %s is complete, but cannot work yet on this machine.\n"),
                    status->version);
      break;
    }
    ce_face_print(
        face, face->out,
        deep ? N_("The certificate environment %s needs attention: %zu of %zu items, checked with their "
                  "content, are not as they should be.\n")
             : N_("The certificate environment %s needs attention: %zu of %zu items are not as they "
                  "should be.\n"),
        status->version, items->fault_count, items->count);
    break;
  default:
    fprintf(face->out, "%s\n", ce_translate(face->language, ce_code_sentence(code_of(status))));
  }
}

/* What is missing in the middle of a run is nobody's fault. */
static void print_busy(const struct ce_face *face) {
  fprintf(face->out, "%s\n%s\n", ce_translate(face->language, ce_code_sentence(CE_LOCKED)),
          ce_translate(face->language, ce_code_remedy(CE_LOCKED)));
}

static void print_text(const struct ce_face *face, const struct ce_status *status, bool deep) {
  if (status->busy) {
    print_busy(face);
    return;
  }
  print_summary(face, status, deep);
  for (size_t i = 0; i < status->items.count; i++) {
    print_item(face, &status->items.items[i]);
  }
  for (char **missing = status->missing; missing && *missing; missing++) {
    ce_face_print(face, face->out, N_("This machine lacks: %s\n"), *missing);
  }
  for (char **note = status->notes; note && *note; note++) {
    fprintf(face->out, "%s\n", ce_translate(face->language, *note));
  }
  if (status->state != CE_STATUS_OK) {
    fprintf(face->out, "%s\n", ce_translate(face->language, ce_code_remedy(code_of(status))));
  }
}

enum ce_code ce_command_status(struct ce_session *session, struct ce_error *err) {
  CE_AUTO(ce_machine) struct ce_machine machine = {0};
  CE_AUTO(ce_status) struct ce_status status = {0};
  const struct ce_face *face = &session->face;
  bool deep = ce_options_has(&session->options, CE_OPTION_DEEP);
  session->outcome_name = "status";
  enum ce_code code = ce_machine_open(session, false, &machine, err);
  if (code == CE_OK) {
    code = ce_engine_status(&machine.engine, deep, &status, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (face->json) {
    ce_json_line_print(face->out, to_json(&status, face->language));
  } else {
    print_text(face, &status, deep);
    fflush(face->out);
  }
  session->told_people = session->told_programs = true;
  return code_of(&status);
}
