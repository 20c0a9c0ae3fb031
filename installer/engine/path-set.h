/* SPDX-License-Identifier: Apache-2.0
 * The paths that a probe looks at, each with whether its content is read; collected, then sorted and made
 * unique. */
#ifndef CE_ENGINE_PATH_SET_H
#define CE_ENGINE_PATH_SET_H

#include "model/manifest.h"
#include "model/receipt.h"
#include "model/selection.h"

/* What is looked at in a version tree. */
enum ce_tree_look {
  CE_TREE_ABSENT, /* its directory is not there, so nothing below it is asked for */
  CE_TREE_FILES,
  CE_TREE_CONTENT, /* files with their digests */
};

struct ce_wanted_path {
  char *path;
  bool digest;
};

struct ce_path_set {
  struct ce_wanted_path *items;
  size_t count, capacity;
};
void ce_path_set_clear(struct ce_path_set *set);
CE_DEFINE_AUTO_IN_PLACE(ce_path_set, struct ce_path_set, ce_path_set_clear);

/* Everything that the manifest brings: its tree, the current link, integration targets (of what is optional
 * those that are selected, where they go; selection may be NULL), unit links, and all parents. */
CE_MUST_USE enum ce_code ce_path_set_add_manifest(struct ce_path_set *set, const struct ce_manifest *manifest,
                                                  const struct ce_selection *selection,
                                                  enum ce_tree_look tree, struct ce_error *err);
/* Everything that the receipt owns, its backups too. */
CE_MUST_USE enum ce_code ce_path_set_add_receipt(struct ce_path_set *set, const struct ce_receipt *receipt,
                                                 enum ce_tree_look tree, struct ce_error *err);
/* Sorted by path, each path once; a digest wanted once is wanted. */
void ce_path_set_sort(struct ce_path_set *set);

#endif
