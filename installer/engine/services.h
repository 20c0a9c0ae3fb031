/* SPDX-License-Identifier: Apache-2.0
 * The running system's services: told about new files after the commit, stopped before theirs are removed. */
#ifndef CE_ENGINE_SERVICES_H
#define CE_ENGINE_SERVICES_H

#include "engine/engine.h"

/* Stops plan->units_stop when the plan says so. Failures are WARNING events. */
void ce_services_stop(const struct ce_engine *engine, const struct ce_plan *plan);
/* Carries out plan->triggers (all but UNIT_STOP). Idempotent; failures are WARNING events that repair heals.
 */
void ce_services_trigger(const struct ce_engine *engine, const struct ce_plan *plan);
/* Before a commit is taken back: stops the units of plan->after that old (NULL: nothing was) lacks, while
 * their files are still there. Failures are WARNING events. */
void ce_services_stop_new(const struct ce_engine *engine, const struct ce_plan *plan,
                          const struct ce_receipt *old);
/* After a commit was taken back: what was told of the plan's state is told of old's, which holds again. */
void ce_services_trigger_old(const struct ce_engine *engine, const struct ce_plan *plan,
                             const struct ce_receipt *old);
/* For a repair that finds all files in place: units of the manifest that systemd does not run are started. */
void ce_services_revive(const struct ce_engine *engine, const struct ce_manifest *manifest);
/* Starts the smart-card service where the manifest needs it and nothing listens: not every distribution does
 * when it is installed. It is not enabled: that is the administrator's. For a machine that systemd runs. */
void ce_services_start_pcscd(const struct ce_engine *engine, const struct ce_manifest *manifest);
/* True when systemd says that the unit is active. */
bool ce_services_is_active(const struct ce_engine *engine, const char *unit);

#endif
