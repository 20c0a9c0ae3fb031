/* SPDX-License-Identifier: Apache-2.0
 * This program and where it was started, for further runs of it. */
#ifndef CE_CLI_SELF_H
#define CE_CLI_SELF_H

#include "base/cleanup.h"
#include "base/error.h"
#include "cli/options.h"

struct ce_self {
  char *program;   /* absolute path */
  char *directory; /* the working directory */
};
/* IO, MEMORY. */
CE_MUST_USE enum ce_code ce_self_find(struct ce_self *ret, struct ce_error *err);
void ce_self_clear(struct ce_self *self);
CE_DEFINE_AUTO_IN_PLACE(ce_self, struct ce_self, ce_self_clear);

/* The command line of a run that does what options ask of command here: program, command, options, --lang.
 * Freed with ce_arguments_free(). MEMORY. */
CE_MUST_USE enum ce_code ce_self_arguments(const struct ce_self *self, enum ce_command command,
                                           const struct ce_options *options,
                                           const struct ce_language *language, char ***ret,
                                           struct ce_error *err);

#endif
