/* SPDX-License-Identifier: Apache-2.0
 * Taking back what is no file. */
#include "engine/removal.h"

#include "engine/allowance.h"
#include "engine/prerequisites.h"
#include "engine/services.h"

void ce_removal_withdraw(const struct ce_engine *engine, bool purge) {
  ce_allowance_withdraw(engine);
  if (purge) {
    ce_prerequisites_remove(engine);
  }
}

void ce_removal_complete(void *context, const struct ce_plan *plan) {
  const struct ce_engine *engine = context;
  /* Nothing is there to be started. */
  const struct ce_plan told = {.triggers = plan->triggers & ~(unsigned)CE_TRIGGER_UNIT_START};
  if (plan->verb != CE_VERB_UNINSTALL) {
    return;
  }
  if (engine->live) {
    ce_services_trigger(engine, &told);
  }
  ce_removal_withdraw(engine, plan->purge);
}
