/* SPDX-License-Identifier: Apache-2.0
 * Asking about security software. */
#include "cli/security-question.h"

#include "cli/answer.h"
#include "cli/consent.h"
#include "cli/phrase.h"
#include "guard/warning.h"

#define QUESTION  "security"
#define TRIES_MAX 3

bool ce_security_question_is_asked(const struct ce_session *session) {
  bool answerable = session->face.interactive || session->face.json;
  return answerable && !ce_consent_is_settled(session);
}

static json_t *ids_json(const struct ce_finding_list *findings) {
  json_t *ids = json_array();
  for (size_t i = 0; i < findings->count; i++) {
    if (findings->items[i].level >= CE_FINDING_WARNING) {
      json_array_append_new(ids, json_string(findings->items[i].id));
    }
  }
  return ids;
}

/* What the window's check page says of them. */
static enum ce_code make_message(const struct ce_language *language, const struct ce_finding_list *findings,
                                 char ret[CE_PHRASE_SIZE], struct ce_error *err) {
  bool chinese = ce_phrase_is_chinese(language);
  CE_AUTO(ce_blob) struct ce_blob names = {0};
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < findings->count; i++) {
    const struct ce_finding *finding = &findings->items[i];
    if (finding->level >= CE_FINDING_WARNING && ce_warning_names(finding->id)) {
      code = ce_warning_add(&names, chinese ? finding->name_zh : finding->name_en, chinese, err);
    }
  }
  if (code == CE_OK) {
    const struct ce_event event = {
        .kind = CE_EVENT_FINDING, .sentence = ce_warning_sentence(&names), .subject = ce_blob_text(&names)};
    ce_phrase_message(language, &event, ret);
  }
  return code;
}

static enum ce_code show(struct ce_session *session, const struct ce_finding_list *findings,
                         struct ce_error *err) {
  const struct ce_face *face = &session->face;
  char message[CE_PHRASE_SIZE];
  enum ce_code code = make_message(face->language, findings, message, err);
  if (code != CE_OK) {
    return code;
  }
  ce_sink_text_clear_line(&session->text);
  if (face->json) {
    ce_json_line_print(face->out, json_pack("{s:s,s:s,s:s,s:[s,s,s],s:o}", "event", "question", "id",
                                            QUESTION, "message", message, "choices", "retry", "continue",
                                            "cancel", "findings", ids_json(findings)));
    return CE_OK;
  }
  FILE *screen = ce_consent_screen(face);
  fprintf(screen, "%s\n", message);
  ce_face_print(face, screen, N_("  [Enter] Retry   [g] Continue anyway   [c] Cancel\n"));
  fflush(screen);
  return CE_OK;
}

static enum ce_code cancel(struct ce_error *err) {
  return ce_fail(err, CE_CANCELLED, "ask", "", "%s", "");
}

enum ce_code ce_security_question_ask(void *context, const struct ce_finding_list *findings, bool *ret_again,
                                      struct ce_error *err) {
  struct ce_session *session = context;
  char word[CE_ANSWER_WORD_SIZE];
  for (int tries = 0; tries < TRIES_MAX; tries++) {
    enum ce_code code = show(session, findings, err);
    if (code != CE_OK) {
      return code;
    }
    enum ce_answer_line line = ce_answer_read_word(session->answers_fd, session->cancelled, QUESTION, word);
    if (line == CE_ANSWER_LINE_NONE && session->face.json) {
      return ce_consent_fail_unanswered(session, err);
    }
    if (line == CE_ANSWER_LINE_NONE || line == CE_ANSWER_LINE_CANCELLED) {
      return cancel(err);
    }
    switch (line == CE_ANSWER_LINE_WORD ? ce_answer_choice(word) : CE_CHOICE_NONE) {
    case CE_CHOICE_RETRY:
    case CE_CHOICE_CONTINUE:
      *ret_again = ce_answer_choice(word) == CE_CHOICE_RETRY;
      return CE_OK;
    case CE_CHOICE_CANCEL:
      return cancel(err);
    default:
      break;
    }
  }
  return cancel(err);
}
