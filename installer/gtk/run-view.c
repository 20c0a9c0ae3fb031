/* SPDX-License-Identifier: Apache-2.0
 * Collecting of what a run tells. */
#include "gtk/run-view.h"

#include "base/json.h"
#include "base/utf8.h"

#include <string.h>

#define SUBJECTS_MORE_MAX 5 /* the page has so much room */

enum ce_code ce_code_of_id(const char *id) {
  for (enum ce_code code = CE_OK; code < CE_CODE_COUNT; code++) {
    if (strcmp(ce_code_id(code), id) == 0) {
      return code;
    }
  }
  return CE_CODE_COUNT;
}

enum ce_code ce_code_of_exit_status(int status) {
  for (enum ce_code code = CE_OK; code < CE_CODE_COUNT; code++) {
    if (ce_code_exit_status(code) == status) {
      return code;
    }
  }
  return CE_CHILD;
}

size_t ce_refusal_reason_length(const char *detail) {
  const char *end = strstr(detail, "; ");
  return end ? (size_t)(end - detail) : 0;
}

char *ce_sentence_fill(const char *sentence, const char *value) {
  const char *mark = strstr(sentence, "%s");
  return mark ? ce_text_format("%.*s%s%s", (int)(mark - sentence), sentence, value, mark + 2)
              : strdup(sentence);
}

char *ce_texts_join(const json_t *array, const char *separator) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error ignored;
  for (size_t i = 0; i < json_array_size(array); i++) {
    const char *item = json_string_value(json_array_get(array, i));
    if (item && ce_blob_printf(&text, &ignored, "%s%s", text.size ? separator : "", item) != CE_OK) {
      return NULL;
    }
  }
  return ce_blob_take_text(&text);
}

const char *ce_phase_sentence(const char *phase) {
  static const struct {
    const char *phase, *sentence;
  } sentences[] = {
      {"", N_("Waiting for the administrator's password")},
      {"lock", N_("Waiting until another run has ended")},
      {"security", N_("Looking for security software")},
      {"trust", N_("Checking the signatures")},
      {"fetch", N_("Fetching the package")},
      {"probe", N_("Looking at this machine")},
      {"prerequisites", N_("Installing what this machine lacks")},
      {"stage", N_("Preparing the files")},
      {"trial", N_("Trying whether this machine lets the programs run")},
      {"allowances", N_("Taking certenv off the allow-lists of security software")},
      {"commit", N_("Putting the files in place")},
      {"revert", N_("Putting everything back as it was")},
      {"trigger", N_("Telling the system's services")},
      {"verify", N_("Checking that everything works")},
  };
  for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++) {
    if (strcmp(sentences[i].phase, phase) == 0) {
      return sentences[i].sentence;
    }
  }
  return N_("At work");
}

void ce_run_view_clear(struct ce_run_view *run) {
  ce_blob_clear(&run->log);
  ce_blob_clear(&run->details);
  json_decref(run->certificates);
  json_decref(run->warnings);
  json_decref(run->findings);
  json_decref(run->key);
  json_decref(run->asked);
  json_decref(run->result);
  *run = (struct ce_run_view){0};
}

void ce_run_view_begin(struct ce_run_view *run) {
  ce_run_view_clear(run);
  run->certificates = json_array();
  run->warnings = json_array();
  run->findings = json_array();
}

static void append_line(struct ce_blob *blob, const char *line) {
  struct ce_error ignored;
  size_t length = strlen(line);
  if (blob->size + length < CE_RUN_LOG_BYTES_MAX && ce_blob_append(blob, line, length, &ignored) == CE_OK) {
    enum ce_code appended = ce_blob_append(blob, "\n", 1, &ignored);
    (void)appended;
  }
}

static void add_detail(struct ce_run_view *run, const json_t *event) {
  const char *message = ce_json_text(event, "message");
  const char *subject = ce_json_text(event, "subject");
  const char *detail = ce_json_text(event, "detail");
  CE_AUTO(ce_free)
  char *line = ce_text_format("%s%s%s%s%s", message[0] ? message : ce_json_text(event, "name"),
                              subject[0] ? "  " : "", subject, detail[0] ? "  " : "", detail);
  if (line) {
    append_line(&run->details, line);
  }
}

static void keep(json_t **place, const json_t *event) {
  json_decref(*place);
  *place = json_incref((json_t *)event);
}

static void add(json_t *array, const json_t *event, size_t most) {
  if (json_array_size(array) < most) {
    json_array_append(array, (json_t *)event);
  }
}

static bool is_grave(const json_t *finding) {
  return strcmp(ce_json_text(json_object_get(finding, "finding"), "level"), "advice") != 0;
}

