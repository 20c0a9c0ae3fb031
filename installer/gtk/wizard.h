/* SPDX-License-Identifier: Apache-2.0
 * The wizard: the window of an installer that was double-clicked, and of an installed environment that is to
 * be repaired, updated or removed.
 *
 * It runs as the person and changes nothing itself: it starts its own program with --json, shows what that
 * tells, and answers what it asks. */
#ifndef CE_GTK_WIZARD_H
#define CE_GTK_WIZARD_H

#include "base/error.h"
#include "po/translate.h"

#include <stdbool.h>

struct ce_wizard_request {
  const char *program;                /* absolute path of this program */
  const struct ce_language *language; /* to begin with; the person may switch */
  const char *const *options;         /* handed on ("--source=DIR", ...); NULL-terminated, or NULL */
  /* Whether a command takes such an option: only then it gets it. */
  bool (*accepts)(const char *command, const char *option);
};

/* Whether there is a display and a GTK to open a window with, and this is not root, for whom GTK is never
 * run. Cheap: looks for the library without connecting to the display. */
bool ce_wizard_can_open(void);

/* Opens the window and returns when it is closed: OK when the task was done or nothing was begun, CANCELLED
 * when the person took it back, else the code of what failed. PERMISSION for root; NO_DISPLAY where no
 * window can be opened: the caller goes on with the text face then. */
CE_MUST_USE enum ce_code ce_wizard_run(const struct ce_wizard_request *request, struct ce_error *err);

#endif
