/* SPDX-License-Identifier: Apache-2.0
 * Printing of key reports. */
#include "cli/key-view.h"

#include "base/event.h"
#include "cli/phrase.h"
#include "device/report.h"

#include <string.h>

static void make_sentence(const struct ce_face *face, const struct ce_key_found *found,
                          char ret[CE_PHRASE_SIZE]) {
  const struct ce_event event = {.kind = CE_EVENT_KEY,
                                 .name = ce_key_reason_id(found->reason),
                                 .sentence = ce_key_reason_sentence(found->reason),
                                 .subject = ce_key_found_subject(found, false),
                                 .subject_zh = ce_key_found_subject(found, true)};
  ce_phrase_message(face->language, &event, ret);
}

static void print_details(const struct ce_face *face, const struct ce_key_found *found, FILE *stream) {
  if (found->syspath[0]) {
    ce_face_print(face, stream, N_("  USB device: %04x:%04x\n"), found->vendor_id, found->product_id);
  }
  if (found->node[0]) {
    ce_face_print(face, stream, N_("  Device file: %s\n"), found->node);
  }
  if (found->reader[0]) {
    ce_face_print(face, stream, N_("  Reader: %s\n"), found->reader);
  }
  if (found->holder.pid > 0) {
    ce_face_print(face, stream, N_("  Used by: %s (process %d)\n"), found->holder.program,
                  (int)found->holder.pid);
  }
  fprintf(stream, "  %s\n", ce_key_reason_id(found->reason));
}

void ce_key_view_print(const struct ce_face *face, const struct ce_key_report *report, FILE *stream) {
  for (size_t i = 0; i < report->count; i++) {
    const struct ce_key_found *found = &report->found[i];
    char sentence[CE_PHRASE_SIZE];
    make_sentence(face, found, sentence);
    fprintf(stream, "%s\n", sentence);
    if (ce_key_reason_state(found->reason) != CE_KEY_STATE_READY) {
      fprintf(stream, "  %s\n", ce_translate(face->language, ce_key_reason_action(found->reason)));
    }
    print_details(face, found, stream);
  }
}

json_t *ce_key_view_json(const struct ce_face *face, const struct ce_key_report *report) {
  json_t *json = ce_key_report_json(report);
  for (size_t i = 0; json && i < report->count; i++) {
    json_t *key = json_array_get(json_object_get(json, "keys"), i);
    char sentence[CE_PHRASE_SIZE];
    make_sentence(face, &report->found[i], sentence);
    json_object_set_new(key, "sentence", json_string(sentence));
    json_object_set_new(
        key, "action",
        json_string(ce_translate(face->language, ce_key_reason_action(report->found[i].reason))));
  }
  return json;
}