void ce_run_view_take(struct ce_run_view *run, const json_t *event, const char *line) {
  const char *kind = ce_json_text(event, "event");
  const char *name = ce_json_text(event, "name");
  if (strcmp(kind, "progress") == 0) {
    run->left_s = json_integer_value(json_object_get(event, "seconds_left"));
    return;
  }
  append_line(&run->log, line);
  if (strcmp(kind, "countdown") == 0) {
    return;
  }
  add_detail(run, event);
  if (strcmp(kind, "phase") == 0) {
    snprintf(run->phase, sizeof run->phase, "%s", name);
    run->step_subject[0] = '\0';
    run->left_s = 0;
  } else if (strcmp(kind, "step") == 0) {
    ce_utf8_clean(ce_json_text(event, "subject"), run->step_subject, sizeof run->step_subject);
  } else if (strcmp(kind, "warning") == 0 || strcmp(kind, "note") == 0) {
    add(run->warnings, event, CE_RUN_WARNINGS_MAX);
  } else if (strcmp(kind, "finding") == 0 && is_grave(event)) {
    add(run->findings, event, CE_RUN_WARNINGS_MAX);
  } else if (strcmp(kind, "key") == 0 && strcmp(name, "certificate") == 0) {
    add(run->certificates, event, CE_CERTIFICATES_MAX);
  } else if (strcmp(kind, "key") == 0 && json_object_get(event, "key")) {
    keep(&run->key, event);
  } else if (strcmp(kind, "question") == 0) {
    keep(&run->asked, event);
  } else if (strcmp(kind, "result") == 0) {
    keep(&run->result, event);
  }
}

void ce_run_view_end(struct ce_run_view *run, enum ce_code code, const char *detail) {
  run->code = code;
  ce_utf8_clean(detail, run->detail, sizeof run->detail);
}

void ce_run_view_abandon(struct ce_run_view *run) {
  ce_run_view_end(run, CE_CHILD, "it was cancelled and did not end");
  run->abandoned = true;
}

static bool has_told(const struct ce_run_view *run, const char *name) {
  for (size_t i = 0; i < json_array_size(run->warnings); i++) {
    if (strcmp(ce_json_text(json_array_get(run->warnings, i), "name"), name) == 0) {
      return true;
    }
  }
  return false;
}

bool ce_run_view_is_done(const struct ce_run_view *run) {
  return run->code == CE_OK || (run->code == CE_KEY_TIMEOUT && has_told(run, "key-not-ready"));
}

bool ce_run_view_may_close(const struct ce_run_view *run, enum ce_closing closing, bool cancelling) {
  bool stays = json_is_true(json_object_get(run->result, "packages_stay")) ||
               json_is_true(json_object_get(run->result, "pending"));
  switch (closing) {
  case CE_CLOSING_AS_PROMISED:
    return ce_run_view_is_done(run) ? !cancelling : run->code == CE_CANCELLED && !stays;
  case CE_CLOSING_ANYWAY:
    return ce_run_view_is_done(run) || run->code == CE_CANCELLED;
  default:
    return false;
  }
}

/* The package manager finishes what it begins. */
bool ce_run_view_is_uninterruptible(const struct ce_run_view *run) {
  return strcmp(run->phase, "prerequisites") == 0;
}

const char *ce_run_view_sentence(const struct ce_run_view *run, bool cancelling) {
  if (!cancelling) {
    return ce_phase_sentence(run->phase);
  }
  return ce_run_view_is_uninterruptible(run)
             ? N_("Cancelling: the system's package manager finishes first what it has begun")
             : N_("Cancelling: everything is put back");
}

bool ce_run_view_has_died(const struct ce_run_view *run) {
  const char *name = strrchr(ce_json_text(run->result, "subject"), '/');
  return run->code == CE_CHILD && (!run->result || (name && strcmp(name, "/pkexec") == 0));
}

/* The subject of a conflict that the result does not name itself; NULL where event is none. */
static const char *other_conflict(const struct ce_run_view *run, const json_t *event) {
  const char *subject = ce_json_text(event, "subject");
  bool is_other = strcmp(ce_json_text(event, "name"), "conflict") == 0 && subject[0] &&
                  strcmp(subject, ce_json_text(run->result, "subject")) != 0;
  return is_other ? subject : NULL;
}

char *ce_run_view_subjects(const struct ce_run_view *run, const struct ce_language *language) {
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error ignored;
  const char *first = ce_json_text(run->result, "subject");
  enum ce_code code = ce_blob_append(&text, first, strlen(first), &ignored);
  size_t others = 0;
  for (size_t i = 0; code == CE_OK && i < json_array_size(run->warnings); i++) {
    const char *subject = other_conflict(run, json_array_get(run->warnings, i));
    if (subject && ++others <= SUBJECTS_MORE_MAX) {
      code = ce_blob_printf(&text, &ignored, "%s%s", text.size ? "\n" : "", subject);
    }
  }
  if (code == CE_OK && others > SUBJECTS_MORE_MAX) {
    code = ce_blob_printf(&text, &ignored, "\n");
    code = code == CE_OK
               ? ce_blob_printf(&text, &ignored, ce_translate(language, N_("and %zu more, see the details")),
                                others - SUBJECTS_MORE_MAX)
               : code;
  }
  return code == CE_OK && text.size ? ce_blob_take_text(&text) : NULL;
}

const char *ce_run_view_failure(const struct ce_run_view *run) {
  const char *message = ce_json_text(run->result, "message");
  bool known = run->code < CE_CODE_COUNT && run->code != CE_CHILD;
  if (ce_run_view_has_died(run)) {
    return run->abandoned ? N_("It was cancelled, but has not ended yet. Please wait a while.")
                          : N_("It ended unexpectedly.");
  }
  return known || !message[0] ? ce_code_sentence(run->code) : message;
}
