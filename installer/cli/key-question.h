/* SPDX-License-Identifier: Apache-2.0
 * The question about a key that is not there or not ready: look again, go on without it, or cancel;
 * on a terminal also: allow one that a device control blocks. On a terminal it is a line to type at, with
 * --json a question event with id "key"; answers come as those of other questions do (docs/FORMATS.md,
 * "Questions and answers"). */
#ifndef CE_CLI_KEY_QUESTION_H
#define CE_CLI_KEY_QUESTION_H

#include "cli/answer.h"
#include "cli/session.h"
#include "engine/engine.h"

struct ce_key_question {
  struct ce_session *session;
  const struct ce_engine *engine;
  struct ce_key_prompt prompt;
  bool installed; /* the environment is in place: only the key is to be looked at */
  bool is_open;   /* asked, and not answered yet */
  bool can_allow; /* the key is blocked, and can be let in with a command */
  char line[CE_ANSWER_BYTES_MAX + 1];
  size_t length;
};

void ce_key_question_open(struct ce_key_question *ret, struct ce_session *session,
                          const struct ce_engine *engine);
/* Somebody may answer: a terminal or --json, and not --silent. */
bool ce_key_question_is_answerable(const struct ce_session *session);
/* For the engine's options; NULL where nobody can answer. */
const struct ce_key_prompt *ce_key_question_prompt(const struct ce_key_question *question);

/* Pure: what a word means, in English or Chinese. */
enum ce_key_reply ce_key_question_reply(const char *word);

#endif
