/* SPDX-License-Identifier: Apache-2.0
 * certenv uninstall. */
#include "cli/command.h"

#include "cli/action.h"

const struct ce_action ce_action_uninstall = {
    .verb = CE_VERB_UNINSTALL,
    .run = ce_engine_uninstall,
    .makes_log = false,
    .done = N_("The certificate environment was removed."),
    .idle = N_("The certificate environment is not installed; there is nothing to remove."),
};

enum ce_code ce_command_uninstall(struct ce_session *session, struct ce_error *err) {
  return ce_action_run(session, &ce_action_uninstall, err);
}
