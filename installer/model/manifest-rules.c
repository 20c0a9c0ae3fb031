/* SPDX-License-Identifier: Apache-2.0
 * Rules between the entries of a manifest: nothing may lie outside the package, twice, or below what is no
 * directory. */
#include "model/manifest-rules.h"

#include "base/relpath.h"

#include <string.h>

#define LINK_CHAIN_MAX 16

/* Sorted paths, so that each question about parents is a binary search. */
struct path_index {
  const char **paths;
  size_t count;
};

static void path_index_auto(struct path_index *index) {
  free(index->paths);
}

/* strcmp() of the first length bytes of path, as a string of its own, with other. */
static int compare_prefix(const char *path, size_t length, const char *other) {
  int order = strncmp(path, other, length);
  return order != 0 ? order : (other[length] ? -1 : 0);
}

static bool index_has(const struct path_index *index, const char *path, size_t length) {
  size_t low = 0;
  size_t high = index->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    int order = compare_prefix(path, length, index->paths[middle]);
    if (order == 0) {
      return true;
    }
    *(order < 0 ? &high : &low) = order < 0 ? middle : middle + 1;
  }
  return false;
}

/* True when an entry lies below directory: the first one that is not less than "<directory>/" has that
 * prefix. */
static bool index_has_directory(const struct path_index *index, const char *directory) {
  size_t length = strlen(directory);
  size_t low = 0;
  size_t high = index->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const char *path = index->paths[middle];
    int order = strncmp(path, directory, length);
    bool less = order < 0 || (order == 0 && (unsigned char)path[length] < '/');
    *(less ? &low : &high) = less ? middle + 1 : middle;
  }
  return low < index->count && ce_relpath_is_beneath(index->paths[low], directory);
}

/* Length of the longest common prefix: parents inside it were looked at with the path before. */
static size_t common_prefix(const char *a, const char *b) {
  size_t length = 0;
  while (a[length] && a[length] == b[length]) {
    length++;
  }
  return length;
}

/* Sorted, unique, and no entry is the directory of another. */
static enum ce_code check_nesting(const struct path_index *index, enum ce_code refusal, const char *what,
                                  struct ce_error *err) {
  for (size_t i = 0; i < index->count; i++) {
    const char *path = index->paths[i];
    const char *before = i > 0 ? index->paths[i - 1] : "";
    int order = i > 0 ? strcmp(before, path) : -1;
    if (order >= 0) {
      return ce_fail(err, refusal, "check", path,
                     order == 0 ? "the %s is there twice" : "the %s is out of order", what);
    }
    for (size_t at = common_prefix(before, path); path[at]; at++) {
      if (path[at] == '/' && index_has(index, path, at)) {
        return ce_fail(err, refusal, "check", path, "the %s lies below \"%.*s\", which is not a directory",
                       what, (int)at, path);
      }
    }
  }
  return CE_OK;
}

/* ".." after a name could climb out through another link, so it may only stand at the start. */
static bool climbs_late(const char *target) {
  bool down = false;
  for (const char *rest = target; *rest;) {
    size_t length = strcspn(rest, "/");
    bool up = length == 2 && rest[0] == '.' && rest[1] == '.';
    if (up && down) {
      return true;
    }
    down = down || !up;
    rest += length + (rest[length] == '/');
  }
  return false;
}

/* One hop from a link: *ret is the entry it leads to, NULL when that is a directory. */
static enum ce_code follow_link(const struct ce_manifest *manifest, const struct path_index *index,
                                const struct ce_manifest_file *link, enum ce_code refusal,
                                const struct ce_manifest_file **ret, struct ce_error *err) {
  if (climbs_late(link->link_target)) {
    return ce_fail(err, refusal, "check", link->path, "the link's target has '..' after a name");
  }
  CE_AUTO(ce_free) char *path = NULL;
  enum ce_code code = ce_relpath_resolve_link(link->path, link->link_target, refusal, &path, err);
  if (code != CE_OK) {
    return code;
  }
  const struct ce_manifest_file *next = ce_manifest_find(manifest, path);
  if (!next && !index_has_directory(index, path)) {
    return ce_fail(err, refusal, "check", link->path, "the link leads to \"%s\", which is not in the package",
                   path);
  }
  *ret = next;
  return CE_OK;
}

static enum ce_code check_link(const struct ce_manifest *manifest, const struct path_index *index,
                               const struct ce_manifest_file *link, enum ce_code refusal,
                               struct ce_error *err) {
  const struct ce_manifest_file *at = link;
  for (size_t hops = 0; at && at->type == CE_MANIFEST_LINK; hops++) {
    if (hops == LINK_CHAIN_MAX) {
      return ce_fail(err, refusal, "check", link->path,
                     "the link leads round in a circle, or through more than %d", LINK_CHAIN_MAX);
    }
    enum ce_code code = follow_link(manifest, index, at, refusal, &at, err);
    if (code != CE_OK) {
      return code;
    }
  }
  return CE_OK;
}

