/* SPDX-License-Identifier: Apache-2.0
 * Tests of the rules by which metadata joins the trusted set: each has one that breaks it. */
#include "trust-scene.h"

static const char *const names[CE_FAKE_ROLE_COUNT] = {"root", "timestamp", "snapshot", "targets"};

static void trusts_a_whole_repository(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_add_target(scene->repository, "channels/stable/x86_64.json", "{}", 2);
  ce_fake_repository_publish(scene->repository);
  give_all(scene);
  const struct ce_target *target = NULL;
  assert_int_equal(ce_trusted_set_find(scene->set, "channels/stable/x86_64.json", &target, &scene->err),
                   CE_OK);
  assert_int_equal(target->length_bytes, 2);
  assert_int_equal(ce_trusted_set_find(scene->set, "channels/stable", &target, &scene->err), CE_NOT_FOUND);
  assert_int_equal(ce_trusted_set_root_version(scene->set), 1);
  assert_true(ce_trusted_set_consistent_snapshot(scene->set));
  uint64_t length = 0;
  assert_int_equal(ce_trusted_set_snapshot_version(scene->set, &length), 2);
  assert_int_not_equal(length, 0);
  assert_int_equal(ce_trusted_set_targets_version(scene->set, &length), 2);
}

static void reads_another_implementation_s_repository(void **state) {
  (void)state;
  static const char *const files[] = {"1.root.json", "timestamp.json", "4.snapshot.json", "3.targets.json"};
  CE_AUTO(ce_trusted_set) struct ce_trusted_set *set = NULL;
  struct ce_error err = {0};
  for (size_t i = 0; i < 4; i++) {
    CE_AUTO(ce_free) char *path = ce_text_format("%s/trust/interop/%s", CE_TEST_DATA, files[i]);
    char bytes[16384];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    enum ce_code code =
        i == 0 ? ce_trusted_set_new(bytes, size, &set, &err) : update[i](set, bytes, size, &err);
    if (code != CE_OK) {
      fail_msg("%s: %s", files[i], err.detail);
    }
  }
  const struct ce_target *target = NULL;
  assert_int_equal(ce_trusted_set_find(set, "a/b.txt", &target, &err), CE_OK);
}

static void rejects_an_anchor_below_its_own_threshold(void **state) {
  struct scene *scene = *state;
  scene->repository->roles[CE_FAKE_ROOT].threshold = 2;
  ce_fake_repository_write(scene->repository, CE_FAKE_ROOT);
  CE_AUTO(ce_blob) struct ce_blob root = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_ROOT);
  struct ce_trusted_set *set = NULL;
  assert_refused(scene, ce_trusted_set_new(root.data, root.size, &set, &scene->err), CE_TRUST_SIGNATURE,
                 "root");
  assert_null(set);
}

static void rejects_an_anchor_that_is_no_root(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_blob) struct ce_blob targets = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TARGETS);
  struct ce_trusted_set *set = NULL;
  assert_refused(scene, ce_trusted_set_new(targets.data, targets.size, &set, &scene->err), CE_TRUST_FORMAT,
                 "root");
}

static void follows_a_rotation_of_root_keys(void **state) {
  struct scene *scene = *state;
  for (int i = 0; i < 5; i++) {
    ce_fake_repository_rotate(scene->repository, CE_FAKE_ROOT);
    ce_fake_repository_publish_root(scene->repository);
    assert_int_equal(give(scene, CE_FAKE_ROOT), CE_OK);
    assert_false(ce_trusted_set_online_keys_changed(scene->set));
  }
  assert_int_equal(ce_trusted_set_root_version(scene->set), 6);
  give_all(scene);
}

static void rejects_a_root_not_signed_by_the_old_keys(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_rotate(scene->repository, CE_FAKE_ROOT);
  scene->repository->last_root = scene->repository->roles[CE_FAKE_ROOT];
  ce_fake_repository_publish_root(scene->repository);
  assert_refused(scene, give(scene, CE_FAKE_ROOT), CE_TRUST_SIGNATURE, "root");
  assert_int_equal(ce_trusted_set_root_version(scene->set), 1);
}

