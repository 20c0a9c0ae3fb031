/* SPDX-License-Identifier: Apache-2.0
 * Random changes to facts. */
#include "accident.h"

#include "base/relpath.h"
#include "ports/hash.h"
#include "property.h"
#include "world.h"

#include <stdio.h>
#include <string.h>

#define CHANGES_MAX 4

/* xorshift64* (Vigna 2016): the same variants everywhere. */
static unsigned draw(uint64_t *seed, unsigned below) {
  *seed ^= *seed >> 12;
  *seed ^= *seed << 25;
  *seed ^= *seed >> 27;
  return (unsigned)((*seed * UINT64_C(2685821657736338717)) >> 33) % below;
}

static void clear_beneath(struct ce_facts *world, const char *directory) {
  for (size_t i = 0; i < world->path_count; i++) {
    if (ce_relpath_is_beneath(world->paths[i].path, directory)) {
      world_set(world, world->paths[i].path, &(struct ce_path_state){0});
    }
  }
}

static struct ce_path_state make_file(unsigned kind) {
  char text[32];
  struct ce_path_state state = {
      .type = CE_PATH_FILE, .mode = kind & 1 ? 0600 : 0644, .uid = kind & 2 ? 1000 : 0, .digest_known = true};
  state.size_bytes = (uint64_t)snprintf(text, sizeof text, "accident %u", kind);
  ce_hash_bytes(text, strlen(text), &state.sha256);
  return state;
}

static const char *change(struct ce_facts *world, struct ce_path_fact *fact, uint64_t *seed) {
  struct ce_path_state *state = &fact->state;
  switch (draw(seed, 9)) {
  case 0:
  case 1:
    world_set(world, fact->path, &(struct ce_path_state){0});
    return "absent";
  case 2: {
    struct ce_path_state file = make_file(draw(seed, 8));
    world_set(world, fact->path, &file);
    return "file";
  }
  case 3:
    world_set(world, fact->path,
              &(struct ce_path_state){.type = CE_PATH_LINK, .mode = 0777, .link_target = "somewhere"});
    return "link";
  case 4:
    world_set(world, fact->path, &(struct ce_path_state){.type = CE_PATH_DIRECTORY, .mode = 0700});
    return "directory";
  case 5:
    world_set(world, fact->path, &(struct ce_path_state){.type = CE_PATH_OTHER, .mode = 0600});
    return "other";
  case 6:
    state->mode ^= state->type == CE_PATH_FILE ? 0111 : 0;
    return "mode";
  case 7:
    state->uid = state->type == CE_PATH_ABSENT ? 0 : 1000;
    return "owner";
  default:
    fact->read_only = draw(seed, 4) == 0;
    return "mount";
  }
}

/* Facts must stay possible: something lies in directories only. Links to directories are left alone. */
static void strike(struct ce_facts *world, uint64_t *seed, FILE *story) {
  struct ce_path_fact *fact = &world->paths[draw(seed, (unsigned)world->path_count)];
  CE_AUTO(ce_free) char *parent = ce_relpath_parent(fact->path);
  if (world_look(world, parent)->type != CE_PATH_DIRECTORY) {
    return;
  }
  const char *what = change(world, fact, seed);
  fprintf(story, "    %s: %s\n", fact->path, what);
  if (fact->state.type != CE_PATH_DIRECTORY) {
    clear_beneath(world, fact->path);
  }
}

/* Extras that an accident took away are not there any more. */
static void drop_extras(struct ce_facts *world) {
  size_t kept = 0;
  for (size_t i = 0; world->tree_extras && world->tree_extras[i]; i++) {
    char *extra = world->tree_extras[i];
    if (world_look(world, extra)->type == CE_PATH_ABSENT) {
      free(extra);
    } else {
      world->tree_extras[kept++] = extra;
    }
  }
  if (world->tree_extras) {
    world->tree_extras[kept] = NULL;
  }
}

static bool check_variant(const struct golden_case *golden, uint64_t *seed, unsigned *plans) {
  struct ce_error err;
  CE_AUTO(ce_facts) struct ce_facts *world = world_open(golden->facts);
  CE_AUTO(ce_free) char *story = NULL;
  size_t size = 0;
  FILE *to = open_memstream(&story, &size);
  for (unsigned i = 1 + draw(seed, CHANGES_MAX); i > 0; i--) {
    strike(world, seed, to);
  }
  fclose(to);
  drop_extras(world);
  CE_AUTO(ce_plan) struct ce_plan *plan = NULL;
  if (ce_plan_make(&golden->request, world, &plan, &err) != CE_OK) {
    abort();
  }
  *plans += plan->conflict_count == 0;
  if (property_check(&golden->request, world)) {
    return true;
  }
  fprintf(stderr, "  after these accidents to %s:\n%s", golden->name, story);
  return false;
}

/* FNV-1a of the case's name: each case has its own accidents. */
static uint64_t first_seed(const char *name) {
  uint64_t seed = UINT64_C(14695981039346656037);
  for (; *name; name++) {
    seed = (seed ^ (unsigned char)*name) * UINT64_C(1099511628211);
  }
  return seed;
}

bool accident_check(const struct golden_case *golden, unsigned count, unsigned *ret_plans) {
  uint64_t seed = first_seed(golden->name);
  bool right = true;
  for (unsigned i = 0; right && i < count; i++) {
    right = check_variant(golden, &seed, ret_plans);
  }
  return right;
}
