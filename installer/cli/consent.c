/* SPDX-License-Identifier: Apache-2.0
 * The question before the commit. */
#include "cli/consent.h"

#include "cli/answer.h"
#include "cli/summary.h"
#include "engine/prerequisites.h"
#include "model/strings.h"

#include <termios.h>
#include <unistd.h>

#define QUESTION  "proceed"
#define TRIES_MAX 3

static const char question_text[] = N_("Go on?");

bool ce_consent_is_settled(const struct ce_session *session) {
  return ce_options_has(&session->options, CE_OPTION_YES) ||
         ce_options_has(&session->options, CE_OPTION_SILENT);
}

enum ce_code ce_consent_fail_unanswered(const struct ce_session *session, struct ce_error *err) {
  return ce_fail(
      err, CE_USAGE, "ask", "", "%s",
      ce_translate(session->face.language, N_("nobody is there to answer: add --yes or --silent")));
}

enum ce_code ce_consent_check(const struct ce_session *session, struct ce_error *err) {
  const struct ce_options *options = &session->options;
  bool asks = !ce_consent_is_settled(session) && !ce_options_has(options, CE_OPTION_DRY_RUN);
  bool answerable = session->face.interactive || session->face.json;
  return asks && !answerable ? ce_consent_fail_unanswered(session, err) : CE_OK;
}

/* What the package manager would be asked for; nothing where it is not called. */
static void find_packages(const struct ce_consent *consent, const struct ce_plan *plan, char ***ret) {
  struct ce_error ignored;
  bool calls_manager = consent->engine->live && plan->after->manifest &&
                       !ce_options_has(&consent->session->options, CE_OPTION_SKIP_PREREQUISITES);
  if (calls_manager &&
      ce_prerequisites_wanted(consent->engine, plan->after->manifest, ret, &ignored) != CE_OK) {
    *ret = NULL;
  }
}

enum ce_code ce_consent_summarise(const struct ce_consent *consent, const struct ce_plan *plan,
                                  char ***ret_packages, struct ce_summary *ret, struct ce_error *err) {
  find_packages(consent, plan, ret_packages);
  return ce_summary_make(plan, *ret_packages, ret, err);
}

static void send_question(const struct ce_face *face, const struct ce_summary *summary) {
  ce_json_line_print(face->out, json_pack("{s:s,s:s,s:s,s:[s,s],s:o}", "event", "question", "id", QUESTION,
                                          "message", ce_translate(face->language, question_text), "choices",
                                          "yes", "no", "plan", ce_summary_to_json(summary)));
}

FILE *ce_consent_screen(const struct ce_face *face) {
  return isatty(fileno(face->people)) ? face->people : face->errors;
}

static void ask(const struct ce_face *face, bool enter_is_yes) {
  if (!face->json) {
    fprintf(ce_consent_screen(face), "%s [%s/n] ", ce_translate(face->language, question_text),
            enter_is_yes ? "Y" : "y");
    fflush(ce_consent_screen(face));
  }
}

/* The cursor still stands behind it. */
static void leave_question(const struct ce_face *face) {
  if (!face->json) {
    fputc('\n', ce_consent_screen(face));
  }
}

static enum ce_code refuse(struct ce_error *err) {
  return ce_fail(err, CE_CANCELLED, "ask", "", "%s", "");
}

static enum ce_code take_answer(const struct ce_session *session, const char *id, struct ce_error *err) {
  const struct ce_face *face = &session->face;
  /* A program says yes in so many words, and so does who may just have pressed Enter for the key. */
  bool enter_is_yes = !face->json && !session->enter_is_stale;
  if (session->enter_is_stale) {
    tcflush(STDIN_FILENO, TCIFLUSH);
  }
  for (int tries = 0; tries < TRIES_MAX; tries++) {
    ask(face, enter_is_yes);
    switch (ce_answer_read(session->answers_fd, session->cancelled, id)) {
    case CE_ANSWER_YES:
      return CE_OK;
    case CE_ANSWER_DEFAULT:
      if (enter_is_yes) {
        return CE_OK;
      }
      break;
    case CE_ANSWER_UNCLEAR:
      break;
    case CE_ANSWER_NO:
      return refuse(err);
    case CE_ANSWER_CANCELLED:
      leave_question(face);
      return refuse(err);
    case CE_ANSWER_NONE:
      leave_question(face);
      return face->json ? ce_consent_fail_unanswered(session, err) : refuse(err);
    }
  }
  return refuse(err);
}

enum ce_code ce_consent_ask(void *context, const struct ce_plan *plan, struct ce_error *err) {
  const struct ce_consent *consent = context;
  struct ce_session *session = consent->session;
  if (ce_consent_is_settled(session)) {
    return CE_OK;
  }
  CE_AUTO(ce_strings) char **packages = NULL;
  CE_AUTO(ce_summary) struct ce_summary summary = {0};
  enum ce_code code = ce_consent_summarise(consent, plan, &packages, &summary, err);
  if (code != CE_OK) {
    return code;
  }
  ce_sink_text_clear_line(&session->text);
  if (session->face.json) {
    send_question(&session->face, &summary);
  } else {
    ce_summary_print(&summary, &session->face, ce_consent_screen(&session->face));
  }
  return take_answer(session, QUESTION, err);
}

static void send_lines(const struct ce_face *face, const char *id, char *const *lines) {
  ce_json_line_print(face->out, json_pack("{s:s,s:s,s:s,s:[s,s],s:o}", "event", "question", "id", id,
                                          "message", ce_translate(face->language, question_text), "choices",
                                          "yes", "no", "actions", ce_strings_to_json(lines)));
}

enum ce_code ce_consent_ask_lines(struct ce_session *session, const char *id, const char *intro,
                                  char *const *lines, struct ce_error *err) {
  const struct ce_face *face = &session->face;
  if (ce_consent_is_settled(session)) {
    return CE_OK;
  }
  ce_sink_text_clear_line(&session->text);
  if (face->json) {
    send_lines(face, id, lines);
  } else {
    fprintf(ce_consent_screen(face), "%s\n", ce_translate(face->language, intro));
    for (; *lines; lines++) {
      fprintf(ce_consent_screen(face), "  %s\n", *lines);
    }
  }
  return take_answer(session, id, err);
}
