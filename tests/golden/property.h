/* SPDX-License-Identifier: Apache-2.0
 * What holds for every plan without conflicts, whatever the case. */
#ifndef CE_GOLDEN_PROPERTY_H
#define CE_GOLDEN_PROPERTY_H

#include "plan/planner.h"

/* Plans the request and says on stderr what does not hold:
 * the plan can be carried out step by step; afterwards the same request has nothing to do; status finds no
 * fault; no file of the user's is lost; plan and receipt survive their JSON; after a first install, an
 * uninstall brings back everything outside the trees that were taken over. */
bool property_check(const struct ce_plan_request *request, const struct ce_facts *facts);

#endif
