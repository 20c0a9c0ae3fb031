/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish init, add and verify: keys, publications, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "publish-scene.h"
#include "publish/repository.h"

#define DAY_S 86400

static void assert_report(const struct publish_scene *scene, const char *text) {
  if (!strstr(scene->report, text)) {
    fail_msg("'%s' is not in: %s", text, scene->report);
  }
}

static enum ce_code verify(struct publish_scene *scene) {
  return PUBLISH(scene, "verify", "@repo");
}

static void change_byte(const struct publish_scene *scene, const char *name) {
  FILE *file = fopen(temp_path(scene->directory, name), "r+");
  assert_non_null(file);
  assert_int_equal(fseek(file, -20, SEEK_END), 0);
  int byte = fgetc(file);
  assert_int_equal(fseek(file, -1, SEEK_CUR), 0);
  fputc(byte ^ 1, file);
  fclose(file);
}

static void remove_file(const struct publish_scene *scene, const char *name) {
  temp_require(unlink(temp_path(scene->directory, name)) == 0, name);
}

static void makes_encrypted_keys_that_only_the_owner_reads(void **state) {
  struct publish_scene *scene = *state;
  static const char *const names[] = {"keys/root.pem", "keys/targets.pem", "keys/snapshot.pem",
                                      "keys/timestamp.pem"};
  assert_int_equal(publish_init(scene), CE_OK);
  assert_int_equal(temp_mode(scene->directory, "keys"), 0700);
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(temp_mode(scene->directory, names[i]), 0600);
    assert_ptr_equal(strstr(temp_read(scene->directory, names[i]), "-----BEGIN ENCRYPTED PRIVATE KEY-----"),
                     temp_read(scene->directory, names[i]));
    FILE *file = fopen(temp_path(scene->directory, names[i]), "r");
    EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, (void *)(uintptr_t) "correct horse");
    fclose(file);
    assert_non_null(key);
    assert_int_equal(EVP_PKEY_get_id(key), EVP_PKEY_ED25519);
    EVP_PKEY_free(key);
  }
}

static void makes_as_many_keys_as_asked_for(void **state) {
  struct publish_scene *scene = *state;
  assert_int_equal(PUBLISH(scene, "init", "@repo", "--keys", "@keys", "--passphrase-file", "@pass",
                           "--root-keys", "3", "--threshold", "root=2", "--threshold", "timestamp=2"),
                   CE_OK);
  assert_true(temp_exists(scene->directory, "keys/root-3.pem"));
  assert_false(temp_exists(scene->directory, "keys/root-4.pem"));
  assert_true(temp_exists(scene->directory, "keys/timestamp-2.pem"));
  assert_false(temp_exists(scene->directory, "keys/targets-2.pem"));
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_OK);
  remove_file(scene, "keys/root.pem");
  assert_int_equal(publish_add(scene, "@one"), CE_OK);
  remove_file(scene, "keys/timestamp-2.pem");
  assert_int_equal(publish_add(scene, "@one"), CE_PERMISSION);
  assert_non_null(strstr(scene->err.detail, "1 of the repository's keys for this role; 2 must sign"));
  assert_int_equal(verify(scene), CE_OK);
}

static void replaces_neither_a_repository_nor_a_key(void **state) {
  struct publish_scene *scene = *state;
  assert_int_equal(publish_init(scene), CE_OK);
  assert_int_equal(publish_init(scene), CE_CONFLICT);
  assert_int_equal(PUBLISH(scene, "init", "@repo", "--keys", "@other", "--passphrase-file", "@pass"),
                   CE_CONFLICT);
  assert_false(temp_exists(scene->directory, "other"));
  assert_int_equal(PUBLISH(scene, "init", "@second", "--keys", "@keys", "--passphrase-file", "@pass"),
                   CE_CONFLICT);
  assert_false(temp_exists(scene->directory, "second/metadata"));
  assert_int_equal(verify(scene), CE_OK);
}

