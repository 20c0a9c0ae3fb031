/* SPDX-License-Identifier: Apache-2.0
 * A set of paths, sorted by bytes, each once. Paths that are added in order are appended without moving any.
 */
#ifndef CE_PLAN_SORTED_PATHS_H
#define CE_PLAN_SORTED_PATHS_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct ce_sorted_paths {
  char **items;
  size_t count, capacity;
};
void ce_sorted_paths_clear(struct ce_sorted_paths *paths);
CE_DEFINE_AUTO_IN_PLACE(ce_sorted_paths, struct ce_sorted_paths, ce_sorted_paths_clear);

/* Copies path; nothing happens when it is there already. MEMORY. */
CE_MUST_USE enum ce_code ce_sorted_paths_add(struct ce_sorted_paths *paths, const char *path,
                                             struct ce_error *err);
bool ce_sorted_paths_contain(const struct ce_sorted_paths *paths, const char *path);
/* True when one of them lies in directory, at any depth. */
bool ce_sorted_paths_reach_into(const struct ce_sorted_paths *paths, const char *directory);

#endif
