/* SPDX-License-Identifier: Apache-2.0
 * Undoing a transaction by looking: each path tells by what is there whether its step happened.
 *
 * Two passes after a commit may have begun: first everything that must be put back is copied beside its place
 * and synced, then it is renamed, last step first. Only when that is durable do staged names, backups and the
 * journal go. A crash between any two calls leaves a state from which the same looking finds what is left to
 * do. */
#include "txn/run.h"

#include "model/layout.h"
#include "txn/empty-directory.h"
#include "txn/journal.h"
#include "txn/note.h"
#include "txn/observed.h"
#include "txn/step-path.h"

enum undo {
  UNDO_NOTHING,      /* the step did not happen, or was undone already */
  UNDO_REMOVE,       /* nothing was there before */
  UNDO_RESTORE_FILE, /* from the backup */
  UNDO_RESTORE_LINK,
  UNDO_KEEP, /* somebody else changed it since: it stays, and so does the backup */
};

static enum ce_code present(const struct ce_run *run, const char *path, bool *ret, struct ce_error *err) {
  return ce_fs_exists(run->txn->fs, path, ret, NULL, err);
}

/* Is the PUT step's staged name still there? Then its rename did not happen. */
static enum ce_code look_staged(const struct ce_run *run, size_t index, bool *ret, struct ce_error *err) {
  CE_AUTO(ce_free) char *staged = NULL;
  enum ce_code code = ce_step_staged_path(run->plan, index, &staged, err);
  return code == CE_OK ? present(run, staged, ret, err) : code;
}

static enum ce_code look_backup(const struct ce_run *run, size_t index, bool *ret, struct ce_error *err) {
  CE_AUTO(ce_free) char *kept = NULL;
  enum ce_code code = ce_step_kept_path(run->plan, index, &kept, err);
  return code == CE_OK ? present(run, kept, ret, err) : code;
}

static enum ce_code choose_restore(const struct ce_run *run, size_t index, enum undo *ret,
                                   struct ce_error *err) {
  switch (run->plan->steps[index].prior.type) {
  case CE_PATH_FILE: {
    bool backup = false;
    enum ce_code code = look_backup(run, index, &backup, err);
    if (code == CE_OK) {
      /* Backups go last of all: without one this was undone already, and old and new are alike. */
      *ret = backup ? UNDO_RESTORE_FILE : UNDO_NOTHING;
    }
    return code;
  }
  case CE_PATH_LINK:
    *ret = UNDO_RESTORE_LINK;
    return CE_OK;
  default:
    *ret = UNDO_REMOVE;
    return CE_OK;
  }
}

static enum ce_code look_at_put(const struct ce_run *run, size_t index, enum undo *ret,
                                struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  struct ce_path_state outcome = ce_step_outcome(step);
  bool staged = false;
  bool is_new = false;
  bool is_old = false;
  enum ce_code code = look_staged(run, index, &staged, err);
  if (code == CE_OK && !staged) {
    code = ce_observed_matches(run->txn->fs, step->path, &outcome, &is_new, err);
  }
  if (code == CE_OK && !staged && !is_new) {
    code = ce_observed_matches(run->txn->fs, step->path, &step->prior, &is_old, err);
  }
  if (code == CE_OK && is_new) {
    return choose_restore(run, index, ret, err);
  }
  if (code == CE_OK) {
    *ret = staged || is_old ? UNDO_NOTHING : UNDO_KEEP;
  }
  return code;
}

/* A fresh name beside the target; a copy that a crash interrupted is made anew. */
static enum ce_code prepare_restore(const struct ce_run *run, size_t index, enum undo undo,
                                    struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  struct ce_fs *fs = run->txn->fs;
  CE_AUTO(ce_free) char *aside = NULL;
  CE_AUTO(ce_free) char *kept = NULL;
  enum ce_code code = ce_step_aside_path(run->plan, index, &aside, err);
  if (code == CE_OK) {
    code = ce_step_kept_path(run->plan, index, &kept, err);
  }
  if (code == CE_OK) {
    code = ce_fs_remove_if_present(fs, aside, err);
  }
  if (code != CE_OK || undo == UNDO_RESTORE_FILE) {
    return code == CE_OK ? ce_fs_copy_file(fs, kept, aside, err) : code;
  }
  code = ce_fs_make_link(fs, step->prior.link_target, aside, err);
  if (code == CE_OK) {
    code = ce_observed_settle_link(fs, aside, step->prior.uid, step->prior.gid, err);
  }
  return code == CE_OK ? ce_fs_relabel(fs, aside, err) : code;
}

