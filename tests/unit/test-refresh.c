/* SPDX-License-Identifier: Apache-2.0
 * Tests of the client workflow against good, stale, foreign and hostile sources. */
#include "refresh-scene.h"

static void trusts_a_repository_at_first_sight_of_its_root(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_int_equal(ce_trusted_set_root_version(scene->set), 1);
  assert_true(ce_fake_repository_was_asked(scene->repository, "metadata/1.snapshot.json"));
  assert_true(ce_fake_repository_was_asked(scene->repository, "metadata/1.targets.json"));
  assert_int_equal(scene->events.size, 0);
}

static void needs_a_root_to_start_from(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh_from(scene, scene->repository, NULL), CE_TRUST_ROOT);
}

static void asks_only_for_what_is_new(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_string_equal(ce_blob_text(&scene->repository->asked),
                      "metadata/2.root.json\nmetadata/timestamp.json\n");
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_string_equal(ce_blob_text(&scene->repository->asked),
                      "metadata/2.root.json\nmetadata/timestamp.json\nmetadata/2.snapshot.json\n"
                      "metadata/2.targets.json\n");
}

static void uses_plain_names_without_consistent_snapshots(void **state) {
  struct scene *scene = *state;
  scene->repository->consistent_snapshot = false;
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_string_equal(
      ce_blob_text(&scene->repository->asked),
      "metadata/2.root.json\nmetadata/3.root.json\nmetadata/timestamp.json\nmetadata/snapshot.json\n"
      "metadata/targets.json\n");
}

static void works_without_stated_lengths_and_hashes(void **state) {
  struct scene *scene = *state;
  scene->repository->states_hashes = false;
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
}

static void follows_300_rotations_in_two_runs(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  for (int i = 0; i < 300; i++) {
    if (i % 50 == 0) {
      ce_fake_repository_rotate(scene->repository, CE_FAKE_ROOT);
    }
    ce_fake_repository_publish_root(scene->repository);
  }
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_int_equal(ce_trusted_set_root_version(scene->set), 1 + CE_TUF_ROOT_ROTATIONS_MAX);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_int_equal(ce_trusted_set_root_version(scene->set), 301);
}

static void says_to_run_again_when_the_chain_was_too_long(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  for (int i = 0; i < 300; i++) {
    ce_fake_repository_publish_root(scene->repository);
  }
  ce_fake_repository_rotate(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_TRUST_SIGNATURE);
  assert_non_null(strstr(scene->err.detail, "run it again"));
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_int_equal(ce_trusted_set_root_version(scene->set), 302);
}

static void stops_at_a_gap_in_the_chain(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_remove(scene->repository, "metadata/2.root.json");
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_int_equal(ce_trusted_set_root_version(scene->set), 1);
}

static void refuses_a_root_under_another_version_s_name(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish_root(scene->repository);
  CE_AUTO(ce_blob) struct ce_blob third = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_ROOT);
  ce_fake_repository_put(scene->repository, "metadata/2.root.json", third.data, third.size);
  assert_code(scene, scene_refresh(scene), CE_TRUST_FORMAT);
  ce_fake_repository_put(scene->repository, "metadata/2.root.json", scene->anchor.data, scene->anchor.size);
  assert_code(scene, scene_refresh(scene), CE_TRUST_ROLLBACK);
}

static void refuses_a_truncated_root(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_publish_root(scene->repository);
  CE_AUTO(ce_blob) struct ce_blob second = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_ROOT);
  ce_fake_repository_put(scene->repository, "metadata/2.root.json", second.data, second.size / 2);
  assert_code(scene, scene_refresh(scene), CE_TRUST_FORMAT);
}

/* Another organisation's repository with as many roots as asked for. */
static struct ce_fake_repository *make_foreign(int roots) {
  struct ce_fake_repository *foreign = ce_fake_repository_new();
  for (int i = 1; i < roots; i++) {
    ce_fake_repository_publish_root(foreign);
  }
  return foreign;
}

