/* SPDX-License-Identifier: Apache-2.0
 * Steps for version trees. */
#include "plan/plan-tree.h"

#include "base/relpath.h"
#include "model/layout.h"
#include "plan/plan-directories.h"

#include <string.h>

/* Puts what differs at path; source is its name in the package, NULL for a link that is not from it. */
static enum ce_code put_damaged(struct ce_draft *draft, const char *path, const char *source,
                                const struct ce_wanted *wanted, struct ce_error *err) {
  enum ce_path_type there = ce_draft_state(draft, path)->type;
  if (there == CE_PATH_DIRECTORY || there == CE_PATH_OTHER) {
    return ce_draft_obstacle(draft, path, wanted->type == CE_PATH_LINK ? "a link" : "a file", err);
  }
  struct ce_draft_put put = {
      .path = path,
      .precondition = there == CE_PATH_ABSENT ? CE_PRECONDITION_ABSENT : CE_PRECONDITION_OURS,
      .content = CE_CONTENT_PACKAGE,
      .content_path = source,
  };
  return ce_draft_put(draft, &put, wanted, err);
}

/* Brings one path below CE_HOME into the state wanted. */
static enum ce_code put_path(struct ce_draft *draft, const char *path, const char *source,
                             const struct ce_wanted *wanted, bool unread_counts, struct ce_error *err) {
  enum ce_code code = ce_plan_directories_need(draft, path, err);
  if (code != CE_OK) {
    return code;
  }
  switch (ce_wanted_compare(wanted, ce_draft_state(draft, path), unread_counts)) {
  case CE_LIKENESS_SAME:
    return CE_OK;
  case CE_LIKENESS_MODE:
    return wanted->type == CE_PATH_FILE ? ce_draft_set_mode(draft, path, wanted, err)
                                        : put_damaged(draft, path, source, wanted, err);
  default:
    return put_damaged(draft, path, source, wanted, err);
  }
}