static void refuses_poor_passphrases(void **state) {
  struct publish_scene *scene = *state;
  static const char *const poor[] = {"", "\n", "1234567\n"};
  for (size_t i = 0; i < 3; i++) {
    temp_write(scene->directory, "pass", poor[i], 0600);
    assert_int_equal(publish_init(scene), CE_USAGE);
    assert_false(temp_exists(scene->directory, "repo/metadata"));
  }
}

static void reads_the_passphrase_from_a_descriptor(void **state) {
  struct publish_scene *scene = *state;
  int fd = open(temp_path(scene->directory, "pass"), O_RDONLY | O_CLOEXEC);
  char number[16];
  snprintf(number, sizeof number, "%d", fd);
  assert_int_equal(PUBLISH(scene, "init", "@repo", "--keys", "@keys", "--passphrase-fd", number), CE_OK);
  close(fd);
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_OK);
  assert_int_equal(publish_add(scene, "@one"), CE_OK);
}

static void publishes_a_package_in_a_channel(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(publish_add(scene, "@one.tar.zst"), CE_OK);
  assert_report(scene, "packages/certenv-env_1.0_x86_64.tar.zst in channel stable");
  assert_int_equal(verify(scene), CE_OK);
  assert_report(scene, "root version 1, targets version 3");
  assert_report(scene, "channels/stable/x86_64.json");
  assert_report(scene, "packages/certenv-env_1.0_x86_64.tar.zst");
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--keys", "@keys", "--passphrase-file", "@pass",
                           "--package", "@one.tar.zst", "--channel", "testing"),
                   CE_OK);
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--keys", "@keys", "--passphrase-file", "@pass",
                           "--package", "@one.tar.zst", "--channel", "no/channel"),
                   CE_USAGE);
  assert_int_equal(verify(scene), CE_OK);
  assert_report(scene, "targets version 4");
  assert_report(scene, "channels/testing/x86_64.json");
}

static void replaces_a_published_version_only_when_told_so(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  temp_write(scene->directory, "tree/notes.txt", "other notes", 0644);
  assert_int_equal(publish_pack(scene, "1.0", "@other"), CE_OK);
  assert_int_equal(publish_add(scene, "@other"), CE_CONFLICT);
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--keys", "@keys", "--passphrase-file", "@pass",
                           "--package", "@other", "--replace"),
                   CE_OK);
  assert_int_equal(verify(scene), CE_OK);
}

static void takes_an_older_version_only_when_told_so(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(publish_pack(scene, "1.0~rc1", "@older"), CE_OK);
  assert_int_equal(publish_add(scene, "@older"), CE_CONFLICT);
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--keys", "@keys", "--passphrase-file", "@pass",
                           "--package", "@older", "--allow-older"),
                   CE_OK);
  assert_int_equal(publish_add(scene, "@one.tar.zst"), CE_OK);
  assert_int_equal(verify(scene), CE_OK);
}

static void publishes_nothing_that_is_no_package(void **state) {
  struct publish_scene *scene = *state;
  assert_int_equal(publish_init(scene), CE_OK);
  temp_write(scene->directory, "fake", "not a package", 0644);
  assert_int_equal(publish_add(scene, "@fake"), CE_PACKAGE_INVALID);
  assert_int_equal(publish_add(scene, "@missing"), CE_NOT_FOUND);
  assert_int_equal(verify(scene), CE_OK);
  assert_report(scene, "targets version 1");
}

static void opens_keys_with_their_passphrase_only(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  temp_write(scene->directory, "pass", "wrong horse\n", 0600);
  assert_int_equal(publish_add(scene, "@one.tar.zst"), CE_PERMISSION);
  temp_write(scene->directory, "keys/targets.pem", "no key", 0600);
  assert_int_equal(publish_add(scene, "@one.tar.zst"), CE_PERMISSION);
}

static void signs_with_the_repositorys_own_keys_only(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(PUBLISH(scene, "init", "@second", "--keys", "@other", "--passphrase-file", "@pass"),
                   CE_OK);
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--keys", "@other", "--passphrase-file", "@pass",
                           "--package", "@one.tar.zst"),
                   CE_PERMISSION);
  assert_non_null(strstr(scene->err.detail, "0 of the repository's keys"));
}

