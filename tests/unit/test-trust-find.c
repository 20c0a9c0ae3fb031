/* SPDX-License-Identifier: Apache-2.0
 * Tests of looking targets up in delegated roles: what is asked, what is kept, and what is refused. */
#include "refresh-scene.h"

#include "trust/percent.h"

/* A role that has the target "x", with its own content. */
static struct ce_fake_delegated *delegate(struct scene *scene, const char *delegator, const char *name,
                                          const char *pattern) {
  return ce_fake_repository_delegate(scene->repository, delegator, name,
                                     json_pack("{s:[s]}", "paths", pattern));
}

static void give_target(struct scene *scene, const char *role, const char *path) {
  ce_fake_repository_add_delegated_target(scene->repository, role, path, "abc", 3);
}

static void publish_and_refresh(struct scene *scene) {
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
}

static enum ce_code find(struct scene *scene, const char *path) {
  const struct ce_target *target = NULL;
  enum ce_code code = scene_find(scene, path, &target);
  assert_true((code == CE_OK) == (target != NULL));
  return code;
}

static size_t count_asked(const struct scene *scene) {
  size_t lines = 0;
  for (size_t i = 0; i < scene->repository->asked.size; i++) {
    lines += scene->repository->asked.data[i] == '\n';
  }
  return lines;
}

static void keeps_delegated_roles_byte_for_byte(void **state) {
  struct scene *scene = *state;
  struct ce_fake_delegated *role = delegate(scene, "targets", "archive", "*");
  give_target(scene, "archive", "x");
  publish_and_refresh(scene);
  assert_false(scene_stores(scene, "archive"));
  assert_code(scene, find(scene, "x"), CE_OK);
  CE_AUTO(ce_free) char *path = ce_fake_repository_delegated_path(scene->repository, role);
  CE_AUTO(ce_blob) struct ce_blob served = ce_fake_repository_bytes(scene->repository, path);
  assert_string_equal(temp_read(scene->directory, SCENE_STORE "/archive.json"), ce_blob_text(&served));
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_code(scene, find(scene, "x"), CE_OK);
  assert_int_equal(count_asked(scene), 2); /* the next root, the timestamp */
}

static void writes_nothing_of_delegated_roles_when_told_so(void **state) {
  struct scene *scene = *state;
  delegate(scene, "targets", "archive", "*");
  give_target(scene, "archive", "x");
  publish_and_refresh(scene);
  scene->options.read_only = true;
  assert_code(scene, find(scene, "x"), CE_OK);
  assert_false(scene_stores(scene, "archive"));
}

static void follows_delegated_roles_to_their_new_versions(void **state) {
  struct scene *scene = *state;
  for (int consistent = 1; consistent >= 0; consistent--) {
    scene->repository->consistent_snapshot = consistent == 1;
    ce_fake_repository_publish_root(scene->repository);
    if (consistent) {
      delegate(scene, "targets", "archive", "*");
    }
    const char *path = consistent ? "x" : "y";
    give_target(scene, "archive", path);
    publish_and_refresh(scene);
    assert_code(scene, find(scene, path), CE_OK);
    assert_true(ce_fake_repository_was_asked(scene->repository, consistent ? "metadata/1.archive.json"
                                                                           : "metadata/archive.json"));
    give_target(scene, "archive", "z");
    publish_and_refresh(scene);
    assert_code(scene, find(scene, "z"), CE_OK);
    assert_code(scene, find(scene, "missing"), CE_NOT_FOUND);
  }
}

