/* SPDX-License-Identifier: Apache-2.0
 * A child of the wizard: this program with other arguments, which tells JSON Lines and hears answers.
 *
 * ce_runner_start() -> told() for each line, from the main loop -> ended() once, as the last call ->
 * ce_runner_free(). ce_runner_free() may be called at any time, also from within told() and ended(): nothing
 * is called then any more, and the child is ended as its kind says. */
#ifndef CE_GTK_RUNNER_H
#define CE_GTK_RUNNER_H

#include "base/cleanup.h"
#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>

enum ce_runner_end {
  CE_RUNNER_EXITED, /* the status is what the child ended with */
  CE_RUNNER_KILLED, /* the status is the signal */
  CE_RUNNER_GARBAGE /* it told what is no JSON object, or too much; it was given up */
};

/* How a child is ended. */
enum ce_runner_kind {
  CE_RUNNER_LOOKS,  /* at once */
  CE_RUNNER_TIDIES, /* it only looks, but has something to take away: by SIGTERM */
  CE_RUNNER_WORKS   /* it changes the machine, and goes back by itself at the end of its input */
};

struct ce_runner;

struct ce_runner_client {
  void (*told)(void *context, const json_t *object, const char *line);
  void (*ended)(void *context, enum ce_runner_end end, int status, const char *complaint);
  void *context;
};

struct ce_runner_request {
  const char *program;          /* absolute path */
  const char *const *arguments; /* without the program's name; NULL-terminated */
  enum ce_runner_kind kind;
  unsigned patience_s; /* a child that only looks is ended after this; 0: never */
};

/* IO, MEMORY, NOT_FOUND. */
CE_MUST_USE enum ce_code ce_runner_start(const struct ce_runner_request *request,
                                         const struct ce_runner_client *client, struct ce_runner **ret,
                                         struct ce_error *err);
void ce_runner_free(struct ce_runner *runner);
CE_DEFINE_AUTO(ce_runner, struct ce_runner *, ce_runner_free);

/* One line to its standard input. A child that does not read any more will tell by ending. */
void ce_runner_say(struct ce_runner *runner, const char *line);
/* An answer to its question of that id. */
void ce_runner_answer(struct ce_runner *runner, const char *question, const char *answer);
/* The end of its input. */
void ce_runner_hang_up(struct ce_runner *runner);

#endif