static void rejects_a_root_below_the_old_threshold(void **state) {
  struct scene *scene = *state;
  struct ce_fake_role *role = &scene->repository->roles[CE_FAKE_ROOT];
  ce_fake_repository_add_key(scene->repository, CE_FAKE_ROOT);
  role->threshold = 2;
  ce_fake_repository_publish_root(scene->repository);
  assert_int_equal(give(scene, CE_FAKE_ROOT), CE_OK);
  role->threshold = 1;
  role->signer_count = 1;
  scene->repository->last_root.signer_count = 1;
  ce_fake_repository_publish_root(scene->repository);
  assert_refused(scene, give(scene, CE_FAKE_ROOT), CE_TRUST_SIGNATURE, "root");
}

static void rejects_a_root_not_signed_by_its_own_keys(void **state) {
  struct scene *scene = *state;
  struct ce_fake_role *role = &scene->repository->roles[CE_FAKE_ROOT];
  ce_fake_repository_add_key(scene->repository, CE_FAKE_ROOT);
  role->threshold = 2;
  role->signer_count = 1;
  ce_fake_repository_publish_root(scene->repository);
  assert_refused(scene, give(scene, CE_FAKE_ROOT), CE_TRUST_SIGNATURE, "root");
  assert_non_null(strstr(scene->err.detail, "its own keys"));
}

static void rejects_a_gap_between_roots(void **state) {
  struct scene *scene = *state;
  scene->repository->roles[CE_FAKE_ROOT].version = 3;
  ce_fake_repository_write(scene->repository, CE_FAKE_ROOT);
  assert_refused(scene, give(scene, CE_FAKE_ROOT), CE_TRUST_FORMAT, "root");
}

static void rejects_a_root_of_the_same_or_an_older_version(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_blob) struct ce_blob first = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_ROOT);
  assert_refused(scene, give(scene, CE_FAKE_ROOT), CE_TRUST_ROLLBACK, "root");
  ce_fake_repository_publish_root(scene->repository);
  assert_int_equal(give(scene, CE_FAKE_ROOT), CE_OK);
  assert_refused(scene, ce_trusted_set_update_root(scene->set, first.data, first.size, &scene->err),
                 CE_TRUST_ROLLBACK, "root");
}

static void tells_when_online_keys_changed(void **state) {
  static const enum ce_fake_role_name roles[] = {CE_FAKE_TIMESTAMP, CE_FAKE_SNAPSHOT};
  struct scene *scene = *state;
  for (size_t i = 0; i < 2; i++) {
    ce_fake_repository_rotate(scene->repository, roles[i]);
    ce_fake_repository_publish_root(scene->repository);
    assert_int_equal(give(scene, CE_FAKE_ROOT), CE_OK);
    assert_true(ce_trusted_set_online_keys_changed(scene->set));
    ce_fake_repository_publish_root(scene->repository);
    assert_int_equal(give(scene, CE_FAKE_ROOT), CE_OK);
    assert_false(ce_trusted_set_online_keys_changed(scene->set));
  }
  ce_fake_repository_rotate(scene->repository, CE_FAKE_TARGETS);
  ce_fake_repository_publish_root(scene->repository);
  assert_int_equal(give(scene, CE_FAKE_ROOT), CE_OK);
  assert_false(ce_trusted_set_online_keys_changed(scene->set));
}

static void calls_an_added_or_removed_key_a_change(void **state) {
  static const enum ce_fake_role_name roles[] = {CE_FAKE_TIMESTAMP, CE_FAKE_SNAPSHOT};
  struct scene *scene = *state;
  for (size_t i = 0; i < 2; i++) {
    ce_fake_repository_add_key(scene->repository, roles[i]);
    ce_fake_repository_publish_root(scene->repository);
    assert_int_equal(give(scene, CE_FAKE_ROOT), CE_OK);
    assert_true(ce_trusted_set_online_keys_changed(scene->set));
    scene->repository->roles[roles[i]].key_count = 1;
    ce_fake_repository_publish_root(scene->repository);
    assert_int_equal(give(scene, CE_FAKE_ROOT), CE_OK);
    assert_true(ce_trusted_set_online_keys_changed(scene->set));
  }
}

