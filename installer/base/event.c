/* SPDX-License-Identifier: Apache-2.0
 * Events on their way to the sink. */
#include "base/event.h"

#include <stddef.h>

const char *ce_event_kind_name(enum ce_event_kind kind) {
  static const char *const names[] = {
      [CE_EVENT_PHASE] = "phase",     [CE_EVENT_PROGRESS] = "progress", [CE_EVENT_STEP] = "step",
      [CE_EVENT_NOTE] = "note",       [CE_EVENT_KEY] = "key",           [CE_EVENT_COUNTDOWN] = "countdown",
      [CE_EVENT_FINDING] = "finding", [CE_EVENT_WARNING] = "warning",   [CE_EVENT_RESULT] = "result",
  };
  return names[kind];
}

void ce_emit(const struct ce_sink *sink, const struct ce_event *event) {
  if (sink && sink->emit) {
    sink->emit(sink->context, event);
  }
}

void ce_emit_phase(const struct ce_sink *sink, const char *name, const char *sentence) {
  ce_emit(sink, &(struct ce_event){.kind = CE_EVENT_PHASE, .name = name, .sentence = sentence});
}

void ce_emit_progress(const struct ce_sink *sink, const char *name, uint64_t done_bytes,
                      uint64_t total_bytes) {
  ce_emit(sink,
          &(struct ce_event){
              .kind = CE_EVENT_PROGRESS, .name = name, .done_bytes = done_bytes, .total_bytes = total_bytes});
}

void ce_emit_step(const struct ce_sink *sink, const char *name, const char *path) {
  ce_emit(sink, &(struct ce_event){.kind = CE_EVENT_STEP, .name = name, .subject = path});
}

void ce_emit_note(const struct ce_sink *sink, const char *name, const char *sentence, const char *subject) {
  ce_emit(sink,
          &(struct ce_event){.kind = CE_EVENT_NOTE, .name = name, .sentence = sentence, .subject = subject});
}

static void emit_error(const struct ce_sink *sink, enum ce_event_kind kind, const char *name,
                       enum ce_code code, const struct ce_error *why) {
  struct ce_event event = {.kind = kind, .name = name, .code = code};
  if (why && code != CE_OK) {
    event.subject = why->subject[0] ? why->subject : NULL;
    event.detail = why->detail[0] ? why->detail : NULL;
  }
  ce_emit(sink, &event);
}

void ce_emit_warning(const struct ce_sink *sink, const char *name, const struct ce_error *why) {
  emit_error(sink, CE_EVENT_WARNING, name, why->code, why);
}

void ce_emit_result(const struct ce_sink *sink, const char *name, enum ce_code code,
                    const struct ce_error *why) {
  emit_error(sink, CE_EVENT_RESULT, name, code, why);
}
