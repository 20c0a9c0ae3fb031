/* SPDX-License-Identifier: Apache-2.0
 * What the receipt names outside the version tree and nobody wants any more: removed, given back, or kept. */
#ifndef CE_PLAN_LEAVE_H
#define CE_PLAN_LEAVE_H

#include "plan/draft.h"

/* Every file and link of the receipt that the plan does not own. After ce_plan_integration_put(). */
CE_MUST_USE enum ce_code ce_plan_leave(struct ce_draft *draft, struct ce_error *err);

#endif
