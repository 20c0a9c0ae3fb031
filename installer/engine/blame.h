/* SPDX-License-Identifier: Apache-2.0
 * Whose doing it is when the machine refuses what root may do: a program of ours that may not be started, a
 * file that may not be written, one that is gone right after it was written. Pure. */
#ifndef CE_ENGINE_BLAME_H
#define CE_ENGINE_BLAME_H

#include "guard/finding.h"

#include <stdbool.h>

enum ce_blame_act {
  CE_BLAME_START, /* a program was started; it may have loaded a library */
  CE_BLAME_WRITE, /* a file was made, written or renamed */
  CE_BLAME_KEEP,  /* a file that was in place is gone or changed */
};

struct ce_blame_case {
  enum ce_blame_act act;
  int sys_errno;     /* of the call that failed; 0: none did */
  int exit_status;   /* START: of the program, or 128 + signal */
  const char *words; /* START: what the loader or the program said; NULL: nothing */
};

/* True when a rule of the machine looks like the cause, whoever made it: no bug of ours and no full disk
 * looks like this. KEEP always does. */
bool ce_blame_is_refusal(const struct ce_blame_case *what);
/* The finding that explains the refusal: at work on this machine, and known to do such things. NULL when
 * there is none, or what happened is no refusal. Part of findings. */
const struct ce_finding *ce_blame_find(const struct ce_blame_case *what,
                                       const struct ce_finding_list *findings);

#endif
