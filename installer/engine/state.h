/* SPDX-License-Identifier: Apache-2.0
 * The state directory around a run: made before the lock, left clean when nothing was installed. */
#ifndef CE_ENGINE_STATE_H
#define CE_ENGINE_STATE_H

#include "engine/engine.h"

/* Makes the parents of CE_STATE that are missing (in an image that has no /var) and remembers them in
 * CE_MADE. */
CE_MUST_USE enum ce_code ce_state_prepare(const struct ce_engine *engine, struct ce_error *err);
/* What ce_state_prepare() remembered, NULL-terminated, deepest last; the note is removed. Part of a purge. */
CE_MUST_USE enum ce_code ce_state_take_made(const struct ce_engine *engine, char ***ret,
                                            struct ce_error *err);
/* Removes these directories where they are empty, the last first. */
void ce_state_remove_made(const struct ce_engine *engine, char *const *made);
/* After a run that installed nothing on a machine that has nothing installed: the trust store, the cache and
 * the state directory go, unless something in it has to stay (a journal, a receipt, recorded packages,
 * backups). */
void ce_state_forget(const struct ce_engine *engine);

#endif
