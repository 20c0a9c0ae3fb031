/* SPDX-License-Identifier: Apache-2.0
 * Tests of key rotations as tables: which keys a version lists, how many must sign, and which did. */
#include "refresh-scene.h"

#define KEYS_MAX     10
#define VERSIONS_MAX 4

/* Keys are digits: "013". */
struct version {
  const char *keys;
  int64_t threshold;
  const char *signers;
};
struct root_case {
  const char *name;
  struct version versions[VERSIONS_MAX];
  enum ce_code expected; /* of the last version; the ones before are good */
};

static const struct root_case root_cases[] = {
    {"one key for another", {{"1", 1, "1"}, {"2", 1, "21"}, {"2", 1, "2"}}, CE_OK},
    {"strangers sign too", {{"1", 1, "314"}, {"2", 1, "3214"}, {"2", 1, "324"}}, CE_OK},
    {"any three of five",
     {{"01234", 3, "024"}, {"01234", 3, "041"}, {"01234", 3, "013"}, {"01234", 3, "234"}},
     CE_OK},
    {"one of five is replaced", {{"01234", 3, "024"}, {"01345", 3, "041"}}, CE_OK},
    {"one of five, with both thresholds by different keys",
     {{"01234", 3, "024"}, {"01345", 3, "0245"}},
     CE_OK},
    {"all five are replaced", {{"01234", 3, "024"}, {"56789", 3, "024567"}, {"56789", 3, "567"}}, CE_OK},
    {"the threshold rises", {{"123", 1, "1"}, {"123", 2, "12"}}, CE_OK},
    {"the threshold falls", {{"123", 2, "12"}, {"123", 1, "12"}, {"123", 1, "1"}}, CE_OK},
    {"a key and the threshold are added", {{"1", 1, "1"}, {"12", 2, "12"}}, CE_OK},
    {"the old key did not sign", {{"1", 1, "1"}, {"2", 1, "234"}}, CE_TRUST_SIGNATURE},
    {"the new key did not sign", {{"1", 1, "1"}, {"2", 1, "134"}}, CE_TRUST_SIGNATURE},
    {"too few of the new keys signed", {{"01234", 3, "024"}, {"01345", 3, "024"}}, CE_TRUST_SIGNATURE},
    {"too few of the old keys signed", {{"01234", 3, "024"}, {"01345", 3, "045"}}, CE_TRUST_SIGNATURE},
    {"the new threshold is not met", {{"123", 1, "1"}, {"123", 2, "2"}}, CE_TRUST_SIGNATURE},
    {"the old threshold is not met", {{"123", 2, "12"}, {"123", 1, "1"}}, CE_TRUST_SIGNATURE},
    {"an old key is listed no longer and signs the version after the next",
     {{"1", 1, "1"}, {"2", 1, "12"}, {"2", 1, "1"}},
     CE_TRUST_SIGNATURE},
    {"a threshold beyond the number of keys", {{"12", 1, "1"}, {"12", 3, "12"}}, CE_TRUST_SIGNATURE},
    {"nobody signed", {{"1", 1, "1"}, {"1", 1, ""}}, CE_TRUST_SIGNATURE},
};

struct keys {
  struct ce_fake_key *items[KEYS_MAX];
};

static void list(struct ce_fake_role *role, const struct keys *keys, const struct version *version) {
  role->key_count = 0;
  for (const char *digit = version->keys; *digit; digit++) {
    role->keys[role->key_count++] = keys->items[*digit - '0'];
  }
  role->threshold = version->threshold;
}

/* Signs the role's present body with these keys, whatever the role lists. */
static void sign(struct ce_fake_repository *repository, enum ce_fake_role_name role, const struct keys *keys,
                 const char *signers) {
  struct ce_fake_key *chosen[KEYS_MAX];
  size_t count = 0;
  for (const char *digit = signers; *digit; digit++) {
    chosen[count++] = keys->items[*digit - '0'];
  }
  json_t *body = ce_fake_repository_body(repository, role);
  json_t *envelope = ce_fake_envelope(body, chosen, count);
  char *text = json_dumps(envelope, 0);
  CE_AUTO(ce_free) char *path = ce_fake_repository_path(repository, role);
  ce_fake_repository_put(repository, path, text, strlen(text));
  free(text);
  json_decref(envelope);
  json_decref(body);
}

static struct keys make_keys(struct ce_fake_repository *repository) {
  struct keys keys;
  for (size_t i = 0; i < KEYS_MAX; i++) {
    keys.items[i] = ce_fake_repository_new_key(repository, "ed25519");
  }
  return keys;
}

