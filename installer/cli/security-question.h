/* SPDX-License-Identifier: Apache-2.0
 * The question before an install beside security software: look again, go on, or cancel. The findings were
 * shown as events; on a terminal it is a line to type at, with --json a question event with id "security". */
#ifndef CE_CLI_SECURITY_QUESTION_H
#define CE_CLI_SECURITY_QUESTION_H

#include "cli/session.h"
#include "engine/engine.h"

/* Somebody is there to answer, and has not answered all beforehand with --yes or --silent. */
bool ce_security_question_is_asked(const struct ce_session *session);
/* ce_run_options.security; context is the struct ce_session. */
enum ce_code ce_security_question_ask(void *context, const struct ce_finding_list *findings, bool *ret_again,
                                      struct ce_error *err);

#endif
