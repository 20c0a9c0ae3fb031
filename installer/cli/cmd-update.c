/* SPDX-License-Identifier: Apache-2.0
 * certenv update. */
#include "cli/command.h"

#include "cli/action.h"

const struct ce_action ce_action_update = {
    .verb = CE_VERB_UPDATE,
    .run = ce_engine_update,
    .makes_log = true,
    .done = N_("The certificate environment was updated to version %s."),
    .idle = N_("The certificate environment %s is the newest; there is nothing to update."),
};

enum ce_code ce_command_update(struct ce_session *session, struct ce_error *err) {
  return ce_action_run(session, &ce_action_update, err);
}
