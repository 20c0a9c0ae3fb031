/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish key: keys made, listed, replaced and revoked, and clients that follow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "key-scene.h"
#include "publish/document.h"

static enum ce_code rotate(struct publish_scene *scene, const char *role) {
  return PUBLISH(scene, "key rotate", "@repo", "--keys", "@keys", "--role", role, WITH_PASS);
}

#define ROTATE(...)                                                                                          \
  PUBLISH(scene, "key rotate", "@repo", "--keys", "@keys", "--role", "timestamp", WITH_PASS, __VA_ARGS__)
#define REVOKE(...)                                                                                          \
  PUBLISH(scene, "key revoke", "@repo", "--keys", "@keys", "--role", "timestamp", WITH_PASS, __VA_ARGS__)

static void makes_a_key_of_each_type_with_its_public_half(void **state) {
  struct publish_scene *scene = *state;
  static const char *const types[] = {"ed25519", "ecdsa-p256", "ecdsa-p384", "rsa"};
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(
        PUBLISH(scene, "key make", "--keys", "@new", "--role", "root", "--type", types[i], WITH_PASS), CE_OK);
    key_assert_report(scene, types[i]);
  }
  assert_true(temp_exists(scene->directory, "new/root-4.pem"));
  key_assert_report(scene, key_id_of(scene, "new/root-4.pub"));
  assert_int_equal(PUBLISH(scene, "key make", "--keys", "@new", "--role", "root", "--type", "dsa", WITH_PASS),
                   CE_USAGE);
  assert_int_equal(PUBLISH(scene, "key make", "--keys", "@new", "--role", "a/b", WITH_PASS), CE_USAGE);
  assert_int_equal(PUBLISH(scene, "key list", "--keys", "@new"), CE_OK);
  key_assert_report(scene, "root-3.pem");
  assert_int_equal(PUBLISH(scene, "key list"), CE_USAGE);
}

static void lists_what_is_trusted_and_what_is_at_hand(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(PUBLISH(scene, "key list", "@repo"), CE_OK);
  key_assert_report(scene, "root: version 1, valid to 2030");
  key_assert_report(scene, "timestamp: version 2");
  key_assert_report(scene, key_id_of(scene, "keys/targets.pub"));
  assert_null(strstr(scene->report, ".pem"));
  key_shell(scene, "rm keys/snapshot.pem");
  assert_int_equal(PUBLISH(scene, "key make", "--keys", "@keys", "--role", "spare", WITH_PASS), CE_OK);
  assert_int_equal(PUBLISH(scene, "key list", "@repo", "--keys", "@keys"), CE_OK);
  key_assert_report(scene, "targets.pem");
  key_assert_report(scene, "not here");
  key_assert_report(scene, "trusted for nothing:");
  key_assert_report(scene, "spare.pem");
  scene->now_s += INT64_C(86400) * 200;
  assert_int_equal(PUBLISH(scene, "key list", "@repo"), CE_OK);
  key_assert_report(scene, "timestamp: version 2, expired on");
}

static void replaces_the_key_of_every_role_and_clients_follow(void **state) {
  struct publish_scene *scene = *state;
  static const char *const roles[] = {"timestamp", "snapshot", "targets", "root"};
  publish_prepare(scene);
  assert_int_equal(key_client_refresh(scene), CE_OK);
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(rotate(scene, roles[i]), CE_OK);
    key_assert_report(scene, "is now");
    assert_int_equal(key_verify(scene), CE_OK);
    assert_int_equal(key_client_refresh(scene), CE_OK);
  }
  assert_true(temp_exists(scene->directory, "repo/metadata/5.root.json"));
  assert_int_equal(publish_pack(scene, "1.1", "@two"), CE_OK);
  assert_int_equal(publish_add(scene, "@two"), CE_OK);
  assert_int_equal(key_client_refresh(scene), CE_OK);
  assert_int_equal(rotate(scene, "root"), CE_OK);
}

