/* SPDX-License-Identifier: Apache-2.0
 * One walk through the package that writes the tree and every file that comes straight from it. */
#include "txn/run.h"

#include "base/relpath.h"
#include "txn/observed.h"
#include "txn/step-path.h"

#include <assert.h>
#include <string.h>

/* Files of this size are started on their way to the disk at once; the small ones go together in the end. */
#define EARLY_BYTES_MIN (64u << 10)

/* A file that is being written. */
struct output {
  struct ce_fs_file *file;
  char *path;
  uint32_t mode, uid, gid;
  bool in_tree;
};

struct unpack {
  struct ce_run *run;
  struct ce_fs *fs;
  const struct ce_step *tree; /* NULL when the plan adds none */
  char *tree_path;            /* where it is staged */
  char *last_path;            /* the member before, in the manifest's order */
  /* Who owns what we create in the tree, learnt from its first entry: the same for all of them. */
  bool owner_known, owner_differs;
  size_t *wanted; /* PUT_FILE steps that take their bytes from the package, sorted by content_path */
  size_t wanted_count, wanted_done;
  struct output *outputs; /* of the current member */
  size_t output_count, output_capacity;
  uint64_t done_bytes, total_bytes, told_bytes;
};

static void drop_outputs(struct unpack *unpack) {
  for (size_t i = 0; i < unpack->output_count; i++) {
    ce_fs_file_discard(unpack->outputs[i].file);
    free(unpack->outputs[i].path);
  }
  unpack->output_count = 0;
}

static void unpack_clear(struct unpack *unpack) {
  drop_outputs(unpack);
  free(unpack->outputs);
  free(unpack->wanted);
  free(unpack->tree_path);
  free(unpack->last_path);
}
CE_DEFINE_AUTO_IN_PLACE(unpack, struct unpack, unpack_clear);

static const char *content_path(const struct unpack *unpack, size_t position) {
  return unpack->run->plan->steps[unpack->wanted[position]].file.content_path;
}

static int compare_content(const void *a, const void *b, void *context) {
  const struct ce_plan *plan = context;
  size_t left = *(const size_t *)a;
  size_t right = *(const size_t *)b;
  int order = strcmp(plan->steps[left].file.content_path, plan->steps[right].file.content_path);
  return order != 0 ? order : (left > right) - (left < right);
}

