/* SPDX-License-Identifier: Apache-2.0
 * Parents made and left. */
#include "plan/plan-directories.h"

#include "base/relpath.h"
#include "model/layout.h"

#include <string.h>

/* True for the directories inside a version's tree: the tree's removal takes them along. */
static bool is_inside_tree(const char *directory) {
  return ce_relpath_is_beneath(directory, CE_VERSIONS);
}

static enum ce_code own(struct ce_draft *draft, const char *directory, struct ce_error *err) {
  enum ce_code code = ce_sorted_paths_add(&draft->made, directory, err);
  if (code != CE_OK) {
    return code;
  }
  struct ce_receipt_path entry = {.path = (char *)directory,
                                  .type = CE_PATH_DIRECTORY,
                                  .mode = CE_DIRECTORY_MODE,
                                  .origin = CE_ORIGIN_CREATED};
  return ce_draft_own(draft, &entry, err);
}

static enum ce_code make(struct ce_draft *draft, const char *directory, struct ce_error *err) {
  enum ce_code code = ce_draft_make_directory(draft, directory, err);
  return code == CE_OK && !is_inside_tree(directory) ? own(draft, directory, err) : code;
}

/* The others may have been there before the installation whose receipt was lost. */
static bool is_ours_by_name(const char *directory) {
  return strcmp(directory, CE_HOME) == 0 || strcmp(directory, CE_VERSIONS) == 0;
}

static enum ce_code need_directory(struct ce_draft *draft, const char *directory, struct ce_error *err) {
  if (ce_sorted_paths_contain(&draft->needed, directory)) {
    return CE_OK;
  }
  enum ce_code code = ce_plan_directories_need(draft, directory, err);
  if (code == CE_OK) {
    code = ce_sorted_paths_add(&draft->needed, directory, err);
  }
  if (code != CE_OK) {
    return code;
  }
  switch (ce_draft_state(draft, directory)->type) {
  case CE_PATH_DIRECTORY:
    return ce_draft_lost_receipt(draft) && is_ours_by_name(directory) ? own(draft, directory, err) : CE_OK;
  case CE_PATH_LINK:
    return CE_OK;
  case CE_PATH_ABSENT:
    return make(draft, directory, err);
  default:
    return ce_draft_obstacle(draft, directory, "a directory", err);
  }
}

enum ce_code ce_plan_directories_need(struct ce_draft *draft, const char *path, struct ce_error *err) {
  CE_AUTO(ce_free) char *parent = ce_relpath_parent(path);
  if (!parent) {
    return ce_fail_memory(err, path);
  }
  return parent[0] ? need_directory(draft, parent, err) : CE_OK;
}

enum ce_code ce_plan_directories_can_hold(const struct ce_draft *draft, const char *path, bool *ret,
                                          struct ce_error *err) {
  CE_AUTO(ce_free) char *directory = strdup(path);
  if (!directory) {
    return ce_fail_memory(err, path);
  }
  bool found = true;
  for (char *slash; (slash = strrchr(directory, '/'));) {
    *slash = '\0';
    enum ce_path_type there = ce_draft_state(draft, directory)->type;
    if (there != CE_PATH_ABSENT) {
      found = there == CE_PATH_DIRECTORY || there == CE_PATH_LINK;
      break;
    }
  }
  *ret = found;
  return CE_OK;
}

enum ce_code ce_plan_directories_lend(struct ce_draft *draft, const char *path, struct ce_error *err) {
  CE_AUTO(ce_free) char *parent = ce_relpath_parent(path);
  if (!parent) {
    return ce_fail_memory(err, path);
  }
  if (parent[0] == '\0' || ce_draft_state(draft, parent)->type != CE_PATH_ABSENT ||
      ce_sorted_paths_contain(&draft->needed, parent) || ce_sorted_paths_contain(&draft->lent, parent)) {
    return CE_OK;
  }
  enum ce_code code = ce_plan_directories_lend(draft, parent, err);
  if (code == CE_OK) {
    code = ce_draft_make_directory(draft, parent, err);
  }
  return code == CE_OK ? ce_sorted_paths_add(&draft->lent, parent, err) : code;
}

static enum ce_code leave(struct ce_draft *draft, const struct ce_receipt_path *directory,
                          struct ce_error *err) {
  if (ce_sorted_paths_contain(&draft->made, directory->path)) {
    return CE_OK;
  }
  if (ce_sorted_paths_contain(&draft->needed, directory->path)) {
    return ce_draft_own(draft, directory, err);
  }
  if (ce_draft_state(draft, directory->path)->type != CE_PATH_DIRECTORY ||
      ce_sorted_paths_reach_into(&draft->kept, directory->path)) {
    return CE_OK;
  }
  return ce_draft_remove(draft, CE_STEP_REMOVE_DIRECTORY, directory->path, err);
}

enum ce_code ce_plan_directories_leave(struct ce_draft *draft, struct ce_error *err) {
  enum ce_code code = CE_OK;
  size_t count = draft->before ? draft->before->path_count : 0;
  for (size_t i = count; code == CE_OK && i > 0; i--) {
    const struct ce_receipt_path *path = &draft->before->paths[i - 1];
    if (path->type == CE_PATH_DIRECTORY) {
      code = leave(draft, path, err);
    }
  }
  return code;
}