static enum ce_code prepare_restores(struct ce_run *run, enum undo *undos, struct ce_error *err) {
  bool restores = false;
  for (size_t i = 0; i < run->plan->step_count; i++) {
    if (!ce_step_puts(&run->plan->steps[i])) {
      continue;
    }
    enum ce_code code = look_at_put(run, i, &undos[i], err);
    if (code == CE_OK && (undos[i] == UNDO_RESTORE_FILE || undos[i] == UNDO_RESTORE_LINK)) {
      restores = true;
      code = prepare_restore(run, i, undos[i], err);
    }
    if (code != CE_OK) {
      return code;
    }
  }
  return restores ? ce_places_sync(&run->places, run->txn->fs, false, err) : CE_OK;
}

/* The backup gets a name that no purge takes for one of ours. */
static enum ce_code keep_edited(const struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  CE_AUTO(ce_free) char *kept = NULL;
  bool backup = false;
  ce_note_kept_edited(run->txn->sink, step->path);
  enum ce_code code = ce_step_kept_path(run->plan, index, &kept, err);
  if (code == CE_OK && ce_step_has_backup(step)) {
    code = present(run, kept, &backup, err);
  }
  if (code != CE_OK || !backup) {
    return code;
  }
  CE_AUTO(ce_free) char *original = ce_text_format("%s.original", kept);
  if (!original) {
    return ce_fail_memory(err, kept);
  }
  code = ce_fs_rename(run->txn->fs, kept, original, err);
  if (code == CE_OK) {
    ce_note_original_kept(run->txn->sink, original);
  }
  return code;
}

static enum ce_code undo_put(const struct ce_run *run, size_t index, enum undo undo, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  CE_AUTO(ce_free) char *aside = NULL;
  enum ce_code code = CE_OK;
  switch (undo) {
  case UNDO_REMOVE:
    return ce_fs_remove_if_present(run->txn->fs, step->path, err);
  case UNDO_RESTORE_FILE:
  case UNDO_RESTORE_LINK:
    code = ce_step_aside_path(run->plan, index, &aside, err);
    return code == CE_OK ? ce_fs_rename(run->txn->fs, aside, step->path, err) : code;
  case UNDO_KEEP:
    return keep_edited(run, index, err);
  default:
    return CE_OK;
  }
}

/* What a REMOVE step moved aside comes back, unless something else has taken its place. */
static enum ce_code undo_removal(const struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  CE_AUTO(ce_free) char *aside = NULL;
  bool moved = false;
  bool taken = false;
  enum ce_code code = ce_step_aside_path(run->plan, index, &aside, err);
  if (code == CE_OK) {
    code = present(run, aside, &moved, err);
  }
  if (code == CE_OK && moved) {
    code = present(run, step->path, &taken, err);
  }
  if (code != CE_OK || !moved) {
    return code;
  }
  if (!taken) {
    return ce_fs_rename(run->txn->fs, aside, step->path, err);
  }
  ce_note_kept_edited(run->txn->sink, step->path);
  ce_note_original_kept(run->txn->sink, aside);
  return CE_OK;
}

/* Where the plan took a tree away to put this one in its place: the tree at the path is ours only as long as
 * the old one lies aside. */
static enum ce_code tree_is_ours(const struct ce_run *run, size_t index, bool *ret, struct ce_error *err) {
  size_t first = run->by_path[ce_run_find(run, run->plan->steps[index].path)];
  if (first == index) {
    *ret = true;
    return CE_OK;
  }
  CE_AUTO(ce_free) char *aside = NULL;
  enum ce_code code = ce_step_aside_path(run->plan, first, &aside, err);
  return code == CE_OK ? present(run, aside, ret, err) : code;
}

/* Back to its staged name in one rename, so that no half-deleted tree ever stands at the path. */
static enum ce_code undo_tree(const struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  CE_AUTO(ce_free) char *staged = NULL;
  bool is_staged = false;
  bool exists = false;
  bool ours = false;
  enum ce_code code = ce_step_staged_path(run->plan, index, &staged, err);
  if (code == CE_OK) {
    code = present(run, staged, &is_staged, err);
  }
  if (code == CE_OK && !is_staged) {
    code = present(run, step->path, &exists, err);
  }
  if (code == CE_OK && exists) {
    code = tree_is_ours(run, index, &ours, err);
  }
  return code == CE_OK && ours ? ce_fs_rename(run->txn->fs, step->path, staged, err) : code;
}

/* Mode and owner are set one after the other: each may be the old or the new one, anything else is
 * somebody's. */
static enum ce_code undo_mode(const struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  const struct ce_path_state *prior = &step->prior;
  struct ce_fs_stat stat;
  bool exists = false;
  enum ce_code code = ce_fs_exists(run->txn->fs, step->path, &exists, &stat, err);
  if (code != CE_OK || !exists) {
    return code;
  }
  bool known = (stat.mode == prior->mode || stat.mode == step->meta.mode) &&
               (stat.uid == prior->uid || stat.uid == step->meta.uid) &&
               (stat.gid == prior->gid || stat.gid == step->meta.gid);
  if (known) {
    return ce_observed_settle(run->txn->fs, step->path, prior->mode, prior->uid, prior->gid, err);
  }
  ce_note_kept_edited(run->txn->sink, step->path);
  return CE_OK;
}

