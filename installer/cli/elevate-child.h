/* SPDX-License-Identifier: Apache-2.0
 * The run with rights, as a child: what this process is told meanwhile goes on to it.
 *
 * An attended child gets a standard input of its own, which ends when this process is told to end, by its
 * input or a signal, and also when it is killed: a run as root cannot be reached in another way. A tool that
 * still asks for the password is ended with a signal. */
#ifndef CE_CLI_ELEVATE_CHILD_H
#define CE_CLI_ELEVATE_CHILD_H

#include "base/error.h"

#include <stdbool.h>

#define CE_ELEVATION_SAID_SIZE 1024

struct ce_elevation_end {
  int status;                        /* the exit status, or 128 + signal */
  bool was_ended;                    /* this process was told to end first */
  char said[CE_ELEVATION_SAID_SIZE]; /* the beginning of its standard error, where that was listened to */
};

/* arguments[0] is a path. attended: see above. listens: standard error is passed on and kept. IO, MEMORY, and
 * what posix_spawn() says. */
CE_MUST_USE enum ce_code ce_elevation_child_run(char *const *arguments, bool attended, bool listens,
                                                struct ce_elevation_end *ret, struct ce_error *err);

#endif
