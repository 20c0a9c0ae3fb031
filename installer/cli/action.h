/* SPDX-License-Identifier: Apache-2.0
 * What the four verbs that change something have in common on the command line: consent, rights, log, the
 * engine, and what is said at the end. */
#ifndef CE_CLI_ACTION_H
#define CE_CLI_ACTION_H

#include "cli/session.h"
#include "engine/engine.h"

struct ce_action {
  enum ce_verb verb;
  enum ce_code (*run)(const struct ce_engine *engine, const struct ce_run_options *options,
                      struct ce_report *ret, struct ce_error *err);
  bool makes_log; /* makes the log's directory where it is missing */
  /* msgids with at most one %s, which stands for the version: something was changed, nothing had to be. */
  const char *done, *idle;
};

extern const struct ce_action ce_action_install, ce_action_repair, ce_action_update, ce_action_uninstall;

/* Carries the action out; with --dry-run it is shown instead. */
CE_MUST_USE enum ce_code ce_action_run(struct ce_session *session, const struct ce_action *action,
                                       struct ce_error *err);
/* Prints the plan on standard output, as text or as one JSON object. */
CE_MUST_USE enum ce_code ce_action_show(struct ce_session *session, const struct ce_action *action,
                                        struct ce_error *err);

#endif