static void rejects_each_role_signed_by_strangers(void **state) {
  struct scene *scene = *state;
  scene->repository->states_hashes = false; /* so that only the signature is wrong */
  ce_fake_repository_publish(scene->repository);
  struct ce_fake_role good[CE_FAKE_ROLE_COUNT];
  memcpy(good, scene->repository->roles, sizeof good);
  for (int role = CE_FAKE_TIMESTAMP; role < CE_FAKE_ROLE_COUNT; role++) {
    sign_with_stranger(scene->repository, (enum ce_fake_role_name)role);
    assert_refused(scene, give(scene, (enum ce_fake_role_name)role), CE_TRUST_SIGNATURE, names[role]);
    scene->repository->roles[role] = good[role];
    ce_fake_repository_write(scene->repository, (enum ce_fake_role_name)role);
    assert_int_equal(give(scene, (enum ce_fake_role_name)role), CE_OK);
  }
}

static void rejects_each_role_below_its_threshold(void **state) {
  struct scene *scene = *state;
  scene->repository->states_hashes = false;
  for (int role = CE_FAKE_TIMESTAMP; role < CE_FAKE_ROLE_COUNT; role++) {
    ce_fake_repository_add_key(scene->repository, (enum ce_fake_role_name)role);
    scene->repository->roles[role].threshold = 2;
  }
  ce_fake_repository_publish_root(scene->repository);
  assert_int_equal(give(scene, CE_FAKE_ROOT), CE_OK);
  ce_fake_repository_publish(scene->repository);
  for (int role = CE_FAKE_TIMESTAMP; role < CE_FAKE_ROLE_COUNT; role++) {
    scene->repository->roles[role].signer_count = 1;
    ce_fake_repository_write(scene->repository, (enum ce_fake_role_name)role);
    assert_refused(scene, give(scene, (enum ce_fake_role_name)role), CE_TRUST_SIGNATURE, names[role]);
    scene->repository->roles[role].signer_count = 2;
    ce_fake_repository_write(scene->repository, (enum ce_fake_role_name)role);
    assert_int_equal(give(scene, (enum ce_fake_role_name)role), CE_OK);
  }
}

static void rejects_a_role_in_the_place_of_another(void **state) {
  struct scene *scene = *state;
  /* The same key for both, so that only the type is wrong. */
  scene->repository->roles[CE_FAKE_TIMESTAMP].keys[0] = scene->repository->roles[CE_FAKE_SNAPSHOT].keys[0];
  ce_fake_repository_publish_root(scene->repository);
  assert_int_equal(give(scene, CE_FAKE_ROOT), CE_OK);
  CE_AUTO(ce_blob)
  struct ce_blob snapshot = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_SNAPSHOT);
  assert_refused(scene,
                 ce_trusted_set_update_timestamp(scene->set, snapshot.data, snapshot.size, &scene->err),
                 CE_TRUST_FORMAT, "timestamp");
}

static void rejects_metadata_larger_than_its_limit(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_blob) struct ce_blob bytes = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TIMESTAMP);
  char spaces[CE_TUF_TIMESTAMP_BYTES_MAX];
  memset(spaces, ' ', sizeof spaces);
  assert_int_equal(ce_blob_append(&bytes, spaces, sizeof spaces, &scene->err), CE_OK);
  assert_refused(scene, ce_trusted_set_update_timestamp(scene->set, bytes.data, bytes.size, &scene->err),
                 CE_TRUST_FORMAT, "timestamp");
}

static void rejects_an_older_timestamp(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_blob) struct ce_blob old = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish(scene->repository);
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  assert_refused(scene, ce_trusted_set_update_timestamp(scene->set, old.data, old.size, &scene->err),
                 CE_TRUST_ROLLBACK, "timestamp");
}

static void rejects_a_newer_timestamp_with_an_older_snapshot(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_publish(scene->repository);
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  scene->repository->roles[CE_FAKE_TIMESTAMP].version++;
  scene->repository->roles[CE_FAKE_SNAPSHOT].version--;
  ce_fake_repository_write(scene->repository, CE_FAKE_TIMESTAMP);
  assert_refused(scene, give(scene, CE_FAKE_TIMESTAMP), CE_TRUST_ROLLBACK, "timestamp");
}

