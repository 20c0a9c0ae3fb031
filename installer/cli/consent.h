/* SPDX-License-Identifier: Apache-2.0
 * Asking before anything is changed. The engine calls back with the plan; what is asked and how the answer
 * comes is decided here: on the terminal, or over the stream with --json, or not at all with --yes and
 * --silent. */
#ifndef CE_CLI_CONSENT_H
#define CE_CLI_CONSENT_H

#include "cli/session.h"
#include "cli/summary.h"
#include "engine/engine.h"

struct ce_consent {
  struct ce_session *session;
  const struct ce_engine *engine;
};

/* Every question was answered beforehand, with --yes or --silent. */
bool ce_consent_is_settled(const struct ce_session *session);
/* Where a question is shown to people: it must be seen where standard output goes into a file. */
FILE *ce_consent_screen(const struct ce_face *face);
/* USAGE: the input ended without an answer. */
enum ce_code ce_consent_fail_unanswered(const struct ce_session *session, struct ce_error *err);

/* USAGE when nobody could answer and neither --yes nor --silent was given. Called before any work is done, so
 * that a script never waits and never gets half-way. */
CE_MUST_USE enum ce_code ce_consent_check(const struct ce_session *session, struct ce_error *err);
/* What plan comes to, with the packages that the package manager would be asked for, which are freed with
 * ce_strings_free() after the summary. MEMORY. */
CE_MUST_USE enum ce_code ce_consent_summarise(const struct ce_consent *consent, const struct ce_plan *plan,
                                              char ***ret_packages, struct ce_summary *ret,
                                              struct ce_error *err);
/* ce_run_options.confirm; context is a struct ce_consent. */
enum ce_code ce_consent_ask(void *context, const struct ce_plan *plan, struct ce_error *err);

/* The same question about lines (NULL-terminated), such as commands that would be run; intro is a msgid. With
 * --json the question has `id` and the lines as `actions`. CANCELLED, USAGE. */
CE_MUST_USE enum ce_code ce_consent_ask_lines(struct ce_session *session, const char *id, const char *intro,
                                              char *const *lines, struct ce_error *err);

#endif