static void signs_nothing_on_top_of_what_was_tampered_with(void **state) {
  struct publish_scene *scene = *state;
  static const char *const files[] = {"repo/metadata/2.targets.json", "repo/metadata/2.snapshot.json",
                                      "repo/metadata/timestamp.json", "repo/metadata/1.root.json"};
  publish_prepare(scene);
  for (size_t i = 0; i < 4; i++) {
    change_byte(scene, files[i]);
    enum ce_code code = publish_add(scene, "@one.tar.zst");
    assert_int_equal(ce_code_exit_status(code), 5);
    assert_int_equal(ce_code_exit_status(verify(scene)), 5);
    change_byte(scene, files[i]);
  }
  assert_int_equal(publish_add(scene, "@one.tar.zst"), CE_OK);
}

static void tells_what_is_wrong_with_targets(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  char *package = publish_find(scene, "repo/targets", ".tar.zst");
  char *channel = publish_find(scene, "repo/targets", ".x86_64.json");
  change_byte(scene, package);
  assert_int_equal(verify(scene), CE_TRUST_DIGEST);
  assert_string_equal(scene->err.subject, "packages/certenv-env_1.0_x86_64.tar.zst");
  /* A damaged file in the repository is put right by the next publication. */
  assert_int_equal(publish_add(scene, "@one.tar.zst"), CE_OK);
  assert_int_equal(verify(scene), CE_OK);
  remove_file(scene, package);
  assert_int_equal(verify(scene), CE_TRUST_DIGEST);
  assert_non_null(strstr(scene->err.detail, "missing"));
  assert_int_equal(publish_add(scene, "@one.tar.zst"), CE_OK);
  remove_file(scene, channel);
  assert_int_equal(verify(scene), CE_TRUST_DIGEST);
  assert_string_equal(scene->err.subject, "channels/stable/x86_64.json");
  remove_file(scene, "repo/metadata/3.snapshot.json");
  assert_int_equal(verify(scene), CE_TRUST_DIGEST);
  free(package);
  free(channel);
}

static void tells_metadata_that_has_expired(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  scene->now_s = SCENE_NOW + 59 * DAY_S;
  assert_int_equal(verify(scene), CE_OK);
  scene->now_s = SCENE_NOW + 89 * DAY_S;
  assert_int_equal(verify(scene), CE_REPOSITORY_ATTENTION);
  assert_report(scene, "expires  timestamp, on ");
  assert_int_equal(PUBLISH(scene, "verify", "@repo", "--warn-days", "0"), CE_OK);
  scene->now_s = SCENE_NOW + 90 * DAY_S;
  assert_int_equal(verify(scene), CE_TRUST_EXPIRED);
  assert_string_equal(scene->err.subject, "timestamp");
  assert_int_equal(PUBLISH(scene, "verify", "@repo", "--allow-expired"), CE_OK);
  assert_report(scene, "expired");
  assert_int_equal(publish_add(scene, "@one.tar.zst"), CE_OK);
  assert_int_equal(verify(scene), CE_OK);
}

static void keeps_to_the_validity_that_was_set_at_first(void **state) {
  struct publish_scene *scene = *state;
  assert_int_equal(PUBLISH(scene, "init", "@repo", "--keys", "@keys", "--passphrase-file", "@pass",
                           "--expires", "timestamp=2", "--expires", "targets=4"),
                   CE_OK);
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_OK);
  assert_int_equal(publish_add(scene, "@one"), CE_OK);
  scene->now_s = SCENE_NOW + DAY_S;
  assert_int_equal(verify(scene), CE_OK);
  scene->now_s = SCENE_NOW + 2 * DAY_S;
  assert_int_equal(verify(scene), CE_TRUST_EXPIRED);
}

