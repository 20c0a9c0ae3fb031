/* SPDX-License-Identifier: Apache-2.0
 * The assistant's launcher on the desktops of this machine's people.
 *
 * Root writes nothing below a home: the installed certenv-launcher runs as each person, with that person's
 * groups and an environment of its own, and decides there what may be done. A home that hangs costs its
 * person's time limit; after a limit for all, those who are left get the launcher at their next login, from
 * the autostart entry. */
#ifndef CE_ENGINE_DESKTOPS_H
#define CE_ENGINE_DESKTOPS_H

#include "engine/engine.h"

/* Both do nothing unless the root is the running system's, the caller is root and the program is installed.
 * What was done is told as NOTE events, what failed as WARNING events: the next run heals it. */
void ce_desktops_place(const struct ce_engine *engine);
/* Before the tree goes. */
void ce_desktops_remove(const struct ce_engine *engine);

/* What certenv-launcher said of one person, as events. Pure but for the sink. */
void ce_desktops_tell(const struct ce_sink *sink, const char *person, bool removing, const void *answer,
                      size_t size);

#endif
