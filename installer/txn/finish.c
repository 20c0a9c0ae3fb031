/* SPDX-License-Identifier: Apache-2.0
 * After the commit point: what was moved aside goes, and the backups that nobody needs any more. */
#include "txn/run.h"

#include "base/relpath.h"
#include "model/layout.h"
#include "txn/empty-directory.h"
#include "txn/journal.h"
#include "txn/step-path.h"

#include <string.h>

static enum ce_code drop_aside(const struct ce_run *run, size_t index, struct ce_error *err) {
  CE_AUTO(ce_free) char *aside = NULL;
  enum ce_code code = ce_step_aside_path(run->plan, index, &aside, err);
  return code == CE_OK ? ce_fs_remove_if_present(run->txn->fs, aside, err) : code;
}

/* A tree that could not be moved aside (commit.c) is still in its place, where nobody but certenv writes and
 * no other transaction began since; unless this one put a new tree there. */
static enum ce_code drop_tree(const struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  CE_AUTO(ce_free) char *aside = NULL;
  enum ce_code code = ce_step_aside_path(run->plan, index, &aside, err);
  if (code == CE_OK) {
    code = ce_fs_remove_tree(run->txn->fs, aside, err);
  }
  size_t next = ce_run_find(run, step->path) + 1;
  bool alone =
      next == run->plan->step_count || strcmp(run->plan->steps[run->by_path[next]].path, step->path) != 0;
  return code == CE_OK && alone && ce_relpath_is_beneath(step->path, CE_VERSIONS)
             ? ce_fs_remove_tree(run->txn->fs, step->path, err)
             : code;
}

static bool keeps_prior(const struct ce_step *step) {
  return step->kind == CE_STEP_PUT_FILE ? step->file.keep_prior : step->link.keep_prior;
}

static enum ce_code drop_backup(const struct ce_run *run, size_t index, struct ce_error *err) {
  CE_AUTO(ce_free) char *backup = NULL;
  enum ce_code code = ce_step_kept_path(run->plan, index, &backup, err);
  return code == CE_OK ? ce_fs_remove_if_present(run->txn->fs, backup, err) : code;
}

/* *ret_drops says whether the step left something behind that a crash could bring back. */
static enum ce_code finish_step(const struct ce_run *run, size_t index, bool *ret_drops,
                                struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  if (step->kind == CE_STEP_REMOVE_TREE || step->kind == CE_STEP_REMOVE_FILE) {
    *ret_drops = true;
    return step->kind == CE_STEP_REMOVE_TREE ? drop_tree(run, index, err) : drop_aside(run, index, err);
  }
  if (ce_step_has_backup(step) && !keeps_prior(step)) {
    *ret_drops = true;
    return drop_backup(run, index, err);
  }
  return CE_OK;
}

static enum ce_code drop_spare(const struct ce_run *run, char *const *spare, bool *ret_drops,
                               struct ce_error *err) {
  for (; *spare; spare++) {
    *ret_drops = true;
    enum ce_code code = ce_fs_remove_if_present(run->txn->fs, *spare, err);
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

/* Last, when what was moved aside beside them is gone. */
static enum ce_code remove_directories(const struct ce_run *run, bool *ret_drops, struct ce_error *err) {
  for (size_t i = 0; i < run->plan->step_count; i++) {
    if (run->plan->steps[i].kind == CE_STEP_REMOVE_DIRECTORY) {
      *ret_drops = true;
      enum ce_code code = ce_empty_directory_remove(run->txn->fs, run->plan->steps[i].path, err);
      if (code != CE_OK) {
        return code;
      }
    }
  }
  return CE_OK;
}

static enum ce_code drop_all(struct ce_run *run, char *const *spare, struct ce_error *err) {
  bool drops = false;
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < run->plan->step_count; i++) {
    code = finish_step(run, i, &drops, err);
  }
  if (code == CE_OK) {
    code = drop_spare(run, spare, &drops, err);
  }
  if (code == CE_OK) {
    code = remove_directories(run, &drops, err);
  }
  if (code == CE_OK && drops) {
    code = ce_empty_directory_remove(run->txn->fs, CE_BACKUP, err);
  }
  /* The journal must not go before the names that only it remembers. */
  return code == CE_OK && drops ? ce_places_sync(&run->places, run->txn->fs, false, err) : code;
}

enum ce_code ce_run_finish(struct ce_run *run, const struct ce_journal *journal, struct ce_error *err) {
  enum ce_code code = drop_all(run, journal->spare, err);
  if (code != CE_OK) {
    return code;
  }
  return run->plan->purge ? ce_run_purge(run, journal->committed, err) : ce_journal_remove(run->txn->fs, err);
}
