/* SPDX-License-Identifier: Apache-2.0
 * Plans carried out in memory. */
#include "world.h"

#include "base/relpath.h"
#include "model/layout.h"
#include "model/strings.h"
#include "ports/hash.h"

#include <stdio.h>
#include <string.h>

static void require(enum ce_code code) {
  if (code != CE_OK) {
    abort();
  }
}

const struct ce_path_state *world_look(const struct ce_facts *world, const char *path) {
  static const struct ce_path_state absent;
  static const struct ce_path_state root = {.type = CE_PATH_DIRECTORY};
  const struct ce_path_fact *fact = ce_facts_find(world, path);
  return path[0] == '\0' ? &root : fact ? &fact->state : &absent;
}

void world_set(struct ce_facts *world, const char *path, const struct ce_path_state *state) {
  struct ce_error err;
  struct ce_path_fact *fact = (struct ce_path_fact *)ce_facts_find(world, path);
  struct ce_path_state copy = {0};
  require(ce_path_state_copy(state, &copy, &err));
  if (fact) {
    ce_path_state_clear(&fact->state);
    fact->state = copy;
    return;
  }
  world->paths = reallocarray(world->paths, world->path_count + 1, sizeof *world->paths);
  world->paths[world->path_count++] = (struct ce_path_fact){.path = strdup(path), .state = copy};
  ce_facts_sort(world);
}

static void set_absent(struct ce_facts *world, const char *path) {
  world_set(world, path, &(struct ce_path_state){0});
}

struct ce_facts *world_open(const struct ce_facts *facts) {
  struct ce_error err;
  struct ce_facts *world = NULL;
  CE_AUTO(ce_json) json_t *json = ce_facts_to_json(facts);
  require(ce_facts_from_json(json, &world, &err));
  for (char **extra = world->tree_extras; extra && *extra; extra++) {
    world_set(world, *extra, &(struct ce_path_state){.type = CE_PATH_FILE, .mode = 0600});
  }
  return world;
}

bool world_holds(const struct ce_facts *world, const char *directory) {
  for (size_t i = 0; i < world->path_count; i++) {
    if (world->paths[i].state.type != CE_PATH_ABSENT &&
        ce_relpath_is_beneath(world->paths[i].path, directory)) {
      return true;
    }
  }
  return false;
}

static bool complain(const struct ce_step *step, const char *what) {
  fprintf(stderr, "  %s /%s: %s\n", ce_step_kind_name(step->kind), step->path, what);
  return false;
}

static bool is_same(const struct ce_path_state *a, const struct ce_path_state *b) {
  CE_AUTO(ce_json) json_t *left = ce_path_state_to_json(a);
  CE_AUTO(ce_json) json_t *right = ce_path_state_to_json(b);
  return json_equal(left, right);
}

static bool has_parent(const struct ce_facts *world, const char *path) {
  CE_AUTO(ce_free) char *parent = ce_relpath_parent(path);
  enum ce_path_type type = world_look(world, parent)->type;
  return type == CE_PATH_DIRECTORY || type == CE_PATH_LINK;
}

static bool has_content(const struct ce_facts *world, const struct ce_step *step,
                        const struct ce_manifest *wanted) {
  if (step->file.content == CE_CONTENT_PACKAGE) {
    const struct ce_manifest_file *file = ce_manifest_find(wanted, step->file.content_path);
    return file && ce_digest_equal(&file->sha256, &step->file.sha256);
  }
  if (step->file.content == CE_CONTENT_INLINE) {
    struct ce_digest digest;
    ce_hash_bytes(step->file.text, strlen(step->file.text), &digest);
    return strlen(step->file.text) == step->file.size_bytes && ce_digest_equal(&digest, &step->file.sha256);
  }
  const struct ce_path_state *source = world_look(world, step->file.content_path);
  return source->type == CE_PATH_FILE && source->size_bytes == step->file.size_bytes &&
         (!source->digest_known || ce_digest_equal(&source->sha256, &step->file.sha256));
}

static void keep_prior(struct ce_facts *world, const struct ce_plan *plan, size_t index) {
  CE_AUTO(ce_free) char *backup = ce_step_backup_path(plan->txid, index);
  world_set(world, backup, &plan->steps[index].prior);
}

static bool put_file(struct ce_facts *world, const struct ce_plan *plan, size_t index,
                     const struct ce_manifest *wanted) {
  const struct ce_step *step = &plan->steps[index];
  if (!has_content(world, step, wanted)) {
    return complain(step, "the content is not there");
  }
  if (step->file.keep_prior) {
    keep_prior(world, plan, index);
  }
  world_set(world, step->path,
            &(struct ce_path_state){.type = CE_PATH_FILE,
                                    .mode = step->file.mode,
                                    .uid = step->file.uid,
                                    .gid = step->file.gid,
                                    .size_bytes = step->file.size_bytes,
                                    .digest_known = true,
                                    .sha256 = step->file.sha256});
  if (step->file.content == CE_CONTENT_BACKUP) {
    set_absent(world, step->file.content_path);
  }
  return true;
}