static void refuses_another_organisation_s_repository(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_publish_root(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  for (int roots = 1; roots <= 4; roots++) {
    CE_AUTO(ce_fake_repository) struct ce_fake_repository *foreign = make_foreign(roots);
    CE_AUTO(ce_blob) struct ce_blob anchor = ce_fake_repository_bytes(foreign, "metadata/1.root.json");
    assert_code(scene, scene_refresh_from(scene, foreign, &anchor), CE_TRUST_ROOT);
    assert_true(scene_store_equals(scene, CE_FAKE_ROOT, "root"));
  }
}

static void refuses_another_organisation_s_repository_without_roots(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *foreign = make_foreign(1);
  ce_fake_repository_remove(foreign, "metadata/1.root.json");
  assert_code(scene, scene_refresh_from(scene, foreign, NULL), CE_TRUST_ROOT);
}

static void refuses_our_own_source_with_a_wrong_signature(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  /* Signed by a stranger, beside our own root: somebody has changed our repository. */
  ce_fake_repository_rotate(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_TRUST_SIGNATURE);
  assert_string_equal(scene->err.subject, "timestamp");
}

static void refuses_a_timestamp_in_the_name_of_our_key(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  CE_AUTO(ce_blob) struct ce_blob bytes = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TIMESTAMP);
  char *expires = strstr((char *)bytes.data, "2035");
  assert_non_null(expires);
  expires[3] = '6';
  ce_fake_repository_put(scene->repository, "metadata/timestamp.json", bytes.data, bytes.size);
  ce_fake_repository_remove(scene->repository, "metadata/1.root.json");
  assert_code(scene, scene_refresh(scene), CE_TRUST_SIGNATURE);
}

static void refuses_a_next_root_that_strangers_signed(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  ce_fake_repository_rotate(scene->repository, CE_FAKE_ROOT);
  scene->repository->last_root = scene->repository->roles[CE_FAKE_ROOT];
  ce_fake_repository_publish_root(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_TRUST_SIGNATURE);
  ce_fake_repository_remove(scene->repository, "metadata/1.root.json");
  assert_code(scene, scene_refresh(scene), CE_TRUST_ROOT);
}

static void accepts_a_source_with_older_roots_only(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish_root(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  ce_fake_repository_remove(scene->repository, "metadata/3.root.json");
  ce_fake_repository_remove(scene->repository, "metadata/2.root.json");
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_int_equal(ce_trusted_set_root_version(scene->set), 3);
}

static void calls_an_older_source_of_ours_old_and_not_foreign(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_blob) struct ce_blob old = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_rotate(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  ce_fake_repository_remove(scene->repository, "metadata/2.root.json");
  ce_fake_repository_put(scene->repository, "metadata/timestamp.json", old.data, old.size);
  assert_code(scene, scene_refresh(scene), CE_TRUST_ROLLBACK);
}

static void refuses_an_older_timestamp(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_blob) struct ce_blob old = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  CE_AUTO(ce_blob) struct ce_blob new = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_put(scene->repository, "metadata/timestamp.json", old.data, old.size);
  assert_code(scene, scene_refresh(scene), CE_TRUST_ROLLBACK);
  scene->options.expired_is_warning = true;
  assert_code(scene, scene_refresh(scene), CE_TRUST_ROLLBACK);
  ce_fake_repository_put(scene->repository, "metadata/timestamp.json", new.data, new.size);
  assert_true(scene_store_equals(scene, CE_FAKE_TIMESTAMP, "timestamp"));
}

static void refuses_older_targets_and_older_snapshots(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  scene->repository->roles[CE_FAKE_TARGETS].version = 0;
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_TRUST_ROLLBACK);
  scene->repository->roles[CE_FAKE_TARGETS].version = 5;
  scene->repository->roles[CE_FAKE_SNAPSHOT].version = 0;
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_TRUST_ROLLBACK);
}

