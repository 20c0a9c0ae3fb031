/* SPDX-License-Identifier: Apache-2.0
 * The command line of another run of this program: what was asked for here, as a NULL-terminated vector. */
#ifndef CE_CLI_ARGUMENTS_H
#define CE_CLI_ARGUMENTS_H

#include "base/cleanup.h"
#include "cli/options.h"

/* What a vector holds at most: a tool and its own options, the program, the command, what is planned, the
 * options, and the NULL. */
#define CE_ARGUMENTS_MAX (16 + CE_OPTION_COUNT)

/* Vectors have CE_ARGUMENTS_MAX places and are zeroed. NULL when memory is out. */
char **ce_arguments_new(void);
void ce_arguments_free(char **arguments);
CE_DEFINE_AUTO(ce_arguments, char **, ce_arguments_free);

/* Takes text, which may be NULL; false when memory is out. */
bool ce_arguments_push(char **arguments, char *text);
/* "--name=value"; a relative path becomes one below directory. */
bool ce_arguments_push_option(char **arguments, enum ce_option option, const char *value,
                              const char *directory);
/* Every option that was given, but --lang. */
bool ce_arguments_push_options(char **arguments, const struct ce_options *options, const char *directory);

/* The vector as one line for a shell, malloc'ed. MEMORY. */
CE_MUST_USE enum ce_code ce_arguments_line(char *const *arguments, char **ret, struct ce_error *err);

#endif