static void signs_anew_only_what_the_new_root_asks_for(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(rotate(scene, "root"), CE_OK);
  assert_null(strstr(scene->report, "anew"));
  assert_int_equal(rotate(scene, "timestamp"), CE_OK);
  key_assert_report(scene, "Signed timestamp anew");
  assert_null(strstr(scene->report, "snapshot"));
  assert_int_equal(rotate(scene, "targets"), CE_OK);
  key_assert_report(scene, "Signed targets anew");
  key_assert_report(scene, "Signed snapshot anew");
  assert_int_equal(
      PUBLISH(scene, "key rotate", "@repo", "--keys", "@keys", "--role", "snapshot", "--add", WITH_PASS),
      CE_OK);
  assert_null(strstr(scene->report, "anew"));
}

static void leaves_no_moment_at_which_metadata_does_not_fit(void **state) {
  struct publish_scene *scene = *state;
  static const char *const roles[] = {"timestamp", "snapshot", "targets"};
  publish_prepare(scene);
  for (size_t i = 0; i < 3; i++) {
    char command[64];
    assert_int_equal(rotate(scene, roles[i]), CE_OK);
    /* The root comes last: this is what a reader sees before it. */
    snprintf(command, sizeof command, "mv repo/metadata/%zu.root.json aside", i + 2);
    key_shell(scene, command);
    assert_int_equal(key_verify(scene), CE_OK);
    snprintf(command, sizeof command, "mv aside repo/metadata/%zu.root.json", i + 2);
    key_shell(scene, command);
    assert_int_equal(key_verify(scene), CE_OK);
  }
}

static void follows_a_long_chain_of_roots(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(key_client_refresh(scene), CE_OK);
  for (size_t i = 0; i < 8; i++) {
    const char *role = i % 3 == 0 ? "timestamp" : "root";
    assert_int_equal(rotate(scene, role), CE_OK);
  }
  assert_int_equal(key_client_refresh(scene), CE_OK);
  assert_int_equal(key_verify(scene), CE_OK);
  key_assert_report(scene, "root version 9");
}

/* A thief with the timestamp's key gives out a version that no honest one would reach. */
static void fast_forward(struct publish_scene *scene, int64_t version) {
  struct ce_unlock unlock = {0};
  struct ce_signers signers = {0};
  struct ce_fs *fs = NULL;
  struct ce_blob bytes = {0};
  json_error_t problem;
  temp_require(ce_fs_open_root(temp_path(scene->directory, "keys"), &fs, &scene->err) == CE_OK, "keys");
  memcpy(unlock.passphrase.text, "correct horse", 13);
  unlock.passphrase.length = 13;
  unlock.has_passphrase = true;
  json_t *document = json_loads(temp_read(scene->directory, "repo/metadata/timestamp.json"), 0, &problem);
  json_t *body = json_object_get(document, "signed");
  json_object_set_new(body, "version", json_integer(version));
  temp_require(ce_signers_load(&signers, fs, "timestamp", NULL, &unlock, &scene->err) == CE_OK &&
                   ce_document_sign(body, &signers, &bytes, &scene->err) == CE_OK,
               "sign");
  temp_write(scene->directory, "repo/metadata/timestamp.json", ce_blob_text(&bytes), 0644);
  json_decref(document);
  ce_blob_clear(&bytes);
  ce_signers_clear(&signers);
  ce_unlock_clear(&unlock);
  ce_fs_free(fs);
}

static void ends_a_fast_forward_attack_with_a_new_key(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  key_shell(scene, "cp repo/metadata/timestamp.json honest");
  fast_forward(scene, 1000000);
  assert_int_equal(key_client_refresh(scene), CE_OK);
  key_shell(scene, "cp honest repo/metadata/timestamp.json");
  assert_int_equal(publish_add(scene, "@one.tar.zst"), CE_OK);
  assert_int_equal(key_client_refresh(scene), CE_TRUST_ROLLBACK);
  assert_int_equal(rotate(scene, "timestamp"), CE_OK);
  assert_int_equal(key_client_refresh(scene), CE_OK);
}

