/* SPDX-License-Identifier: Apache-2.0
 * What the environment needs from the machine: installed through its package manager when missing, recorded
 * in CE_PREREQUISITES, removed again by a purge. What was there before is never removed. */
#ifndef CE_ENGINE_PREREQUISITES_H
#define CE_ENGINE_PREREQUISITES_H

#include "engine/engine.h"

/* Packages that this machine's manager would install for what is missing, NULL-terminated; for the question
 * to the user. */
CE_MUST_USE enum ce_code ce_prerequisites_wanted(const struct ce_engine *engine,
                                                 const struct ce_manifest *manifest, char ***ret,
                                                 struct ce_error *err);
/* Installs them. *came becomes true when the manager has installed something, or may have, also when the call
 * fails. *ret_missing: what is still missing after that (capabilities), NULL-terminated. Failures of the
 * manager are WARNING events; the call fails with CANCELLED, MEMORY, IO (the record could not be written) or
 * CHILD (what is installed could not be listed) only. */
CE_MUST_USE enum ce_code ce_prerequisites_install(const struct ce_engine *engine,
                                                  const struct ce_manifest *manifest, bool *came,
                                                  char ***ret_missing, struct ce_error *err);
/* A NOTE event: a run that failed leaves what the manager has installed. */
void ce_prerequisites_tell_stay(const struct ce_engine *engine);
/* One WARNING event for all that is missing, where something is. Fails with MEMORY only. */
CE_MUST_USE enum ce_code ce_prerequisites_warn(const struct ce_engine *engine, char *const *missing,
                                               struct ce_error *err);
/* PREREQUISITE when something that the manifest (which may be NULL) requires is missing on the running
 * system; an image gets it when it is completed. */
CE_MUST_USE enum ce_code ce_prerequisites_judge(const struct ce_engine *engine,
                                                const struct ce_manifest *manifest, char *const *missing,
                                                struct ce_error *err);
/* Removes the recorded packages, and the record when none is left. Those that something else needs by now
 * stay, with a WARNING event, and so does the record; in an image all stay, with a NOTE event. */
void ce_prerequisites_remove(const struct ce_engine *engine);

#endif