static void refuses_a_mix_of_two_states_of_the_repository(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_blob)
  struct ce_blob snapshot = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_SNAPSHOT);
  CE_AUTO(ce_blob) struct ce_blob targets = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TARGETS);
  ce_fake_repository_publish(scene->repository);
  CE_AUTO(ce_blob) struct ce_blob good = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_SNAPSHOT);
  ce_fake_repository_put(scene->repository, "metadata/2.snapshot.json", snapshot.data, snapshot.size);
  assert_code(scene, scene_refresh(scene), CE_TRUST_DIGEST);
  ce_fake_repository_put(scene->repository, "metadata/2.snapshot.json", good.data, good.size);
  ce_fake_repository_put(scene->repository, "metadata/2.targets.json", targets.data, targets.size);
  assert_code(scene, scene_refresh(scene), CE_TRUST_DIGEST);
}

static void put_long(struct ce_fake_repository *repository, const char *path, size_t size) {
  char *bytes = malloc(size);
  assert_non_null(bytes);
  memset(bytes, ' ', size);
  ce_fake_repository_put(repository, path, bytes, size);
  free(bytes);
}

static void refuses_files_longer_than_their_limit(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_blob)
  struct ce_blob timestamp = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TIMESTAMP);
  put_long(scene->repository, "metadata/timestamp.json", CE_TUF_TIMESTAMP_BYTES_MAX + 1);
  assert_code(scene, scene_refresh(scene), CE_TRUST_DIGEST);
  ce_fake_repository_put(scene->repository, "metadata/timestamp.json", timestamp.data, timestamp.size);
  put_long(scene->repository, "metadata/2.root.json", CE_TUF_ROOT_BYTES_MAX + 1);
  assert_code(scene, scene_refresh(scene), CE_TRUST_DIGEST);
  ce_fake_repository_remove(scene->repository, "metadata/2.root.json");
  put_long(scene->repository, "metadata/1.snapshot.json", 3000);
  assert_code(scene, scene_refresh(scene), CE_TRUST_DIGEST);
  /* No more than the stated length was taken. */
  assert_string_equal(scene->err.subject, "metadata/1.snapshot.json");
}

static void tells_what_the_source_does_not_have(void **state) {
  static const char *const paths[] = {"metadata/1.targets.json", "metadata/1.snapshot.json",
                                      "metadata/timestamp.json"};
  struct scene *scene = *state;
  for (size_t i = 0; i < 3; i++) {
    ce_fake_repository_remove(scene->repository, paths[i]);
    assert_code(scene, scene_refresh(scene), CE_NOT_FOUND);
    assert_string_equal(scene->err.subject, paths[i]);
  }
}

static const char *const names[CE_FAKE_ROLE_COUNT] = {"root", "timestamp", "snapshot", "targets"};

static void refuses_expired_metadata(void **state) {
  struct scene *scene = *state;
  for (int role = 0; role < CE_FAKE_ROLE_COUNT; role++) {
    scene->repository->roles[role].expires = "2030-01-01T00:00:00Z";
    ce_fake_repository_publish_root(scene->repository);
    ce_fake_repository_publish(scene->repository);
    assert_code(scene, scene_refresh(scene), CE_TRUST_EXPIRED);
    assert_string_equal(scene->err.subject, names[role]);
    assert_non_null(strstr(scene->err.detail, "2030-01-01T00:00:00Z"));
    assert_non_null(strstr(scene->err.detail, "2030-03-17T17:46:40Z"));
    scene->repository->roles[role].expires = "2035-01-01T00:00:00Z";
  }
}