static void names_files_of_odd_roles_by_percent_encoding(void **state) {
  static const char *const names[] = {
      "?",     "#",   "/delegatedrole", "../delegatedrole", ".",  "..",   "a b",
      "100%",  "%2F", "root.json",      "1.root",           "\\", "中文", "~",
      "root/", "..."};
  struct scene *scene = *state;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    CE_AUTO(ce_free) char *pattern = ce_text_format("%zu/*", i);
    delegate(scene, "targets", names[i], pattern);
    CE_AUTO(ce_free) char *path = ce_text_format("%zu/x", i);
    give_target(scene, names[i], path);
  }
  publish_and_refresh(scene);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    CE_AUTO(ce_free) char *path = ce_text_format("%zu/x", i);
    CE_AUTO(ce_free) char *encoded = ce_percent_encode(names[i]);
    CE_AUTO(ce_free) char *asked = ce_text_format("metadata/1.%s.json", encoded);
    assert_code(scene, find(scene, path), CE_OK);
    assert_true(ce_fake_repository_was_asked(scene->repository, asked));
    assert_true(scene_stores(scene, encoded));
  }
  /* All of them lie in the store, and the top level's files are what they were. */
  assert_true(scene_store_equals(scene, CE_FAKE_ROOT, "root"));
  ce_blob_clear(&scene->repository->asked);
  struct ce_fs_names stored = {0};
  assert_int_equal(ce_fs_list(scene->fs, SCENE_STORE, &stored, &scene->err), CE_OK);
  assert_int_equal(stored.count, 4 + sizeof names / sizeof *names);
  ce_fs_names_clear(&stored);
}

