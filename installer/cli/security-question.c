/* SPDX-License-Identifier: Apache-2.0
 * Asking about security software. */
#include "cli/security-question.h"

#include "cli/answer.h"
#include "cli/consent.h"

#define QUESTION  "security"
#define TRIES_MAX 3

static const char question_text[] =
    N_("This security software may stop parts of the installation. For its duration, please switch it off or "
       "allow all that this program does, then choose Retry.");

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

static void show(struct ce_session *session, const struct ce_finding_list *findings) {
  const struct ce_face *face = &session->face;
  ce_sink_text_clear_line(&session->text);
  if (face->json) {
    ce_json_line_print(face->out,
                       json_pack("{s:s,s:s,s:s,s:[s,s,s],s:o}", "event", "question", "id", QUESTION,
                                 "message", ce_translate(face->language, question_text), "choices", "retry",
                                 "continue", "cancel", "findings", ids_json(findings)));
    return;
  }
  FILE *screen = ce_consent_screen(face);
  fprintf(screen, "%s\n", ce_translate(face->language, question_text));
  ce_face_print(face, screen, N_("  [Enter] look again   [g] go on as it is   [c] cancel\n"));
  fflush(screen);
}

static enum ce_code cancel(struct ce_error *err) {
  return ce_fail(err, CE_CANCELLED, "ask", "", "%s", "");
}

enum ce_code ce_security_question_ask(void *context, const struct ce_finding_list *findings, bool *ret_again,
                                      struct ce_error *err) {
  struct ce_session *session = context;
  char word[CE_ANSWER_WORD_SIZE];
  for (int tries = 0; tries < TRIES_MAX; tries++) {
    show(session, findings);
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