static void tells_a_wrong_clock_from_expired_metadata(void **state) {
  struct scene *scene = *state;
  scene->repository->roles[CE_FAKE_TIMESTAMP].expires = "2030-04-01T00:00:00Z";
  ce_fake_repository_publish(scene->repository);
  scene->options.now_s = SCENE_NOW_S + 60L * 60 * 24 * 365;
  scene->repository->fetch.server_time_s = SCENE_NOW_S;
  assert_code(scene, scene_refresh(scene), CE_CLOCK);
  assert_string_equal(scene->err.subject, "timestamp");
  assert_non_null(strstr(scene->err.detail, "2031-03-17T17:46:40Z"));
  assert_non_null(strstr(scene->err.detail, "2030-03-17T17:46:40Z"));
  scene->repository->fetch.server_time_s = scene->options.now_s;
  assert_code(scene, scene_refresh(scene), CE_TRUST_EXPIRED);
  scene->repository->fetch.server_time_s = 0;
  scene->options.build_time_s = scene->options.now_s;
  scene->options.now_s = 0;
  assert_code(scene, scene_refresh(scene), CE_CLOCK);
  assert_non_null(strstr(scene->err.detail, "1970-01-01T00:00:00Z"));
  scene->options.build_time_s = SCENE_NOW_S;
  assert_code(scene, scene_refresh(scene), CE_OK);
}

static void warns_of_a_wrong_clock_where_expired_metadata_is_allowed(void **state) {
  struct scene *scene = *state;
  scene->repository->roles[CE_FAKE_TARGETS].expires = "2030-04-01T00:00:00Z";
  ce_fake_repository_publish(scene->repository);
  scene->options.now_s = SCENE_NOW_S + 60L * 60 * 24 * 365;
  scene->repository->fetch.server_time_s = SCENE_NOW_S;
  scene->options.expired_is_warning = true;
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_string_equal(ce_blob_text(&scene->events), "expired-metadata targets CE-VER-010\n");
}

/* The repository signed the same version anew, with a later expiry. */
static void asks_again_for_stored_metadata_that_has_expired(void **state) {
  struct scene *scene = *state;
  scene->repository->states_hashes = false;
  scene->repository->roles[CE_FAKE_SNAPSHOT].expires = "2030-04-01T00:00:00Z";
  scene->repository->roles[CE_FAKE_TARGETS].expires = "2030-04-01T00:00:00Z";
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  scene->options.now_s += 60L * 60 * 24 * 365;
  assert_code(scene, scene_refresh(scene), CE_TRUST_EXPIRED);
  assert_true(ce_fake_repository_was_asked(scene->repository, "metadata/2.snapshot.json"));
  assert_true(scene_store_equals(scene, CE_FAKE_SNAPSHOT, "snapshot"));
  scene->repository->roles[CE_FAKE_SNAPSHOT].expires = "2035-01-01T00:00:00Z";
  scene->repository->roles[CE_FAKE_TARGETS].expires = "2035-01-01T00:00:00Z";
  ce_fake_repository_write(scene->repository, CE_FAKE_SNAPSHOT);
  ce_fake_repository_write(scene->repository, CE_FAKE_TARGETS);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_true(scene_store_equals(scene, CE_FAKE_TARGETS, "targets"));
}

static void does_not_look_for_older_roots_when_it_keeps_to_the_workflow(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *foreign = make_foreign(3);
  ce_fake_repository_remove(foreign, "metadata/2.root.json");
  scene->options.keeps_to_workflow = true;
  assert_code(scene, scene_refresh_from(scene, foreign, NULL), CE_TRUST_SIGNATURE);
  assert_string_equal(ce_blob_text(&foreign->asked), "metadata/2.root.json\nmetadata/timestamp.json\n");
}

static void warns_of_expired_metadata_where_that_is_allowed(void **state) {
  struct scene *scene = *state;
  for (int role = 0; role < CE_FAKE_ROLE_COUNT; role++) {
    scene->repository->roles[role].expires = "2030-01-01T00:00:00Z";
  }
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  scene->options.expired_is_warning = true;
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_string_equal(ce_blob_text(&scene->events), "expired-metadata root CE-VER-004\n"
                                                    "expired-metadata timestamp CE-VER-004\n"
                                                    "expired-metadata snapshot CE-VER-004\n"
                                                    "expired-metadata targets CE-VER-004\n");
}

