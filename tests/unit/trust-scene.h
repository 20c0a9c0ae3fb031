/* SPDX-License-Identifier: Apache-2.0
 * A trusted set and the repository that it learns from: for the tests of trust/trusted-set. */
#ifndef CE_TESTS_TRUST_SCENE_H
#define CE_TESTS_TRUST_SCENE_H

#include "fakes/tuf-repository.h"
#include "trust/trusted-set.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NOW_S INT64_C(1900000000) /* 2030-03-17T17:46:40Z */

/* A repository and a set that trusts its first root. */
struct scene {
  struct ce_fake_repository *repository;
  struct ce_trusted_set *set;
  struct ce_error err;
};

static inline int scene_set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  scene->repository = ce_fake_repository_new();
  CE_AUTO(ce_blob) struct ce_blob root = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_ROOT);
  *state = scene;
  return ce_trusted_set_new(root.data, root.size, &scene->set, &scene->err) == CE_OK ? 0 : -1;
}

static inline int scene_tear_down(void **state) {
  struct scene *scene = *state;
  ce_trusted_set_free(scene->set);
  ce_fake_repository_free(scene->repository);
  free(scene);
  return 0;
}

typedef enum ce_code take_metadata(struct ce_trusted_set *set, const void *bytes, size_t size,
                                   struct ce_error *err);
static take_metadata *const update[CE_FAKE_ROLE_COUNT] = {
    ce_trusted_set_update_root, ce_trusted_set_update_timestamp, ce_trusted_set_update_snapshot,
    ce_trusted_set_update_targets};

/* Gives the set what the repository has for the role. */
static inline enum ce_code give(struct scene *scene, enum ce_fake_role_name role) {
  CE_AUTO(ce_blob) struct ce_blob bytes = ce_fake_repository_role_bytes(scene->repository, role);
  return update[role](scene->set, bytes.data, bytes.size, &scene->err);
}

static inline void give_all(struct scene *scene) {
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  assert_int_equal(give(scene, CE_FAKE_SNAPSHOT), CE_OK);
  assert_int_equal(give(scene, CE_FAKE_TARGETS), CE_OK);
}

static inline void assert_refused(const struct scene *scene, enum ce_code code, enum ce_code expected,
                                  const char *role) {
  if (code != expected) {
    fail_msg("%s where %s was expected: %s", ce_code_id(code), ce_code_id(expected), scene->err.detail);
  }
  assert_int_equal(scene->err.code, expected);
  assert_string_equal(scene->err.subject, role);
}

/* Signs the role with a fresh key that no root knows. */
static inline void sign_with_stranger(struct ce_fake_repository *repository, enum ce_fake_role_name role) {
  ce_fake_repository_rotate(repository, role);
  ce_fake_repository_write(repository, role);
}

#endif