static void refuses_a_role_name_too_long_for_a_file(void **state) {
  struct scene *scene = *state;
  char name[CE_TUF_ROLE_NAME_MAX + 1];
  memset(name, '?', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  delegate(scene, "targets", name, "*");
  publish_and_refresh(scene);
  assert_int_not_equal(find(scene, "x"), CE_OK);
  name[80] = '\0';
  delegate(scene, "targets", name, "y");
  give_target(scene, name, "y");
  json_array_remove(json_object_get(scene->repository->delegations, "roles"), 0);
  publish_and_refresh(scene);
  assert_code(scene, find(scene, "y"), CE_OK);
}

static void asks_one_bin_of_succinct_roles(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_delegate_succinct(scene->repository, "targets", 5, "bin");
  /* SHA-256 of "abc" begins with the bits 10111. */
  give_target(scene, "bin-17", "abc");
  publish_and_refresh(scene);
  assert_code(scene, find(scene, "abc"), CE_OK);
  assert_true(ce_fake_repository_was_asked(scene->repository, "metadata/1.bin-17.json"));
  size_t asked = count_asked(scene);
  assert_code(scene, find(scene, "abd"), CE_NOT_FOUND);
  assert_int_equal(count_asked(scene), asked + 1);
}

static void checks_bins_by_their_common_keys(void **state) {
  struct scene *scene = *state;
  ce_fake_repository_delegate_succinct(scene->repository, "targets", 1, "bin");
  struct ce_fake_delegated *bin = ce_fake_repository_delegated(scene->repository, "bin-1");
  bin->role.keys[0] = ce_fake_repository_new_key(scene->repository, "ed25519");
  give_target(scene, "bin-1", "abc");
  publish_and_refresh(scene);
  assert_code(scene, find(scene, "abc"), CE_TRUST_SIGNATURE);
  assert_string_equal(scene->err.subject, "bin-1");
}

/* A delegates to C by one key, B by another; what A's key signed says nothing to B. */
static void make_two_delegators(struct scene *scene, struct ce_fake_key **ret_key_of_b) {
  delegate(scene, "targets", "A", "a/*");
  delegate(scene, "targets", "B", "b/*");
  struct ce_fake_delegated *c = delegate(scene, "A", "C", "*/*");
  struct ce_fake_key *key_of_a = c->role.keys[0];
  *ret_key_of_b = ce_fake_repository_new_key(scene->repository, "ed25519");
  c->role.keys[0] = *ret_key_of_b;
  delegate(scene, "B", "C", "*/*");
  c->role.keys[0] = key_of_a;
  give_target(scene, "C", "a/x");
  give_target(scene, "C", "b/x");
}

static void does_not_take_a_role_for_one_delegator_that_another_one_s_key_signed(void **state) {
  struct scene *scene = *state;
  struct ce_fake_key *key_of_b = NULL;
  make_two_delegators(scene, &key_of_b);
  publish_and_refresh(scene);
  /* In one run, from the set; in the next one, from the store; and when it was never seen. */
  assert_code(scene, find(scene, "a/x"), CE_OK);
  assert_code(scene, find(scene, "b/x"), CE_TRUST_SIGNATURE);
  assert_string_equal(scene->err.subject, "C");
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_true(scene_stores(scene, "C"));
  assert_code(scene, find(scene, "b/x"), CE_TRUST_SIGNATURE);
  assert_true(scene_has_event(scene, "stored-metadata-ignored C CE-VER-003"));
  assert_code(scene, find(scene, "a/x"), CE_OK);
  assert_int_equal(unlink(temp_path(scene->directory, SCENE_STORE "/C.json")), 0);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_code(scene, find(scene, "b/x"), CE_TRUST_SIGNATURE);
  assert_false(scene_stores(scene, "C"));
}

static void takes_a_role_for_both_delegators_when_both_keys_signed(void **state) {
  struct scene *scene = *state;
  struct ce_fake_key *key_of_b = NULL;
  make_two_delegators(scene, &key_of_b);
  struct ce_fake_role *c = &ce_fake_repository_delegated(scene->repository, "C")->role;
  c->keys[c->key_count++] = key_of_b;
  publish_and_refresh(scene);
  assert_code(scene, find(scene, "a/x"), CE_OK);
  size_t asked = count_asked(scene);
  assert_code(scene, find(scene, "b/x"), CE_OK);
  assert_int_equal(count_asked(scene), asked + 1); /* B */
}

static void refuses_a_stored_role_whose_delegator_has_new_keys(void **state) {
  struct scene *scene = *state;
  struct ce_fake_delegated *role = delegate(scene, "targets", "archive", "*");
  give_target(scene, "archive", "x");
  publish_and_refresh(scene);
  assert_code(scene, find(scene, "x"), CE_OK);
  /* Only targets.json changes; the role's file stays as it was. */
  int64_t version = role->role.version;
  json_decref(scene->repository->delegations);
  scene->repository->delegations = NULL;
  role->role.keys[0] = ce_fake_repository_new_key(scene->repository, "ed25519");
  delegate(scene, "targets", "archive", "*");
  CE_AUTO(ce_blob)
  struct ce_blob old = ce_fake_repository_bytes(scene->repository, "metadata/1.archive.json");
  role->role.version = version - 1;
  ce_fake_repository_publish(scene->repository);
  CE_AUTO(ce_blob)
  struct ce_blob new = ce_fake_repository_bytes(scene->repository, "metadata/1.archive.json");
  ce_fake_repository_put(scene->repository, "metadata/1.archive.json", old.data, old.size);
  scene->repository->states_hashes = false;
  publish_and_refresh(scene);
  ce_fake_repository_put(scene->repository, "metadata/2.archive.json", old.data, old.size);
  assert_int_not_equal(find(scene, "x"), CE_OK);
  ce_fake_repository_put(scene->repository, "metadata/2.archive.json", new.data, new.size);
  assert_code(scene, find(scene, "x"), CE_TRUST_DIGEST); /* version 1 where 2 is stated */
}

static void needs_a_threshold_of_the_delegator_s_keys(void **state) {
  struct scene *scene = *state;
  struct ce_fake_delegated *role = delegate(scene, "targets", "archive", "*");
  role->role.keys[role->role.key_count++] =
      ce_fake_repository_new_key(scene->repository, "rsassa-pss-sha256");
  json_decref(scene->repository->delegations);
  scene->repository->delegations = NULL;
  role->role.threshold = 2;
  delegate(scene, "targets", "archive", "*");
  give_target(scene, "archive", "x");
  role->role.signer_count = 1;
  publish_and_refresh(scene);
  assert_code(scene, find(scene, "x"), CE_TRUST_SIGNATURE);
  assert_false(scene_stores(scene, "archive"));
  role->role.signer_count = 2;
  publish_and_refresh(scene);
  assert_code(scene, find(scene, "x"), CE_OK);
}

static void refuses_a_role_that_the_snapshot_does_not_name(void **state) {
  struct scene *scene = *state;
  delegate(scene, "targets", "archive", "*");
  give_target(scene, "archive", "x");
  struct ce_fake_delegated *hidden = scene->repository->delegated[--scene->repository->delegated_count];
  ce_fake_repository_publish(scene->repository);
  scene->repository->delegated[scene->repository->delegated_count++] = hidden;
  hidden->role.version = 1;
  ce_fake_repository_write_delegated(scene->repository, hidden);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_code(scene, find(scene, "x"), CE_TRUST_FORMAT);
  assert_non_null(strstr(scene->err.detail, "snapshot"));
  assert_false(ce_fake_repository_was_asked(scene->repository, "metadata/1.archive.json"));
}

static void ends_the_search_at_a_role_that_cannot_be_had(void **state) {
  struct scene *scene = *state;
  delegate(scene, "targets", "A", "*");
  delegate(scene, "targets", "B", "*");
  give_target(scene, "B", "x");
  publish_and_refresh(scene);
  ce_fake_repository_remove(scene->repository, "metadata/1.A.json");
  assert_code(scene, find(scene, "x"), CE_NOT_FOUND);
  assert_false(ce_fake_repository_was_asked(scene->repository, "metadata/1.B.json"));
}

/* Other bytes than the snapshot states: longer, changed, of another version. */
static void refuses_a_role_that_is_not_what_the_snapshot_states(void **state) {
  struct scene *scene = *state;
  struct ce_fake_delegated *role = delegate(scene, "targets", "archive", "*");
  give_target(scene, "archive", "x");
  publish_and_refresh(scene);
  CE_AUTO(ce_blob)
  struct ce_blob good = ce_fake_repository_bytes(scene->repository, "metadata/1.archive.json");
  CE_AUTO(ce_blob) struct ce_blob longer = {0};
  assert_int_equal(ce_blob_printf(&longer, &scene->err, "%s ", ce_blob_text(&good)), CE_OK);
  ce_fake_repository_put(scene->repository, "metadata/1.archive.json", longer.data, longer.size);
  assert_code(scene, find(scene, "x"), CE_TRUST_DIGEST);
  role->role.expires = "2035-01-02T00:00:00Z"; /* as long */
  ce_fake_repository_write_delegated(scene->repository, role);
  assert_code(scene, find(scene, "x"), CE_TRUST_DIGEST);
  ce_fake_repository_put(scene->repository, "metadata/1.archive.json", good.data, good.size);
  assert_code(scene, find(scene, "x"), CE_OK);
}

static void works_without_stated_hashes_of_delegated_roles(void **state) {
  struct scene *scene = *state;
  scene->repository->states_hashes = false;
  delegate(scene, "targets", "archive", "*");
  give_target(scene, "archive", "x");
  publish_and_refresh(scene);
  assert_code(scene, find(scene, "x"), CE_OK);
  ce_fake_repository_publish(scene->repository);
  CE_AUTO(ce_blob)
  struct ce_blob old = ce_fake_repository_bytes(scene->repository, "metadata/1.archive.json");
  ce_fake_repository_put(scene->repository, "metadata/2.archive.json", old.data, old.size);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_code(scene, find(scene, "x"), CE_TRUST_DIGEST);
}

static void refuses_expired_delegated_roles(void **state) {
  struct scene *scene = *state;
  struct ce_fake_delegated *role = delegate(scene, "targets", "archive", "*");
  role->role.expires = "2030-04-01T00:00:00Z";
  give_target(scene, "archive", "x");
  publish_and_refresh(scene);
  scene->options.now_s = SCENE_NOW_S + 60L * 60 * 24 * 365;
  assert_code(scene, find(scene, "x"), CE_TRUST_EXPIRED);
  assert_string_equal(scene->err.subject, "archive");
  assert_false(scene_stores(scene, "archive"));
  /* It was good when it was kept, and is no longer. */
  scene->options.now_s = SCENE_NOW_S;
  assert_code(scene, find(scene, "x"), CE_OK);
  scene->options.now_s = SCENE_NOW_S + 60L * 60 * 24 * 365;
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_code(scene, find(scene, "x"), CE_TRUST_EXPIRED);
  role->role.expires = "2035-01-01T00:00:00Z";
  publish_and_refresh(scene);
  assert_code(scene, find(scene, "x"), CE_OK);
}

static void warns_of_expired_delegated_roles_where_that_is_allowed(void **state) {
  struct scene *scene = *state;
  delegate(scene, "targets", "archive", "*")->role.expires = "2030-01-01T00:00:00Z";
  give_target(scene, "archive", "x");
  publish_and_refresh(scene);
  scene->options.expired_is_warning = true;
  assert_code(scene, find(scene, "x"), CE_OK);
  assert_string_equal(ce_blob_text(&scene->events), "expired-metadata archive CE-VER-004\n");
}

static void refuses_a_rollback_of_a_delegated_role(void **state) {
  struct scene *scene = *state;
  struct ce_fake_delegated *role = delegate(scene, "targets", "archive", "*");
  publish_and_refresh(scene);
  publish_and_refresh(scene);
  role->role.version = 0;
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_TRUST_ROLLBACK);
  assert_non_null(strstr(scene->err.detail, "archive.json"));
  /* New snapshot keys end it. */
  ce_fake_repository_rotate(scene->repository, CE_FAKE_SNAPSHOT);
  ce_fake_repository_publish_root(scene->repository);
  role->role.version = 0;
  publish_and_refresh(scene);
}