static void passes_over_expired_roots_in_the_chain(void **state) {
  struct scene *scene = *state;
  scene->repository->roles[CE_FAKE_ROOT].expires = "2020-01-01T00:00:00Z";
  ce_fake_repository_publish_root(scene->repository);
  scene->repository->roles[CE_FAKE_ROOT].expires = "2035-01-01T00:00:00Z";
  ce_fake_repository_publish_root(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
}

/* A source that never offers anything new is noticed when its timestamp expires. */
static void notices_a_frozen_source(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  scene->options.now_s = INT64_C(2051222400); /* 2035-01-01T00:00:00Z */
  scene->repository->roles[CE_FAKE_ROOT].expires = "2040-01-01T00:00:00Z";
  ce_fake_repository_publish_root(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_TRUST_EXPIRED);
  assert_string_equal(scene->err.subject, "timestamp");
}

static void uses_a_timestamp_that_replaces_a_stored_one_which_expired(void **state) {
  struct scene *scene = *state;
  scene->repository->roles[CE_FAKE_TIMESTAMP].expires = "2030-04-01T00:00:00Z";
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  scene->options.now_s += 60L * 60 * 24 * 365;
  assert_code(scene, scene_refresh(scene), CE_TRUST_EXPIRED);
  scene->repository->roles[CE_FAKE_TIMESTAMP].expires = "2035-01-01T00:00:00Z";
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
}

static void warns_of_another_timestamp_under_the_same_version(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  CE_AUTO(ce_blob)
  struct ce_blob trusted = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TIMESTAMP);
  scene->repository->roles[CE_FAKE_TIMESTAMP].expires = "2034-01-01T00:00:00Z";
  ce_fake_repository_write(scene->repository, CE_FAKE_TIMESTAMP);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_string_equal(ce_blob_text(&scene->events), "timestamp-differs timestamp CE-VER-005\n");
  ce_fake_repository_put(scene->repository, "metadata/timestamp.json", trusted.data, trusted.size);
  assert_true(scene_store_equals(scene, CE_FAKE_TIMESTAMP, "timestamp"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(trusts_a_repository_at_first_sight_of_its_root),
      TEST(needs_a_root_to_start_from),
      TEST(asks_only_for_what_is_new),
      TEST(uses_plain_names_without_consistent_snapshots),
      TEST(works_without_stated_lengths_and_hashes),
      TEST(follows_300_rotations_in_two_runs),
      TEST(says_to_run_again_when_the_chain_was_too_long),
      TEST(stops_at_a_gap_in_the_chain),
      TEST(refuses_a_root_under_another_version_s_name),
      TEST(refuses_a_truncated_root),
      TEST(refuses_another_organisation_s_repository),
      TEST(refuses_another_organisation_s_repository_without_roots),
      TEST(refuses_our_own_source_with_a_wrong_signature),
      TEST(refuses_a_timestamp_in_the_name_of_our_key),
      TEST(refuses_a_next_root_that_strangers_signed),
      TEST(accepts_a_source_with_older_roots_only),
      TEST(calls_an_older_source_of_ours_old_and_not_foreign),
      TEST(refuses_an_older_timestamp),
      TEST(refuses_older_targets_and_older_snapshots),
      TEST(refuses_a_mix_of_two_states_of_the_repository),
      TEST(refuses_files_longer_than_their_limit),
      TEST(tells_what_the_source_does_not_have),
      TEST(refuses_expired_metadata),
      TEST(tells_a_wrong_clock_from_expired_metadata),
      TEST(warns_of_a_wrong_clock_where_expired_metadata_is_allowed),
      TEST(asks_again_for_stored_metadata_that_has_expired),
      TEST(does_not_look_for_older_roots_when_it_keeps_to_the_workflow),
      TEST(warns_of_expired_metadata_where_that_is_allowed),
      TEST(passes_over_expired_roots_in_the_chain),
      TEST(notices_a_frozen_source),
      TEST(uses_a_timestamp_that_replaces_a_stored_one_which_expired),
      TEST(warns_of_another_timestamp_under_the_same_version),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
