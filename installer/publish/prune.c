/* SPDX-License-Identifier: Apache-2.0
 * Finding and removing of what is not needed. */
#include "publish/prune.h"

#include "base/json.h"
#include "base/relpath.h"
#include "ports/fs-document.h"
#include "publish/document.h"

#include <inttypes.h>
#include <string.h>

#define METADATA_DIRECTORY "metadata"
#define TARGETS_DIRECTORY  "targets"

/* A file below metadata/ with a version in its name. */
struct metadata_file {
  char *path, *role;
  int64_t version;
  int64_t present; /* the role's version that counts now; 0: the snapshot does not name the role */
  struct ce_fs_stat stat;
  bool needless;
};

struct sweep {
  struct ce_fs *fs;
  const struct ce_published *published;
  struct metadata_file *files;
  size_t count;
  json_t *named; /* paths of the targets' files that metadata names, as keys */
  struct ce_prune_survey found;
};

static void clear(struct sweep *sweep) {
  for (size_t i = 0; i < sweep->count; i++) {
    free(sweep->files[i].path);
    free(sweep->files[i].role);
  }
  free(sweep->files);
  json_decref(sweep->named);
}
CE_DEFINE_AUTO_IN_PLACE(sweep, struct sweep, clear);

/* Called for every regular file below a directory. */
typedef enum ce_code visit_file(void *context, const char *path, const struct ce_fs_stat *stat,
                                struct ce_error *err);

static enum ce_code walk(struct ce_fs *fs, const char *directory, unsigned depth, visit_file *visit,
                         void *context, struct ce_error *err) {
  CE_AUTO(ce_fs_names) struct ce_fs_names names = {0};
  enum ce_code code = ce_fs_list(fs, directory, &names, err);
  for (size_t i = 0; code == CE_OK && i < names.count; i++) {
    CE_AUTO(ce_free) char *path = ce_relpath_join(directory, names.items[i]);
    struct ce_fs_stat stat;
    code = path ? ce_fs_inspect(fs, path, &stat, err) : ce_fail_memory(err, directory);
    if (code == CE_OK && stat.type == CE_FS_FILE) {
      code = visit(context, path, &stat, err);
    } else if (code == CE_OK && stat.type == CE_FS_DIRECTORY && depth > 0) {
      code = walk(fs, path, depth - 1, visit, context, err);
    }
  }
  return code;
}

static enum ce_code remove_leftover(void *context, const char *path, const struct ce_fs_stat *stat,
                                    struct ce_error *err) {
  (void)stat;
  size_t length = strlen(path);
  bool is_leftover = length > 4 && strcmp(path + length - 4, ".new") == 0;
  return is_leftover ? ce_fs_remove_if_present(context, path, err) : CE_OK;
}

enum ce_code ce_prune_leftovers(struct ce_fs *fs, struct ce_error *err) {
  enum ce_code code = walk(fs, METADATA_DIRECTORY, 0, remove_leftover, fs, err);
  return code == CE_OK ? walk(fs, TARGETS_DIRECTORY, CE_PRUNE_DEPTH_MAX, remove_leftover, fs, err) : code;
}

static int64_t present_version(const struct ce_published *published, const char *role) {
  return strcmp(role, "snapshot") == 0 ? published->snapshot_version
                                       : ce_document_meta_version(published->snapshot.body, role);
}

/* "12.targets.json" -> 12 and "targets"; false for any other name, and for roots. */
static bool parse_name(const char *name, int64_t *ret_version, char **ret_role) {
  size_t digits = strspn(name, "0123456789"), length = strlen(name);
  if (digits == 0 || digits > 15 || name[0] == '0' || name[digits] != '.' || length < digits + 7 ||
      strcmp(name + length - 5, ".json") != 0 || strcmp(name + digits, ".root.json") == 0) {
    return false;
  }
  *ret_version = strtoll(name, NULL, 10);
  *ret_role = strndup(name + digits + 1, length - digits - 6);
  return true;
}

static enum ce_code take_metadata(void *context, const char *path, const struct ce_fs_stat *stat,
                                  struct ce_error *err) {
  struct sweep *sweep = context;
  struct metadata_file file = {.stat = *stat};
  if (!parse_name(ce_relpath_name(path), &file.version, &file.role)) {
    return CE_OK;
  }
  struct metadata_file *grown = reallocarray(sweep->files, sweep->count + 1, sizeof *grown);
  sweep->files = grown ? grown : sweep->files;
  file.path = strdup(path);
  if (!grown || !file.path || !file.role) {
    free(file.path);
    free(file.role);
    return ce_fail_memory(err, path);
  }
  file.present = present_version(sweep->published, file.role);
  grown[sweep->count++] = file;
  return CE_OK;
}

/* When the file's place was taken: the time of the next version that is there. */
static bool was_replaced_before(const struct sweep *sweep, const struct metadata_file *file,
                                int64_t moment_s) {
  const struct metadata_file *next = NULL;
  for (size_t i = 0; i < sweep->count; i++) {
    const struct metadata_file *other = &sweep->files[i];
    if (other->version > file->version && strcmp(other->role, file->role) == 0 &&
        (!next || other->version < next->version)) {
      next = other;
    }
  }
  return next && next->stat.mtime_s <= moment_s;
}

/* A version above the present one was written by a publisher that did not get to its end. */
static void judge_metadata(struct sweep *sweep, int64_t moment_s) {
  for (size_t i = 0; i < sweep->count; i++) {
    struct metadata_file *file = &sweep->files[i];
    file->needless =
        file->present > 0 && (file->version > file->present ||
                              (file->version < file->present && was_replaced_before(sweep, file, moment_s)));
  }
}

