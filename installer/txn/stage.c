/* SPDX-License-Identifier: Apache-2.0
 * STAGE: everything is prepared beside its place, what will be replaced is copied away, then one sync a file
 * system. */
#include "txn/run.h"

#include "base/relpath.h"
#include "model/layout.h"
#include "ports/fs-document.h"
#include "ports/hash.h"
#include "txn/observed.h"
#include "txn/step-path.h"

#include <string.h>

#define COPY_BYTES 65536u
/* What is kept there may have been readable by its owner alone. */
#define BACKUP_DIRECTORY_MODE 0700

static enum ce_code make_directory(struct ce_run *run, const struct ce_step *step, struct ce_error *err) {
  struct ce_fs *fs = run->txn->fs;
  enum ce_code code = ce_fs_make_directory(fs, step->path, step->meta.mode, err);
  if (code == CE_OK) {
    code = ce_observed_settle(fs, step->path, step->meta.mode, step->meta.uid, step->meta.gid, err);
  }
  return code == CE_OK ? ce_fs_relabel(fs, step->path, err) : code;
}

static enum ce_code make_directories(struct ce_run *run, struct ce_error *err) {
  for (size_t i = 0; i < run->plan->step_count; i++) {
    if (run->plan->steps[i].kind == CE_STEP_MAKE_DIRECTORY) {
      enum ce_code code = make_directory(run, &run->plan->steps[i], err);
      if (code != CE_OK) {
        return code;
      }
    }
  }
  return CE_OK;
}

static enum ce_code back_up(struct ce_run *run, size_t index, struct ce_error *err) {
  CE_AUTO(ce_free) char *kept = NULL;
  bool exists = false;
  enum ce_code code = ce_fs_exists(run->txn->fs, CE_BACKUP, &exists, NULL, err);
  if (code == CE_OK && !exists) {
    code = ce_fs_make_directory(run->txn->fs, CE_BACKUP, BACKUP_DIRECTORY_MODE, err);
  }
  if (code == CE_OK) {
    code = ce_step_kept_path(run->plan, index, &kept, err);
  }
  return code == CE_OK ? ce_fs_copy_file(run->txn->fs, run->plan->steps[index].path, kept, err) : code;
}

static enum ce_code back_up_all(struct ce_run *run, struct ce_error *err) {
  for (size_t i = 0; i < run->plan->step_count; i++) {
    if (ce_step_has_backup(&run->plan->steps[i])) {
      enum ce_code code = ce_run_check_cancelled(run, err);
      if (code == CE_OK) {
        code = back_up(run, i, err);
      }
      if (code != CE_OK) {
        return code;
      }
    }
  }
  return CE_OK;
}

/* Where the bytes that will be at content_path are now: staged by another step of this plan, or in place
 * already. */
static enum ce_code find_content(const struct ce_run *run, const char *content_path, char **ret,
                                 struct ce_error *err) {
  const struct ce_plan *plan = run->plan;
  size_t position = ce_run_find(run, content_path);
  if (position < plan->step_count && plan->steps[run->by_path[position]].kind == CE_STEP_PUT_FILE) {
    return ce_step_staged_path(plan, run->by_path[position], ret, err);
  }
  for (size_t i = 0; i < plan->step_count; i++) {
    const struct ce_step *step = &plan->steps[i];
    if (step->kind == CE_STEP_ADD_TREE && ce_relpath_is_beneath(content_path, step->path)) {
      CE_AUTO(ce_free) char *tree = NULL;
      enum ce_code code = ce_step_staged_path(plan, i, &tree, err);
      char *path = code == CE_OK ? ce_relpath_join(tree, content_path + strlen(step->path) + 1) : NULL;
      if (path) {
        *ret = path;
      }
      return code == CE_OK && !path ? ce_fail_memory(err, content_path) : code;
    }
  }
  char *path = strdup(content_path);
  if (!path) {
    return ce_fail_memory(err, content_path);
  }
  *ret = path;
  return CE_OK;
}

/* Bytes only, hashed while they pass. */
static enum ce_code copy_bytes(struct ce_fs_file *from, struct ce_fs_file *to, struct ce_hash *hash,
                               struct ce_error *err) {
  CE_AUTO(ce_free) uint8_t *buffer = malloc(COPY_BYTES);
  if (!buffer) {
    return ce_fail_memory(err, "copy");
  }
  uint64_t offset = 0;
  for (;;) {
    size_t got = 0;
    enum ce_code code = ce_fs_file_read_at(from, offset, buffer, COPY_BYTES, &got, err);
    if (code != CE_OK || got == 0) {
      return code;
    }
    ce_hash_update(hash, buffer, got);
    code = ce_fs_file_write(to, buffer, got, err);
    if (code != CE_OK) {
      return code;
    }
    offset += got;
  }
}