static void fetches_damaged_stored_roles_again(void **state) {
  static const char *const texts[] = {"", "{", "{\"signatures\": [], \"signed\": {}}"};
  struct scene *scene = *state;
  for (int states_hashes = 0; states_hashes < 2; states_hashes++) {
    scene->repository->states_hashes = states_hashes == 1;
    if (!ce_fake_repository_delegated(scene->repository, "archive")) {
      delegate(scene, "targets", "archive", "*");
    }
    give_target(scene, "archive", "x");
    publish_and_refresh(scene);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
      scene_store(scene, "archive", texts[i]);
      assert_code(scene, scene_refresh(scene), CE_OK);
      assert_code(scene, find(scene, "x"), CE_OK);
      assert_string_not_equal(temp_read(scene->directory, SCENE_STORE "/archive.json"), texts[i]);
    }
  }
}

static void refuses_a_target_without_a_known_hash(void **state) {
  struct scene *scene = *state;
  struct ce_fake_delegated *role = delegate(scene, "targets", "archive", "*");
  json_object_set_new(role->targets, "x", json_pack("{s:i, s:{s:s}}", "length", 3, "hashes", "md5", "00"));
  json_object_set_new(role->targets, "y", json_pack("{s:i, s:{s:s}}", "length", 3, "hashes", "md5", "00"));
  give_target(scene, "archive", "y");
  publish_and_refresh(scene);
  assert_code(scene, find(scene, "x"), CE_TRUST_FORMAT);
  assert_code(scene, find(scene, "y"), CE_OK);
}

