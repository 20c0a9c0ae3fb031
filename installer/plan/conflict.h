/* SPDX-License-Identifier: Apache-2.0
 * Conflicts of a plan as a whole; those of single paths are found where the path is planned. */
#ifndef CE_PLAN_CONFLICT_H
#define CE_PLAN_CONFLICT_H

#include "plan/draft.h"

/* Before any step: NOT_INSTALLED, DOWNGRADE, UNSUPPORTED. */
CE_MUST_USE enum ce_code ce_conflict_check_request(struct ce_draft *draft, struct ce_error *err);
/* After the steps: NO_SPACE. */
CE_MUST_USE enum ce_code ce_conflict_check_space(struct ce_draft *draft, struct ce_error *err);

#endif
