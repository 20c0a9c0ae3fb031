/* SPDX-License-Identifier: Apache-2.0
 * The face of events that programs read. */
#include "cli/sink-json.h"

#include "base/utf8.h"
#include "cli/phrase.h"

#include <string.h>

json_t *ce_json_line_text(const char *text) {
  json_t *whole = json_string(text);
  if (whole) {
    return whole;
  }
  /* Every byte that is not UTF-8 becomes three. */
  size_t size = 3 * strlen(text) + 1;
  CE_AUTO(ce_free) char *clean = malloc(size);
  if (!clean) {
    return NULL;
  }
  ce_utf8_clean(text, clean, size);
  return json_string(clean);
}

void ce_json_line_print(FILE *out, json_t *value) {
  CE_AUTO(ce_json) json_t *owned = value;
  CE_AUTO(ce_blob) struct ce_blob line = {0};
  struct ce_error ignored;
  if (!owned || ce_json_write(owned, false, &line, &ignored) != CE_OK ||
      ce_blob_append(&line, "\n", 1, &ignored) != CE_OK) {
    return;
  }
  fwrite(line.data, 1, line.size, out);
  fflush(out);
}

static void add_text(json_t *object, const char *key, const char *text) {
  if (text && text[0]) {
    json_object_set_new(object, key, ce_json_line_text(text));
  }
}

static void add_outcome(const struct ce_sink_json *json, json_t *object, const struct ce_event *event) {
  json_object_set_new(object, "id", json_string(ce_code_id(event->code)));
  if (event->kind == CE_EVENT_RESULT) {
    json_object_set_new(object, "exit_status", json_integer(ce_code_exit_status(event->code)));
  }
  const char *remedy = event->action ? event->action : ce_code_remedy(event->code);
  add_text(object, "remedy", ce_translate(json->language, remedy));
}

static void add_progress(json_t *object, const struct ce_event *event) {
  json_object_set_new(object, "done_bytes", json_integer((json_int_t)event->done_bytes));
  json_object_set_new(object, "total_bytes", json_integer((json_int_t)event->total_bytes));
  if (event->bytes_per_s > 0) {
    json_object_set_new(object, "bytes_per_second", json_integer((json_int_t)event->bytes_per_s));
    json_object_set_new(object, "seconds_left", json_integer(event->left_s));
  }
}

/* data's members beside the others; the object's own come first. */
static void add_data(json_t *object, const json_t *data) {
  const char *name = NULL;
  json_t *value = NULL;
  json_object_foreach((json_t *)data, name, value) {
    if (!json_object_get(object, name)) {
      json_object_set(object, name, value);
    }
  }
}

static void emit(void *context, const struct ce_event *event) {
  struct ce_sink_json *json = context;
  bool is_progress = event->kind == CE_EVENT_PROGRESS;
  bool is_last = is_progress && event->done_bytes >= event->total_bytes;
  if (is_progress && !is_last && !ce_pace_is_due(&json->pace, json->clock)) {
    return;
  }
  json_t *object = json_pack("{s:s}", "event", ce_event_kind_name(event->kind));
  if (!object) {
    return;
  }
  char message[CE_PHRASE_SIZE];
  char subject[CE_PHRASE_SIZE];
  ce_phrase_message(json->language, event, message);
  ce_phrase_subject(ce_phrase_event_subject(json->language, event), subject);
  add_text(object, "name", event->name);
  add_text(object, "message", message);
  add_text(object, "subject", subject);
  add_text(object, "detail", event->detail);
  bool has_outcome = event->kind == CE_EVENT_WARNING || event->kind == CE_EVENT_RESULT;
  if (event->action && !has_outcome) {
    add_text(object, "action", ce_translate(json->language, event->action));
  }
  if (is_progress) {
    add_progress(object, event);
  }
  if (event->kind == CE_EVENT_COUNTDOWN) {
    json_object_set_new(object, "seconds_left", json_integer(event->left_s));
  }
  if (has_outcome) {
    add_outcome(json, object, event);
  }
  add_data(object, event->data);
  ce_json_line_print(json->out, object);
}

void ce_sink_json_open(struct ce_sink_json *ret, FILE *out, const struct ce_language *language,
                       const struct ce_clock *clock) {
  *ret = (struct ce_sink_json){
      .sink = {.emit = emit, .context = ret}, .out = out, .language = language, .clock = clock};
}