static enum ce_code check_files(const struct ce_manifest *manifest, enum ce_code refusal,
                                struct ce_error *err) {
  CE_AUTO(path_index)
  struct path_index index = {calloc(manifest->file_count + 1, sizeof *index.paths), manifest->file_count};
  if (!index.paths) {
    return ce_fail_memory(err, "manifest");
  }
  for (size_t i = 0; i < manifest->file_count; i++) {
    index.paths[i] = manifest->files[i].path;
  }
  enum ce_code code = check_nesting(&index, refusal, "path", err);
  for (size_t i = 0; code == CE_OK && i < manifest->file_count; i++) {
    if (manifest->files[i].type == CE_MANIFEST_LINK) {
      code = check_link(manifest, &index, &manifest->files[i], refusal, err);
    }
  }
  return code;
}

static enum ce_code add_sizes(struct ce_manifest *manifest, enum ce_code refusal, struct ce_error *err) {
  uint64_t total = 0;
  for (size_t i = 0; i < manifest->file_count; i++) {
    const struct ce_manifest_file *file = &manifest->files[i];
    if (__builtin_add_overflow(total, file->size_bytes, &total) || total > CE_MANIFEST_TOTAL_MAX) {
      return ce_fail(err, refusal, "check", file->path, "with this file the package has more than %llu bytes",
                     (unsigned long long)CE_MANIFEST_TOTAL_MAX);
    }
  }
  manifest->total_bytes = total;
  return CE_OK;
}

static enum ce_code check_integration(const struct ce_manifest *manifest, const struct ce_integration *item,
                                      enum ce_code refusal, struct ce_error *err) {
  const char *problem = ce_integration_target_problem(item->kind, item->target);
  if (problem) {
    return ce_fail(err, refusal, "check", item->target, "the target of kind %s %s",
                   ce_integration_kind_name(item->kind), problem);
  }
  const struct ce_manifest_file *file = ce_manifest_find(manifest, item->file);
  if (!file || file->type != CE_MANIFEST_FILE) {
    return ce_fail(err, refusal, "check", item->target, "\"%s\" is not a regular file of the package",
                   item->file);
  }
  if (item->kind == CE_INTEGRATION_COMMAND && (file->mode & 0111) != 0111) {
    return ce_fail(err, refusal, "check", item->target, "\"%s\" cannot be executed by everybody", item->file);
  }
  if (item->wanted_by && item->kind != CE_INTEGRATION_UNIT) {
    return ce_fail(err, refusal, "check", item->target, "only units have \"wanted_by\"");
  }
  if (item->module && item->kind != CE_INTEGRATION_P11_MODULE) {
    return ce_fail(err, refusal, "check", item->target, "only PKCS#11 modules have \"module\"");
  }
  problem = item->wanted_by ? ce_integration_wanted_by_problem(item->wanted_by) : NULL;
  if (problem) {
    return ce_fail(err, refusal, "check", item->target, "wanted_by: \"%s\" %s", item->wanted_by, problem);
  }
  return CE_OK;
}

static int compare_paths(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum ce_code check_targets(const struct ce_manifest *manifest, enum ce_code refusal,
                                  struct ce_error *err) {
  CE_AUTO(path_index)
  struct path_index index = {calloc(manifest->integration_count + 1, sizeof *index.paths),
                             manifest->integration_count};
  if (!index.paths) {
    return ce_fail_memory(err, "manifest");
  }
  for (size_t i = 0; i < manifest->integration_count; i++) {
    enum ce_code code = check_integration(manifest, &manifest->integration[i], refusal, err);
    if (code != CE_OK) {
      ce_error_context(err, "integration[%zu]", i);
      return code;
    }
    index.paths[i] = manifest->integration[i].target;
  }
  qsort(index.paths, index.count, sizeof *index.paths, compare_paths);
  return check_nesting(&index, refusal, "target", err);
}

static enum ce_code check_capabilities(const struct ce_manifest *manifest, enum ce_code refusal,
                                       struct ce_error *err) {
  for (size_t i = 0; i < manifest->prerequisite_count; i++) {
    for (size_t k = 0; k < i; k++) {
      if (strcmp(manifest->prerequisites[i].capability, manifest->prerequisites[k].capability) == 0) {
        return ce_fail(err, refusal, "check", manifest->prerequisites[i].capability,
                       "the prerequisite is there twice");
      }
    }
  }
  return CE_OK;
}

enum ce_code ce_manifest_rules_apply(struct ce_manifest *manifest, const struct ce_json_context *context,
                                     struct ce_error *err) {
  enum ce_code code = check_files(manifest, context->code, err);
  if (code == CE_OK) {
    code = add_sizes(manifest, context->code, err);
  }
  if (code == CE_OK) {
    code = check_targets(manifest, context->code, err);
  }
  return code == CE_OK ? check_capabilities(manifest, context->code, err) : code;
}
