/* SPDX-License-Identifier: Apache-2.0
 * A machine that refreshes from a fake repository: for the tests of trust/refresh. */
#ifndef CE_TESTS_REFRESH_SCENE_H
#define CE_TESTS_REFRESH_SCENE_H

#include "fakes/tuf-repository.h"
#include "temp-tree.h"
#include "trust/delegation.h"
#include "trust/refresh.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SCENE_NOW_S INT64_C(1900000000) /* 2030-03-17T17:46:40Z */
#define SCENE_STORE "var/lib/certenv/tuf"

struct scene {
  struct ce_fake_repository *repository;
  struct ce_blob anchor; /* the repository's first root */
  char *directory;       /* the machine's root */
  struct ce_fs *fs;
  struct ce_refresh_options options;
  struct ce_sink sink;
  struct ce_blob events; /* "name subject code" a line */
  struct ce_trusted_set *set;
  struct ce_error err;
};

static inline void scene_note_event(void *context, const struct ce_event *event) {
  struct scene *scene = context;
  struct ce_error err;
  temp_require(ce_blob_printf(&scene->events, &err, "%s %s %s\n", event->name,
                              event->subject ? event->subject : "-", ce_code_id(event->code)) == CE_OK,
               "events");
}

static inline int scene_set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  scene->repository = ce_fake_repository_new();
  scene->anchor = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_ROOT);
  scene->directory = temp_make();
  scene->sink = (struct ce_sink){scene_note_event, scene};
  scene->options = (struct ce_refresh_options){.now_s = SCENE_NOW_S, .sink = &scene->sink};
  *state = scene;
  return ce_fs_open_root(scene->directory, &scene->fs, &scene->err) == CE_OK ? 0 : -1;
}

static inline int scene_tear_down(void **state) {
  struct scene *scene = *state;
  ce_trusted_set_free(scene->set);
  ce_fake_repository_free(scene->repository);
  ce_blob_clear(&scene->anchor);
  ce_blob_clear(&scene->events);
  ce_fs_free(scene->fs);
  temp_remove(scene->directory);
  free(scene);
  return 0;
}

/* Refreshes from any repository, with an anchor or none. */
static inline enum ce_code scene_refresh_from(struct scene *scene, struct ce_fake_repository *repository,
                                              const struct ce_blob *anchor) {
  ce_trusted_set_free(scene->set);
  scene->set = NULL;
  ce_blob_clear(&scene->events);
  ce_blob_clear(&repository->asked);
  memset(&scene->err, 0, sizeof scene->err);
  enum ce_code code = ce_trust_refresh(&repository->fetch, scene->fs, SCENE_STORE, anchor, &scene->options,
                                       &scene->set, &scene->err);
  assert_true((code == CE_OK) == (scene->set != NULL));
  assert_int_equal(code, scene->err.code);
  return code;
}

static inline enum ce_code scene_refresh(struct scene *scene) {
  return scene_refresh_from(scene, scene->repository, &scene->anchor);
}

static inline enum ce_code scene_find(struct scene *scene, const char *path, const struct ce_target **ret) {
  memset(&scene->err, 0, sizeof scene->err);
  return ce_trust_find(&scene->repository->fetch, scene->fs, SCENE_STORE, &scene->options, scene->set, path,
                       ret, &scene->err);
}

#define assert_code(scene, expression, expected)                                                             \
  do {                                                                                                       \
    enum ce_code seen = (expression);                                                                        \
    if (seen != (expected)) {                                                                                \
      fail_msg("%s where %s was expected: %s: %s", ce_code_id(seen), ce_code_id(expected),                   \
               (scene)->err.subject, (scene)->err.detail);                                                   \
    }                                                                                                        \
  } while (0)

static inline bool scene_has_event(const struct scene *scene, const char *text) {
  return strstr(ce_blob_text(&scene->events), text) != NULL;
}

static inline bool scene_stores(const struct scene *scene, const char *role) {
  char name[128];
  snprintf(name, sizeof name, SCENE_STORE "/%s.json", role);
  return temp_exists(scene->directory, name);
}

/* Spoils a file of the store. */
static inline void scene_store(const struct scene *scene, const char *role, const char *text) {
  char name[128];
  snprintf(name, sizeof name, SCENE_STORE "/%s.json", role);
  temp_write(scene->directory, name, text, 0644);
}

/* The store holds exactly what the repository serves for the role now. */
static inline bool scene_store_equals(const struct scene *scene, enum ce_fake_role_name role,
                                      const char *name) {
  CE_AUTO(ce_blob) struct ce_blob served = ce_fake_repository_role_bytes(scene->repository, role);
  char path[128];
  snprintf(path, sizeof path, SCENE_STORE "/%s.json", name);
  const char *stored = temp_read(scene->directory, path);
  return stored && strcmp(stored, ce_blob_text(&served)) == 0;
}

#endif
