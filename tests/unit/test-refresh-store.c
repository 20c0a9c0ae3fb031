/* SPDX-License-Identifier: Apache-2.0
 * Tests of what a refresh keeps on the machine, what it makes of damage there, and recovery from fast-forward
 * attacks. */
#include "refresh-scene.h"

static const char *const names[CE_FAKE_ROLE_COUNT] = {"root", "timestamp", "snapshot", "targets"};

static void assert_stores_all(const struct scene *scene) {
  for (int role = 0; role < CE_FAKE_ROLE_COUNT; role++) {
    assert_true(scene_store_equals(scene, (enum ce_fake_role_name)role, names[role]));
  }
}

static void keeps_what_is_trusted_byte_for_byte(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_stores_all(scene);
  assert_int_equal(temp_mode(scene->directory, SCENE_STORE "/root.json"), 0644);
  ce_fake_repository_rotate(scene->repository, CE_FAKE_ROOT);
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_stores_all(scene);
}

static void writes_only_what_changed(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  ino_t inodes[CE_FAKE_ROLE_COUNT];
  struct stat found;
  for (int role = 0; role < CE_FAKE_ROLE_COUNT; role++) {
    char name[128];
    snprintf(name, sizeof name, SCENE_STORE "/%s.json", names[role]);
    assert_int_equal(stat(temp_path(scene->directory, name), &found), 0);
    inodes[role] = found.st_ino;
  }
  scene->repository->roles[CE_FAKE_TIMESTAMP].version++;
  ce_fake_repository_write(scene->repository, CE_FAKE_TIMESTAMP);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_stores_all(scene);
  for (int role = 0; role < CE_FAKE_ROLE_COUNT; role++) {
    char name[128];
    snprintf(name, sizeof name, SCENE_STORE "/%s.json", names[role]);
    assert_int_equal(stat(temp_path(scene->directory, name), &found), 0);
    assert_true((found.st_ino == inodes[role]) == (role != CE_FAKE_TIMESTAMP));
  }
}

static void leaves_nothing_behind_when_the_first_source_fails(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_remove(scene->repository, "metadata/1.targets.json");
  assert_code(scene, scene_refresh(scene), CE_NOT_FOUND);
  assert_false(temp_exists(scene->directory, "var"));
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *other = ce_fake_repository_new();
  CE_AUTO(ce_blob) struct ce_blob anchor = ce_fake_repository_role_bytes(other, CE_FAKE_ROOT);
  assert_code(scene, scene_refresh_from(scene, other, &anchor), CE_OK);
}

static void keeps_a_new_root_even_when_the_rest_fails(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  ce_fake_repository_remove(scene->repository, "metadata/2.targets.json");
  assert_code(scene, scene_refresh(scene), CE_NOT_FOUND);
  assert_true(scene_store_equals(scene, CE_FAKE_ROOT, "root"));
  assert_true(scene_store_equals(scene, CE_FAKE_TIMESTAMP, "timestamp"));
  assert_true(scene_store_equals(scene, CE_FAKE_SNAPSHOT, "snapshot"));
}

