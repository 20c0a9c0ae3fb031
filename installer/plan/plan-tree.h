/* SPDX-License-Identifier: Apache-2.0
 * The version trees below CE_VERSIONS and the link CE_CURRENT. Everything there is ours: what is damaged is
 * put again and never saved, a tree whose receipt was lost is taken over. Only files that no manifest names
 * are left alone. */
#ifndef CE_PLAN_TREE_H
#define CE_PLAN_TREE_H

#include "plan/draft.h"

/* The tree of the wanted version: added whole where it is absent, else file by file what differs. */
CE_MUST_USE enum ce_code ce_plan_tree_put(struct ce_draft *draft, struct ce_error *err);
/* CE_CURRENT leads to the wanted version. */
CE_MUST_USE enum ce_code ce_plan_tree_switch(struct ce_draft *draft, struct ce_error *err);
/* What the receipt's version has and the wanted one has not: the whole tree, or single files of the same one.
 */
CE_MUST_USE enum ce_code ce_plan_tree_leave(struct ce_draft *draft, struct ce_error *err);
/* CE_CURRENT goes: nothing is wanted any more. */
CE_MUST_USE enum ce_code ce_plan_tree_unlink(struct ce_draft *draft, struct ce_error *err);

#endif
