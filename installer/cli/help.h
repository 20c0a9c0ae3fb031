/* SPDX-License-Identifier: Apache-2.0
 * --help, made from the grammar; a test holds docs/man/certenv.1 against the same tables. */
#ifndef CE_CLI_HELP_H
#define CE_CLI_HELP_H

#include "cli/face.h"
#include "cli/grammar.h"

struct ce_help_exit_row {
  int status;
  const char *summary; /* msgid */
};
/* Every exit status of code.def, ascending; the last row has summary NULL. */
extern const struct ce_help_exit_row ce_help_exit_rows[];

/* For one command, or for the program with command == CE_COMMAND_COUNT. default_command is what runs without
 * one. */
void ce_help_print(const struct ce_face *face, const char *program_name, enum ce_command command,
                   enum ce_command default_command);

#endif
