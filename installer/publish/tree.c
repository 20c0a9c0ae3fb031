/* SPDX-License-Identifier: Apache-2.0
 * Scanning of a staged tree. */
#include "publish/tree.h"

#include "base/relpath.h"
#include "ports/fs-document.h"

#include <string.h>

struct scan {
  struct ce_fs *tree;
  struct ce_manifest *manifest;
  size_t capacity;
};

static enum ce_code scan_directory(struct scan *scan, const char *directory, struct ce_error *err);

static enum ce_code refuse(const char *path, struct ce_error *err, const char *why) {
  return ce_fail(err, CE_PACKAGE_INVALID, "scan tree", path, "%s", why);
}

static enum ce_code describe(struct scan *scan, const struct ce_fs_stat *found,
                             struct ce_manifest_file *entry, struct ce_error *err) {
  if (found->type == CE_FS_LINK) {
    entry->type = CE_MANIFEST_LINK;
    return ce_fs_read_link(scan->tree, entry->path, &entry->link_target, err);
  }
  entry->type = CE_MANIFEST_FILE;
  entry->mode = found->mode & 0111 ? 0755 : 0644;
  return ce_fs_document_digest(scan->tree, entry->path, &entry->sha256, &entry->size_bytes, err);
}

static enum ce_code add_entry(struct scan *scan, const char *path, const struct ce_fs_stat *found,
                              struct ce_error *err) {
  struct ce_manifest *manifest = scan->manifest;
  if (strcmp(path, "manifest.json") == 0) {
    return refuse(path, err, "the package's own manifest has this name");
  }
  if (manifest->file_count == CE_MANIFEST_FILES_MAX) {
    return refuse(path, err, "the tree has too many files");
  }
  if (manifest->file_count == scan->capacity) {
    size_t capacity = scan->capacity ? scan->capacity * 2 : 256;
    struct ce_manifest_file *grown = reallocarray(manifest->files, capacity, sizeof *grown);
    if (!grown) {
      return ce_fail_memory(err, path);
    }
    manifest->files = grown;
    scan->capacity = capacity;
  }
  struct ce_manifest_file *entry = &manifest->files[manifest->file_count];
  *entry = (struct ce_manifest_file){.path = strdup(path)};
  if (!entry->path) {
    return ce_fail_memory(err, path);
  }
  manifest->file_count++;
  return describe(scan, found, entry, err);
}

static enum ce_code scan_entry(struct scan *scan, const char *path, struct ce_error *err) {
  struct ce_fs_stat found;
  enum ce_code code = ce_relpath_check(path, CE_PACKAGE_INVALID, err);
  if (code == CE_OK) {
    code = ce_fs_inspect(scan->tree, path, &found, err);
  }
  if (code != CE_OK) {
    return code;
  }
  if (found.type == CE_FS_DIRECTORY) {
    return scan_directory(scan, path, err);
  }
  if (found.type == CE_FS_OTHER) {
    return refuse(path, err, "it is neither a file nor a directory nor a symbolic link");
  }
  return add_entry(scan, path, &found, err);
}

/* Recursion is bounded by the length of a relpath. */
static enum ce_code scan_directory(struct scan *scan, const char *directory, struct ce_error *err) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  enum ce_code code = ce_fs_list(scan->tree, directory, &names, err);
  for (size_t i = 0; code == CE_OK && i < names.count; i++) {
    CE_AUTO(ce_free) char *path = ce_relpath_join(directory, names.items[i]);
    code = path ? scan_entry(scan, path, err) : ce_fail_memory(err, directory);
  }
  return code;
}

static int compare_paths(const void *a, const void *b) {
  const struct ce_manifest_file *left = a, *right = b;
  return strcmp(left->path, right->path);
}

enum ce_code ce_tree_scan(struct ce_fs *tree, struct ce_manifest *manifest, struct ce_error *err) {
  struct scan scan = {.tree = tree, .manifest = manifest};
  enum ce_code code = scan_directory(&scan, "", err);
  if (code == CE_OK && manifest->file_count > 0) {
    qsort(manifest->files, manifest->file_count, sizeof *manifest->files, compare_paths);
  }
  return code;
}