static void keeps_the_timestamp_that_it_trusts_when_the_version_is_the_same(void **state) {
  struct scene *scene = *state;
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  CE_AUTO(ce_blob)
  struct ce_blob trusted = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TIMESTAMP);
  scene->repository->roles[CE_FAKE_TIMESTAMP].expires = "2034-01-01T00:00:00Z";
  ce_fake_repository_write(scene->repository, CE_FAKE_TIMESTAMP);
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  const struct ce_blob *kept = ce_trusted_set_bytes(scene->set, "timestamp");
  assert_int_equal(kept->size, trusted.size);
  assert_memory_equal(kept->data, trusted.data, trusted.size);
}

static void rejects_a_snapshot_of_another_length_or_hash(void **state) {
  struct scene *scene = *state;
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  CE_AUTO(ce_blob) struct ce_blob bytes = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_SNAPSHOT);
  bytes.data[bytes.size - 2] = bytes.data[bytes.size - 2] == ' ' ? '\n' : ' ';
  assert_refused(scene, ce_trusted_set_update_snapshot(scene->set, bytes.data, bytes.size, &scene->err),
                 CE_TRUST_DIGEST, "snapshot");
  assert_refused(scene, ce_trusted_set_update_snapshot(scene->set, bytes.data, bytes.size - 1, &scene->err),
                 CE_TRUST_DIGEST, "snapshot");
}

static void rejects_targets_of_another_length_or_hash(void **state) {
  struct scene *scene = *state;
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  assert_int_equal(give(scene, CE_FAKE_SNAPSHOT), CE_OK);
  CE_AUTO(ce_blob) struct ce_blob bytes = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TARGETS);
  bytes.data[bytes.size - 2] = bytes.data[bytes.size - 2] == ' ' ? '\n' : ' ';
  assert_refused(scene, ce_trusted_set_update_targets(scene->set, bytes.data, bytes.size, &scene->err),
                 CE_TRUST_DIGEST, "targets");
  assert_refused(scene, ce_trusted_set_update_targets(scene->set, bytes.data, bytes.size - 1, &scene->err),
                 CE_TRUST_DIGEST, "targets");
}

static void rejects_mixed_versions_even_without_hashes(void **state) {
  struct scene *scene = *state;
  scene->repository->states_hashes = false;
  ce_fake_repository_publish(scene->repository);
  CE_AUTO(ce_blob)
  struct ce_blob old_snapshot = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_SNAPSHOT);
  CE_AUTO(ce_blob)
  struct ce_blob old_targets = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_TARGETS);
  ce_fake_repository_publish(scene->repository);
  assert_int_equal(give(scene, CE_FAKE_TIMESTAMP), CE_OK);
  assert_refused(
      scene, ce_trusted_set_update_snapshot(scene->set, old_snapshot.data, old_snapshot.size, &scene->err),
      CE_TRUST_DIGEST, "snapshot");
  assert_int_equal(give(scene, CE_FAKE_SNAPSHOT), CE_OK);
  assert_refused(scene,
                 ce_trusted_set_update_targets(scene->set, old_targets.data, old_targets.size, &scene->err),
                 CE_TRUST_DIGEST, "targets");
  assert_int_equal(give(scene, CE_FAKE_TARGETS), CE_OK);
}

static void leaves_the_set_as_it_was_when_it_refuses(void **state) {
  struct scene *scene = *state;
  give_all(scene);
  CE_AUTO(ce_blob) struct ce_blob before = {0};
  const struct ce_blob *trusted = ce_trusted_set_bytes(scene->set, "targets");
  assert_int_equal(ce_blob_append(&before, trusted->data, trusted->size, &scene->err), CE_OK);
  assert_int_equal(ce_trusted_set_update_targets(scene->set, "{}", 2, &scene->err), CE_TRUST_DIGEST);
  assert_true(ce_trusted_set_is_current(scene->set, "targets"));
  trusted = ce_trusted_set_bytes(scene->set, "targets");
  assert_int_equal(trusted->size, before.size);
  assert_memory_equal(trusted->data, before.data, before.size);
}

