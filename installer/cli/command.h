/* SPDX-License-Identifier: Apache-2.0
 * The commands, one file each. main() looks one up by enum ce_command and calls it once; the code that it
 * returns becomes the exit status. */
#ifndef CE_CLI_COMMAND_H
#define CE_CLI_COMMAND_H

#include "cli/session.h"

CE_MUST_USE enum ce_code ce_command_install(struct ce_session *session, struct ce_error *err);
CE_MUST_USE enum ce_code ce_command_repair(struct ce_session *session, struct ce_error *err);
CE_MUST_USE enum ce_code ce_command_update(struct ce_session *session, struct ce_error *err);
CE_MUST_USE enum ce_code ce_command_uninstall(struct ce_session *session, struct ce_error *err);
CE_MUST_USE enum ce_code ce_command_status(struct ce_session *session, struct ce_error *err);
CE_MUST_USE enum ce_code ce_command_keys(struct ce_session *session, struct ce_error *err);
CE_MUST_USE enum ce_code ce_command_doctor(struct ce_session *session, struct ce_error *err);
CE_MUST_USE enum ce_code ce_command_plan(struct ce_session *session, struct ce_error *err);

#endif
