/* SPDX-License-Identifier: Apache-2.0
 * What the manifest brings outside the version tree: one file or link at each target, put with regard to
 * whose the thing is that lies there. */
#ifndef CE_PLAN_INTEGRATION_H
#define CE_PLAN_INTEGRATION_H

#include "plan/draft.h"

#define CE_INTEGRATION_FILE_MODE 0644

/* Every target of the wanted manifest that the request's selection does not leave out, with the links that
 * enable units and the list of the driver's keys. After ce_plan_tree_put(): the files
 * come from the tree. */
CE_MUST_USE enum ce_code ce_plan_integration_put(struct ce_draft *draft, struct ce_error *err);

#endif
