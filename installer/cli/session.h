/* SPDX-License-Identifier: Apache-2.0
 * One run of the program: what was asked for, where text goes, who listens to events.
 *
 * main() opens it, hands it to one command, and closes it with the command's code; closing tells the outcome
 * to every sink that the command has not told already. */
#ifndef CE_CLI_SESSION_H
#define CE_CLI_SESSION_H

#include "cli/attendance.h"
#include "cli/face.h"
#include "cli/options.h"
#include "cli/sink-json.h"
#include "cli/sink-log.h"
#include "cli/sink-tee.h"
#include "cli/sink-text.h"

#include <jansson.h>
#include <signal.h>

struct ce_session {
  struct ce_options options;
  struct ce_face face;
  const struct ce_clock *clock;
  const volatile sig_atomic_t *cancelled; /* set when a signal asks the program to end */
  const char *program_name;               /* "certenv-setup" */
  int answers_fd;                         /* where answers are read; never standard input itself, where ... */
  struct ce_attendance *attendance;       /* ... somebody watches over the run; otherwise NULL */
  struct ce_sink_text text;
  struct ce_sink_json json;
  struct ce_sink_log log;
  struct ce_sink_tee events; /* what the engine gets; a command adds the sinks that it wants */

  bool enter_is_stale; /* Enter may still be meant for another question: it is no answer to the next one */

  /* How the outcome is told at the end; a command may set them. */
  bool told_people, told_programs;
  const char *outcome_name;     /* "install"; never NULL */
  const char *outcome_sentence; /* msgid with at most one %s, for CE_OK; NULL: "Done." */
  char outcome_subject[128];
  const char *outcome_remedy; /* msgid in place of the code's own; NULL */
  json_t *outcome_facts;      /* for programs (docs/FORMATS.md), owned; NULL: nothing more */
};

/* Reads the language, --json and --silent from argv, which is not checked yet. Everything must stay where it
 * is. */
void ce_session_open(struct ce_session *ret, int argc, char *const argv[], const char *program_name,
                     const volatile sig_atomic_t *cancelled);
/* With --attended, from here on: whoever started the run may cancel it. */
CE_MUST_USE enum ce_code ce_session_attend(struct ce_session *session, struct ce_error *err);
/* Writes the outcome to the log and ends it; for a log below a root that is closed before the session is. */
void ce_session_close_log(struct ce_session *session, enum ce_code code, const struct ce_error *err);
/* Tells the outcome and lets go of everything. err is looked at when code is not OK. */
void ce_session_close(struct ce_session *session, enum ce_code code, const struct ce_error *err);

#endif
