/* SPDX-License-Identifier: Apache-2.0
 * Printing of checks. */
#include "cli/check-view.h"

#include "cli/phrase.h"
#include "cli/sink-json.h"

/* A check is phrased as the event of a finding is. */
static struct ce_event event_of(const struct ce_check *check) {
  return (struct ce_event){.kind = CE_EVENT_FINDING,
                           .name = check->id,
                           .sentence = check->sentence,
                           .subject = check->subject,
                           .subject_zh = check->subject_zh};
}

void ce_check_view_print(const struct ce_face *face, const struct ce_check_list *list, FILE *stream) {
  static const char *const signs[] = {"✓", "i", "!", "✗"};
  for (size_t i = 0; i < list->count; i++) {
    const struct ce_check *check = &list->items[i];
    const struct ce_event event = event_of(check);
    char sentence[CE_PHRASE_SIZE];
    ce_phrase_message(face->language, &event, sentence);
    fprintf(stream, "%s %s\n", signs[check->level], sentence);
    if (check->remedy) {
      fprintf(stream, "    %s\n", ce_translate(face->language, check->remedy));
    }
  }
}

static void add(json_t *object, const char *name, const char *text) {
  if (text && text[0]) {
    json_object_set_new(object, name, ce_json_line_text(text));
  }
}

static json_t *check_json(const struct ce_face *face, const struct ce_check *check) {
  const struct ce_event event = event_of(check);
  char sentence[CE_PHRASE_SIZE];
  char subject[CE_PHRASE_SIZE];
  ce_phrase_message(face->language, &event, sentence);
  ce_phrase_subject(ce_phrase_event_subject(face->language, &event), subject);
  json_t *object = json_pack("{s:s,s:s}", "group", ce_check_group_name(check->group), "level",
                             ce_check_level_name(check->level));
  add(object, "id", check->id);
  add(object, "message", sentence);
  add(object, "subject", subject);
  add(object, "detail", check->detail);
  add(object, "action", check->remedy ? ce_translate(face->language, check->remedy) : NULL);
  add(object, "fix", check->fix);
  return object;
}

json_t *ce_check_view_json(const struct ce_face *face, const struct ce_check_list *list) {
  json_t *json = json_pack("{s:s,s:[]}", "state", ce_check_list_is_ok(list) ? "ok" : "attention", "checks");
  for (size_t i = 0; json && i < list->count; i++) {
    json_array_append_new(json_object_get(json, "checks"), check_json(face, &list->items[i]));
  }
  return json;
}