static enum ce_code name_targets(struct sweep *sweep, const json_t *body, struct ce_error *err) {
  const char *path;
  json_t *ignored;
  json_object_foreach(json_object_get(body, "targets"), path, ignored) {
    struct ce_document_target target;
    if (!ce_document_find_target(body, path, &target)) {
      continue;
    }
    CE_AUTO(ce_free) char *file = ce_repository_target_path(path, &target.sha256);
    if (!file || json_object_set_new(sweep->named, file, json_true()) != 0) {
      return ce_fail_memory(err, path);
    }
  }
  return CE_OK;
}

static enum ce_code read_targets(struct sweep *sweep, const struct metadata_file *file,
                                 struct ce_error *err) {
  const struct ce_json_context context = {CE_TRUST_FORMAT, file->path};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_json) json_t *document = NULL;
  enum ce_code code = ce_fs_document_read(sweep->fs, file->path, CE_TUF_TARGETS_BYTES_MAX, &bytes, err);
  if (code == CE_OK) {
    code = ce_json_parse(&context, bytes.data, bytes.size, CE_TUF_TARGETS_BYTES_MAX, &document, err);
  }
  return code == CE_OK ? name_targets(sweep, json_object_get(document, "signed"), err) : code;
}

static enum ce_code read_what_is_left(struct sweep *sweep, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < sweep->count; i++) {
    const struct metadata_file *file = &sweep->files[i];
    if (!file->needless && strcmp(file->role, "snapshot") != 0) {
      code = read_targets(sweep, file, err);
    }
  }
  return code;
}

/* "<64 hexadecimal digits>.<name>": one of ours. */
static bool has_digest(const char *name) {
  return strspn(name, "0123456789abcdef") == CE_DIGEST_HEX_SIZE - 1 && name[CE_DIGEST_HEX_SIZE - 1] == '.';
}

static bool is_needless_target(const struct sweep *sweep, const char *path) {
  return has_digest(ce_relpath_name(path)) && !json_object_get(sweep->named, path);
}

static enum ce_code remove_file(struct sweep *sweep, const char *path, uint64_t size_bytes,
                                struct ce_error *err) {
  sweep->found.file_count++;
  sweep->found.size_bytes += size_bytes;
  return ce_fs_remove_if_present(sweep->fs, path, err);
}

static enum ce_code remove_target(void *context, const char *path, const struct ce_fs_stat *stat,
                                  struct ce_error *err) {
  struct sweep *sweep = context;
  return is_needless_target(sweep, path) ? remove_file(sweep, path, stat->size_bytes, err) : CE_OK;
}

static enum ce_code remove_metadata(struct sweep *sweep, struct ce_error *err) {
  enum ce_code code = CE_OK;
  for (size_t i = 0; code == CE_OK && i < sweep->count; i++) {
    if (sweep->files[i].needless) {
      code = remove_file(sweep, sweep->files[i].path, sweep->files[i].stat.size_bytes, err);
    }
  }
  return code;
}

static enum ce_code open_sweep(struct sweep *sweep, struct ce_error *err) {
  sweep->named = json_object();
  return sweep->named ? walk(sweep->fs, METADATA_DIRECTORY, 0, take_metadata, sweep, err)
                      : ce_fail_memory(err, METADATA_DIRECTORY);
}

enum ce_code ce_prune_run(struct ce_repository *repository, const struct ce_publish_arguments *arguments,
                          struct ce_error *err) {
  CE_AUTO(ce_published) struct ce_published published = {0};
  CE_AUTO(sweep) struct sweep sweep = {.fs = repository->fs, .published = &published};
  enum ce_code code = ce_published_load(repository, &published, err);
  if (code == CE_OK) {
    code = open_sweep(&sweep, err);
  }
  if (code == CE_OK) {
    judge_metadata(&sweep, arguments->now_s - CE_PRUNE_AGE_S);
    code = read_what_is_left(&sweep, err);
  }
  if (code == CE_OK) {
    code = remove_metadata(&sweep, err);
  }
  if (code == CE_OK) {
    code = walk(sweep.fs, TARGETS_DIRECTORY, CE_PRUNE_DEPTH_MAX, remove_target, &sweep, err);
  }
  if (code == CE_OK && sweep.found.file_count > 0) {
    ce_publish_report(arguments, N_("Removed %zu files (%llu bytes) that are no longer needed."),
                      sweep.found.file_count, (unsigned long long)sweep.found.size_bytes);
  }
  return code;
}

static enum ce_code count_target(void *context, const char *path, const struct ce_fs_stat *stat,
                                 struct ce_error *err) {
  (void)err;
  struct sweep *sweep = context;
  if (is_needless_target(sweep, path)) {
    sweep->found.file_count++;
    sweep->found.size_bytes += stat->size_bytes;
  }
  return CE_OK;
}

enum ce_code ce_prune_survey(struct ce_repository *repository, const struct ce_published *published,
                             struct ce_prune_survey *ret, struct ce_error *err) {
  CE_AUTO(sweep) struct sweep sweep = {.fs = repository->fs, .published = published};
  enum ce_code code = open_sweep(&sweep, err);
  for (size_t i = 0; i < sweep.count; i++) {
    if (sweep.files[i].version != sweep.files[i].present) {
      sweep.files[i].needless = true;
      sweep.found.file_count++;
      sweep.found.size_bytes += sweep.files[i].stat.size_bytes;
    }
  }
  if (code == CE_OK) {
    code = read_what_is_left(&sweep, err);
  }
  if (code == CE_OK) {
    code = walk(sweep.fs, TARGETS_DIRECTORY, CE_PRUNE_DEPTH_MAX, count_target, &sweep, err);
  }
  if (code == CE_OK) {
    *ret = sweep.found;
  }
  return code;
}
