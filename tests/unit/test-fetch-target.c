/* SPDX-License-Identifier: Apache-2.0
 * Tests of fetching targets: where they are looked for, and that only the signed bytes are accepted. */
#include "refresh-scene.h"

#define ABC_SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

/* Publishes a target and refreshes. */
static const struct ce_target *publish_target(struct scene *scene, const char *path) {
  ce_fake_repository_add_target(scene->repository, path, "abc", 3);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  const struct ce_target *target = NULL;
  assert_code(scene, ce_trusted_set_find(scene->set, path, &target, &scene->err), CE_OK);
  return target;
}

static enum ce_code fetch(struct scene *scene, const struct ce_target *target, size_t limit_bytes) {
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  enum ce_code code =
      ce_trust_fetch_blob(&scene->repository->fetch, scene->set, target, limit_bytes, &blob, &scene->err);
  assert_true(code == CE_OK ? strcmp(ce_blob_text(&blob), "abc") == 0 : blob.size == 0);
  return code;
}

static void finds_targets_by_their_digest(void **state) {
  struct scene *scene = *state;
  assert_code(scene, fetch(scene, publish_target(scene, "channels/stable/x86_64.json"), 3), CE_OK);
  assert_true(
      ce_fake_repository_was_asked(scene->repository, "targets/channels/stable/" ABC_SHA256 ".x86_64.json"));
  assert_code(scene, fetch(scene, publish_target(scene, "top"), 3), CE_OK);
  assert_true(ce_fake_repository_was_asked(scene->repository, "targets/" ABC_SHA256 ".top"));
}

static void finds_targets_by_their_name_without_consistent_snapshots(void **state) {
  struct scene *scene = *state;
  scene->repository->consistent_snapshot = false;
  ce_fake_repository_publish_root(scene->repository);
  assert_code(scene, fetch(scene, publish_target(scene, "a/b"), 3), CE_OK);
  assert_true(ce_fake_repository_was_asked(scene->repository, "targets/a/b"));
}

static void refuses_bytes_that_were_not_signed(void **state) {
  static const char *const texts[] = {"abd", "ab", "", "abcd"};
  struct scene *scene = *state;
  const struct ce_target *target = publish_target(scene, "x");
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    ce_fake_repository_put(scene->repository, "targets/" ABC_SHA256 ".x", texts[i], strlen(texts[i]));
    assert_code(scene, fetch(scene, target, 100), CE_TRUST_DIGEST);
  }
  ce_fake_repository_put(scene->repository, "targets/" ABC_SHA256 ".x", "ab", 2);
  assert_code(scene, fetch(scene, target, 100), CE_TRUST_DIGEST);
  assert_non_null(strstr(scene->err.detail, "2 bytes where 3"));
}

static void refuses_more_than_the_caller_s_limit(void **state) {
  struct scene *scene = *state;
  assert_code(scene, fetch(scene, publish_target(scene, "x"), 2), CE_TRUST_FORMAT);
}

static void tells_when_the_source_lacks_the_target(void **state) {
  struct scene *scene = *state;
  const struct ce_target *target = publish_target(scene, "x");
  ce_fake_repository_remove(scene->repository, "targets/" ABC_SHA256 ".x");
  assert_code(scene, fetch(scene, target, 3), CE_NOT_FOUND);
}

static void refuses_paths_that_lead_elsewhere(void **state) {
  static const char *const paths[] = {"../x", "a/../../x", "/etc/passwd", "a//b", "a\\b", "a\nb", ""};
  struct scene *scene = *state;
  for (int consistent = 0; consistent < 2; consistent++) {
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
      const struct ce_target *target = publish_target(scene, paths[i]);
      enum ce_code code = fetch(scene, target, 3);
      /* With consistent snapshots the digest makes a name of "". */
      assert_true(code == CE_TRUST_FORMAT || (paths[i][0] == '\0' && scene->repository->consistent_snapshot));
    }
    scene->repository->consistent_snapshot = false;
    ce_fake_repository_publish_root(scene->repository);
  }
}

static enum ce_code stop(void *context, const void *bytes, size_t size, struct ce_error *err) {
  (void)context;
  (void)bytes;
  (void)size;
  return ce_fail(err, CE_CANCELLED, "receive", "x", "enough");
}

static void hands_on_the_receiver_s_failure(void **state) {
  struct scene *scene = *state;
  const struct ce_target *target = publish_target(scene, "x");
  assert_code(scene, ce_trust_fetch(&scene->repository->fetch, scene->set, target, stop, NULL, &scene->err),
              CE_CANCELLED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(finds_targets_by_their_digest),
      TEST(finds_targets_by_their_name_without_consistent_snapshots),
      TEST(refuses_bytes_that_were_not_signed),
      TEST(refuses_more_than_the_caller_s_limit),
      TEST(tells_when_the_source_lacks_the_target),
      TEST(refuses_paths_that_lead_elsewhere),
      TEST(hands_on_the_receiver_s_failure),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
