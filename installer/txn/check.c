/* SPDX-License-Identifier: Apache-2.0
 * What must hold before anything is touched: every path is what the plan saw, and there is room. */
#include "txn/run.h"

#include "model/layout.h"
#include "txn/observed.h"
#include "txn/step-path.h"

#include <string.h>

#define BLOCK_BYTES 4096u
/* Directory blocks, the file system's own book-keeping. */
#define SLACK_BYTES (64u << 10)

static enum ce_code refuse(const struct ce_step *step, struct ce_error *err) {
  return ce_fail(err, CE_CONFLICT, ce_step_kind_name(step->kind), step->path,
                 "it is no longer what it was when the change was planned");
}

static bool prior_is_possible(const struct ce_step *step) {
  enum ce_path_type prior = step->prior.type;
  switch (step->kind) {
  case CE_STEP_MAKE_DIRECTORY:
  case CE_STEP_ADD_TREE:
    return prior == CE_PATH_ABSENT;
  case CE_STEP_PUT_FILE:
  case CE_STEP_PUT_LINK:
    return prior == CE_PATH_ABSENT || prior == CE_PATH_FILE || prior == CE_PATH_LINK;
  case CE_STEP_SET_MODE:
    return prior == CE_PATH_FILE || prior == CE_PATH_DIRECTORY;
  default:
    return true;
  }
}

/* A tree may be taken away and another put in its place; otherwise one step a path, since a revert tells by
 * what is at the path whether its step happened. */
static enum ce_code check_earlier_step(const struct ce_run *run, size_t index, bool *ret_earlier,
                                       struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  size_t first = run->by_path[ce_run_find(run, step->path)];
  const struct ce_step *earlier = &run->plan->steps[first];
  if (first != index && (earlier->kind != CE_STEP_REMOVE_TREE || step->kind != CE_STEP_ADD_TREE)) {
    return ce_fail(err, CE_INTERNAL, ce_step_kind_name(step->kind), step->path,
                   "a plan changes this path twice");
  }
  *ret_earlier = first != index;
  return CE_OK;
}

static enum ce_code check_mode(const struct ce_run *run, const struct ce_step *step, struct ce_error *err) {
  struct ce_fs_stat stat;
  enum ce_code code = ce_fs_inspect(run->txn->fs, step->path, &stat, err);
  if (code == CE_OK && !ce_observed_has_mode(&stat, step->prior.mode, step->prior.uid, step->prior.gid)) {
    return refuse(step, err);
  }
  return code;
}

static enum ce_code check_state(const struct ce_run *run, const struct ce_step *step, struct ce_error *err) {
  bool matches = false;
  enum ce_code code = ce_observed_matches(run->txn->fs, step->path, &step->prior, &matches, err);
  if (code != CE_OK || matches) {
    return code == CE_OK && step->kind == CE_STEP_SET_MODE ? check_mode(run, step, err) : code;
  }
  bool removes = step->kind == CE_STEP_REMOVE_FILE || step->kind == CE_STEP_REMOVE_TREE;
  bool exists = true;
  if (removes) {
    code = ce_fs_exists(run->txn->fs, step->path, &exists, NULL, err);
  }
  return code != CE_OK ? code : exists ? refuse(step, err) : CE_OK;
}

enum ce_code ce_run_check_step(const struct ce_run *run, size_t index, struct ce_error *err) {
  const struct ce_step *step = &run->plan->steps[index];
  if (step->kind == CE_STEP_REMOVE_DIRECTORY) {
    return CE_OK;
  }
  bool earlier = false;
  enum ce_code code = check_earlier_step(run, index, &earlier, err);
  if (code != CE_OK || earlier) {
    return code;
  }
  return prior_is_possible(step) ? check_state(run, step, err) : refuse(step, err);
}

static uint64_t blocks(uint64_t size_bytes) {
  return (size_bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
}

static void need(struct ce_place *place, uint64_t size_bytes) {
  place->need_bytes += blocks(size_bytes);
  place->need_inodes++;
}

static size_t directory_length(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? (size_t)(slash - path) : 0;
}

static void need_tree(struct ce_place *place, const struct ce_manifest *manifest) {
  const char *last = "";
  for (size_t i = 0; i < manifest->file_count; i++) {
    const struct ce_manifest_file *file = &manifest->files[i];
    need(place, file->size_bytes);
    size_t length = directory_length(file->path);
    if (i == 0 || length != directory_length(last) || strncmp(last, file->path, length) != 0) {
      need(place, BLOCK_BYTES);
    }
    last = file->path;
  }
}

static void need_step(struct ce_place *place, const struct ce_step *step, const struct ce_package *package) {
  switch (step->kind) {
  case CE_STEP_MAKE_DIRECTORY:
    need(place, BLOCK_BYTES);
    break;
  case CE_STEP_ADD_TREE:
    need_tree(place, ce_package_manifest(package));
    break;
  case CE_STEP_PUT_FILE:
    need(place, step->file.size_bytes);
    break;
  case CE_STEP_PUT_LINK:
    need(place, BLOCK_BYTES);
    break;
  default:
    break;
  }
}

/* What the backups need on the place of CE_STATE, and what a revert would need beside the target to put them
 * back. */
static enum ce_code need_backups(struct ce_run *run, uint64_t state_bytes, struct ce_error *err) {
  struct ce_place sum = {0};
  need(&sum, state_bytes);
  for (size_t i = 0; i < run->plan->step_count; i++) {
    if (ce_step_has_backup(&run->plan->steps[i])) {
      need(&sum, run->plan->steps[i].prior.size_bytes);
    }
  }
  struct ce_place *place = NULL;
  enum ce_code code = ce_places_find(&run->places, run->txn->fs, CE_STATE, &place, err);
  if (code == CE_OK) {
    place->need_bytes += sum.need_bytes;
    place->need_inodes += sum.need_inodes;
  }
  return code;
}

static enum ce_code check_room(struct ce_run *run, const struct ce_package *package, uint64_t state_bytes,
                               struct ce_error *err) {
  struct ce_place *place = NULL;
  for (size_t i = 0; i < run->places.count; i++) {
    run->places.items[i].need_bytes = SLACK_BYTES;
  }
  for (size_t i = 0; i < run->plan->step_count; i++) {
    const struct ce_step *step = &run->plan->steps[i];
    CE_AUTO(ce_free) char *directory = NULL;
    enum ce_code code = ce_step_directory(step, &directory, err);
    if (code == CE_OK) {
      code = ce_places_find(&run->places, run->txn->fs, directory, &place, err);
    }
    if (code != CE_OK) {
      return code;
    }
    need_step(place, step, package);
    if (ce_step_has_backup(step)) {
      need(place, step->prior.size_bytes);
    }
  }
  enum ce_code code = need_backups(run, state_bytes, err);
  return code == CE_OK ? ce_places_check(&run->places, err) : code;
}

enum ce_code ce_run_check(struct ce_run *run, const struct ce_package *package, uint64_t state_bytes,
                          struct ce_error *err) {
  for (size_t i = 0; i < run->plan->step_count; i++) {
    enum ce_code code = ce_run_check_cancelled(run, err);
    if (code == CE_OK) {
      code = ce_run_check_step(run, i, err);
    }
    if (code != CE_OK) {
      return code;
    }
  }
  return check_room(run, package, state_bytes, err);
}
