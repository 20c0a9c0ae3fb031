/* SPDX-License-Identifier: Apache-2.0
 * The receipt that a plan ends in. */
#ifndef CE_PLAN_RECEIPT_H
#define CE_PLAN_RECEIPT_H

#include "plan/draft.h"

/* Before the steps: what an earlier receipt saved stays on the list. */
CE_MUST_USE enum ce_code ce_plan_receipt_begin(struct ce_draft *draft, struct ce_error *err);
/* After the steps: everything but the paths, which ce_draft_own() filled in; decides whether the plan
 * commits. */
CE_MUST_USE enum ce_code ce_plan_receipt_finish(struct ce_draft *draft, struct ce_error *err);
/* For a plan that stops before its steps, or has nothing to do. */
CE_MUST_USE enum ce_code ce_plan_receipt_stay(struct ce_draft *draft, struct ce_error *err);
/* The same where nothing is installed; a purge of what an earlier uninstall kept commits, although it has no
 * steps, so that the state goes under the journal's protection. */
CE_MUST_USE enum ce_code ce_plan_receipt_purge(struct ce_draft *draft, struct ce_error *err);

#endif
