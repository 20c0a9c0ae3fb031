/* SPDX-License-Identifier: Apache-2.0
 * Changes of keys in a publish scene, and a client that has been there before: its store stays. */
#ifndef CE_TESTS_KEY_SCENE_H
#define CE_TESTS_KEY_SCENE_H

#include "ports/fetch.h"
#include "publish-scene.h"
#include "publish/public-key.h"
#include "trust/refresh.h"

#include <string.h>

#define WITH_PASS "--passphrase-file", "@pass"

static inline void key_assert_report(const struct publish_scene *scene, const char *text) {
  if (!strstr(scene->report, text)) {
    fail_msg("'%s' is not in: %s", text, scene->report);
  }
}

static inline void key_assert_detail(const struct publish_scene *scene, const char *text) {
  if (!strstr(scene->err.detail, text)) {
    fail_msg("'%s' is not in: %s", text, scene->err.detail);
  }
}

static inline void key_shell(const struct publish_scene *scene, const char *command) {
  char text[PATH_MAX + 512];
  snprintf(text, sizeof text, "cd '%s' && %s", scene->directory, command);
  temp_require(system(text) == 0, command);
}

/* The id of the public key in the file; static. */
static inline const char *key_id_of(const struct publish_scene *scene, const char *name) {
  static char id[CE_DIGEST_HEX_SIZE];
  struct ce_blob pem = {0};
  struct ce_public_key key = {0};
  struct ce_error err;
  const char *text = temp_read(scene->directory, name);
  temp_require(ce_blob_append(&pem, text, strlen(text), &err) == CE_OK &&
                   ce_public_key_parse(&pem, name, &key, &err) == CE_OK,
               name);
  memcpy(id, key.key_id, sizeof id);
  ce_public_key_clear(&key);
  ce_blob_clear(&pem);
  return id;
}

/* A refresh of the client whose store is @store and who began with the repository's first root. */
static inline enum ce_code key_client_refresh(struct publish_scene *scene) {
  struct ce_fs *fs = NULL;
  struct ce_fetch *source = NULL;
  struct ce_trusted_set *set = NULL;
  struct ce_blob root = {0};
  struct ce_refresh_options options = {.now_s = scene->now_s};
  bool is_new = !temp_exists(scene->directory, "store");
  const char *first = temp_read(scene->directory, "repo/metadata/1.root.json");
  temp_require(ce_blob_append(&root, first, strlen(first), &scene->err) == CE_OK &&
                   ce_fs_open_root(scene->directory, &fs, &scene->err) == CE_OK &&
                   ce_fetch_open_directory(temp_path(scene->directory, "repo"), &source, &scene->err) ==
                       CE_OK,
               "client");
  enum ce_code code =
      ce_trust_refresh(source, fs, "store", is_new ? &root : NULL, &options, &set, &scene->err);
  ce_trusted_set_free(set);
  ce_fetch_free(source);
  ce_fs_free(fs);
  ce_blob_clear(&root);
  return code;
}

static inline enum ce_code key_verify(struct publish_scene *scene) {
  return PUBLISH(scene, "verify", "@repo", "--root", "@repo/metadata/1.root.json");
}

#endif