static enum ce_code put_files(struct ce_draft *draft, const char *tree, struct ce_error *err) {
  bool unread_counts = ce_draft_is_installed(draft, draft->wanted->version);
  for (size_t i = 0; i < draft->wanted->file_count; i++) {
    const struct ce_manifest_file *file = &draft->wanted->files[i];
    CE_AUTO(ce_free) char *path = ce_relpath_join(tree, file->path);
    if (!path) {
      return ce_fail_memory(err, file->path);
    }
    struct ce_wanted wanted = ce_wanted_from_manifest(file, draft->facts);
    enum ce_code code = put_path(draft, path, file->path, &wanted, unread_counts, err);
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

enum ce_code ce_plan_tree_put(struct ce_draft *draft, struct ce_error *err) {
  CE_AUTO(ce_free) char *tree = ce_relpath_join(CE_VERSIONS, draft->wanted->version);
  if (!tree) {
    return ce_fail_memory(err, "tree");
  }
  enum ce_code code = ce_plan_directories_need(draft, tree, err);
  if (code != CE_OK) {
    return code;
  }
  switch (ce_draft_state(draft, tree)->type) {
  case CE_PATH_ABSENT:
    return ce_draft_add_tree(draft, tree, err);
  case CE_PATH_DIRECTORY:
  case CE_PATH_LINK:
    return put_files(draft, tree, err);
  default:
    return ce_draft_obstacle(draft, tree, "a directory", err);
  }
}

enum ce_code ce_plan_tree_switch(struct ce_draft *draft, struct ce_error *err) {
  CE_AUTO(ce_free) char *text = ce_text_format("versions/%s", draft->wanted->version);
  if (!text) {
    return ce_fail_memory(err, CE_CURRENT);
  }
  struct ce_wanted wanted = ce_wanted_link(text, draft->facts);
  return put_path(draft, CE_CURRENT, NULL, &wanted, false, err);
}

enum ce_code ce_plan_tree_unlink(struct ce_draft *draft, struct ce_error *err) {
  switch (ce_draft_state(draft, CE_CURRENT)->type) {
  case CE_PATH_ABSENT:
    return CE_OK;
  case CE_PATH_LINK:
    return ce_draft_remove(draft, CE_STEP_REMOVE_FILE, CE_CURRENT, err);
  default:
    return ce_draft_keep(draft, CE_NOTE_KEPT_FOREIGN, CE_CURRENT, err);
  }
}

/* Adds the directories from path's parent up to tree. */
static enum ce_code collect_parents(struct ce_sorted_paths *directories, const char *path, const char *tree,
                                    struct ce_error *err) {
  CE_AUTO(ce_free) char *directory = strdup(path);
  if (!directory) {
    return ce_fail_memory(err, path);
  }
  while (strcmp(directory, tree) != 0) {
    *strrchr(directory, '/') = '\0';
    if (ce_sorted_paths_contain(directories, directory)) {
      return CE_OK;
    }
    enum ce_code code = ce_sorted_paths_add(directories, directory, err);
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

static enum ce_code remove_file(struct ce_draft *draft, const char *path, struct ce_error *err) {
  switch (ce_draft_state(draft, path)->type) {
  case CE_PATH_ABSENT:
    return CE_OK;
  case CE_PATH_FILE:
  case CE_PATH_LINK:
    return ce_draft_remove(draft, CE_STEP_REMOVE_FILE, path, err);
  default:
    return ce_draft_keep(draft, CE_NOTE_KEPT_FOREIGN, path, err);
  }
}

/* The deepest first; those that still hold something stay. */
static enum ce_code remove_directories(struct ce_draft *draft, const struct ce_sorted_paths *directories,
                                       struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = directories->count; code == CE_OK && i > 0; i--) {
    const char *directory = directories->items[i - 1];
    if (ce_draft_state(draft, directory)->type == CE_PATH_DIRECTORY &&
        !ce_sorted_paths_contain(&draft->needed, directory) &&
        !ce_sorted_paths_reach_into(&draft->kept, directory)) {
      code = ce_draft_remove(draft, CE_STEP_REMOVE_DIRECTORY, directory, err);
    }
  }
  return code;
}

/* Removes the receipt's files in tree one by one, but those that are wanted there. */
static enum ce_code remove_files(struct ce_draft *draft, const char *tree, const struct ce_manifest *wanted,
                                 struct ce_error *err) {
  const struct ce_manifest *old = draft->before->manifest;
  CE_AUTO(ce_sorted_paths) struct ce_sorted_paths directories = {0};
  for (size_t i = 0; i < old->file_count; i++) {
    if (wanted && ce_manifest_find(wanted, old->files[i].path)) {
      continue;
    }
    CE_AUTO(ce_free) char *path = ce_relpath_join(tree, old->files[i].path);
    if (!path) {
      return ce_fail_memory(err, tree);
    }
    enum ce_code code = remove_file(draft, path, err);
    if (code == CE_OK) {
      code = collect_parents(&directories, path, tree, err);
    }
    if (code != CE_OK) {
      return code;
    }
  }
  return remove_directories(draft, &directories, err);
}

/* Foreign files in tree make its directories stay; *ret says whether there are any. */
static enum ce_code keep_extras(struct ce_draft *draft, const char *tree, bool *ret, struct ce_error *err) {
  bool found = false;
  for (char **extra = draft->facts->tree_extras; extra && *extra; extra++) {
    if (ce_relpath_is_beneath(*extra, tree)) {
      found = true;
      enum ce_code code = ce_sorted_paths_add(&draft->kept, *extra, err);
      if (code != CE_OK) {
        return code;
      }
    }
  }
  *ret = found;
  return CE_OK;
}

/* A directory in the place of one of our files may hold anything, and tree_extras do not look into it. */
static enum ce_code find_usurped(const struct ce_draft *draft, const char *tree, bool *ret,
                                 struct ce_error *err) {
  const struct ce_manifest *old = draft->before->manifest;
  for (size_t i = 0; !*ret && i < old->file_count; i++) {
    CE_AUTO(ce_free) char *path = ce_relpath_join(tree, old->files[i].path);
    if (!path) {
      return ce_fail_memory(err, tree);
    }
    enum ce_path_type there = ce_draft_state(draft, path)->type;
    *ret = there == CE_PATH_DIRECTORY || there == CE_PATH_OTHER;
  }
  return CE_OK;
}

static enum ce_code note_extras(struct ce_draft *draft, const char *tree, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (char **extra = draft->facts->tree_extras; code == CE_OK && extra && *extra; extra++) {
    if (ce_relpath_is_beneath(*extra, tree)) {
      code = ce_draft_note_path(draft, CE_NOTE_KEPT_FOREIGN, *extra, err);
    }
  }
  return code;
}

/* As one where nothing else is in it. */
static enum ce_code remove_directory_tree(struct ce_draft *draft, const char *tree, struct ce_error *err) {
  bool mixed = false;
  enum ce_code code = keep_extras(draft, tree, &mixed, err);
  if (code == CE_OK) {
    code = find_usurped(draft, tree, &mixed, err);
  }
  if (code == CE_OK && !mixed) {
    return ce_draft_remove(draft, CE_STEP_REMOVE_TREE, tree, err);
  }
  if (code == CE_OK) {
    code = note_extras(draft, tree, err);
  }
  return code == CE_OK ? remove_files(draft, tree, NULL, err) : code;
}

static enum ce_code remove_tree(struct ce_draft *draft, const char *tree, struct ce_error *err) {
  enum ce_path_type there = ce_draft_state(draft, tree)->type;
  if (there == CE_PATH_ABSENT) {
    return CE_OK;
  }
  if (there == CE_PATH_DIRECTORY) {
    return remove_directory_tree(draft, tree, err);
  }
  enum ce_code code = ce_draft_keep(draft, CE_NOTE_KEPT_FOREIGN, tree, err);
  /* Somebody moved the tree to another disk: the files there are ours, the link to them is his. */
  return code == CE_OK && there == CE_PATH_LINK ? remove_files(draft, tree, NULL, err) : code;
}

enum ce_code ce_plan_tree_leave(struct ce_draft *draft, struct ce_error *err) {
  if (!draft->before) {
    return CE_OK;
  }
  const char *version = draft->before->manifest->version;
  CE_AUTO(ce_free) char *tree = ce_relpath_join(CE_VERSIONS, version);
  if (!tree) {
    return ce_fail_memory(err, "tree");
  }
  if (!draft->wanted || strcmp(draft->wanted->version, version) != 0) {
    return remove_tree(draft, tree, err);
  }
  bool mixed = false;
  enum ce_code code = keep_extras(draft, tree, &mixed, err);
  return code == CE_OK ? remove_files(draft, tree, draft->wanted, err) : code;
}
