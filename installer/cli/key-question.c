/* SPDX-License-Identifier: Apache-2.0
 * Asking about the key, and reading answers while the engine watches. */
#include "cli/key-question.h"

#include "cli/consent.h"
#include "engine/allowance.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define QUESTION "key"

enum ce_key_reply ce_key_question_reply(const char *word) {
  switch (ce_answer_choice(word)) {
  case CE_CHOICE_RETRY:
    return CE_KEY_REPLY_RETRY;
  case CE_CHOICE_ALLOW:
    return CE_KEY_REPLY_ALLOW;
  case CE_CHOICE_SKIP:
    return CE_KEY_REPLY_SKIP;
  case CE_CHOICE_CANCEL:
    return CE_KEY_REPLY_CANCEL;
  default:
    return CE_KEY_REPLY_NOTHING;
  }
}

static void begin(void *context, bool installed) {
  struct ce_key_question *question = context;
  question->installed = installed;
  question->is_open = false;
  question->length = 0;
}

/* What would let the blocked key in. */
static enum ce_code plan_to_allow(const struct ce_key_question *question, struct ce_allowance_plan *ret,
                                  struct ce_error *err) {
  char *fixes[] = {(char[]){"usbguard"}, NULL};
  return ce_allowance_make_plan(question->engine, fixes, ret, err);
}

static bool can_allow(const struct ce_key_question *question) {
  CE_AUTO(ce_allowance_plan) struct ce_allowance_plan plan = {0};
  struct ce_error ignored;
  return plan_to_allow(question, &plan, &ignored) == CE_OK && plan.device_count > 0;
}

static enum ce_code allow(void *context, struct ce_error *err) {
  const struct ce_key_question *question = context;
  CE_AUTO(ce_allowance_plan) struct ce_allowance_plan plan = {0};
  enum ce_code code = plan_to_allow(question, &plan, err);
  if (code == CE_OK && plan.device_count > 0) {
    code =
        ce_consent_ask_lines(question->session, "fix", N_("The key would be allowed by:"), plan.lines, err);
  }
  return code == CE_OK && plan.device_count > 0 ? ce_allowance_grant(question->engine, &plan, err) : code;
}

static void show_choices(const struct ce_key_question *question) {
  const struct ce_face *face = &question->session->face;
  if (question->installed) {
    ce_face_print(face, face->people,
                  N_("The certificate environment is installed. Insert the key to check that it works."));
    ce_face_print(face, face->people, "\n");
  }
  if (question->can_allow) {
    ce_face_print(face, face->people, N_("  [a] Allow this key\n"));
  }
  ce_face_print(face, face->people,
                question->installed ? N_("  [Enter] Retry   [s] Finish without the key\n")
                                    : N_("  [Enter] Retry   [s] Install without the key   [c] Cancel\n"));
  fflush(face->people);
}

static void send_question(const struct ce_key_question *question) {
  const struct ce_face *face = &question->session->face;
  const char *sentence =
      question->installed
          ? N_("The certificate environment is installed. Insert the key to check that it works.")
          : N_("Insert the key and click Retry.");
  ce_json_line_print(face->out, json_pack("{s:s,s:s,s:s,s:[s,s,s],s:b}", "event", "question", "id", QUESTION,
                                          "message", ce_translate(face->language, sentence), "choices",
                                          "retry", "skip", "cancel", "installed", question->installed));
}

static void ask(struct ce_key_question *question) {
  if (!question->session->face.json) {
    show_choices(question);
    question->session->enter_is_stale = true;
  } else if (!question->is_open) {
    send_question(question);
  }
  question->is_open = true;
}

/* Programs have `doctor --fix` for it. */
static void show(void *context, bool blocked) {
  struct ce_key_question *question = context;
  question->can_allow = blocked && !question->session->face.json && can_allow(question);
  ask(question);
}

static enum ce_key_reply reply_of(const struct ce_key_question *question, const char *word) {
  enum ce_key_reply reply = ce_key_question_reply(word);
  return reply == CE_KEY_REPLY_ALLOW && !question->can_allow ? CE_KEY_REPLY_NOTHING : reply;
}

/* True when a whole line is there. *ret_ended: nothing more will come. */
static bool read_line(struct ce_key_question *question, bool *ret_ended) {
  struct pollfd waiting = {.fd = question->prompt.fd, .events = POLLIN};
  while (poll(&waiting, 1, 0) > 0) {
    char byte;
    /* One byte at a time: what follows the line belongs to the next question. */
    ssize_t got = read(question->prompt.fd, &byte, 1);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    *ret_ended = got <= 0;
    if (got <= 0 || byte == '\n') {
      return got > 0 || question->length > 0;
    }
    if (question->length < sizeof question->line) {
      question->line[question->length++] = byte;
    }
  }
  return false;
}

static enum ce_key_reply hear(void *context) {
  struct ce_key_question *question = context;
  char word[CE_ANSWER_WORD_SIZE];
  bool ended = false;
  if (!read_line(question, &ended)) {
    return ended ? CE_KEY_REPLY_CLOSED : CE_KEY_REPLY_NOTHING;
  }
  bool is_word = ce_answer_word(question->line, question->length, QUESTION, word);
  enum ce_key_reply reply = is_word ? reply_of(question, word) : CE_KEY_REPLY_NOTHING;
  question->length = 0;
  if (reply == CE_KEY_REPLY_NOTHING && question->is_open) {
    question->is_open = false;
    ask(question);
  } else {
    question->is_open = false;
  }
  return reply;
}

bool ce_key_question_is_answerable(const struct ce_session *session) {
  bool answerable = session->face.interactive || session->face.json;
  return answerable && !ce_options_has(&session->options, CE_OPTION_SILENT);
}

void ce_key_question_open(struct ce_key_question *ret, struct ce_session *session,
                          const struct ce_engine *engine) {
  *ret = (struct ce_key_question){.session = session,
                                  .engine = engine,
                                  .prompt = {.fd = session->answers_fd,
                                             .begin = begin,
                                             .show = show,
                                             .hear = hear,
                                             .allow = allow,
                                             .context = ret}};
}

const struct ce_key_prompt *ce_key_question_prompt(const struct ce_key_question *question) {
  return ce_key_question_is_answerable(question->session) ? &question->prompt : NULL;
}
