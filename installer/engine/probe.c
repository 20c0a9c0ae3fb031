/* SPDX-License-Identifier: Apache-2.0
 * Facts from the file system and the host. */
#include "engine/probe.h"

#include "base/relpath.h"
#include "engine/host.h"
#include "engine/path-set.h"
#include "model/layout.h"
#include "ports/fs-document.h"
#include "txn/observed.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static enum ce_code probe_state(struct ce_fs *fs, const char *path, bool digest, struct ce_path_state *state,
                                struct ce_error *err) {
  struct ce_fs_stat stat;
  bool exists = false;
  enum ce_code code = ce_fs_exists(fs, path, &exists, &stat, err);
  if (code != CE_OK || !exists) {
    return code;
  }
  state->type = ce_observed_type(stat.type);
  state->mode = stat.mode;
  state->uid = stat.uid;
  state->gid = stat.gid;
  if (stat.type == CE_FS_LINK) {
    return ce_fs_read_link(fs, path, &state->link_target, err);
  }
  if (stat.type == CE_FS_FILE) {
    state->size_bytes = stat.size_bytes;
    if (digest) {
      code = ce_fs_document_digest(fs, path, &state->sha256, &state->size_bytes, err);
      state->digest_known = code == CE_OK;
    }
  }
  return code;
}

/* Whether a place is mounted read-only, asked once for each directory in a row of sorted paths, and once for
 * all of CE_HOME. (Not once for each device: a bind mount of the same device may be read-only.) */
struct mount_memory {
  char *directory;
  bool read_only;
};

static void mount_memory_auto(struct mount_memory *memory) {
  free(memory->directory);
}

static enum ce_code probe_mount(struct ce_fs *fs, struct mount_memory *memory, const char *path, bool *ret,
                                struct ce_error *err) {
  CE_AUTO(ce_free)
  char *parent = ce_relpath_is_beneath(path, CE_HOME) ? strdup(CE_HOME) : ce_relpath_parent(path);
  if (!parent) {
    return ce_fail_memory(err, path);
  }
  if (!memory->directory || strcmp(memory->directory, parent) != 0) {
    struct ce_fs_space space;
    enum ce_code code = ce_fs_space(fs, parent, &space, err);
    if (code != CE_OK) {
      return code;
    }
    free(memory->directory);
    memory->directory = ce_take(&parent);
    memory->read_only = space.read_only;
  }
  *ret = memory->read_only;
  return CE_OK;
}

static enum ce_code probe_paths(struct ce_fs *fs, struct ce_path_set *wanted, struct ce_facts *facts,
                                struct ce_error *err) {
  ce_path_set_sort(wanted);
  facts->paths = calloc(wanted->count ? wanted->count : 1, sizeof *facts->paths);
  if (!facts->paths) {
    return ce_fail_memory(err, "facts");
  }
  CE_AUTO(mount_memory) struct mount_memory memory = {0};
  for (size_t i = 0; i < wanted->count; i++) {
    struct ce_path_fact *fact = &facts->paths[facts->path_count];
    enum ce_code code = probe_state(fs, wanted->items[i].path, wanted->items[i].digest, &fact->state, err);
    if (code == CE_OK) {
      code = probe_mount(fs, &memory, wanted->items[i].path, &fact->read_only, err);
    }
    if (code != CE_OK) {
      ce_path_state_clear(&fact->state);
      return code;
    }
    fact->path = ce_take(&wanted->items[i].path);
    facts->path_count++;
  }
  ce_facts_sort(facts);
  return CE_OK;
}

/* Growing list of extras. */
struct extras {
  char **items;
  size_t count;
};

static enum ce_code extras_add(struct extras *extras, const char *path, struct ce_error *err) {
  char **grown = reallocarray(extras->items, extras->count + 2, sizeof *grown);
  if (!grown) {
    return ce_fail_memory(err, path);
  }
  extras->items = grown;
  grown[extras->count] = strdup(path);
  grown[extras->count + 1] = NULL;
  return grown[extras->count++] ? CE_OK : ce_fail_memory(err, path);
}

