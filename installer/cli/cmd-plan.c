/* SPDX-License-Identifier: Apache-2.0
 * certenv plan: what a verb would do. */
#include "cli/command.h"

#include "cli/action.h"

enum ce_code ce_command_plan(struct ce_session *session, struct ce_error *err) {
  switch (session->options.planned) {
  case CE_COMMAND_REPAIR:
    return ce_action_show(session, &ce_action_repair, err);
  case CE_COMMAND_UPDATE:
    return ce_action_show(session, &ce_action_update, err);
  case CE_COMMAND_UNINSTALL:
    return ce_action_show(session, &ce_action_uninstall, err);
  default:
    return ce_action_show(session, &ce_action_install, err);
  }
}
