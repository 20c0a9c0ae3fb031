/* SPDX-License-Identifier: Apache-2.0
 * A plan while it is made: what it is made from, what it holds so far, and the ways to add to it.
 *
 * The organs of the planner (plan-tree, plan-integration, plan-leave, plan-directories) decide; they change a
 * plan only through these functions, which keep its rules: a step in a read-only place is a conflict too, a
 * step's prior is what the facts say, texts are owned. All fail with MEMORY only. */
#ifndef CE_PLAN_DRAFT_H
#define CE_PLAN_DRAFT_H

#include "plan/note.h"
#include "plan/planner.h"
#include "plan/sorted-paths.h"
#include "plan/wanted.h"

struct ce_draft {
  const struct ce_plan_request *request;
  const struct ce_facts *facts;
  const struct ce_manifest *wanted; /* NULL: nothing is */
  const struct ce_receipt *before;  /* NULL unless an environment is installed */
  struct ce_plan *plan;
  struct ce_sorted_paths needed; /* directories that what is wanted lies in; each was looked at */
  struct ce_sorted_paths made;   /* those of them that plan->after owns already */
  struct ce_sorted_paths lent;   /* directories that the plan makes for originals that come back */
  struct ce_sorted_paths owned;  /* files and links in plan->after */
  struct ce_sorted_paths kept;   /* what the plan leaves behind, so that its directories stay */
};

/* An empty plan with an empty receipt. */
CE_MUST_USE enum ce_code ce_draft_open(struct ce_draft *draft, const struct ce_plan_request *request,
                                       const struct ce_facts *facts, struct ce_error *err);
/* Frees the plan too, unless it was taken. */
void ce_draft_clear(struct ce_draft *draft);
CE_DEFINE_AUTO_IN_PLACE(ce_draft, struct ce_draft, ce_draft_clear);

/* Never NULL: a path without a fact is absent. */
const struct ce_path_state *ce_draft_state(const struct ce_draft *draft, const char *path);
/* True for the version whose tree the installed receipt describes. */
bool ce_draft_is_installed(const struct ce_draft *draft, const char *version);

/* The receipt is gone, but our link to the tree is there: what is exactly ours was put there by us. */
bool ce_draft_lost_receipt(const struct ce_draft *draft);

CE_MUST_USE enum ce_code ce_draft_conflict(struct ce_draft *draft, enum ce_code why, const char *subject,
                                           struct ce_error *err, const char *format, ...) CE_PRINTF(5, 6);
/* A CONFLICT because of what is at path. wanted: "a file", "a directory". */
CE_MUST_USE enum ce_code ce_draft_obstacle(struct ce_draft *draft, const char *path, const char *wanted,
                                           struct ce_error *err);
CE_MUST_USE enum ce_code ce_draft_note(struct ce_draft *draft, enum ce_note note, const char *subject,
                                       struct ce_error *err);
/* A note about "/path", or "/path -> what the link there said". */
CE_MUST_USE enum ce_code ce_draft_note_path(struct ce_draft *draft, enum ce_note note, const char *path,
                                            struct ce_error *err);
CE_MUST_USE enum ce_code ce_draft_note_link(struct ce_draft *draft, enum ce_note note, const char *path,
                                            const char *link_target, struct ce_error *err);
/* The same for something that stays at path: its directories stay too. */
CE_MUST_USE enum ce_code ce_draft_keep(struct ce_draft *draft, enum ce_note note, const char *path,
                                       struct ce_error *err);
/* Puts path into the receipt: copies what it points to. */
CE_MUST_USE enum ce_code ce_draft_own(struct ce_draft *draft, const struct ce_receipt_path *path,
                                      struct ce_error *err);
/* Puts a copy that stays in CE_BACKUP on the receipt's list. */
CE_MUST_USE enum ce_code ce_draft_save(struct ce_draft *draft, const char *backup, struct ce_error *err);
CE_MUST_USE enum ce_code ce_draft_stop_unit(struct ce_draft *draft, const char *unit, struct ce_error *err);

/* draft-steps.c: each adds one step at the end of the plan. */
CE_MUST_USE enum ce_code ce_draft_make_directory(struct ce_draft *draft, const char *path,
                                                 struct ce_error *err);
CE_MUST_USE enum ce_code ce_draft_add_tree(struct ce_draft *draft, const char *path, struct ce_error *err);
CE_MUST_USE enum ce_code ce_draft_set_mode(struct ce_draft *draft, const char *path,
                                           const struct ce_wanted *wanted, struct ce_error *err);
/* How a file or link goes to its place. */
struct ce_draft_put {
  const char *path;
  enum ce_precondition precondition;
  enum ce_content content;  /* files */
  const char *content_path; /* files, but INLINE */
  const char *text;         /* INLINE: the file */
  bool keep_prior;          /* counts only where a file was */
};
CE_MUST_USE enum ce_code ce_draft_put(struct ce_draft *draft, const struct ce_draft_put *put,
                                      const struct ce_wanted *wanted, struct ce_error *err);
/* kind is REMOVE_TREE, REMOVE_FILE or REMOVE_DIRECTORY. */
CE_MUST_USE enum ce_code ce_draft_remove(struct ce_draft *draft, enum ce_step_kind kind, const char *path,
                                         struct ce_error *err);

#endif