static enum ce_code copy_content(struct ce_fs *fs, const char *from_path, const char *to_path, uint32_t mode,
                                 struct ce_digest *ret_digest, struct ce_error *err) {
  CE_AUTO(ce_hash) struct ce_hash *hash = NULL;
  CE_AUTO(ce_fs_file) struct ce_fs_file *from = NULL;
  CE_AUTO(ce_fs_file) struct ce_fs_file *to = NULL;
  enum ce_code code = ce_hash_new(&hash, err);
  if (code == CE_OK) {
    code = ce_fs_open(fs, from_path, CE_FS_READ, 0, &from, err);
  }
  if (code == CE_OK) {
    code = ce_fs_open(fs, to_path, CE_FS_CREATE, mode, &to, err);
  }
  if (code == CE_OK) {
    code = copy_bytes(from, to, hash, err);
  }
  if (code == CE_OK) {
    code = ce_fs_file_close(ce_take(&to), err);
  }
  if (code == CE_OK) {
    ce_hash_finish(hash, ret_digest);
  }
  return code;
}

static enum ce_code put_from_tree(struct ce_run *run, const struct ce_step *step, const char *staged,
                                  struct ce_error *err) {
  CE_AUTO(ce_free) char *from = NULL;
  struct ce_digest digest;
  enum ce_code code = find_content(run, step->file.content_path, &from, err);
  if (code == CE_OK) {
    code = copy_content(run->txn->fs, from, staged, step->file.mode, &digest, err);
  }
  if (code == CE_OK && !ce_digest_equal(&digest, &step->file.sha256)) {
    return ce_fail(err, CE_CONFLICT, "stage", step->file.content_path,
                   "its bytes are no longer those that the plan is made for");
  }
  return code;
}

static enum ce_code put_text(struct ce_run *run, const struct ce_step *step, const char *staged,
                             struct ce_error *err) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *to = NULL;
  struct ce_digest digest;
  ce_hash_bytes(step->file.text, strlen(step->file.text), &digest);
  if (!ce_digest_equal(&digest, &step->file.sha256)) {
    return ce_fail(err, CE_INTERNAL, "stage", step->path, "the plan's text is not what its digest says");
  }
  enum ce_code code = ce_fs_open(run->txn->fs, staged, CE_FS_CREATE, step->file.mode, &to, err);
  if (code == CE_OK) {
    code = ce_fs_file_write(to, step->file.text, strlen(step->file.text), err);
  }
  return code == CE_OK ? ce_fs_file_close(ce_take(&to), err) : code;
}

static enum ce_code put_from_backup(struct ce_run *run, const struct ce_step *step, const char *staged,
                                    struct ce_error *err) {
  struct ce_fs *fs = run->txn->fs;
  struct ce_digest digest;
  enum ce_code code = ce_fs_document_digest(fs, step->file.content_path, &digest, NULL, err);
  if (code == CE_OK && !ce_digest_equal(&digest, &step->file.sha256)) {
    return ce_fail(err, CE_IO, "stage", step->file.content_path, "the kept copy of '%s' is damaged",
                   step->path);
  }
  return code == CE_OK ? ce_fs_copy_file(fs, step->file.content_path, staged, err) : code;
}

static enum ce_code stage_file(struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  CE_AUTO(ce_free) char *staged = NULL;
  enum ce_code code = ce_step_staged_path(run->plan, index, &staged, err);
  bool restores = step->file.content == CE_CONTENT_BACKUP;
  if (code == CE_OK && step->file.content == CE_CONTENT_INLINE) {
    code = put_text(run, step, staged, err);
  } else if (code == CE_OK) {
    code = restores ? put_from_backup(run, step, staged, err) : put_from_tree(run, step, staged, err);
  }
  if (code == CE_OK) {
    code = ce_observed_settle(run->txn->fs, staged, step->file.mode, step->file.uid, step->file.gid, err);
  }
  /* A restored file brings the label that it had. */
  return code == CE_OK && !restores ? ce_fs_relabel(run->txn->fs, staged, err) : code;
}

static enum ce_code stage_link(struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  struct ce_fs *fs = run->txn->fs;
  CE_AUTO(ce_free) char *staged = NULL;
  enum ce_code code = ce_step_staged_path(run->plan, index, &staged, err);
  if (code == CE_OK) {
    code = ce_fs_make_link(fs, step->link.target, staged, err);
  }
  if (code == CE_OK) {
    code = ce_observed_settle_link(fs, staged, step->link.uid, step->link.gid, err);
  }
  return code == CE_OK ? ce_fs_relabel(fs, staged, err) : code;
}

static enum ce_code stage_step(struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  enum ce_code code = ce_run_check_cancelled(run, err);
  if (code == CE_OK && step->kind == CE_STEP_PUT_LINK) {
    return stage_link(run, index, err);
  }
  if (code == CE_OK && step->kind == CE_STEP_PUT_FILE && step->file.content != CE_CONTENT_PACKAGE) {
    return stage_file(run, index, err);
  }
  return code;
}

enum ce_code ce_run_stage(struct ce_run *run, struct ce_package *package, struct ce_error *err) {
  ce_emit_phase(run->txn->sink, "stage", N_("Preparing the files"));
  enum ce_code code = make_directories(run, err);
  if (code == CE_OK) {
    code = back_up_all(run, err);
  }
  if (code == CE_OK) {
    code = ce_run_unpack(run, package, err);
  }
  for (size_t i = 0; code == CE_OK && i < run->plan->step_count; i++) {
    code = stage_step(run, i, err);
  }
  if (code == CE_OK) {
    code = ce_run_check_cancelled(run, err);
  }
  return code == CE_OK ? ce_places_sync(&run->places, run->txn->fs, true, err) : code;
}
