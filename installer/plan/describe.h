/* SPDX-License-Identifier: Apache-2.0
 * A plan in words: one line a step, as --dry-run and the golden tests show it. */
#ifndef CE_PLAN_DESCRIBE_H
#define CE_PLAN_DESCRIBE_H

#include "base/blob.h"
#include "model/plan.h"

/* Appends lines of text; stable, English, without times or the txid. */
CE_MUST_USE enum ce_code ce_plan_describe(const struct ce_plan *plan, struct ce_blob *ret,
                                          struct ce_error *err);

#endif
