/* SPDX-License-Identifier: Apache-2.0
 * An empty root of one's own, for a plan that is made without any rights: what an installation would do is
 * the same on a machine that has nothing yet. */
#ifndef CE_CLI_SCRATCH_H
#define CE_CLI_SCRATCH_H

#include "base/cleanup.h"
#include "ports/fs.h"

#include <limits.h>

struct ce_scratch {
  char directory[PATH_MAX]; /* "" when there is none */
  struct ce_fs *fs;
};

/* A new private directory below the person's runtime directory, TMPDIR or /tmp. IO, PERMISSION, NO_SPACE. */
CE_MUST_USE enum ce_code ce_scratch_open(struct ce_scratch *ret, struct ce_error *err);
/* Removes it with all that is in it. */
void ce_scratch_clear(struct ce_scratch *scratch);
CE_DEFINE_AUTO_IN_PLACE(ce_scratch, struct ce_scratch, ce_scratch_clear);

#endif
