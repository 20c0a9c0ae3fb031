/* SPDX-License-Identifier: Apache-2.0
 * The machine that a command works on: the running system, or the tree of --root. */
#ifndef CE_CLI_MACHINE_H
#define CE_CLI_MACHINE_H

#include "cli/session.h"
#include "engine/engine.h"

#include <limits.h>

struct ce_machine {
  struct ce_engine engine; /* borrows the rest */
  struct ce_fs *fs;
  struct ce_reader *program;
  char program_path[PATH_MAX];
};

/* USAGE when --root is no directory; PERMISSION when writes is true and it cannot be written to. The engine's
 * sink is the session's tee. */
CE_MUST_USE enum ce_code ce_machine_open(struct ce_session *session, bool writes, struct ce_machine *ret,
                                         struct ce_error *err);
void ce_machine_clear(struct ce_machine *machine);
CE_DEFINE_AUTO_IN_PLACE(ce_machine, struct ce_machine, ce_machine_clear);

#endif