static void writes_nothing_when_told_so(void **state) {
  struct scene *scene = *state;
  scene->options.read_only = true;
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_false(temp_exists(scene->directory, "var"));
  scene->options.read_only = false;
  assert_code(scene, scene_refresh(scene), CE_OK);
  ce_fake_repository_rotate(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  scene->options.read_only = true;
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_int_equal(ce_trusted_set_root_version(scene->set), 2);
  assert_false(scene_store_equals(scene, CE_FAKE_ROOT, "root"));
  assert_true(scene_stores(scene, "timestamp"));
}

static void prefers_the_stored_root_to_the_source_s(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_publish_root(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_false(ce_fake_repository_was_asked(scene->repository, "metadata/2.root.json"));
  assert_code(scene, scene_refresh_from(scene, scene->repository, NULL), CE_OK);
}

static void refuses_a_damaged_stored_root(void **state) {
  static const char *const texts[] = {"", "{", "{\"signatures\": [], \"signed\": {}}"};
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    scene_store(scene, "root", texts[i]);
    assert_code(scene, scene_refresh(scene), CE_TRUST_ROOT);
    assert_non_null(strstr(scene->err.detail, "root.json, is damaged"));
  }
  char *large = malloc(CE_TUF_ROOT_BYTES_MAX + 2);
  memset(large, ' ', CE_TUF_ROOT_BYTES_MAX + 1);
  large[CE_TUF_ROOT_BYTES_MAX + 1] = '\0';
  scene_store(scene, "root", large);
  free(large);
  assert_code(scene, scene_refresh(scene), CE_TRUST_ROOT);
}

static void refuses_a_stored_root_with_a_flipped_bit(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  CE_AUTO(ce_blob) struct ce_blob root = ce_fake_repository_role_bytes(scene->repository, CE_FAKE_ROOT);
  char *expires = strstr((char *)root.data, "2035");
  expires[3] ^= 1;
  scene_store(scene, "root", (char *)root.data);
  assert_code(scene, scene_refresh(scene), CE_TRUST_ROOT);
}

static void fetches_damaged_stored_metadata_again(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  for (int role = CE_FAKE_TIMESTAMP; role < CE_FAKE_ROLE_COUNT; role++) {
    scene_store(scene, names[role], "{\"signatures\": [");
    assert_code(scene, scene_refresh(scene), CE_OK);
    assert_stores_all(scene);
    char event[128];
    snprintf(event, sizeof event, "stored-metadata-ignored %s CE-VER-002\n", names[role]);
    assert_string_equal(ce_blob_text(&scene->events), event);
  }
}

static void fetches_oversized_stored_metadata_again(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  char large[CE_TUF_TIMESTAMP_BYTES_MAX + 2];
  memset(large, ' ', sizeof large - 1);
  large[sizeof large - 1] = '\0';
  scene_store(scene, "timestamp", large);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_stores_all(scene);
  assert_true(scene_has_event(scene, "stored-metadata-ignored timestamp"));
}

static void ignores_stored_metadata_that_strangers_signed(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  CE_AUTO(ce_fake_repository) struct ce_fake_repository *foreign = ce_fake_repository_new();
  for (int role = CE_FAKE_TIMESTAMP; role < CE_FAKE_ROLE_COUNT; role++) {
    foreign->roles[role].version = 100;
  }
  ce_fake_repository_publish(foreign);
  for (int role = CE_FAKE_TIMESTAMP; role < CE_FAKE_ROLE_COUNT; role++) {
    CE_AUTO(ce_blob)
    struct ce_blob bytes = ce_fake_repository_role_bytes(foreign, (enum ce_fake_role_name)role);
    scene_store(scene, names[role], (char *)bytes.data);
  }
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_stores_all(scene);
  assert_true(scene_has_event(scene, "stored-metadata-ignored timestamp CE-VER-003"));
}

static void goes_on_after_a_stop_between_any_two_files(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  /* Each role in turn is as it was before the last refresh. */
  for (int role = CE_FAKE_TIMESTAMP; role < CE_FAKE_ROLE_COUNT; role++) {
    CE_AUTO(ce_blob)
    struct ce_blob old = ce_fake_repository_role_bytes(scene->repository, (enum ce_fake_role_name)role);
    ce_fake_repository_publish(scene->repository);
    assert_code(scene, scene_refresh(scene), CE_OK);
    scene_store(scene, names[role], (char *)old.data);
    assert_code(scene, scene_refresh(scene), CE_OK);
    assert_stores_all(scene);
  }
}

static void fails_when_the_store_cannot_be_written(void **state) {
  struct scene *scene = *state;
  temp_write(scene->directory, "var", "a file where a directory must be", 0644);
  enum ce_code code = scene_refresh(scene);
  assert_int_not_equal(code, CE_OK);
  assert_int_not_equal(scene->err.sys_errno, 0);
}

static void fails_when_the_store_cannot_be_read(void **state) {
  struct scene *scene = *state;
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_int_equal(unlink(temp_path(scene->directory, SCENE_STORE "/timestamp.json")), 0);
  temp_directory(scene->directory, SCENE_STORE "/timestamp.json");
  assert_int_not_equal(scene_refresh(scene), CE_OK);
  assert_int_equal(rmdir(temp_path(scene->directory, SCENE_STORE "/timestamp.json")), 0);
}

/* An attacker with the role's key sets its version far ahead; the machine sees it; then the version goes
 * back. */
static void fast_forward(struct scene *scene, enum ce_fake_role_name role) {
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  int64_t version = scene->repository->roles[role].version;
  scene->repository->roles[role].version = 1000000;
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  scene->repository->roles[role].version = version;
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_TRUST_ROLLBACK);
}

