/* SPDX-License-Identifier: Apache-2.0
 * What came out of a case, as the text that cases/NAME.txt holds: the plan described, then the receipt. */
#ifndef CE_GOLDEN_OUTCOME_H
#define CE_GOLDEN_OUTCOME_H

#include "case.h"

/* malloc'ed. */
char *outcome_text(const struct golden_case *golden, const struct ce_plan *plan);

#endif