/* True when inside (a path in the package) is a directory that files of the manifest lie in. */
static bool is_package_directory(const struct ce_manifest *manifest, const char *inside) {
  size_t low = 0;
  size_t high = manifest->file_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(manifest->files[middle].path, inside) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  /* Names such as "lib-x" sort between "lib" and "lib/": look on until the prefix ends. */
  size_t length = strlen(inside);
  for (; low < manifest->file_count && strncmp(manifest->files[low].path, inside, length) == 0; low++) {
    if (manifest->files[low].path[length] == '/') {
      return true;
    }
  }
  return false;
}

static enum ce_code find_extras(struct ce_fs *fs, const struct ce_manifest *manifest, const char *tree,
                                const char *inside, struct extras *extras, struct ce_error *err) {
  CE_AUTO(ce_free) char *directory = inside[0] ? ce_relpath_join(tree, inside) : strdup(tree);
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  enum ce_code code = directory ? ce_fs_list(fs, directory, &names, err) : ce_fail_memory(err, tree);
  for (size_t i = 0; code == CE_OK && i < names.count; i++) {
    CE_AUTO(ce_free) char *path = ce_relpath_join(inside, names.items[i]);
    CE_AUTO(ce_free) char *full = path ? ce_relpath_join(tree, path) : NULL;
    if (!full) {
      return ce_fail_memory(err, tree);
    }
    if (ce_manifest_find(manifest, path)) {
      continue;
    }
    struct ce_fs_stat stat;
    code = ce_fs_inspect(fs, full, &stat, err);
    if (code == CE_OK && stat.type == CE_FS_DIRECTORY && is_package_directory(manifest, path)) {
      code = find_extras(fs, manifest, tree, path, extras, err);
    } else if (code == CE_OK) {
      code = extras_add(extras, full, err);
    }
  }
  return code;
}

static enum ce_code probe_extras(struct ce_fs *fs, const struct ce_manifest *manifest, struct ce_facts *facts,
                                 struct ce_error *err) {
  struct extras extras = {.items = calloc(1, sizeof(char *))};
  facts->tree_extras = extras.items;
  if (!extras.items) {
    return ce_fail_memory(err, "facts");
  }
  CE_AUTO(ce_free) char *tree = manifest ? ce_relpath_join(CE_VERSIONS, manifest->version) : NULL;
  struct ce_fs_stat stat;
  bool exists = false;
  if (!tree) {
    return manifest ? ce_fail_memory(err, "facts") : CE_OK;
  }
  enum ce_code code = ce_fs_exists(fs, tree, &exists, &stat, err);
  if (code == CE_OK && exists && stat.type == CE_FS_DIRECTORY) {
    code = find_extras(fs, manifest, tree, "", &extras, err);
  }
  facts->tree_extras = extras.items;
  return code;
}

/* How the version tree of this manifest is looked at. */
static enum ce_tree_look tree_look(const struct ce_engine *engine, const struct ce_manifest *manifest,
                                   enum ce_probe_depth depth) {
  CE_AUTO(ce_free) char *tree = manifest ? ce_relpath_join(CE_VERSIONS, manifest->version) : NULL;
  if (tree && !ce_host_has(engine, tree)) {
    return CE_TREE_ABSENT;
  }
  return depth == CE_PROBE_DEEP ? CE_TREE_CONTENT : CE_TREE_FILES;
}

enum ce_code ce_probe(const struct ce_engine *engine, const struct ce_manifest *manifest,
                      const struct ce_receipt *receipt, enum ce_probe_depth depth, struct ce_facts **ret,
                      struct ce_error *err) {
  CE_AUTO(ce_facts) struct ce_facts *facts = calloc(1, sizeof *facts);
  if (!facts) {
    return ce_fail_memory(err, "facts");
  }
  CE_AUTO(ce_path_set) struct ce_path_set wanted = {0};
  enum ce_code code = ce_host_probe(engine, facts, err);
  if (code == CE_OK && manifest) {
    code = ce_path_set_add_manifest(&wanted, manifest, tree_look(engine, manifest, depth), err);
  }
  if (code == CE_OK && receipt) {
    code = ce_path_set_add_receipt(&wanted, receipt, tree_look(engine, receipt->manifest, depth), err);
  }
  if (code == CE_OK) {
    code = probe_paths(engine->fs, &wanted, facts, err);
  }
  if (code == CE_OK) {
    code = probe_extras(engine->fs, receipt ? receipt->manifest : NULL, facts, err);
  }
  if (code == CE_OK) {
    *ret = ce_take(&facts);
  }
  return code;
}
