/* SPDX-License-Identifier: Apache-2.0
 * The names that a step uses beside its target, all derived from the plan, so that the journal needs no
 * record of them. */
#ifndef CE_TXN_STEP_PATH_H
#define CE_TXN_STEP_PATH_H

#include "model/plan.h"

/* Where STAGE prepares what the step brings: "<path>.partial" for a tree, "<dir>/.certenv-<txid>-<index>.new"
 * for a file or link. malloc'ed. MEMORY. */
CE_MUST_USE enum ce_code ce_step_staged_path(const struct ce_plan *plan, size_t index, char **ret,
                                             struct ce_error *err);
/* Where COMMIT puts what the step takes away: "<dir>/.removed-<txid>-<index>" for a tree,
 * "<dir>/.certenv-<txid>-<index>.old" for a file or link. A PUT step takes nothing away: for it this is where
 * a revert prepares what it puts back. malloc'ed. MEMORY. */
CE_MUST_USE enum ce_code ce_step_aside_path(const struct ce_plan *plan, size_t index, char **ret,
                                            struct ce_error *err);
/* The directory that holds the step's path; "" is the root. malloc'ed. MEMORY. */
CE_MUST_USE enum ce_code ce_step_directory(const struct ce_step *step, char **ret, struct ce_error *err);
/* ce_step_backup_path() that reports. */
CE_MUST_USE enum ce_code ce_step_kept_path(const struct ce_plan *plan, size_t index, char **ret,
                                           struct ce_error *err);

/* True for PUT_FILE and PUT_LINK. */
bool ce_step_puts(const struct ce_step *step);
/* True for a PUT step that replaces a file: its bytes are kept in CE_BACKUP until the transaction ends. */
bool ce_step_has_backup(const struct ce_step *step);
/* True for what STAGE writes: directories, trees, files and links. */
bool ce_step_is_staged(const struct ce_step *step);
/* What a PUT step leaves at its path; borrows from step. */
struct ce_path_state ce_step_outcome(const struct ce_step *step);

#endif