/* Position in wanted of the first step that takes this member; wanted_count when none does. */
static size_t find_wanted(const struct unpack *unpack, const char *member) {
  size_t low = 0;
  size_t high = unpack->wanted_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (strcmp(content_path(unpack, middle), member) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  bool found = low < unpack->wanted_count && strcmp(content_path(unpack, low), member) == 0;
  return found ? low : unpack->wanted_count;
}

/* The owner of the tree's entries is set only when what we create does not have it anyway. */
static enum ce_code own_tree_entry(struct unpack *unpack, const char *path, struct ce_error *err) {
  const struct ce_step *tree = unpack->tree;
  if (!unpack->owner_known) {
    struct ce_fs_stat stat;
    enum ce_code code = ce_fs_inspect(unpack->fs, path, &stat, err);
    if (code != CE_OK) {
      return code;
    }
    unpack->owner_known = true;
    unpack->owner_differs = stat.uid != tree->meta.uid || stat.gid != tree->meta.gid;
  }
  enum ce_code code = CE_OK;
  if (unpack->owner_differs) {
    code = ce_fs_set_owner(unpack->fs, path, tree->meta.uid, tree->meta.gid, err);
  }
  return code == CE_OK ? ce_fs_relabel(unpack->fs, path, err) : code;
}

static enum ce_code make_tree_directory(struct unpack *unpack, const char *member, size_t length,
                                        struct ce_error *err) {
  CE_AUTO(ce_free) char *path = ce_text_format("%s/%.*s", unpack->tree_path, (int)length, member);
  if (!path) {
    return ce_fail_memory(err, member);
  }
  enum ce_code code = ce_fs_make_directory(unpack->fs, path, unpack->tree->meta.mode, err);
  return code == CE_OK ? own_tree_entry(unpack, path, err) : code;
}

/* Members come sorted by path, so that all of one directory stand together: a directory that the member
 * before does not lie in is new. */
static enum ce_code make_tree_directories(struct unpack *unpack, const char *member, struct ce_error *err) {
  const char *last = unpack->last_path ? unpack->last_path : "";
  for (const char *slash = strchr(member, '/'); slash; slash = strchr(slash + 1, '/')) {
    size_t length = (size_t)(slash - member);
    if (strncmp(last, member, length + 1) != 0) {
      enum ce_code code = make_tree_directory(unpack, member, length, err);
      if (code != CE_OK) {
        return code;
      }
    }
  }
  char *copy = strdup(member);
  if (!copy) {
    return ce_fail_memory(err, member);
  }
  free(unpack->last_path);
  unpack->last_path = copy;
  return CE_OK;
}

static enum ce_code open_output(struct unpack *unpack, struct output output, struct ce_error *err) {
  CE_AUTO(ce_free) char *path = output.path;
  if (unpack->output_count == unpack->output_capacity) {
    size_t capacity = unpack->output_capacity == 0 ? 4 : 2 * unpack->output_capacity;
    struct output *grown = reallocarray(unpack->outputs, capacity, sizeof *grown);
    if (!grown) {
      return ce_fail_memory(err, path);
    }
    unpack->outputs = grown;
    unpack->output_capacity = capacity;
  }
  enum ce_code code = ce_fs_open(unpack->fs, path, CE_FS_CREATE, output.mode, &output.file, err);
  if (code == CE_OK) {
    output.path = ce_take(&path);
    unpack->outputs[unpack->output_count++] = output;
  }
  return code;
}

static enum ce_code begin_tree_member(struct unpack *unpack, const struct ce_manifest_file *file,
                                      struct ce_error *err) {
  enum ce_code code = make_tree_directories(unpack, file->path, err);
  if (code != CE_OK) {
    return code;
  }
  CE_AUTO(ce_free) char *path = ce_relpath_join(unpack->tree_path, file->path);
  if (!path) {
    return ce_fail_memory(err, file->path);
  }
  if (file->type == CE_MANIFEST_FILE) {
    return open_output(unpack, (struct output){.path = ce_take(&path), .mode = file->mode, .in_tree = true},
                       err);
  }
  code = ce_fs_make_link(unpack->fs, file->link_target, path, err);
  return code == CE_OK ? own_tree_entry(unpack, path, err) : code;
}

static enum ce_code begin_wanted(struct unpack *unpack, const struct ce_manifest_file *file, size_t position,
                                 struct ce_error *err) {
  size_t index = unpack->wanted[position];
  const struct ce_step *step = &unpack->run->plan->steps[index];
  if (file->type != CE_MANIFEST_FILE || !ce_digest_equal(&file->sha256, &step->file.sha256)) {
    return ce_fail(err, CE_PACKAGE_INVALID, "unpack", file->path,
                   "the package is not the one that was planned for");
  }
  struct output output = {.mode = step->file.mode, .uid = step->file.uid, .gid = step->file.gid};
  enum ce_code code = ce_step_staged_path(unpack->run->plan, index, &output.path, err);
  if (code == CE_OK) {
    unpack->wanted_done++;
    code = open_output(unpack, output, err);
  }
  return code;
}

/* Called on the thread that reads ahead; what it looks at is settled before the walk. */
static bool wants(void *context, const struct ce_manifest_file *file) {
  const struct unpack *unpack = context;
  return unpack->tree || find_wanted(unpack, file->path) < unpack->wanted_count;
}

static enum ce_code begin(void *context, const struct ce_manifest_file *file, bool *ret_wanted,
                          struct ce_error *err) {
  struct unpack *unpack = context;
  enum ce_code code = ce_run_check_cancelled(unpack->run, err);
  if (code == CE_OK && unpack->tree) {
    code = begin_tree_member(unpack, file, err);
  }
  size_t position = find_wanted(unpack, file->path);
  while (code == CE_OK && position < unpack->wanted_count &&
         strcmp(content_path(unpack, position), file->path) == 0) {
    code = begin_wanted(unpack, file, position++, err);
  }
  if (code == CE_OK) {
    *ret_wanted = true;
  }
  return code;
}

static void tell(struct unpack *unpack, size_t size) {
  unpack->done_bytes += size;
  /* A step of half a percent is as much as anybody can see. */
  if (unpack->done_bytes - unpack->told_bytes > unpack->total_bytes / 200) {
    unpack->told_bytes = unpack->done_bytes;
    ce_emit_progress(unpack->run->txn->sink, "stage", unpack->done_bytes, unpack->total_bytes);
  }
}

static enum ce_code data(void *context, const void *bytes, size_t size, struct ce_error *err) {
  struct unpack *unpack = context;
  enum ce_code code = ce_run_check_cancelled(unpack->run, err);
  for (size_t i = 0; code == CE_OK && i < unpack->output_count; i++) {
    code = ce_fs_file_write(unpack->outputs[i].file, bytes, size, err);
  }
  tell(unpack, size);
  return code;
}

static enum ce_code end(void *context, const struct ce_manifest_file *file, struct ce_error *err) {
  struct unpack *unpack = context;
  for (size_t i = 0; i < unpack->output_count; i++) {
    struct output *output = &unpack->outputs[i];
    if (file->size_bytes >= EARLY_BYTES_MIN) {
      ce_fs_file_start_writing(output->file);
    }
    enum ce_code code = ce_fs_file_close(ce_take(&output->file), err);
    if (code == CE_OK && output->in_tree) {
      code = own_tree_entry(unpack, output->path, err);
    } else if (code == CE_OK) {
      code = ce_observed_settle(unpack->fs, output->path, output->mode, output->uid, output->gid, err);
    }
    if (code == CE_OK && !output->in_tree) {
      code = ce_fs_relabel(unpack->fs, output->path, err);
    }
    if (code != CE_OK) {
      return code;
    }
  }
  drop_outputs(unpack);
  return CE_OK;
}

/* The name ".partial" is ours; what is left there belongs to a run whose journal was taken away by hand. */
static enum ce_code begin_tree(struct unpack *unpack, size_t index, struct ce_error *err) {
  const struct ce_step *tree = &unpack->run->plan->steps[index];
  assert(!unpack->tree);
  enum ce_code code = ce_step_staged_path(unpack->run->plan, index, &unpack->tree_path, err);
  if (code == CE_OK) {
    code = ce_fs_remove_tree(unpack->fs, unpack->tree_path, err);
  }
  if (code == CE_OK) {
    code = ce_fs_make_directory(unpack->fs, unpack->tree_path, tree->meta.mode, err);
  }
  if (code == CE_OK) {
    code = ce_observed_settle(unpack->fs, unpack->tree_path, tree->meta.mode, tree->meta.uid, tree->meta.gid,
                              err);
  }
  if (code == CE_OK) {
    code = ce_fs_relabel(unpack->fs, unpack->tree_path, err);
  }
  unpack->tree = tree;
  return code;
}

static enum ce_code collect(struct unpack *unpack, const struct ce_manifest *manifest, struct ce_error *err) {
  const struct ce_plan *plan = unpack->run->plan;
  unpack->wanted = calloc(plan->step_count + 1, sizeof *unpack->wanted);
  if (!unpack->wanted) {
    return ce_fail_memory(err, "plan");
  }
  for (size_t i = 0; i < plan->step_count; i++) {
    const struct ce_step *step = &plan->steps[i];
    if (step->kind == CE_STEP_ADD_TREE) {
      enum ce_code code = begin_tree(unpack, i, err);
      if (code != CE_OK) {
        return code;
      }
    } else if (step->kind == CE_STEP_PUT_FILE && step->file.content == CE_CONTENT_PACKAGE) {
      unpack->total_bytes += step->file.size_bytes;
      unpack->wanted[unpack->wanted_count++] = i;
    }
  }
  /* A member that serves the tree and other files passes once. */
  unpack->total_bytes = unpack->tree ? manifest->total_bytes : unpack->total_bytes;
  qsort_r(unpack->wanted, unpack->wanted_count, sizeof *unpack->wanted, compare_content, (void *)plan);
  return CE_OK;
}

enum ce_code ce_run_unpack(struct ce_run *run, struct ce_package *package, struct ce_error *err) {
  if (!run->plan->needs_package) {
    return CE_OK;
  }
  assert(package);
  CE_AUTO(unpack) struct unpack unpack = {.run = run, .fs = run->txn->fs};
  enum ce_code code = collect(&unpack, ce_package_manifest(package), err);
  if (code != CE_OK) {
    return code;
  }
  struct ce_package_visitor visitor = {
      .begin = begin, .data = data, .end = end, .context = &unpack, .wants = wants};
  code = ce_package_walk(package, &visitor, err);
  if (code == CE_OK && unpack.wanted_done < unpack.wanted_count) {
    return ce_fail(err, CE_PACKAGE_INVALID, "unpack", "package", "it lacks %zu files that the plan needs",
                   unpack.wanted_count - unpack.wanted_done);
  }
  if (code == CE_OK) {
    ce_emit_progress(run->txn->sink, "stage", unpack.total_bytes, unpack.total_bytes);
  }
  return code;
}
