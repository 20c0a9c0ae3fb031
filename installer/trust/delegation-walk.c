/* SPDX-License-Identifier: Apache-2.0
 * The search through delegations. */
#include "trust/delegation-walk.h"

#include <string.h>

void ce_delegation_visit_clear(struct ce_delegation_visit *visit) {
  free(visit->name);
  *visit = (struct ce_delegation_visit){0};
}

void ce_delegation_walk_begin(struct ce_delegation_walk *walk, const char *path) {
  *walk = (struct ce_delegation_walk){0};
  ce_tuf_path_set(&walk->path, path);
}

void ce_delegation_walk_clear(struct ce_delegation_walk *walk) {
  for (size_t i = 0; i < walk->pending_count; i++) {
    ce_delegation_visit_clear(&walk->pending[i]);
  }
  free(walk->pending);
  for (size_t i = 0; i < walk->visited_count; i++) {
    free(walk->visited[i]);
  }
  *walk = (struct ce_delegation_walk){0};
}

/* Takes over name. */
static enum ce_code push(struct ce_delegation_walk *walk, char *name, const struct ce_tuf_role *role,
                         const struct ce_keyring *keyring, struct ce_error *err) {
  if (name && walk->pending_count == walk->pending_capacity) {
    size_t capacity = 2 * walk->pending_capacity + 8;
    struct ce_delegation_visit *grown = realloc(walk->pending, capacity * sizeof *grown);
    if (grown) {
      walk->pending = grown;
      walk->pending_capacity = capacity;
    }
  }
  if (!name || walk->pending_count == walk->pending_capacity) {
    free(name);
    return ce_fail_memory(err, role->name);
  }
  walk->pending[walk->pending_count++] =
      (struct ce_delegation_visit){.name = name, .role = role, .keyring = keyring};
  return CE_OK;
}

/* Adds the roles that have the path in order of appearance; none behind a terminating one. */
static enum ce_code push_heard(struct ce_delegation_walk *walk, const struct ce_tuf_delegations *delegations,
                               bool *ret_terminates, struct ce_error *err) {
  *ret_terminates = delegations->is_succinct;
  if (delegations->is_succinct) {
    return push(walk, ce_tuf_delegations_bin(delegations, &walk->path), &delegations->bins,
                &delegations->keyring, err);
  }
  enum ce_code code = CE_OK;
  for (size_t i = 0; i < delegations->role_count && code == CE_OK && !*ret_terminates; i++) {
    const struct ce_tuf_delegation *delegation = &delegations->roles[i];
    if (ce_tuf_delegation_has(delegation, &walk->path)) {
      code = push(walk, strdup(delegation->role.name), &delegation->role, &delegations->keyring, err);
      *ret_terminates = delegation->terminating;
    }
  }
  return code;
}

/* Of those that wait, from the one at start on. */
static void reverse(struct ce_delegation_walk *walk, size_t start) {
  for (size_t end = walk->pending_count; start + 1 < end; start++, end--) {
    struct ce_delegation_visit swapped = walk->pending[start];
    walk->pending[start] = walk->pending[end - 1];
    walk->pending[end - 1] = swapped;
  }
}

enum ce_code ce_delegation_walk_enter(struct ce_delegation_walk *walk, const struct ce_tuf_targets *targets,
                                      struct ce_error *err) {
  size_t waiting = walk->pending_count;
  bool terminates = false;
  enum ce_code code = push_heard(walk, &targets->delegations, &terminates, err);
  if (code != CE_OK) {
    return code;
  }
  if (terminates && waiting > 0) {
    for (size_t i = 0; i < waiting; i++) {
      ce_delegation_visit_clear(&walk->pending[i]);
    }
    walk->pending_count -= waiting;
    memmove(walk->pending, walk->pending + waiting, walk->pending_count * sizeof *walk->pending);
    waiting = 0;
  }
  reverse(walk, waiting);
  return CE_OK;
}

static bool was_visited(const struct ce_delegation_walk *walk, const char *name) {
  for (size_t i = 0; i < walk->visited_count; i++) {
    if (strcmp(walk->visited[i], name) == 0) {
      return true;
    }
  }
  return false;
}

enum ce_code ce_delegation_walk_next(struct ce_delegation_walk *walk, bool *ret_found,
                                     struct ce_delegation_visit *ret, struct ce_error *err) {
  while (walk->pending_count > 0 && walk->visited_count < CE_TUF_DELEGATIONS_MAX) {
    CE_AUTO(ce_delegation_visit) struct ce_delegation_visit next = walk->pending[--walk->pending_count];
    if (was_visited(walk, next.name)) {
      continue;
    }
    walk->visited[walk->visited_count] = strdup(next.name);
    if (!walk->visited[walk->visited_count]) {
      return ce_fail_memory(err, next.name);
    }
    walk->visited_count++;
    *ret = next;
    next = (struct ce_delegation_visit){0};
    *ret_found = true;
    return CE_OK;
  }
  *ret_found = false;
  return CE_OK;
}
