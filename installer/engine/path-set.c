/* SPDX-License-Identifier: Apache-2.0
 * Collection of the paths that a probe looks at. */
#include "engine/path-set.h"

#include "base/relpath.h"
#include "model/layout.h"

#include <string.h>

void ce_path_set_clear(struct ce_path_set *set) {
  for (size_t i = 0; i < set->count; i++) {
    free(set->items[i].path);
  }
  free(set->items);
  *set = (struct ce_path_set){0};
}

/* Takes path over, also when it fails; NULL path is "out of memory". */
static enum ce_code add_owned(struct ce_path_set *set, char *path, bool digest, struct ce_error *err) {
  if (path && set->count == set->capacity) {
    size_t capacity = set->capacity ? 2 * set->capacity : 256;
    struct ce_wanted_path *grown = reallocarray(set->items, capacity, sizeof *grown);
    if (!grown) {
      free(path);
      return ce_fail_memory(err, "paths");
    }
    set->items = grown;
    set->capacity = capacity;
  }
  if (!path) {
    return ce_fail_memory(err, "paths");
  }
  set->items[set->count++] = (struct ce_wanted_path){.path = path, .digest = digest};
  return CE_OK;
}

/* Adds path, also taken over when it fails, and its parents before it, which makes most sets sorted as they
 * come. The parents of the previous path are not added again: trees come sorted. */
static enum ce_code add(struct ce_path_set *set, char *path, bool digest, struct ce_error *err) {
  const char *before = set->count > 0 ? set->items[set->count - 1].path : "";
  size_t shared = 0; /* the longest directory of path that the one before lies in, with its slash */
  for (size_t i = 0; path && path[i] && path[i] == before[i]; i++) {
    shared = path[i] == '/' ? i + 1 : shared;
  }
  enum ce_code code = CE_OK;
  for (char *slash = path ? strchr(path + shared, '/') : NULL; code == CE_OK && slash;
       slash = strchr(slash + 1, '/')) {
    code = add_owned(set, strndup(path, (size_t)(slash - path)), false, err);
  }
  if (code != CE_OK) {
    free(path);
    return code;
  }
  return add_owned(set, path, digest, err);
}

static enum ce_code add_tree(struct ce_path_set *set, const struct ce_manifest *manifest,
                             enum ce_tree_look tree, struct ce_error *err) {
  CE_AUTO(ce_free) char *directory = ce_relpath_join(CE_VERSIONS, manifest->version);
  if (!directory) {
    return ce_fail_memory(err, "paths");
  }
  enum ce_code code = add(set, strdup(CE_CURRENT), false, err);
  if (code == CE_OK) {
    code = add(set, strdup(directory), false, err);
  }
  for (size_t i = 0; code == CE_OK && tree != CE_TREE_ABSENT && i < manifest->file_count; i++) {
    code = add(set, ce_relpath_join(directory, manifest->files[i].path), tree == CE_TREE_CONTENT, err);
  }
  return code;
}

static enum ce_code add_unit_link(struct ce_path_set *set, const struct ce_integration *unit,
                                  struct ce_error *err) {
  CE_AUTO(ce_free) char *parent = ce_relpath_parent(unit->target);
  char *link = parent
                   ? ce_text_format("%s/%s.wants/%s", parent, unit->wanted_by, ce_relpath_name(unit->target))
                   : NULL;
  return add(set, link, false, err);
}

static enum ce_code add_integration(struct ce_path_set *set, const struct ce_integration *integration,
                                    const struct ce_selection *selection, struct ce_error *err) {
  enum ce_code code = add(set, ce_selection_target(selection, integration), true, err);
  if (code == CE_OK && integration->kind == CE_INTEGRATION_PCSC_DRIVER) {
    code = add(set, ce_selection_plist_target(selection), true, err);
  }
  return code == CE_OK && integration->wanted_by ? add_unit_link(set, integration, err) : code;
}

enum ce_code ce_path_set_add_manifest(struct ce_path_set *set, const struct ce_manifest *manifest,
                                      const struct ce_selection *selection, enum ce_tree_look tree,
                                      struct ce_error *err) {
  enum ce_code code = add_tree(set, manifest, tree, err);
  for (size_t i = 0; code == CE_OK && i < manifest->integration_count; i++) {
    if (ce_selection_wants(selection, &manifest->integration[i])) {
      code = add_integration(set, &manifest->integration[i], selection, err);
    }
  }
  return code;
}

enum ce_code ce_path_set_add_receipt(struct ce_path_set *set, const struct ce_receipt *receipt,
                                     enum ce_tree_look tree, struct ce_error *err) {
  enum ce_code code = receipt->manifest ? add_tree(set, receipt->manifest, tree, err) : CE_OK;
  for (size_t i = 0; code == CE_OK && i < receipt->path_count; i++) {
    code = add(set, strdup(receipt->paths[i].path), true, err);
    if (code == CE_OK && receipt->paths[i].backup) {
      code = add(set, strdup(receipt->paths[i].backup), true, err);
    }
  }
  return code;
}

static int compare_wanted(const void *a, const void *b) {
  return strcmp(((const struct ce_wanted_path *)a)->path, ((const struct ce_wanted_path *)b)->path);
}

static bool is_sorted(const struct ce_path_set *set) {
  for (size_t i = 1; i < set->count; i++) {
    if (compare_wanted(&set->items[i - 1], &set->items[i]) > 0) {
      return false;
    }
  }
  return true;
}

void ce_path_set_sort(struct ce_path_set *set) {
  if (set->count == 0) {
    return;
  }
  if (!is_sorted(set)) {
    qsort(set->items, set->count, sizeof *set->items, compare_wanted);
  }
  size_t kept = 0;
  for (size_t i = 1; i < set->count; i++) {
    if (strcmp(set->items[kept].path, set->items[i].path) == 0) {
      set->items[kept].digest |= set->items[i].digest;
      free(set->items[i].path);
    } else {
      set->items[++kept] = set->items[i];
    }
  }
  set->count = kept + 1;
}