static void follows_roots_as_far_as_both_thresholds_are_met(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof root_cases / sizeof *root_cases; i++) {
    const struct root_case *row = &root_cases[i];
    void *made = NULL;
    assert_int_equal(scene_set_up(&made), 0);
    struct scene *scene = made;
    struct keys keys = make_keys(scene->repository);
    struct ce_fake_role *root = &scene->repository->roles[CE_FAKE_ROOT];
    root->version = 0;
    for (size_t v = 0; v < VERSIONS_MAX && row->versions[v].keys; v++) {
      root->version++;
      list(root, &keys, &row->versions[v]);
      sign(scene->repository, CE_FAKE_ROOT, &keys, row->versions[v].signers);
    }
    CE_AUTO(ce_blob)
    struct ce_blob anchor = ce_fake_repository_bytes(scene->repository, "metadata/1.root.json");
    assert_int_equal(ce_fs_make_directories(scene->fs, SCENE_STORE, 0755, &scene->err), CE_OK);
    scene_store(scene, "root", ce_blob_text(&anchor));
    enum ce_code code = scene_refresh_from(scene, scene->repository, NULL);
    if (code != row->expected) {
      fail_msg("%s: %s: %s", row->name, ce_code_id(code), scene->err.detail);
    }
    root->version -= row->expected == CE_OK ? 0 : 1;
    if (!scene_store_equals(scene, CE_FAKE_ROOT, "root")) {
      fail_msg("%s: the root that is kept is not the last good one", row->name);
    }
    scene_tear_down(&made);
  }
}

struct role_case {
  const char *name;
  struct version version;
  enum ce_code expected;
};

static const struct role_case role_cases[] = {
    {"a new key", {"2", 1, "2"}, CE_OK},
    {"strangers sign too", {"1", 1, "314"}, CE_OK},
    {"only strangers sign", {"2", 1, "134"}, CE_TRUST_SIGNATURE},
    {"three of five", {"01234", 3, "024"}, CE_OK},
    {"another three of five", {"01234", 3, "123"}, CE_OK},
    {"all five", {"01234", 3, "01234"}, CE_OK},
    {"two of five and a stranger", {"01345", 3, "024"}, CE_TRUST_SIGNATURE},
    {"two of five", {"01345", 3, "04"}, CE_TRUST_SIGNATURE},
    {"a threshold beyond the number of keys", {"01", 3, "01"}, CE_TRUST_SIGNATURE},
    {"no keys at all", {"", 1, "1"}, CE_TRUST_SIGNATURE},
};

static void checks_every_role_by_the_keys_of_the_newest_root(void **state) {
  (void)state;
  static const char *const names[] = {"root", "timestamp", "snapshot", "targets"};
  static const enum ce_fake_role_name order[] = {CE_FAKE_TARGETS, CE_FAKE_SNAPSHOT, CE_FAKE_TIMESTAMP};
  for (size_t i = 0; i < sizeof role_cases / sizeof *role_cases; i++) {
    for (int role = CE_FAKE_TIMESTAMP; role < CE_FAKE_ROLE_COUNT; role++) {
      void *made = NULL;
      assert_int_equal(scene_set_up(&made), 0);
      struct scene *scene = made;
      struct ce_fake_repository *repository = scene->repository;
      struct keys keys = make_keys(repository);
      assert_code(scene, scene_refresh(scene), CE_OK);
      list(&repository->roles[role], &keys, &role_cases[i].version);
      ce_fake_repository_publish_root(repository);
      repository->states_hashes = false;
      for (size_t o = 0; o < 3; o++) {
        repository->roles[order[o]].version++;
        ce_fake_repository_write(repository, order[o]);
      }
      sign(repository, (enum ce_fake_role_name)role, &keys, role_cases[i].version.signers);
      enum ce_code code = scene_refresh(scene);
      if (code != role_cases[i].expected) {
        fail_msg("%s, %s: %s: %s", role_cases[i].name, names[role], ce_code_id(code), scene->err.detail);
      }
      assert_true(code != CE_OK || scene_store_equals(scene, (enum ce_fake_role_name)role, names[role]));
      assert_true(scene_store_equals(scene, CE_FAKE_ROOT, "root"));
      scene_tear_down(&made);
    }
  }
}

static void reads_keys_of_every_kind(void **state) {
  struct scene *scene = *state;
  static const char *const schemes[] = {"ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                        "rsassa-pss-sha256"};
  for (int role = CE_FAKE_ROOT; role < CE_FAKE_ROLE_COUNT; role++) {
    struct ce_fake_role *keys = &scene->repository->roles[role];
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
      keys->keys[keys->key_count++] = ce_fake_repository_new_key(scene->repository, schemes[i]);
    }
    keys->threshold = 5;
  }
  ce_fake_repository_publish_root(scene->repository);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  assert_int_equal(ce_trusted_set_root_version(scene->set), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(follows_roots_as_far_as_both_thresholds_are_met),
      cmocka_unit_test(checks_every_role_by_the_keys_of_the_newest_root),
      TEST(reads_keys_of_every_kind),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
