/* SPDX-License-Identifier: Apache-2.0
 * What must be told to the running system once a plan is committed. */
#ifndef CE_PLAN_TRIGGERS_H
#define CE_PLAN_TRIGGERS_H

#include "plan/draft.h"

/* After the steps and the receipt, for a plan that commits: sets triggers and units_stop, with notes on what
 * this machine cannot do. */
CE_MUST_USE enum ce_code ce_triggers_choose(struct ce_draft *draft, struct ce_error *err);

#endif