static void tells_expiry_of_each_role_and_the_time_used(void **state) {
  struct scene *scene = *state;
  for (int role = 0; role < CE_FAKE_ROLE_COUNT; role++) {
    scene->repository->roles[role].expires = "2030-03-17T17:46:40Z";
  }
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  assert_int_equal(give(scene, CE_FAKE_ROOT), CE_OK);
  give_all(scene);
  for (int role = 0; role < CE_FAKE_ROLE_COUNT; role++) {
    assert_int_equal(ce_trusted_set_check_expiry(scene->set, names[role], NOW_S - 1, &scene->err), CE_OK);
    assert_refused(scene, ce_trusted_set_check_expiry(scene->set, names[role], NOW_S, &scene->err),
                   CE_TRUST_EXPIRED, names[role]);
    assert_int_equal(ce_trusted_set_check_expiry(scene->set, names[role], NOW_S + 60, &scene->err),
                     CE_TRUST_EXPIRED);
    assert_non_null(strstr(scene->err.detail, "2030-03-17T17:46:40Z"));
    assert_non_null(strstr(scene->err.detail, "2030-03-17T17:47:40Z"));
  }
}

static void finds_a_target_that_has_sha512_alone(void **state) {
  struct scene *scene = *state;
  json_t *entry = json_loads("{\"length\": 3, \"hashes\": {\"sha512\": "
                             "\"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                             "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f\"}}",
                             0, NULL);
  json_object_set_new(scene->repository->targets, "abc", entry);
  ce_fake_repository_publish(scene->repository);
  give_all(scene);
  const struct ce_target *target = NULL;
  assert_int_equal(ce_trusted_set_find(scene->set, "abc", &target, &scene->err), CE_OK);
  assert_false(target->has_sha256);
  assert_true(target->has_sha512);
}

static void tells_whose_root_another_one_is(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *other = ce_fake_repository_new();
  CE_AUTO(ce_blob) struct ce_blob first = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_ROOT);
  CE_AUTO(ce_blob) struct ce_blob foreign = ce_fake_repository_role_bytes(other, CE_FAKE_ROOT);
  assert_int_equal(ce_trusted_set_kinship(scene->set, first.data, first.size), CE_KINSHIP_SAME);
  assert_int_equal(ce_trusted_set_kinship(scene->set, foreign.data, foreign.size), CE_KINSHIP_FOREIGN);
  assert_int_equal(ce_trusted_set_kinship(scene->set, "{}", 2), CE_KINSHIP_FOREIGN);
  ce_fake_repository_publish_root(scene->repository);
  assert_int_equal(give(scene, CE_FAKE_ROOT), CE_OK);
  assert_int_equal(ce_trusted_set_kinship(scene->set, first.data, first.size), CE_KINSHIP_OLDER);
  assert_int_equal(ce_trusted_set_kinship(scene->set, foreign.data, foreign.size), CE_KINSHIP_FOREIGN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(trusts_a_whole_repository),
      TEST(reads_another_implementation_s_repository),
      TEST(rejects_an_anchor_below_its_own_threshold),
      TEST(rejects_an_anchor_that_is_no_root),
      TEST(follows_a_rotation_of_root_keys),
      TEST(rejects_a_root_not_signed_by_the_old_keys),
      TEST(rejects_a_root_below_the_old_threshold),
      TEST(rejects_a_root_not_signed_by_its_own_keys),
      TEST(rejects_a_gap_between_roots),
      TEST(rejects_a_root_of_the_same_or_an_older_version),
      TEST(tells_when_online_keys_changed),
      TEST(calls_an_added_or_removed_key_a_change),
      TEST(rejects_each_role_signed_by_strangers),
      TEST(rejects_each_role_below_its_threshold),
      TEST(rejects_a_role_in_the_place_of_another),
      TEST(rejects_metadata_larger_than_its_limit),
      TEST(rejects_an_older_timestamp),
      TEST(rejects_a_newer_timestamp_with_an_older_snapshot),
      TEST(keeps_the_timestamp_that_it_trusts_when_the_version_is_the_same),
      TEST(rejects_a_snapshot_of_another_length_or_hash),
      TEST(rejects_targets_of_another_length_or_hash),
      TEST(rejects_mixed_versions_even_without_hashes),
      TEST(leaves_the_set_as_it_was_when_it_refuses),
      TEST(tells_expiry_of_each_role_and_the_time_used),
      TEST(finds_a_target_that_has_sha512_alone),
      TEST(tells_whose_root_another_one_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