static enum ce_code undo_step(const struct ce_run *run, size_t index, enum undo undo, struct ce_error *err) {
  switch (run->plan->steps[index].kind) {
  case CE_STEP_PUT_FILE:
  case CE_STEP_PUT_LINK:
    return undo_put(run, index, undo, err);
  case CE_STEP_REMOVE_FILE:
  case CE_STEP_REMOVE_TREE:
    return undo_removal(run, index, err);
  case CE_STEP_ADD_TREE:
    return undo_tree(run, index, err);
  case CE_STEP_SET_MODE:
    return undo_mode(run, index, err);
  default:
    return CE_OK;
  }
}

/* The new trees go at once, since a full disk has no room for the copies of the old files. */
static enum ce_code make_room(const struct ce_run *run, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = run->plan->step_count; code == CE_OK && i > 0; i--) {
    if (run->plan->steps[i - 1].kind == CE_STEP_ADD_TREE) {
      CE_AUTO(ce_free) char *staged = NULL;
      code = undo_tree(run, i - 1, err);
      if (code == CE_OK) {
        code = ce_step_staged_path(run->plan, i - 1, &staged, err);
      }
      if (code == CE_OK) {
        code = ce_fs_remove_tree(run->txn->fs, staged, err);
      }
    }
  }
  return code;
}

static enum ce_code undo_commit(struct ce_run *run, struct ce_error *err) {
  CE_AUTO(ce_free) enum undo *undos = calloc(run->plan->step_count + 1, sizeof *undos);
  if (!undos) {
    return ce_fail_memory(err, "plan");
  }
  struct ce_error why;
  enum ce_code code = prepare_restores(run, undos, &why);
  if (code == CE_NO_SPACE) {
    code = make_room(run, &why);
    code = code == CE_OK ? prepare_restores(run, undos, &why) : code;
  }
  if (code != CE_OK) {
    *err = why;
    return code;
  }
  for (size_t i = run->plan->step_count; code == CE_OK && i > 0; i--) {
    code = undo_step(run, i - 1, undos[i - 1], err);
  }
  return code == CE_OK ? ce_places_sync(&run->places, run->txn->fs, false, err) : code;
}

static enum ce_code clean_step(const struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  CE_AUTO(ce_free) char *staged = NULL;
  CE_AUTO(ce_free) char *aside = NULL;
  if (step->kind == CE_STEP_MAKE_DIRECTORY) {
    return step->prior.type == CE_PATH_ABSENT ? ce_empty_directory_remove(run->txn->fs, step->path, err)
                                              : CE_OK;
  }
  if (!ce_step_is_staged(step)) {
    return CE_OK;
  }
  enum ce_code code = ce_step_staged_path(run->plan, index, &staged, err);
  if (code == CE_OK && step->kind == CE_STEP_ADD_TREE) {
    return ce_fs_remove_tree(run->txn->fs, staged, err);
  }
  if (code == CE_OK) {
    code = ce_step_aside_path(run->plan, index, &aside, err);
  }
  if (code == CE_OK) {
    code = ce_fs_remove_if_present(run->txn->fs, staged, err);
  }
  return code == CE_OK ? ce_fs_remove_if_present(run->txn->fs, aside, err) : code;
}

static enum ce_code drop_backups(const struct ce_run *run, struct ce_error *err) {
  for (size_t i = 0; i < run->plan->step_count; i++) {
    if (ce_step_has_backup(&run->plan->steps[i])) {
      CE_AUTO(ce_free) char *kept = NULL;
      enum ce_code code = ce_step_kept_path(run->plan, i, &kept, err);
      if (code == CE_OK) {
        code = ce_fs_remove_if_present(run->txn->fs, kept, err);
      }
      if (code != CE_OK) {
        return code;
      }
    }
  }
  return ce_empty_directory_remove(run->txn->fs, CE_BACKUP, err);
}

enum ce_code ce_run_revert(struct ce_run *run, bool may_be_committed, struct ce_error *err) {
  ce_emit_phase(run->txn->sink, "revert", N_("Putting everything back as it was"));
  enum ce_code code = may_be_committed ? undo_commit(run, err) : CE_OK;
  for (size_t i = run->plan->step_count; code == CE_OK && i > 0; i--) {
    code = clean_step(run, i - 1, err);
  }
  if (code == CE_OK) {
    code = drop_backups(run, err);
  }
  if (code == CE_OK) {
    code = ce_fs_remove_if_present(run->txn->fs, CE_RECEIPT ".new", err);
  }
  if (code == CE_OK) {
    code = ce_places_sync(&run->places, run->txn->fs, false, err);
  }
  return code == CE_OK ? ce_journal_remove(run->txn->fs, err) : code;
}
