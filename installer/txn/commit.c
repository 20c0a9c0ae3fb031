/* SPDX-License-Identifier: Apache-2.0
 * COMMIT: one rename a step, in the plan's order, then one sync a file system. */
#include "txn/run.h"

#include "txn/observed.h"
#include "txn/step-path.h"

#include <errno.h>
#include <stdio.h>

static enum ce_code move_in(struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  CE_AUTO(ce_free) char *staged = NULL;
  enum ce_code code = ce_step_staged_path(run->plan, index, &staged, err);
  if (code != CE_OK) {
    return code;
  }
  code = ce_fs_rename(run->txn->fs, staged, step->path, err);
  if (code != CE_OK) {
    /* The staged name is ours, and goes again. */
    snprintf(err->subject, sizeof err->subject, "%s", step->path);
  }
  return code;
}

/* Renamed over what was there: no moment without a file. */
static enum ce_code put(struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  enum ce_code code = ce_run_check_step(run, index, err);
  if (code == CE_OK) {
    code = move_in(run, index, err);
  }
  bool restores = step->kind == CE_STEP_PUT_FILE && step->file.content == CE_CONTENT_BACKUP;
  /* Some policies label by the file's own name, which the staged one did not have. */
  return code == CE_OK && !restores ? ce_fs_relabel(run->txn->fs, step->path, err) : code;
}

static enum ce_code move_aside(struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  CE_AUTO(ce_free) char *aside = NULL;
  bool exists = false;
  enum ce_code code = ce_run_check_step(run, index, err);
  if (code == CE_OK) {
    code = ce_fs_exists(run->txn->fs, step->path, &exists, NULL, err);
  }
  if (code == CE_OK) {
    code = ce_step_aside_path(run->plan, index, &aside, err);
  }
  if (code != CE_OK || !exists) {
    return code;
  }
  struct ce_error why;
  code = ce_fs_rename(run->txn->fs, step->path, aside, &why);
  /* An overlay cannot rename a directory of its lower layer: that tree stays where it is until the commit
   * point. */
  if (code == CE_OK || (step->kind == CE_STEP_REMOVE_TREE && why.sys_errno == EXDEV)) {
    return CE_OK;
  }
  *err = why;
  return code;
}

static enum ce_code commit_step(struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  switch (step->kind) {
  case CE_STEP_ADD_TREE:
    return move_in(run, index, err);
  case CE_STEP_PUT_FILE:
  case CE_STEP_PUT_LINK:
    return put(run, index, err);
  case CE_STEP_REMOVE_TREE:
  case CE_STEP_REMOVE_FILE:
    return move_aside(run, index, err);
  case CE_STEP_SET_MODE: {
    enum ce_code code = ce_run_check_step(run, index, err);
    return code != CE_OK ? code
                         : ce_observed_settle(run->txn->fs, step->path, step->meta.mode, step->meta.uid,
                                              step->meta.gid, err);
  }
  default: /* made at STAGE, or removed after the commit point */
    return CE_OK;
  }
}

enum ce_code ce_run_commit(struct ce_run *run, struct ce_error *err) {
  ce_emit_phase(run->txn->sink, "commit", N_("Putting the files in place"));
  for (size_t i = 0; i < run->plan->step_count; i++) {
    enum ce_code code = ce_run_check_cancelled(run, err);
    if (code == CE_OK) {
      code = commit_step(run, i, err);
    }
    if (code != CE_OK) {
      return code;
    }
    ce_emit_step(run->txn->sink, ce_step_kind_name(run->plan->steps[i].kind), run->plan->steps[i].path);
  }
  enum ce_code code = ce_run_check_cancelled(run, err);
  return code == CE_OK ? ce_places_sync(&run->places, run->txn->fs, false, err) : code;
}
