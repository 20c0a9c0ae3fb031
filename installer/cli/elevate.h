/* SPDX-License-Identifier: Apache-2.0
 * Getting administrator rights: the same verb and options again, through pkexec in a graphical session or
 * sudo in a terminal. Only what the command line says goes along, with this program's own absolute path. */
#ifndef CE_CLI_ELEVATE_H
#define CE_CLI_ELEVATE_H

#include "base/cleanup.h"
#include "cli/arguments.h"
#include "cli/elevate-child.h"

enum ce_elevation_way {
  CE_ELEVATION_NONE,   /* neither is possible: the user must run the command */
  CE_ELEVATION_PKEXEC, /* asks in a window */
  CE_ELEVATION_SUDO,   /* asks in the terminal */
};

/* What decides the way; gathered by ce_elevation_probe(). */
struct ce_elevation_facts {
  bool graphical; /* DISPLAY or WAYLAND_DISPLAY */
  bool terminal;  /* standard input is one */
  bool silent;    /* --silent: a password is a question, too */
  char *pkexec;   /* absolute paths from PATH; NULL where it is not installed */
  char *sudo;
  char *proxy;     /* the one that the environment names, unless it has a password in it; NULL: none */
  char *program;   /* this program's absolute path */
  char *directory; /* the working directory */
};
void ce_elevation_facts_clear(struct ce_elevation_facts *facts);
CE_DEFINE_AUTO_IN_PLACE(ce_elevation_facts, struct ce_elevation_facts, ce_elevation_facts_clear);

enum ce_elevation_way ce_elevation_choose(const struct ce_elevation_facts *facts);

/* The command as a NULL-terminated vector, freed with ce_arguments_free(): the tool (sudo for NONE), the
 * program, the command, every option that was given, --proxy as the environment has it (pkexec and sudo
 * clear the environment), --lang. Relative paths become absolute, since pkexec changes the directory. MEMORY.
 */
CE_MUST_USE enum ce_code ce_elevation_arguments(const struct ce_elevation_facts *facts,
                                                const struct ce_options *options,
                                                const struct ce_language *language, char ***ret,
                                                struct ce_error *err);

/* What the end of the tool means: its exit status, and what pkexec said. *ret_told: the program ran and has
 * told its outcome itself; otherwise *ret_reason is a msgid, "" where nothing more is known. */
enum ce_code ce_elevation_outcome(enum ce_elevation_way way, const struct ce_elevation_end *end,
                                  bool *ret_told, const char **ret_reason);

/* Runs this program again with rights and waits; what this process is told meanwhile is passed on. The code
 * is that of the second run, which told it; CANCELLED; or PERMISSION with the reason and the command to run.
 * There is no time limit: somebody may have to look for the password, and a cancel ends the wait. */
CE_MUST_USE enum ce_code ce_elevate(const struct ce_options *options, const struct ce_language *language,
                                    bool *ret_told, struct ce_error *err);

#endif