static void recovers_from_a_fast_forward_of_the_timestamp(void **state) {
  struct scene *scene = *state;
  fast_forward(scene, CE_FAKE_TIMESTAMP);
  ce_fake_repository_rotate(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_stores_all(scene);
}

static void recovers_from_a_fast_forward_of_the_snapshot(void **state) {
  struct scene *scene = *state;
  fast_forward(scene, CE_FAKE_SNAPSHOT);
  ce_fake_repository_rotate(scene->repository, CE_FAKE_SNAPSHOT);
  ce_fake_repository_rotate(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_stores_all(scene);
}

static void recovers_from_a_fast_forward_of_targets_by_new_snapshot_keys(void **state) {
  struct scene *scene = *state;
  fast_forward(scene, CE_FAKE_TARGETS);
  ce_fake_repository_rotate(scene->repository, CE_FAKE_SNAPSHOT);
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_stores_all(scene);
}

/* The stored timestamp is still signed by a threshold of the new keys, and must be dropped all the same. */
static void recovers_when_only_one_of_two_timestamp_keys_is_replaced(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_add_key(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish_root(scene->repository);
  fast_forward(scene, CE_FAKE_TIMESTAMP);
  scene->repository->roles[CE_FAKE_TIMESTAMP].key_count = 1;
  ce_fake_repository_add_key(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_stores_all(scene);
}

/* As above, with a source that fails in between: the next run knows nothing of a change of keys. */
static void drops_stored_metadata_before_it_keeps_the_new_root(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_add_key(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish_root(scene->repository);
  fast_forward(scene, CE_FAKE_TIMESTAMP);
  scene->repository->roles[CE_FAKE_TIMESTAMP].key_count = 1;
  ce_fake_repository_add_key(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_remove(scene->repository, "metadata/timestamp.json");
  assert_code(scene, scene_refresh(scene), CE_NOT_FOUND);
  assert_false(scene_stores(scene, "timestamp"));
  assert_false(scene_stores(scene, "snapshot"));
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_stores_all(scene);
}

static void recovers_in_a_dry_run_too(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_add_key(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish_root(scene->repository);
  fast_forward(scene, CE_FAKE_TIMESTAMP);
  scene->repository->roles[CE_FAKE_TIMESTAMP].key_count = 1;
  ce_fake_repository_add_key(scene->repository, CE_FAKE_TIMESTAMP);
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  scene->options.read_only = true;
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_true(scene_stores(scene, "timestamp"));
}

static void recovers_when_keys_changed_early_in_a_chain_of_roots(void **state) {
  struct scene *scene = *state;
  fast_forward(scene, CE_FAKE_TIMESTAMP);
  ce_fake_repository_rotate(scene->repository, CE_FAKE_TIMESTAMP);
  for (int i = 0; i < 3; i++) {
    ce_fake_repository_publish_root(scene->repository);
  }
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
}

static void does_not_recover_by_new_root_or_targets_keys(void **state) {
  struct scene *scene = *state;
  fast_forward(scene, CE_FAKE_TIMESTAMP);
  ce_fake_repository_rotate(scene->repository, CE_FAKE_ROOT);
  ce_fake_repository_rotate(scene->repository, CE_FAKE_TARGETS);
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_TRUST_ROLLBACK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(keeps_what_is_trusted_byte_for_byte),
      TEST(writes_only_what_changed),
      TEST(leaves_nothing_behind_when_the_first_source_fails),
      TEST(keeps_a_new_root_even_when_the_rest_fails),
      TEST(writes_nothing_when_told_so),
      TEST(prefers_the_stored_root_to_the_source_s),
      TEST(refuses_a_damaged_stored_root),
      TEST(refuses_a_stored_root_with_a_flipped_bit),
      TEST(fetches_damaged_stored_metadata_again),
      TEST(fetches_oversized_stored_metadata_again),
      TEST(ignores_stored_metadata_that_strangers_signed),
      TEST(goes_on_after_a_stop_between_any_two_files),
      TEST(fails_when_the_store_cannot_be_written),
      TEST(fails_when_the_store_cannot_be_read),
      TEST(recovers_from_a_fast_forward_of_the_timestamp),
      TEST(recovers_from_a_fast_forward_of_the_snapshot),
      TEST(recovers_from_a_fast_forward_of_targets_by_new_snapshot_keys),
      TEST(recovers_when_only_one_of_two_timestamp_keys_is_replaced),
      TEST(drops_stored_metadata_before_it_keeps_the_new_root),
      TEST(recovers_in_a_dry_run_too),
      TEST(recovers_when_keys_changed_early_in_a_chain_of_roots),
      TEST(does_not_recover_by_new_root_or_targets_keys),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
