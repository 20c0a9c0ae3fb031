/* SPDX-License-Identifier: Apache-2.0
 * certenv repair. */
#include "cli/command.h"

#include "cli/action.h"

const struct ce_action ce_action_repair = {
    .verb = CE_VERB_REPAIR,
    .run = ce_engine_repair,
    .makes_log = true,
    .done = N_("The certificate environment %s is in order again."),
    .idle = N_("There is nothing to repair: the certificate environment %s is in order."),
};

enum ce_code ce_command_repair(struct ce_session *session, struct ce_error *err) {
  return ce_action_run(session, &ce_action_repair, err);
}