/* timestamp.json comes last, so this is what every stop before the end looks like to a reader. */
static void reads_as_before_until_the_timestamp_is_written(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  char *before = strdup(temp_read(scene->directory, "repo/metadata/timestamp.json"));
  assert_non_null(before);
  assert_int_equal(publish_pack(scene, "1.1", "@two"), CE_OK);
  assert_int_equal(publish_add(scene, "@two"), CE_OK);
  temp_write(scene->directory, "repo/metadata/timestamp.json", before, 0644);
  temp_write(scene->directory, "repo/metadata/timestamp.json.new", "torn", 0644);
  assert_int_equal(verify(scene), CE_OK);
  assert_report(scene, "targets version 2");
  assert_int_equal(publish_add(scene, "@two"), CE_OK);
  assert_int_equal(verify(scene), CE_OK);
  assert_report(scene, "targets version 3");
  assert_false(temp_exists(scene->directory, "repo/metadata/timestamp.json.new"));
  free(before);
}

static void starts_from_the_root_that_it_is_given(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(PUBLISH(scene, "verify", "@repo", "--root", "@repo/metadata/1.root.json"), CE_OK);
  assert_int_equal(PUBLISH(scene, "init", "@second", "--keys", "@other", "--passphrase-file", "@pass"),
                   CE_OK);
  assert_int_equal(
      ce_code_exit_status(PUBLISH(scene, "verify", "@repo", "--root", "@second/metadata/1.root.json")), 5);
  assert_int_equal(PUBLISH(scene, "verify", "@repo", "--root", "@missing"), CE_NOT_FOUND);
}

static int hold_lock(void *context) {
  struct publish_scene *scene = context;
  CE_AUTO(ce_repository) struct ce_repository repository = {0};
  TEMP_CHECK(ce_repository_open(temp_path(scene->directory, "repo"), &repository, &scene->err) == CE_OK);
  pid_t child = fork();
  if (child == 0) {
    enum ce_code code = publish_add(scene, "@one.tar.zst");
    _exit(code == CE_LOCKED && strcmp(scene->err.detail, "another process works on the repository") == 0 ? 0
                                                                                                         : 1);
  }
  int status = 1;
  TEMP_CHECK(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static void lets_one_publisher_at_a_time_work(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(temp_mode(scene->directory, "repo/.certenv-publish.lock"), 0600);
  assert_int_equal(temp_in_child(hold_lock, scene), 0);
  assert_int_equal(publish_add(scene, "@one.tar.zst"), CE_OK);
}

static void says_where_there_is_no_repository(void **state) {
  struct publish_scene *scene = *state;
  assert_int_equal(publish_pack(scene, "1.0", "@one"), CE_OK);
  assert_int_equal(publish_add(scene, "@one"), CE_SOURCE_UNUSABLE);
  assert_int_equal(PUBLISH(scene, "verify", "@tree"), CE_SOURCE_UNUSABLE);
  assert_int_equal(PUBLISH(scene, "verify", "@nowhere"), CE_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, publish_set_up, publish_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(makes_encrypted_keys_that_only_the_owner_reads),
      TEST(makes_as_many_keys_as_asked_for),
      TEST(replaces_neither_a_repository_nor_a_key),
      TEST(refuses_poor_passphrases),
      TEST(reads_the_passphrase_from_a_descriptor),
      TEST(publishes_a_package_in_a_channel),
      TEST(replaces_a_published_version_only_when_told_so),
      TEST(takes_an_older_version_only_when_told_so),
      TEST(publishes_nothing_that_is_no_package),
      TEST(opens_keys_with_their_passphrase_only),
      TEST(signs_with_the_repositorys_own_keys_only),
      TEST(signs_nothing_on_top_of_what_was_tampered_with),
      TEST(tells_what_is_wrong_with_targets),
      TEST(tells_metadata_that_has_expired),
      TEST(keeps_to_the_validity_that_was_set_at_first),
      TEST(reads_as_before_until_the_timestamp_is_written),
      TEST(starts_from_the_root_that_it_is_given),
      TEST(lets_one_publisher_at_a_time_work),
      TEST(says_where_there_is_no_repository),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