static void revokes_a_key_when_enough_are_left(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  char *old = strdup(key_id_of(scene, "keys/timestamp.pub"));
  assert_int_equal(REVOKE("--key-id", old), CE_CONFLICT);
  assert_int_equal(PUBLISH(scene, "key rotate", "@repo", "--keys", "@keys", "--role", "timestamp", "--add",
                           "--threshold", "2", WITH_PASS),
                   CE_OK);
  assert_int_equal(key_verify(scene), CE_OK);
  assert_int_equal(REVOKE("--key-id", old), CE_CONFLICT);
  key_assert_detail(scene, "it would have 1 keys, and 2 must sign");
  assert_int_equal(REVOKE("--key-id", old, "--threshold", "1"), CE_OK);
  assert_int_equal(key_verify(scene), CE_OK);
  assert_int_equal(PUBLISH(scene, "key list", "@repo"), CE_OK);
  assert_null(strstr(scene->report, old));
  assert_int_equal(REVOKE("--key-id", old, "--threshold", "1"), CE_USAGE);
  free(old);
}

static void renews_the_root_with_the_same_keys(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  scene->now_s += INT64_C(86400) * 30;
  assert_int_equal(PUBLISH(scene, "key renew", "@repo", "--keys", "@keys", WITH_PASS), CE_OK);
  assert_int_equal(key_verify(scene), CE_OK);
  assert_int_equal(PUBLISH(scene, "key list", "@repo"), CE_OK);
  key_assert_report(scene, "root: version 2, valid to 2030-02");
}

static void changes_nothing_without_the_root_keys(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  key_shell(scene, "mkdir safe && mv keys/root* safe");
  assert_int_equal(rotate(scene, "timestamp"), CE_PERMISSION);
  key_assert_detail(scene, "--offline");
  assert_false(temp_exists(scene->directory, "keys/timestamp-2.pem"));
  assert_int_equal(PUBLISH(scene, "key renew", "@repo", "--keys", "@keys", WITH_PASS), CE_PERMISSION);
  assert_false(temp_exists(scene->directory, "repo/metadata/2.root.json"));
  assert_int_equal(key_verify(scene), CE_OK);
}

static void tells_what_is_wrong_with_a_request(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(rotate(scene, "archive"), CE_USAGE);
  key_assert_detail(scene, "delegate");
  assert_int_equal(ROTATE("--key-id", "0123"), CE_USAGE);
  assert_int_equal(ROTATE("--key-id", "0123456789"), CE_USAGE);
  assert_int_equal(ROTATE("--key-id", "0123456789", "--add"), CE_USAGE);
  assert_int_equal(ROTATE("--threshold", "2"), CE_CONFLICT);
  assert_int_equal(ROTATE("--threshold", "0"), CE_USAGE);
  assert_int_equal(ROTATE("--new-key", "@pass"), CE_USAGE);
  assert_int_equal(ROTATE("--new-key", "@nowhere"), CE_NOT_FOUND);
  assert_int_equal(ROTATE("--new-key", "@keys/timestamp.pub"), CE_CONFLICT);
  assert_int_equal(ROTATE("--new-key", "pkcs11:token=x"), CE_USAGE);
  assert_false(temp_exists(scene->directory, "keys/timestamp-2.pem"));
  /* A key that is not in the directory cannot sign there. */
  assert_int_equal(PUBLISH(scene, "key make", "--keys", "@away", "--role", "timestamp", WITH_PASS), CE_OK);
  assert_int_equal(ROTATE("--new-key", "@away/timestamp.pub"), CE_PERMISSION);
  key_assert_detail(scene, "the directory has 0 of the keys that count for it; 1 must sign");
  assert_int_equal(key_verify(scene), CE_OK);
  assert_false(temp_exists(scene->directory, "repo/metadata/2.root.json"));
}

static void takes_a_key_that_was_made_before(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(
      PUBLISH(scene, "key make", "--keys", "@keys", "--role", "snapshot", "--type", "rsa", WITH_PASS), CE_OK);
  char *id = strdup(key_id_of(scene, "keys/snapshot-2.pub"));
  assert_int_equal(PUBLISH(scene, "key rotate", "@repo", "--keys", "@keys", "--role", "snapshot", WITH_PASS,
                           "--new-key", "@keys/snapshot-2.pem"),
                   CE_OK);
  assert_int_equal(key_verify(scene), CE_OK);
  assert_int_equal(PUBLISH(scene, "key list", "@repo", "--keys", "@keys"), CE_OK);
  key_assert_report(scene, id);
  key_assert_report(scene, "snapshot-2.pem");
  free(id);
}

