/* SPDX-License-Identifier: Apache-2.0
 * Facts from the file system and the host. */
#include "engine/probe.h"

#include "base/relpath.h"
#include "engine/host.h"
#include "engine/path-set.h"
#include "model/layout.h"
#include "ports/crew.h"
#include "ports/fs-document.h"
#include "txn/observed.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void fill_state(const struct ce_fs_stat *stat, struct ce_path_state *state) {
  state->type = ce_observed_type(stat->type);
  state->mode = stat->mode;
  state->uid = stat->uid;
  state->gid = stat->gid;
  state->size_bytes = stat->type == CE_FS_FILE ? stat->size_bytes : 0;
}

/* A file by its descriptor alone; *ret_done is false for anything that does not open as one. */
static enum ce_code probe_content(struct ce_fs *fs, const char *path, struct ce_path_state *state,
                                  bool *ret_done, struct ce_error *err) {
  CE_AUTO(ce_fs_file) struct ce_fs_file *file = NULL;
  struct ce_fs_stat stat;
  struct ce_error ignored;
  if (ce_fs_open(fs, path, CE_FS_READ, 0, &file, &ignored) != CE_OK ||
      ce_fs_file_inspect(file, &stat, &ignored) != CE_OK) {
    return CE_OK;
  }
  *ret_done = true;
  fill_state(&stat, state);
  enum ce_code code = ce_fs_file_digest(file, &state->sha256, &state->size_bytes, err);
  state->digest_known = code == CE_OK;
  return code;
}

