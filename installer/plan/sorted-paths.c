/* SPDX-License-Identifier: Apache-2.0
 * Sets of paths by binary search. */
#include "plan/sorted-paths.h"

#include <string.h>

void ce_sorted_paths_clear(struct ce_sorted_paths *paths) {
  for (size_t i = 0; i < paths->count; i++) {
    free(paths->items[i]);
  }
  free(paths->items);
  *paths = (struct ce_sorted_paths){0};
}

/* Index of the first item that does not sort before path. */
static size_t lower_bound(const struct ce_sorted_paths *paths, const char *path) {
  if (paths->count > 0 && strcmp(paths->items[paths->count - 1], path) < 0) {
    return paths->count;
  }
  size_t low = 0;
  size_t high = paths->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(paths->items[middle], path) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static bool is_at(const struct ce_sorted_paths *paths, size_t at, const char *path) {
  return at < paths->count && strcmp(paths->items[at], path) == 0;
}

enum ce_code ce_sorted_paths_add(struct ce_sorted_paths *paths, const char *path, struct ce_error *err) {
  size_t at = lower_bound(paths, path);
  if (is_at(paths, at, path)) {
    return CE_OK;
  }
  if (paths->count == paths->capacity) {
    size_t capacity = paths->capacity ? 2 * paths->capacity : 32;
    char **grown = reallocarray(paths->items, capacity, sizeof *grown);
    if (!grown) {
      return ce_fail_memory(err, path);
    }
    paths->items = grown;
    paths->capacity = capacity;
  }
  char *copy = strdup(path);
  if (!copy) {
    return ce_fail_memory(err, path);
  }
  memmove(paths->items + at + 1, paths->items + at, (paths->count - at) * sizeof *paths->items);
  paths->items[at] = copy;
  paths->count++;
  return CE_OK;
}

bool ce_sorted_paths_contain(const struct ce_sorted_paths *paths, const char *path) {
  return is_at(paths, lower_bound(paths, path), path);
}

bool ce_sorted_paths_reach_into(const struct ce_sorted_paths *paths, const char *directory) {
  /* Names such as "lib-x" sort between "lib" and "lib/": look on until the prefix ends. */
  size_t length = strlen(directory);
  for (size_t at = lower_bound(paths, directory); at < paths->count; at++) {
    if (strncmp(paths->items[at], directory, length) != 0) {
      return false;
    }
    if (paths->items[at][length] == '/') {
      return true;
    }
  }
  return false;
}