/* The states that a stop at any moment leaves: before the publication, in it, and before the root. */
static void ends_what_a_stopped_publisher_began(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  key_shell(scene, "cp -a repo before && cp -a keys keys-before");
  assert_int_equal(rotate(scene, "targets"), CE_OK);
  key_shell(scene, "cp -a repo after && cp after/metadata/2.root.json pending");

  key_shell(scene, "rm -r repo keys && cp -a before repo && cp -a keys-before keys && "
                   "cp pending repo/.certenv-publish.root.json");
  assert_int_equal(key_verify(scene), CE_OK);
  assert_int_equal(publish_add(scene, "@one.tar.zst"), CE_OK);
  assert_false(temp_exists(scene->directory, "repo/metadata/2.root.json"));
  assert_false(temp_exists(scene->directory, "repo/.certenv-publish.root.json"));

  key_shell(scene, "rm -r repo && cp -a after repo && rm repo/metadata/2.root.json && "
                   "cp pending repo/.certenv-publish.root.json");
  assert_int_equal(key_verify(scene), CE_OK);
  assert_int_equal(PUBLISH(scene, "key renew", "@repo", "--keys", "@keys", WITH_PASS), CE_OK);
  assert_true(temp_exists(scene->directory, "repo/metadata/3.root.json"));
  assert_int_equal(key_verify(scene), CE_OK);
  assert_false(temp_exists(scene->directory, "repo/.certenv-publish.root.json"));

  temp_write(scene->directory, "repo/.certenv-publish.root.json", "torn", 0644);
  assert_int_equal(PUBLISH(scene, "key renew", "@repo", "--keys", "@keys", WITH_PASS), CE_OK);
  assert_int_equal(key_verify(scene), CE_OK);
}

static void publishes_even_when_the_old_key_is_lost(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  char *old = strdup(key_id_of(scene, "keys/timestamp.pub"));
  assert_int_equal(key_client_refresh(scene), CE_OK);
  key_shell(scene, "rm keys/timestamp.*");
  assert_int_equal(PUBLISH(scene, "key rotate", "@repo", "--keys", "@keys", "--role", "timestamp", WITH_PASS,
                           "--key-id", old),
                   CE_OK);
  assert_int_equal(key_client_refresh(scene), CE_OK);
  /* Stopped before the root: no reader can use it, and the next publisher puts it right. */
  key_shell(scene, "mv repo/metadata/2.root.json repo/.certenv-publish.root.json");
  assert_int_equal(key_verify(scene), CE_TRUST_SIGNATURE);
  assert_int_equal(PUBLISH(scene, "timestamp", "@repo", "--keys", "@keys", "--force", WITH_PASS), CE_OK);
  assert_int_equal(key_verify(scene), CE_OK);
  assert_int_equal(key_client_refresh(scene), CE_OK);
  free(old);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, publish_set_up, publish_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(makes_a_key_of_each_type_with_its_public_half),
      TEST(lists_what_is_trusted_and_what_is_at_hand),
      TEST(replaces_the_key_of_every_role_and_clients_follow),
      TEST(signs_anew_only_what_the_new_root_asks_for),
      TEST(leaves_no_moment_at_which_metadata_does_not_fit),
      TEST(follows_a_long_chain_of_roots),
      TEST(ends_a_fast_forward_attack_with_a_new_key),
      TEST(revokes_a_key_when_enough_are_left),
      TEST(renews_the_root_with_the_same_keys),
      TEST(changes_nothing_without_the_root_keys),
      TEST(tells_what_is_wrong_with_a_request),
      TEST(takes_a_key_that_was_made_before),
      TEST(ends_what_a_stopped_publisher_began),
      TEST(publishes_even_when_the_old_key_is_lost),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
