/* SPDX-License-Identifier: Apache-2.0
 * The command line, read by the tables of grammar.h. Options may stand before and after the command; an
 * option's value follows it or stands behind "="; names are never guessed from a part; "--" ends the options.
 */
#ifndef CE_CLI_OPTIONS_H
#define CE_CLI_OPTIONS_H

#include "base/error.h"
#include "cli/grammar.h"
#include "po/translate.h"

#include <stdbool.h>

struct ce_options {
  enum ce_command command;             /* CE_COMMAND_COUNT when none was given and there is no default */
  bool named;                          /* the command was given, it is not the default */
  enum ce_command planned;             /* plan: what is planned; otherwise CE_COMMAND_COUNT */
  const char *values[CE_OPTION_COUNT]; /* NULL when not given, "" for a switch; points into argv */
};

/* default_command is what runs when none is named. Messages are in language. USAGE, or the code of an
 * option's own check; the error names the argument and what to do. */
CE_MUST_USE enum ce_code ce_options_read(int argc, char *const argv[], enum ce_command default_command,
                                         const struct ce_language *language, struct ce_options *ret,
                                         struct ce_error *err);

bool ce_options_has(const struct ce_options *options, enum ce_option option);

/* The value of option in a command line that is not checked yet, "" for a switch, NULL when it is not there:
 * how
 * --lang and --json reach the message that the command line is wrong. */
const char *ce_options_peek(int argc, char *const argv[], enum ce_option option);

#endif
