/* SPDX-License-Identifier: Apache-2.0
 * certenv install. */
#include "cli/command.h"

#include "cli/action.h"

const struct ce_action ce_action_install = {
    .verb = CE_VERB_INSTALL,
    .run = ce_engine_install,
    .makes_log = true,
    .done = N_("The certificate environment %s is installed."),
    .idle = N_("The certificate environment %s is installed already and in order."),
};

enum ce_code ce_command_install(struct ce_session *session, struct ce_error *err) {
  return ce_action_run(session, &ce_action_install, err);
}
