/* SPDX-License-Identifier: Apache-2.0
 * Tests of what the trusted set makes of stored metadata: what it saw once guards against going back. */
#include "trust-scene.h"

/* A set as a machine has it that trusts the repository as it is, before it looks at the source: the
 * timestamp, and the stored snapshot and targets for recall. */
struct stored {
  struct ce_blob root, timestamp, snapshot, targets;
};

static struct stored store(const struct scene *scene) {
  return (struct stored){
      ce_fake_repository_role_bytes(scene->repository, CE_FAKE_ROOT),
      ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TIMESTAMP),
      ce_fake_repository_role_bytes(scene->repository, CE_FAKE_SNAPSHOT),
      ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TARGETS),
  };
}

static void clear_stored(struct stored *stored) {
  ce_blob_clear(&stored->root);
  ce_blob_clear(&stored->timestamp);
  ce_blob_clear(&stored->snapshot);
  ce_blob_clear(&stored->targets);
}

/* Starts over from what was stored: the timestamp only. */
static void restart(struct scene *scene, const struct stored *stored) {
  ce_trusted_set_free(scene->set);
  scene->set = NULL;
  assert_int_equal(ce_trusted_set_new(stored->root.data, stored->root.size, &scene->set, &scene->err), CE_OK);
  assert_int_equal(ce_trusted_set_update_timestamp(scene->set, stored->timestamp.data, stored->timestamp.size,
                                                   &scene->err),
                   CE_OK);
}

static void recall_snapshot(struct scene *scene, const struct stored *stored) {
  assert_int_equal(
      ce_trusted_set_recall_snapshot(scene->set, stored->snapshot.data, stored->snapshot.size, &scene->err),
      CE_OK);
}

static void uses_a_stored_snapshot_and_targets_that_are_current(void **state) {
  struct scene *scene = *state;
  struct stored stored = store(scene);
  restart(scene, &stored);
  assert_false(ce_trusted_set_is_current(scene->set, "snapshot"));
  recall_snapshot(scene, &stored);
  assert_true(ce_trusted_set_is_current(scene->set, "snapshot"));
  assert_int_equal(
      ce_trusted_set_recall_targets(scene->set, stored.targets.data, stored.targets.size, &scene->err),
      CE_OK);
  assert_true(ce_trusted_set_is_current(scene->set, "targets"));
  clear_stored(&stored);
}

static void measures_against_a_stored_snapshot_that_is_old(void **state) {
  struct scene *scene = *state;
  struct stored stored = store(scene);
  ce_fake_repository_publish(scene->repository);
  restart(scene, &stored);
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  recall_snapshot(scene, &stored);
  assert_false(ce_trusted_set_is_current(scene->set, "snapshot"));
  assert_int_equal(give(scene, CE_FAKE_SNAPSHOT), CE_OK);
  assert_int_equal(
      ce_trusted_set_recall_targets(scene->set, stored.targets.data, stored.targets.size, &scene->err),
      CE_OK);
  assert_false(ce_trusted_set_is_current(scene->set, "targets"));
  assert_int_equal(give(scene, CE_FAKE_TARGETS), CE_OK);
  clear_stored(&stored);
}

static void sees_by_the_version_alone_that_stored_metadata_is_old(void **state) {
  struct scene *scene = *state;
  scene->repository->states_hashes = false;
  ce_fake_repository_publish(scene->repository);
  struct stored stored = store(scene);
  ce_fake_repository_publish(scene->repository);
  restart(scene, &stored);
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  recall_snapshot(scene, &stored);
  assert_false(ce_trusted_set_is_current(scene->set, "snapshot"));
  assert_int_equal(give(scene, CE_FAKE_SNAPSHOT), CE_OK);
  assert_int_equal(
      ce_trusted_set_recall_targets(scene->set, stored.targets.data, stored.targets.size, &scene->err),
      CE_OK);
  assert_false(ce_trusted_set_is_current(scene->set, "targets"));
  clear_stored(&stored);
}

static void rejects_a_stored_snapshot_that_is_not_signed(void **state) {
  struct scene *scene = *state;
  struct stored stored = store(scene);
  sign_with_stranger(scene->repository, CE_FAKE_SNAPSHOT);
  CE_AUTO(ce_blob)
  struct ce_blob foreign = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_SNAPSHOT);
  restart(scene, &stored);
  assert_refused(scene, ce_trusted_set_recall_snapshot(scene->set, foreign.data, foreign.size, &scene->err),
                 CE_TRUST_SIGNATURE, "snapshot");
  clear_stored(&stored);
}

/* Publishes a snapshot and a timestamp after one of targets' versions changed. */
static void publish_snapshot(struct scene *scene) {
  scene->repository->roles[CE_FAKE_SNAPSHOT].version++;
  ce_fake_repository_write(scene->repository, CE_FAKE_SNAPSHOT);
  scene->repository->roles[CE_FAKE_TIMESTAMP].version++;
  ce_fake_repository_write(scene->repository, CE_FAKE_TIMESTAMP);
}

static void rejects_older_targets_in_a_newer_snapshot(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_publish(scene->repository);
  struct stored stored = store(scene);
  scene->repository->roles[CE_FAKE_TARGETS].version--;
  publish_snapshot(scene);
  restart(scene, &stored);
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  recall_snapshot(scene, &stored);
  assert_refused(scene, give(scene, CE_FAKE_SNAPSHOT), CE_TRUST_ROLLBACK, "snapshot");
  assert_non_null(strstr(scene->err.detail, "targets.json"));
  clear_stored(&stored);
}