static enum ce_code probe_state(struct ce_fs *fs, const char *path, bool digest, struct ce_path_state *state,
                                struct ce_error *err) {
  bool done = false;
  enum ce_code code = digest ? probe_content(fs, path, state, &done, err) : CE_OK;
  if (code != CE_OK || done) {
    return code;
  }
  struct ce_fs_stat stat;
  bool exists = false;
  code = ce_fs_exists(fs, path, &exists, &stat, err);
  if (code != CE_OK || !exists) {
    return code;
  }
  fill_state(&stat, state);
  if (stat.type == CE_FS_LINK) {
    return ce_fs_read_link(fs, path, &state->link_target, err);
  }
  if (stat.type == CE_FS_FILE && digest) {
    code = ce_fs_document_digest(fs, path, &state->sha256, &state->size_bytes, err);
    state->digest_known = code == CE_OK;
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

/* So many paths or directories are one part of a crew's job: enough to share the parents that are open. */
#define PART 16u

struct paths_job {
  const struct ce_wanted_path *wanted;
  struct ce_path_fact *facts; /* as many */
  size_t count;
};

static enum ce_code probe_some_paths(void *context, struct ce_fs *fs, size_t part, struct ce_error *err) {
  const struct paths_job *job = context;
  enum ce_code code = CE_OK;
  for (size_t i = part * PART; code == CE_OK && i < job->count && i < (part + 1) * PART; i++) {
    code = probe_state(fs, job->wanted[i].path, job->wanted[i].digest, &job->facts[i].state, err);
  }
  return code;
}

static enum ce_code probe_mounts(struct ce_fs *fs, struct ce_facts *facts, struct ce_error *err) {
  CE_AUTO(mount_memory) struct mount_memory memory = {0};
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < facts->path_count; i++) {
    code = probe_mount(fs, &memory, facts->paths[i].path, &facts->paths[i].read_only, err);
  }
  return code;
}

static enum ce_code probe_paths(struct ce_fs *fs, struct ce_path_set *wanted, struct ce_facts *facts,
                                struct ce_error *err) {
  ce_path_set_sort(wanted);
  facts->paths = calloc(wanted->count ? wanted->count : 1, sizeof *facts->paths);
  if (!facts->paths) {
    return ce_fail_memory(err, "facts");
  }
  facts->path_count = wanted->count;
  struct paths_job job = {wanted->items, facts->paths, wanted->count};
  enum ce_code code = ce_crew_run(fs, (wanted->count + PART - 1) / PART, probe_some_paths, &job, err);
  for (size_t i = 0; i < wanted->count; i++) {
    facts->paths[i].path = ce_take(&wanted->items[i].path);
  }
  return code == CE_OK ? probe_mounts(fs, facts, err) : code;
}

/* Growing list of extras. */
struct extras {
  char **items;
  size_t count, capacity;
};

static void extras_clear(struct extras *extras) {
  for (size_t i = 0; i < extras->count; i++) {
    free(extras->items[i]);
  }
  free(extras->items);
}

/* Takes path over, also when it fails; NULL is "out of memory". */
static enum ce_code extras_add(struct extras *extras, char *path, struct ce_error *err) {
  if (path && extras->count == extras->capacity) {
    size_t capacity = extras->capacity ? 2 * extras->capacity : 8;
    char **grown = reallocarray(extras->items, capacity, sizeof *grown);
    if (!grown) {
      free(path);
      return ce_fail_memory(err, "extras");
    }
    extras->items = grown;
    extras->capacity = capacity;
  }
  if (!path) {
    return ce_fail_memory(err, "extras");
  }
  extras->items[extras->count++] = path;
  return CE_OK;
}

/* A directory that files of the manifest lie in. */
struct tree_directory {
  const char *inside; /* in the package: the first `length` bytes; 0: the tree itself */
  size_t length;
  bool is_real; /* on the disk it is a directory, and so are those that it lies in */
  struct extras extras;
};

struct extras_job {
  const struct ce_manifest *manifest;
  const struct ce_facts *facts;
  const char *tree;
  struct tree_directory *directories; /* each after the one that it lies in */
  size_t count, capacity;
};

static void extras_job_auto(struct extras_job *job) {
  for (size_t i = 0; i < job->count; i++) {
    extras_clear(&job->directories[i].extras);
  }
  free(job->directories);
}

static bool is_directory(const struct ce_facts *facts, const char *path) {
  const struct ce_path_fact *fact = ce_facts_find(facts, path);
  return fact && fact->state.type == CE_PATH_DIRECTORY;
}

static char *directory_path(const struct extras_job *job, const char *inside, size_t length) {
  if (length == 0) {
    return strdup(job->tree);
  }
  CE_AUTO(ce_free) char *name = strndup(inside, length);
  return name ? ce_relpath_join(job->tree, name) : NULL;
}

static enum ce_code add_directory(struct extras_job *job, const char *inside, size_t length,
                                  bool parent_is_real, struct ce_error *err) {
  if (job->count == job->capacity) {
    size_t capacity = job->capacity ? 2 * job->capacity : 64;
    struct tree_directory *grown = reallocarray(job->directories, capacity, sizeof *grown);
    if (!grown) {
      return ce_fail_memory(err, "directories");
    }
    job->directories = grown;
    job->capacity = capacity;
  }
  CE_AUTO(ce_free) char *path = directory_path(job, inside, length);
  if (!path) {
    return ce_fail_memory(err, "directories");
  }
  job->directories[job->count++] = (struct tree_directory){
      .inside = inside, .length = length, .is_real = parent_is_real && is_directory(job->facts, path)};
  return CE_OK;
}

/* Files come sorted by path, so that all of one directory stand together: a directory that the file before
 * does not lie in is new. */
static enum ce_code collect_directories(struct extras_job *job, struct ce_error *err) {
  size_t open[CE_RELPATH_MAX] = {0}; /* by depth, the directory that was added last */
  enum ce_code code = add_directory(job, "", 0, true, err);
  const char *before = "";
  for (size_t i = 0; code == CE_OK && i < job->manifest->file_count; i++) {
    const char *path = job->manifest->files[i].path;
    size_t depth = 0;
    for (const char *slash = strchr(path, '/'); code == CE_OK && slash; slash = strchr(slash + 1, '/')) {
      size_t length = (size_t)(slash - path);
      depth++;
      if (strncmp(before, path, length + 1) != 0) {
        code = add_directory(job, path, length, job->directories[open[depth - 1]].is_real, err);
        open[depth] = job->count - 1;
      }
    }
    before = path;
  }
  return code;
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

/* Where a directory of the package is none on the disk, what lies there is an extra. */
static bool is_extra(const struct extras_job *job, const char *inside, const char *full) {
  if (ce_manifest_find(job->manifest, inside)) {
    return false;
  }
  return !is_package_directory(job->manifest, inside) || !is_directory(job->facts, full);
}

static enum ce_code find_extras_in(const struct extras_job *job, struct ce_fs *fs,
                                   struct tree_directory *directory, struct ce_error *err) {
  CE_AUTO(ce_free) char *path = directory_path(job, directory->inside, directory->length);
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  enum ce_code code = path ? ce_fs_list(fs, path, &names, err) : ce_fail_memory(err, job->tree);
  for (size_t i = 0; code == CE_OK && i < names.count; i++) {
    CE_AUTO(ce_free) char *full = ce_relpath_join(path, names.items[i]);
    if (!full) {
      return ce_fail_memory(err, job->tree);
    }
    if (is_extra(job, full + strlen(job->tree) + 1, full)) {
      code = extras_add(&directory->extras, ce_take(&full), err);
    }
  }
  return code;
}

static enum ce_code find_some_extras(void *context, struct ce_fs *fs, size_t part, struct ce_error *err) {
  const struct extras_job *job = context;
  enum ce_code code = CE_OK;
  for (size_t i = part * PART; code == CE_OK && i < job->count && i < (part + 1) * PART; i++) {
    if (job->directories[i].is_real) {
      code = find_extras_in(job, fs, &job->directories[i], err);
    }
  }
  return code;
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All directories' extras as one sorted list. */
static enum ce_code gather_extras(struct extras_job *job, struct ce_facts *facts, struct ce_error *err) {
  size_t count = 0;
  for (size_t i = 0; i < job->count; i++) {
    count += job->directories[i].extras.count;
  }
  facts->tree_extras = calloc(count + 1, sizeof *facts->tree_extras);
  if (!facts->tree_extras) {
    return ce_fail_memory(err, "facts");
  }
  char **next = facts->tree_extras;
  for (size_t i = 0; i < job->count; i++) {
    struct extras *extras = &job->directories[i].extras;
    for (size_t k = 0; k < extras->count; k++) {
      *next++ = extras->items[k];
    }
    extras->count = 0;
  }
  if (count > 1) {
    qsort(facts->tree_extras, count, sizeof *facts->tree_extras, compare_texts);
  }
  return CE_OK;
}

static enum ce_code probe_extras(struct ce_fs *fs, const struct ce_manifest *manifest, struct ce_facts *facts,
                                 struct ce_error *err) {
  CE_AUTO(ce_free) char *tree = manifest ? ce_relpath_join(CE_VERSIONS, manifest->version) : NULL;
  if (manifest && !tree) {
    return ce_fail_memory(err, "facts");
  }
  CE_AUTO(extras_job) struct extras_job job = {.manifest = manifest, .facts = facts, .tree = tree};
  enum ce_code code = CE_OK;
  if (manifest) {
    code = collect_directories(&job, err);
  }
  if (code == CE_OK) {
    code = ce_crew_run(fs, (job.count + PART - 1) / PART, find_some_extras, &job, err);
  }
  return code == CE_OK ? gather_extras(&job, facts, err) : code;
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
                      const struct ce_selection *selection, const struct ce_receipt *receipt,
                      enum ce_probe_depth depth, struct ce_facts **ret, struct ce_error *err) {
  CE_AUTO(ce_facts) struct ce_facts *facts = calloc(1, sizeof *facts);
  if (!facts) {
    return ce_fail_memory(err, "facts");
  }
  CE_AUTO(ce_path_set) struct ce_path_set wanted = {0};
  enum ce_code code = ce_host_probe(engine, facts, err);
  if (code == CE_OK && manifest) {
    /* The receipt's own tree comes with the receipt. */
    bool twice = receipt && receipt->manifest == manifest;
    enum ce_tree_look look = twice ? CE_TREE_ABSENT : tree_look(engine, manifest, depth);
    code = ce_path_set_add_manifest(&wanted, manifest, selection, look, err);
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
