/* SPDX-License-Identifier: Apache-2.0
 * A terminal window in which this program runs as text: for a desktop without the toolkit of the wizard. */
#ifndef CE_CLI_TERMINAL_WINDOW_H
#define CE_CLI_TERMINAL_WINDOW_H

#include "base/error.h"
#include "cli/arguments.h"

#define CE_TERMINAL_OPTIONS_MAX 3

/* A program that opens one, and how it is told what to run. */
struct ce_terminal_row {
  const char *name;
  const char *options[CE_TERMINAL_OPTIONS_MAX + 1]; /* between it and the command; the last is NULL */
};
/* The desktop's own choice first; the last row has name NULL. */
extern const struct ce_terminal_row ce_terminal_rows[];

/* The first one that is installed: its path, malloc'ed, and its row; NULL when there is none. A choice that
 * leads to xterm or one of its wrappers has xterm's row. */
char *ce_terminal_find(const struct ce_terminal_row **ret_row);

/* Pure: the command line that opens the window with the program at path, runs command in it, and keeps it
 * open until Enter was pressed after prompt, which is one line. MEMORY. */
CE_MUST_USE enum ce_code ce_terminal_arguments(const struct ce_terminal_row *row, const char *path,
                                               char *const *command, const char *prompt, char ***ret,
                                               struct ce_error *err);

/* Opens the window and does not wait for it. NOT_FOUND without any such program; IO. */
CE_MUST_USE enum ce_code ce_terminal_open(char *const *command, const char *prompt, struct ce_error *err);

#endif
