/* SPDX-License-Identifier: Apache-2.0
 * The directories that a plan's paths lie in: those that are missing are made, those that we made go when
 * nothing of ours is in them any more. */
#ifndef CE_PLAN_DIRECTORIES_H
#define CE_PLAN_DIRECTORIES_H

#include "plan/draft.h"

/* Before anything is put at path: its missing parents are made, the top one first. Those outside the version
 * tree go into the receipt. Something that is no directory, nor a link that may lead to one, is a conflict.
 */
CE_MUST_USE enum ce_code ce_plan_directories_need(struct ce_draft *draft, const char *path,
                                                  struct ce_error *err);
/* *ret is false when a parent of path is something that is no directory: need() would find a conflict. */
CE_MUST_USE enum ce_code ce_plan_directories_can_hold(const struct ce_draft *draft, const char *path,
                                                      bool *ret, struct ce_error *err);
/* Makes the missing parents of an original that comes back: they are not ours, so the receipt does not know
 * them. Only where can_hold() says yes, after all need(). */
CE_MUST_USE enum ce_code ce_plan_directories_lend(struct ce_draft *draft, const char *path,
                                                  struct ce_error *err);
/* Last of all: the directories of the receipt that are still needed stay in it, the others are removed, the
 * deepest first, unless something is kept in them. */
CE_MUST_USE enum ce_code ce_plan_directories_leave(struct ce_draft *draft, struct ce_error *err);

#endif
