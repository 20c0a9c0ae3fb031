/* SPDX-License-Identifier: Apache-2.0
 * The order in which a plan is made; each organ decides about its own noun. */
#include "plan/planner.h"

#include "plan/conflict.h"
#include "plan/draft.h"
#include "plan/plan-directories.h"
#include "plan/plan-integration.h"
#include "plan/plan-leave.h"
#include "plan/plan-receipt.h"
#include "plan/plan-tree.h"
#include "plan/triggers.h"

#include <assert.h>

/* New things are in place before old ones go. */
static enum ce_code bring(struct ce_draft *draft, struct ce_error *err) {
  enum ce_code code = ce_plan_tree_put(draft, err);
  if (code == CE_OK) {
    code = ce_plan_tree_switch(draft, err);
  }
  return code == CE_OK ? ce_plan_integration_put(draft, err) : code;
}

static enum ce_code leave(struct ce_draft *draft, struct ce_error *err) {
  enum ce_code code = ce_plan_leave(draft, err);
  if (code == CE_OK && !draft->wanted) {
    code = ce_plan_tree_unlink(draft, err);
  }
  if (code == CE_OK) {
    code = ce_plan_tree_leave(draft, err);
  }
  return code == CE_OK ? ce_plan_directories_leave(draft, err) : code;
}

static enum ce_code make_steps(struct ce_draft *draft, struct ce_error *err) {
  enum ce_code code = draft->wanted ? bring(draft, err) : CE_OK;
  if (code == CE_OK) {
    code = leave(draft, err);
  }
  if (code == CE_OK) {
    code = ce_conflict_check_space(draft, err);
  }
  if (code == CE_OK) {
    code = ce_plan_receipt_finish(draft, err);
  }
  if (code != CE_OK || draft->plan->conflict_count > 0 || !ce_plan_commits(draft->plan)) {
    return code;
  }
  return ce_triggers_choose(draft, err);
}

enum ce_code ce_plan_make(const struct ce_plan_request *request, const struct ce_facts *facts,
                          struct ce_plan **ret, struct ce_error *err) {
  bool brings_package = request->verb == CE_VERB_INSTALL || request->verb == CE_VERB_UPDATE;
  assert(!brings_package || request->manifest);
  assert(request->verb != CE_VERB_UNINSTALL || !request->manifest);
  CE_AUTO(ce_draft) struct ce_draft draft = {0};
  enum ce_code code = ce_draft_open(&draft, request, facts, err);
  if (code == CE_OK) {
    code = ce_plan_receipt_begin(&draft, err);
  }
  if (code == CE_OK) {
    code = ce_conflict_check_request(&draft, err);
  }
  if (code != CE_OK) {
    return code;
  }
  bool idle = draft.plan->conflict_count > 0 || (!draft.wanted && !draft.before);
  code = idle ? ce_plan_receipt_purge(&draft, err) : make_steps(&draft, err);
  if (code == CE_OK) {
    *ret = ce_take(&draft.plan);
  }
  return code;
}
