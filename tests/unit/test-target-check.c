/* SPDX-License-Identifier: Apache-2.0
 * Tests of putting a target together from several sources and tries. */
#include "refresh-scene.h"

#define ABC_SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define ABC_SHA512                                                                                           \
  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423" \
  "643ce80e2a9ac94fa54ca49f"

static const struct ce_target *publish_target(struct scene *scene) {
  ce_fake_repository_add_target(scene->repository, "x", "abc", 3);
  ce_fake_repository_publish(scene->repository);
  assert_code(scene, scene_refresh(scene), CE_OK);
  const struct ce_target *target = NULL;
  assert_code(scene, ce_trusted_set_find(scene->set, "x", &target, &scene->err), CE_OK);
  return target;
}

static enum ce_code keep(void *context, const void *bytes, size_t size, struct ce_error *err) {
  return ce_blob_append(context, bytes, size, err);
}

static enum ce_code fetch_rest(struct scene *scene, struct ce_target_check *check, struct ce_blob *kept) {
  return ce_trust_fetch_rest(&scene->repository->fetch, scene->set, check, keep, kept, &scene->err);
}

static void goes_on_behind_what_was_kept(void **state) {
  struct scene *scene = *state;
  const struct ce_target *target = publish_target(scene);
  for (size_t kept_bytes = 0; kept_bytes <= 3; kept_bytes++) {
    CE_AUTO(ce_target_check) struct ce_target_check *check = NULL;
    CE_AUTO(ce_blob) struct ce_blob kept = {0};
    assert_code(scene, ce_target_check_new(target, &check, &scene->err), CE_OK);
    assert_code(scene, ce_target_check_add(check, "abc", kept_bytes, &scene->err), CE_OK);
    assert_int_equal(ce_target_check_size(check), kept_bytes);
    assert_code(scene, fetch_rest(scene, check, &kept), CE_OK);
    assert_string_equal(ce_blob_text(&kept), &"abc"[kept_bytes]);
  }
}

static void asks_for_nothing_when_all_was_kept(void **state) {
  struct scene *scene = *state;
  const struct ce_target *target = publish_target(scene);
  CE_AUTO(ce_target_check) struct ce_target_check *check = NULL;
  CE_AUTO(ce_blob) struct ce_blob kept = {0};
  assert_code(scene, ce_target_check_new(target, &check, &scene->err), CE_OK);
  assert_code(scene, ce_target_check_add(check, "abc", 3, &scene->err), CE_OK);
  ce_blob_clear(&scene->repository->asked);
  assert_code(scene, fetch_rest(scene, check, &kept), CE_OK);
  assert_int_equal(scene->repository->asked.size, 0);
}

static void refuses_a_wrong_beginning(void **state) {
  struct scene *scene = *state;
  const struct ce_target *target = publish_target(scene);
  CE_AUTO(ce_target_check) struct ce_target_check *check = NULL;
  CE_AUTO(ce_blob) struct ce_blob kept = {0};
  assert_code(scene, ce_target_check_new(target, &check, &scene->err), CE_OK);
  assert_code(scene, ce_target_check_add(check, "b", 1, &scene->err), CE_OK);
  assert_code(scene, fetch_rest(scene, check, &kept), CE_TRUST_DIGEST);
}

static void refuses_more_than_was_signed_for(void **state) {
  struct scene *scene = *state;
  const struct ce_target *target = publish_target(scene);
  CE_AUTO(ce_target_check) struct ce_target_check *check = NULL;
  assert_code(scene, ce_target_check_new(target, &check, &scene->err), CE_OK);
  assert_code(scene, ce_target_check_add(check, "abcd", 4, &scene->err), CE_TRUST_DIGEST);
  assert_int_equal(ce_target_check_size(check), 0);
}

static void goes_on_after_a_source_that_broke_off(void **state) {
  struct scene *scene = *state;
  const struct ce_target *target = publish_target(scene);
  CE_AUTO(ce_target_check) struct ce_target_check *check = NULL;
  CE_AUTO(ce_blob) struct ce_blob kept = {0};
  assert_code(scene, ce_target_check_new(target, &check, &scene->err), CE_OK);
  scene->repository->breaks_off = true;
  assert_code(scene, fetch_rest(scene, check, &kept), CE_NETWORK);
  assert_int_equal(ce_target_check_size(check), kept.size);
  assert_int_equal(kept.size, 1);
  scene->repository->breaks_off = false;
  assert_code(scene, fetch_rest(scene, check, &kept), CE_OK);
  assert_string_equal(ce_blob_text(&kept), "abc");
}

static void checks_every_hash_that_is_stated(void **state) {
  struct scene *scene = *state;
  for (int wrong = 0; wrong < 2; wrong++) {
    struct ce_target target = {.path = "x", .length_bytes = 3, .has_sha256 = wrong == 1, .has_sha512 = true};
    assert_true(ce_digest_from_hex(ABC_SHA256, &target.sha256));
    assert_true(ce_hex_decode(ABC_SHA512, target.sha512, sizeof target.sha512));
    target.sha512[0] ^= (uint8_t)wrong;
    CE_AUTO(ce_target_check) struct ce_target_check *check = NULL;
    CE_AUTO(ce_blob) struct ce_blob kept = {0};
    publish_target(scene);
    assert_code(scene, ce_target_check_new(&target, &check, &scene->err), CE_OK);
    assert_code(scene, ce_target_check_add(check, "abc", 3, &scene->err), CE_OK);
    assert_code(scene, fetch_rest(scene, check, &kept), wrong ? CE_TRUST_DIGEST : CE_OK);
  }
}

static void refuses_a_target_without_a_hash(void **state) {
  struct scene *scene = *state;
  struct ce_target_check *check = NULL;
  const struct ce_target target = {.path = "x", .length_bytes = 3};
  assert_code(scene, ce_target_check_new(&target, &check, &scene->err), CE_TRUST_FORMAT);
  assert_null(check);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(goes_on_behind_what_was_kept),
      TEST(asks_for_nothing_when_all_was_kept),
      TEST(refuses_a_wrong_beginning),
      TEST(refuses_more_than_was_signed_for),
      TEST(goes_on_after_a_source_that_broke_off),
      TEST(checks_every_hash_that_is_stated),
      TEST(refuses_a_target_without_a_hash),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
