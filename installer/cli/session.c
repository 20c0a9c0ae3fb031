/* SPDX-License-Identifier: Apache-2.0
 * Opening and closing of a run. */
#include "cli/session.h"

#include <unistd.h>

static const struct ce_language *choose_language(int argc, char *const argv[]) {
  const struct ce_language_environment environment = {.language = getenv("LANGUAGE"),
                                                      .lc_all = getenv("LC_ALL"),
                                                      .lc_messages = getenv("LC_MESSAGES"),
                                                      .lang = getenv("LANG")};
  return ce_language_choose(ce_options_peek(argc, argv, CE_OPTION_LANG), &environment);
}

void ce_session_open(struct ce_session *ret, int argc, char *const argv[], const char *program_name,
                     const volatile sig_atomic_t *cancelled) {
  *ret = (struct ce_session){.clock = ce_clock_system(),
                             .cancelled = cancelled,
                             .program_name = program_name,
                             .answers_fd = STDIN_FILENO,
                             .outcome_name = "usage"};
  ce_face_open(&ret->face, choose_language(argc, argv), ce_options_peek(argc, argv, CE_OPTION_JSON) != NULL,
               ce_options_peek(argc, argv, CE_OPTION_SILENT) != NULL);
  ce_sink_text_open(&ret->text, &ret->face, ret->clock, ce_sink_text_columns(ret->face.people));
  ce_sink_json_open(&ret->json, ret->face.out, ret->face.language, ret->clock);
  ce_sink_tee_open(&ret->events);
}

enum ce_code ce_session_attend(struct ce_session *session, struct ce_error *err) {
  if (!ce_options_has(&session->options, CE_OPTION_ATTENDED)) {
    return CE_OK;
  }
  enum ce_code code = ce_attendance_open(STDIN_FILENO, STDOUT_FILENO, &session->attendance, err);
  if (code == CE_OK) {
    session->answers_fd = ce_attendance_answers(session->attendance);
  }
  return code;
}

static struct ce_event result_event(const struct ce_session *session, enum ce_code code,
                                    const struct ce_error *err) {
  struct ce_event result = {.kind = CE_EVENT_RESULT,
                            .name = session->outcome_name,
                            .code = code,
                            .action = session->outcome_remedy,
                            .data = session->outcome_facts};
  if (code == CE_OK) {
    result.sentence = session->outcome_sentence;
    result.subject = session->outcome_subject;
  } else {
    result.subject = err->subject;
    result.detail = err->detail;
  }
  return result;
}

void ce_session_close_log(struct ce_session *session, enum ce_code code, const struct ce_error *err) {
  struct ce_event result = result_event(session, code, err);
  if (session->log.file) {
    ce_emit(&session->log.sink, &result);
  }
  ce_sink_log_close(&session->log);
}

void ce_session_close(struct ce_session *session, enum ce_code code, const struct ce_error *err) {
  struct ce_event result = result_event(session, code, err);
  ce_attendance_free(ce_take(&session->attendance));
  ce_sink_text_clear_line(&session->text);
  if (!session->told_people) {
    ce_emit(&session->text.sink, &result);
  }
  if (session->face.json && !session->told_programs) {
    ce_emit(&session->json.sink, &result);
  }
  ce_session_close_log(session, code, err);
  json_decref(ce_take(&session->outcome_facts));
}
