/* SPDX-License-Identifier: Apache-2.0
 * Names beside a step's target, and what kinds of steps have them. */
#include "txn/step-path.h"

#include "base/relpath.h"

#include <assert.h>

enum ce_code ce_step_directory(const struct ce_step *step, char **ret, struct ce_error *err) {
  char *parent = ce_relpath_parent(step->path);
  if (!parent) {
    return ce_fail_memory(err, step->path);
  }
  *ret = parent;
  return CE_OK;
}

static enum ce_code beside(const struct ce_plan *plan, size_t index, const char *prefix, const char *suffix,
                           char **ret, struct ce_error *err) {
  const struct ce_step *step = &plan->steps[index];
  CE_AUTO(ce_free) char *directory = NULL;
  enum ce_code code = ce_step_directory(step, &directory, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_free) char *name = ce_text_format("%s%s-%zu%s", prefix, plan->txid, index, suffix);
  char *path = name ? ce_relpath_join(directory, name) : NULL;
  if (!path) {
    return ce_fail_memory(err, step->path);
  }
  *ret = path;
  return CE_OK;
}

enum ce_code ce_step_staged_path(const struct ce_plan *plan, size_t index, char **ret, struct ce_error *err) {
  const struct ce_step *step = &plan->steps[index];
  if (step->kind != CE_STEP_ADD_TREE) {
    assert(ce_step_puts(step));
    return beside(plan, index, ".certenv-", ".new", ret, err);
  }
  char *path = ce_text_format("%s.partial", step->path);
  if (!path) {
    return ce_fail_memory(err, step->path);
  }
  *ret = path;
  return CE_OK;
}

enum ce_code ce_step_aside_path(const struct ce_plan *plan, size_t index, char **ret, struct ce_error *err) {
  if (plan->steps[index].kind == CE_STEP_REMOVE_TREE) {
    return beside(plan, index, ".removed-", "", ret, err);
  }
  return beside(plan, index, ".certenv-", ".old", ret, err);
}

enum ce_code ce_step_kept_path(const struct ce_plan *plan, size_t index, char **ret, struct ce_error *err) {
  char *path = ce_step_backup_path(plan->txid, index);
  if (!path) {
    return ce_fail_memory(err, plan->steps[index].path);
  }
  *ret = path;
  return CE_OK;
}

bool ce_step_puts(const struct ce_step *step) {
  return step->kind == CE_STEP_PUT_FILE || step->kind == CE_STEP_PUT_LINK;
}

bool ce_step_has_backup(const struct ce_step *step) {
  return ce_step_puts(step) && step->prior.type == CE_PATH_FILE;
}

bool ce_step_is_staged(const struct ce_step *step) {
  return ce_step_puts(step) || step->kind == CE_STEP_ADD_TREE || step->kind == CE_STEP_MAKE_DIRECTORY;
}

struct ce_path_state ce_step_outcome(const struct ce_step *step) {
  assert(ce_step_puts(step));
  if (step->kind == CE_STEP_PUT_LINK) {
    return (struct ce_path_state){
        .type = CE_PATH_LINK, .uid = step->link.uid, .gid = step->link.gid, .link_target = step->link.target};
  }
  return (struct ce_path_state){.type = CE_PATH_FILE,
                                .mode = step->file.mode,
                                .uid = step->file.uid,
                                .gid = step->file.gid,
                                .size_bytes = step->file.size_bytes,
                                .digest_known = true,
                                .sha256 = step->file.sha256};
}