static bool put_link(struct ce_facts *world, const struct ce_plan *plan, size_t index) {
  const struct ce_step *step = &plan->steps[index];
  if (step->link.keep_prior) {
    keep_prior(world, plan, index);
  }
  world_set(world, step->path,
            &(struct ce_path_state){.type = CE_PATH_LINK,
                                    .mode = 0777,
                                    .uid = step->link.uid,
                                    .gid = step->link.gid,
                                    .link_target = step->link.target});
  return true;
}

static void make_directory(struct ce_facts *world, const struct ce_step *step, const char *path) {
  if (world_look(world, path)->type == CE_PATH_ABSENT) {
    world_set(world, path,
              &(struct ce_path_state){.type = CE_PATH_DIRECTORY,
                                      .mode = step->meta.mode,
                                      .uid = step->meta.uid,
                                      .gid = step->meta.gid});
  }
}

static void add_tree(struct ce_facts *world, const struct ce_step *step, const struct ce_manifest *wanted) {
  make_directory(world, step, step->path);
  for (size_t i = 0; i < wanted->file_count; i++) {
    const struct ce_manifest_file *file = &wanted->files[i];
    CE_AUTO(ce_free) char *path = ce_relpath_join(step->path, file->path);
    for (char *slash = path + strlen(step->path); (slash = strchr(slash + 1, '/'));) {
      *slash = '\0';
      make_directory(world, step, path);
      *slash = '/';
    }
    bool link = file->type == CE_MANIFEST_LINK;
    world_set(world, path,
              &(struct ce_path_state){.type = link ? CE_PATH_LINK : CE_PATH_FILE,
                                      .mode = link ? 0777 : file->mode,
                                      .uid = step->meta.uid,
                                      .gid = step->meta.gid,
                                      .size_bytes = file->size_bytes,
                                      .digest_known = !link,
                                      .sha256 = file->sha256,
                                      .link_target = file->link_target});
  }
}

static bool remove_tree(struct ce_facts *world, const struct ce_step *step) {
  for (char **extra = world->tree_extras; extra && *extra; extra++) {
    if (ce_relpath_is_beneath(*extra, step->path)) {
      return complain(step, "takes a foreign file along");
    }
  }
  for (size_t i = 0; i < world->path_count; i++) {
    if (ce_relpath_is_beneath(world->paths[i].path, step->path)) {
      set_absent(world, world->paths[i].path);
    }
  }
  set_absent(world, step->path);
  return true;
}

static void set_mode(struct ce_facts *world, const struct ce_step *step) {
  struct ce_path_state state = *world_look(world, step->path);
  state.mode = step->meta.mode;
  state.uid = step->meta.uid;
  state.gid = step->meta.gid;
  world_set(world, step->path, &state);
}

static bool apply_step(struct ce_facts *world, const struct ce_plan *plan, size_t index,
                       const struct ce_manifest *wanted) {
  const struct ce_step *step = &plan->steps[index];
  if (!is_same(&step->prior, world_look(world, step->path))) {
    return complain(step, "the path is not what the step says");
  }
  if (!has_parent(world, step->path)) {
    return complain(step, "the parent is not there");
  }
  switch (step->kind) {
  case CE_STEP_MAKE_DIRECTORY:
    make_directory(world, step, step->path);
    return true;
  case CE_STEP_ADD_TREE:
    add_tree(world, step, wanted);
    return true;
  case CE_STEP_REMOVE_TREE:
    return remove_tree(world, step);
  case CE_STEP_PUT_FILE:
    return put_file(world, plan, index, wanted);
  case CE_STEP_PUT_LINK:
    return put_link(world, plan, index);
  case CE_STEP_SET_MODE:
    set_mode(world, step);
    return true;
  case CE_STEP_REMOVE_FILE:
    set_absent(world, step->path);
    return true;
  default:
    if (!world_holds(world, step->path)) {
      set_absent(world, step->path);
    }
    return true;
  }
}

static bool is_unique(const struct ce_plan *plan, size_t index) {
  for (size_t i = 0; i < index; i++) {
    if (strcmp(plan->steps[i].path, plan->steps[index].path) == 0) {
      return complain(&plan->steps[index], "the plan changes this path twice");
    }
  }
  return true;
}

bool world_apply(struct ce_facts *world, const struct ce_plan *plan, const struct ce_manifest *wanted) {
  bool right = true;
  for (size_t i = 0; i < plan->step_count; i++) {
    right &= is_unique(plan, i);
    right &= apply_step(world, plan, i, wanted);
  }
  return right;
}

void world_probe_extras(struct ce_facts *world, const struct ce_receipt *receipt) {
  CE_AUTO(ce_free)
  char *tree = receipt->manifest ? ce_relpath_join(CE_VERSIONS, receipt->manifest->version) : strdup("none");
  size_t kept = 0;
  for (size_t i = 0; world->tree_extras && world->tree_extras[i]; i++) {
    char *extra = world->tree_extras[i];
    if (ce_relpath_is_beneath(extra, tree) &&
        !ce_manifest_find(receipt->manifest, extra + strlen(tree) + 1)) {
      world->tree_extras[kept++] = extra;
    } else {
      free(extra);
    }
  }
  if (world->tree_extras) {
    world->tree_extras[kept] = NULL;
  }
}