/* A role cannot speak of more than its delegator lets it, nor take the place of the top level. */
static void ignores_targets_outside_of_the_delegation(void **state) {
  struct scene *scene = *state;
  delegate(scene, "targets", "archive", "old/*");
  give_target(scene, "archive", "new/x");
  give_target(scene, "archive", "old/x");
  publish_and_refresh(scene);
  assert_code(scene, find(scene, "new/x"), CE_NOT_FOUND);
  assert_code(scene, find(scene, "old/x"), CE_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(keeps_delegated_roles_byte_for_byte),
      TEST(writes_nothing_of_delegated_roles_when_told_so),
      TEST(follows_delegated_roles_to_their_new_versions),
      TEST(names_files_of_odd_roles_by_percent_encoding),
      TEST(refuses_a_role_name_too_long_for_a_file),
      TEST(asks_one_bin_of_succinct_roles),
      TEST(checks_bins_by_their_common_keys),
      TEST(does_not_take_a_role_for_one_delegator_that_another_one_s_key_signed),
      TEST(takes_a_role_for_both_delegators_when_both_keys_signed),
      TEST(refuses_a_stored_role_whose_delegator_has_new_keys),
      TEST(needs_a_threshold_of_the_delegator_s_keys),
      TEST(refuses_a_role_that_the_snapshot_does_not_name),
      TEST(ends_the_search_at_a_role_that_cannot_be_had),
      TEST(refuses_a_role_that_is_not_what_the_snapshot_states),
      TEST(works_without_stated_hashes_of_delegated_roles),
      TEST(refuses_expired_delegated_roles),
      TEST(warns_of_expired_delegated_roles_where_that_is_allowed),
      TEST(refuses_a_rollback_of_a_delegated_role),
      TEST(fetches_damaged_stored_roles_again),
      TEST(refuses_a_target_without_a_known_hash),
      TEST(ignores_targets_outside_of_the_delegation),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