/* Writes a snapshot that names one file more than targets.json, and a timestamp for it. */
static void publish_snapshot_with(struct scene *scene, const char *name, int version) {
  scene->repository->roles[CE_FAKE_SNAPSHOT].version++;
  json_t *body = ce_fake_repository_body(scene->repository, CE_FAKE_SNAPSHOT);
  if (name) {
    json_object_set_new(json_object_get(body, "meta"), name, json_pack("{s:i}", "version", version));
  }
  ce_fake_repository_write_body(scene->repository, CE_FAKE_SNAPSHOT, body);
  json_decref(body);
  scene->repository->roles[CE_FAKE_TIMESTAMP].version++;
  ce_fake_repository_write(scene->repository, CE_FAKE_TIMESTAMP);
}

static void rejects_a_snapshot_from_which_a_role_vanished(void **state) {
  struct scene *scene = *state;
  publish_snapshot_with(scene, "archive.json", 3);
  struct stored stored = store(scene);
  publish_snapshot_with(scene, NULL, 0);
  restart(scene, &stored);
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  recall_snapshot(scene, &stored);
  assert_refused(scene, give(scene, CE_FAKE_SNAPSHOT), CE_TRUST_ROLLBACK, "snapshot");
  assert_non_null(strstr(scene->err.detail, "archive.json"));
  clear_stored(&stored);
}

static void rejects_an_older_delegated_role_in_a_newer_snapshot(void **state) {
  struct scene *scene = *state;
  publish_snapshot_with(scene, "archive.json", 3);
  struct stored stored = store(scene);
  publish_snapshot_with(scene, "archive.json", 2);
  restart(scene, &stored);
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  recall_snapshot(scene, &stored);
  assert_refused(scene, give(scene, CE_FAKE_SNAPSHOT), CE_TRUST_ROLLBACK, "snapshot");
  clear_stored(&stored);
}

/* What counts is what the timestamp states now. */
static void replaces_a_stored_snapshot_that_is_not_what_is_stated(void **state) {
  struct scene *scene = *state;
  struct stored stored = store(scene);
  scene->repository->roles[CE_FAKE_SNAPSHOT].expires = "2034-01-01T00:00:00Z";
  scene->repository->roles[CE_FAKE_SNAPSHOT].version--;
  publish_snapshot(scene);
  restart(scene, &stored);
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  recall_snapshot(scene, &stored);
  assert_false(ce_trusted_set_is_current(scene->set, "snapshot"));
  assert_refused(
      scene,
      ce_trusted_set_update_snapshot(scene->set, stored.snapshot.data, stored.snapshot.size, &scene->err),
      CE_TRUST_DIGEST, "snapshot");
  assert_int_equal(give(scene, CE_FAKE_SNAPSHOT), CE_OK);
  clear_stored(&stored);
}

static void accepts_the_same_snapshot_with_more_signatures(void **state) {
  struct scene *scene = *state;
  struct stored stored = store(scene);
  ce_fake_repository_add_key(scene->repository, CE_FAKE_SNAPSHOT);
  scene->repository->roles[CE_FAKE_SNAPSHOT].version--;
  publish_snapshot(scene);
  restart(scene, &stored);
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  recall_snapshot(scene, &stored);
  assert_false(ce_trusted_set_is_current(scene->set, "snapshot"));
  assert_int_equal(give(scene, CE_FAKE_SNAPSHOT), CE_OK);
  clear_stored(&stored);
}

/* The stored timestamp was lost: the stored snapshot still guards. */
static void rejects_a_snapshot_older_than_the_stored_one(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_blob)
  struct ce_blob old_timestamp = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TIMESTAMP);
  CE_AUTO(ce_blob)
  struct ce_blob old_snapshot = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_SNAPSHOT);
  publish_snapshot(scene); /* its targets stay as they are */
  struct stored stored = store(scene);
  assert_int_equal(
      ce_trusted_set_update_timestamp(scene->set, old_timestamp.data, old_timestamp.size, &scene->err),
      CE_OK);
  recall_snapshot(scene, &stored);
  assert_refused(
      scene, ce_trusted_set_update_snapshot(scene->set, old_snapshot.data, old_snapshot.size, &scene->err),
      CE_TRUST_ROLLBACK, "snapshot");
  clear_stored(&stored);
}

static void replaces_stored_targets_that_are_not_what_is_stated(void **state) {
  struct scene *scene = *state;
  struct stored stored = store(scene);
  ce_fake_repository_add_target(scene->repository, "new.txt", "new", 3);
  ce_fake_repository_write(scene->repository, CE_FAKE_TARGETS);
  publish_snapshot(scene);
  restart(scene, &stored);
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  assert_int_equal(give(scene, CE_FAKE_SNAPSHOT), CE_OK);
  assert_int_equal(
      ce_trusted_set_recall_targets(scene->set, stored.targets.data, stored.targets.size, &scene->err),
      CE_OK);
  assert_false(ce_trusted_set_is_current(scene->set, "targets"));
  assert_int_equal(give(scene, CE_FAKE_TARGETS), CE_OK);
  clear_stored(&stored);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(uses_a_stored_snapshot_and_targets_that_are_current),
      TEST(measures_against_a_stored_snapshot_that_is_old),
      TEST(sees_by_the_version_alone_that_stored_metadata_is_old),
      TEST(rejects_a_stored_snapshot_that_is_not_signed),
      TEST(rejects_older_targets_in_a_newer_snapshot),
      TEST(rejects_a_snapshot_from_which_a_role_vanished),
      TEST(rejects_an_older_delegated_role_in_a_newer_snapshot),
      TEST(replaces_a_stored_snapshot_that_is_not_what_is_stated),
      TEST(accepts_the_same_snapshot_with_more_signatures),
      TEST(rejects_a_snapshot_older_than_the_stored_one),
      TEST(replaces_stored_targets_that_are_not_what_is_stated),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
