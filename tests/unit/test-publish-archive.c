/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish add, remove, channel, timestamp and delegate: the archive, what moves into it and out of
 * it, and what a repository of an earlier version becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "publish-scene.h"
#include "publish/archive.h"
#include "publish/delegation.h"
#include "publish/document.h"
#include "publish/publication.h"

#define DAY_S  86400
#define KEYS   "--keys", "@keys", "--passphrase-file", "@pass"
#define X86_64 "--arch", "x86_64"
#define ONE    "packages/certenv-env_1.0_x86_64.tar.zst"
#define TWO    "packages/certenv-env_2.0_x86_64.tar.zst"

static void assert_report(const struct publish_scene *scene, const char *text) {
  if (!strstr(scene->report, text)) {
    fail_msg("'%s' is not in: %s", text, scene->report);
  }
}

static enum ce_code verify(struct publish_scene *scene) {
  return PUBLISH(scene, "verify", "@repo");
}

static void publish_version(struct publish_scene *scene, const char *version) {
  char package[64];
  snprintf(package, sizeof package, "@%s.tar.zst", version);
  assert_int_equal(publish_pack(scene, version, package), CE_OK);
  assert_int_equal(publish_add(scene, package), CE_OK);
}

static void load(struct publish_scene *scene, struct ce_repository *repository,
                 struct ce_published *published) {
  assert_int_equal(ce_repository_look(temp_path(scene->directory, "repo"), repository, &scene->err), CE_OK);
  if (ce_published_load(repository, published, &scene->err) != CE_OK) {
    fail_msg("%s: %s", scene->err.subject, scene->err.detail);
  }
}

/* The role that signs for the path: "targets", a delegated one's name, or "none". */
static const char *signer_of(struct publish_scene *scene, const char *path) {
  static char name[64];
  CE_AUTO(ce_repository) struct ce_repository repository = {0};
  CE_AUTO(ce_published) struct ce_published published = {0};
  struct ce_document_target target;
  load(scene, &repository, &published);
  snprintf(name, sizeof name, "none");
  if (ce_document_find_target(published.targets.body, path, &target)) {
    snprintf(name, sizeof name, "targets");
  }
  for (size_t i = 0; i < published.delegated_count; i++) {
    if (ce_document_find_target(published.delegated[i].body, path, &target)) {
      assert_string_equal(name, "none");
      snprintf(name, sizeof name, "%s", published.delegated[i].name);
    }
  }
  return name;
}

static void moves_a_package_that_no_channel_names_into_the_archive(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_string_equal(signer_of(scene, ONE), "targets");
  publish_version(scene, "2.0");
  assert_string_equal(signer_of(scene, ONE), "archive");
  assert_string_equal(signer_of(scene, TWO), "targets");
  assert_int_equal(verify(scene), CE_OK);
  assert_report(scene, "role archive: version 1, 1 targets");
  assert_report(scene, "ok       " ONE);
}

static void keeps_a_package_that_another_channel_names(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(PUBLISH(scene, "channel", "@repo", "beta", "--version", "1.0", X86_64, KEYS), CE_OK);
  publish_version(scene, "2.0");
  assert_string_equal(signer_of(scene, ONE), "targets");
  assert_int_equal(PUBLISH(scene, "channel", "@repo", "beta", "--version", "2.0", X86_64, KEYS), CE_OK);
  assert_string_equal(signer_of(scene, ONE), "archive");
}

static void takes_a_package_back_that_a_channel_names_again(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  publish_version(scene, "2.0");
  assert_int_equal(PUBLISH(scene, "channel", "@repo", "stable", "--version", "1.0", X86_64, KEYS),
                   CE_CONFLICT);
  assert_int_equal(
      PUBLISH(scene, "channel", "@repo", "stable", "--version", "1.0", X86_64, "--allow-older", KEYS), CE_OK);
  assert_string_equal(signer_of(scene, ONE), "targets");
  assert_string_equal(signer_of(scene, TWO), "archive");
  assert_int_equal(PUBLISH(scene, "channel", "@repo", "--list"), CE_OK);
  assert_string_equal(scene->report, "stable x86_64 1.0 " ONE "\n");
  assert_int_equal(verify(scene), CE_OK);
}

static void publishes_without_a_channel(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  assert_int_equal(publish_pack(scene, "2.0", "@two"), CE_OK);
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--package", "@two", "--no-channel", KEYS), CE_OK);
  assert_string_equal(signer_of(scene, TWO), "archive");
  assert_string_equal(signer_of(scene, ONE), "targets");
  assert_int_equal(
      PUBLISH(scene, "add", "@repo", "--package", "@two", "--no-channel", "--channel", "x", KEYS), CE_USAGE);
  assert_int_equal(PUBLISH(scene, "channel", "@repo", "stable", "--version", "2.0", X86_64, KEYS), CE_OK);
  assert_string_equal(signer_of(scene, TWO), "targets");
  assert_int_equal(PUBLISH(scene, "channel", "@repo", "stable", "--version", "9", X86_64, KEYS),
                   CE_NOT_FOUND);
  assert_int_equal(PUBLISH(scene, "channel", "@repo", "stable", "--version", "2.0", KEYS), CE_USAGE);
  assert_int_equal(PUBLISH(scene, "channel", "@repo", "--version", "2.0", X86_64, KEYS), CE_USAGE);
}

static void publishes_all_packages_of_a_directory_at_once(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  temp_directory(scene->directory, "many");
  assert_int_equal(publish_pack(scene, "2.0", "@many/a.tar.zst"), CE_OK);
  assert_int_equal(publish_pack(scene, "10.0", "@many/b.tar.zst"), CE_OK);
  assert_int_equal(publish_pack(scene, "9.0", "@c.tar.zst"), CE_OK);
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--package", "@many", "--package", "@c.tar.zst", KEYS),
                   CE_OK);
  assert_report(scene, "certenv-env_10.0_x86_64.tar.zst in channel stable");
  assert_string_equal(signer_of(scene, "packages/certenv-env_10.0_x86_64.tar.zst"), "targets");
  assert_string_equal(signer_of(scene, "packages/certenv-env_9.0_x86_64.tar.zst"), "archive");
  assert_string_equal(signer_of(scene, TWO), "archive");
  assert_int_equal(verify(scene), CE_OK);
  assert_report(scene, "targets version 3");
  temp_directory(scene->directory, "none");
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--package", "@none", KEYS), CE_NOT_FOUND);
}

static void removes_a_release_that_no_channel_offers(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  publish_version(scene, "2.0");
  char *file = publish_find(scene, "repo/targets", "certenv-env_1.0_x86_64.tar.zst");
  assert_int_equal(PUBLISH(scene, "remove", "@repo", "--version", "2.0", X86_64, KEYS), CE_CONFLICT);
  assert_non_null(strstr(scene->err.detail, "channel stable offers it"));
  assert_int_equal(PUBLISH(scene, "remove", "@repo", "--version", "3.0", X86_64, KEYS), CE_NOT_FOUND);
  assert_int_equal(PUBLISH(scene, "remove", "@repo", "--version", "1.0", X86_64, "--keep-file", KEYS), CE_OK);
  assert_string_equal(signer_of(scene, ONE), "none");
  assert_true(temp_exists(scene->directory, file));
  assert_int_equal(verify(scene), CE_OK);
  assert_report(scene, "unused   ");
  publish_version(scene, "3.0");
  assert_int_equal(PUBLISH(scene, "remove", "@repo", "--version", "2.0", X86_64, KEYS), CE_OK);
  free(publish_find(scene, "repo/targets", "certenv-env_3.0_x86_64.tar.zst"));
  char two[PATH_MAX];
  snprintf(two, sizeof two, "find '%s/repo/targets' -name '*_2.0_*' | grep -q .", scene->directory);
  assert_int_not_equal(system(two), 0);
  assert_int_equal(verify(scene), CE_OK);
  free(file);
}

/* The times of all files, `days` ago. */
static void age(const struct publish_scene *scene, int days) {
  char command[PATH_MAX];
  snprintf(command, sizeof command, "find '%s/repo' -type f -exec touch -d '@%lld' {} +", scene->directory,
           (long long)(scene->now_s - days * (int64_t)DAY_S));
  assert_int_equal(system(command), 0);
}

static void prunes_what_no_metadata_has_named_for_a_day(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  publish_version(scene, "2.0");
  assert_int_equal(PUBLISH(scene, "remove", "@repo", "--version", "1.0", X86_64, "--keep-file", KEYS), CE_OK);
  age(scene, 0);
  assert_int_equal(PUBLISH(scene, "timestamp", "@repo", "--force", "--prune", KEYS), CE_OK);
  assert_true(temp_exists(scene->directory, "repo/metadata/2.targets.json"));
  free(publish_find(scene, "repo/targets", "certenv-env_1.0_x86_64.tar.zst"));
  age(scene, 2);
  temp_write(scene->directory, "repo/targets/index.html", "not ours", 0644);
  temp_write(scene->directory, "repo/metadata/9.targets.json", "of a stopped publisher", 0644);
  assert_int_equal(PUBLISH(scene, "timestamp", "@repo", "--prune", KEYS), CE_OK);
  assert_report(scene, "Removed ");
  assert_false(temp_exists(scene->directory, "repo/metadata/2.targets.json"));
  assert_false(temp_exists(scene->directory, "repo/metadata/9.targets.json"));
  assert_true(temp_exists(scene->directory, "repo/metadata/1.root.json"));
  assert_true(temp_exists(scene->directory, "repo/metadata/4.targets.json"));
  assert_true(temp_exists(scene->directory, "repo/targets/index.html"));
  assert_int_equal(verify(scene), CE_OK);
  assert_null(strstr(scene->report, "unused"));
  assert_int_equal(PUBLISH(scene, "timestamp", "@repo", "--prune", KEYS), CE_OK);
  assert_string_equal(scene->report, "");
}

static void removes_what_a_stopped_publisher_left(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  temp_write(scene->directory, "repo/metadata/3.targets.json.new", "half", 0644);
  temp_write(scene->directory, "repo/targets/packages/x.new", "half", 0644);
  assert_int_equal(PUBLISH(scene, "timestamp", "@repo", "--force", KEYS), CE_OK);
  assert_false(temp_exists(scene->directory, "repo/metadata/3.targets.json.new"));
  assert_false(temp_exists(scene->directory, "repo/targets/packages/x.new"));
}

static void renews_the_timestamp_when_it_is_time(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  char *before = strdup(temp_read(scene->directory, "repo/metadata/timestamp.json"));
  scene->now_s = SCENE_NOW + 29 * DAY_S;
  assert_int_equal(PUBLISH(scene, "timestamp", "@repo", KEYS), CE_OK);
  assert_string_equal(scene->report, "");
  assert_string_equal(temp_read(scene->directory, "repo/metadata/timestamp.json"), before);
  scene->now_s = SCENE_NOW + 31 * DAY_S;
  assert_int_equal(PUBLISH(scene, "timestamp", "@repo", KEYS), CE_OK);
  assert_report(scene, "Renewed the timestamp; it is valid to ");
  assert_string_not_equal(temp_read(scene->directory, "repo/metadata/timestamp.json"), before);
  scene->now_s = SCENE_NOW + 90 * DAY_S;
  assert_int_equal(verify(scene), CE_OK);
  free(before);
}

static void renews_with_the_timestamps_key_alone(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  char command[PATH_MAX];
  snprintf(command, sizeof command, "cd '%s' && mkdir cron && cp keys/timestamp.pem cron", scene->directory);
  assert_int_equal(system(command), 0);
  scene->now_s = SCENE_NOW + 340 * DAY_S;
  assert_int_equal(PUBLISH(scene, "timestamp", "@repo", "--keys", "@cron", "--passphrase-file", "@pass"),
                   CE_REPOSITORY_ATTENTION);
  assert_report(scene, "Renewed the timestamp;");
  assert_report(scene, "expires  snapshot, on ");
  assert_report(scene, "expires  targets, on ");
  assert_int_equal(PUBLISH(scene, "timestamp", "@repo", "--force", KEYS), CE_REPOSITORY_ATTENTION);
  assert_report(scene, "Renewed snapshot and timestamp;");
  assert_null(strstr(scene->report, "expires  snapshot"));
  assert_int_equal(PUBLISH(scene, "timestamp", "@repo", "--warn-days", "7", KEYS), CE_OK);
  temp_require(unlink(temp_path(scene->directory, "cron/timestamp.pem")) == 0, "unlink");
  assert_int_equal(
      PUBLISH(scene, "timestamp", "@repo", "--force", "--keys", "@cron", "--passphrase-file", "@pass"),
      CE_PERMISSION);
}

#define DELEGATE(scene, ...) PUBLISH(scene, "delegate", "@repo", KEYS, __VA_ARGS__)

static void lets_a_department_publish_below_its_paths(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  publish_version(scene, "2.0");
  assert_int_equal(
      DELEGATE(scene, "--role", "dept", "--paths", "packages/dept-*", "--paths", "channels/dept-*/*.json"),
      CE_OK);
  assert_true(temp_exists(scene->directory, "keys/dept.pem"));
  char command[PATH_MAX];
  snprintf(command, sizeof command,
           "cd '%s' && mkdir dept && cp keys/dept.pem keys/snapshot.pem keys/timestamp.pem dept",
           scene->directory);
  assert_int_equal(system(command), 0);
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--package", "@one.tar.zst", "--role", "dept", "--channel",
                           "dept-stable", "--keys", "@dept", "--passphrase-file", "@pass"),
                   CE_OK);
  assert_string_equal(signer_of(scene, "packages/dept-certenv-env_1.0_x86_64.tar.zst"), "dept");
  assert_string_equal(signer_of(scene, "channels/dept-stable/x86_64.json"), "dept");
  assert_int_equal(verify(scene), CE_OK);
  assert_report(scene, "ok       packages/dept-certenv-env_1.0_x86_64.tar.zst");
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--package", "@2.0.tar.zst", "--role", "dept", "--channel",
                           "stable", "--keys", "@dept", "--passphrase-file", "@pass"),
                   CE_USAGE);
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--package", "@one.tar.zst", "--keys", "@dept",
                           "--passphrase-file", "@pass"),
                   CE_CONFLICT);
  assert_int_equal(PUBLISH(scene, "add", "@repo", "--package", "@2.0.tar.zst", "--keys", "@dept",
                           "--passphrase-file", "@pass"),
                   CE_PERMISSION);
  /* The next publication of targets leaves the department as it is. */
  publish_version(scene, "3.0");
  assert_int_equal(verify(scene), CE_OK);
  assert_int_equal(DELEGATE(scene, "--role", "dept", "--remove"), CE_OK);
  assert_string_equal(signer_of(scene, "channels/dept-stable/x86_64.json"), "none");
  assert_int_equal(verify(scene), CE_OK);
  /* A role of the same name goes on from the version that clients have seen. */
  assert_int_equal(DELEGATE(scene, "--role", "dept", "--paths", "packages/dept-*", "--threshold", "1"),
                   CE_OK);
  assert_true(temp_exists(scene->directory, "repo/metadata/3.dept.json"));
  assert_int_equal(verify(scene), CE_OK);
}

static void gives_the_archive_keys_of_its_own(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  publish_version(scene, "2.0");
  assert_int_equal(DELEGATE(scene, "--role", "archive"), CE_OK);
  assert_int_equal(verify(scene), CE_OK);
  publish_version(scene, "3.0");
  assert_string_equal(signer_of(scene, TWO), "archive");
  temp_require(unlink(temp_path(scene->directory, "keys/archive.pem")) == 0, "unlink");
  assert_int_equal(publish_pack(scene, "4.0", "@four"), CE_OK);
  assert_int_equal(publish_add(scene, "@four"), CE_PERMISSION);
  assert_string_equal(scene->err.subject, "archive");
  assert_int_equal(DELEGATE(scene, "--role", "archive", "--remove"), CE_CONFLICT);
  assert_int_equal(verify(scene), CE_OK);
}

static void refuses_roles_and_paths_that_make_no_sense(void **state) {
  struct publish_scene *scene = *state;
  static const char *const names[] = {"root", "targets", "Dept", "dept-2", "archive-2", "../x", "", "a.b"};
  publish_prepare(scene);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    assert_int_equal(DELEGATE(scene, "--role", names[i], "--paths", "packages/x-*"), CE_USAGE);
  }
  assert_int_equal(DELEGATE(scene, "--role", "dept"), CE_USAGE);
  assert_int_equal(DELEGATE(scene, "--role", "dept", "--paths", "/etc/*"), CE_USAGE);
  assert_int_equal(DELEGATE(scene, "--role", "dept", "--paths", "packages/../x"), CE_USAGE);
  assert_int_equal(DELEGATE(scene, "--role", "archive", "--paths", "packages/x-*"), CE_USAGE);
  assert_int_equal(DELEGATE(scene, "--role", "dept", "--remove"), CE_NOT_FOUND);
  assert_int_equal(verify(scene), CE_OK);
  assert_report(scene, "targets version 2");
}

/* A repository as earlier versions left it: all packages in targets, no delegations. */
static void make_it_old(struct publish_scene *scene) {
  CE_AUTO(ce_repository) struct ce_repository repository = {0};
  CE_AUTO(ce_published) struct ce_published published = {0};
  CE_AUTO(ce_publication) struct ce_publication publication = {0};
  struct ce_signers signers[CE_ROLE_COUNT] = {0};
  struct ce_publish_arguments arguments = {.out = stdout, .language = ce_language_by_name("en")};
  static const struct ce_publish_option option = {"passphrase-file", "FILE", "", false};
  arguments.given[0].option = &option;
  arguments.given[0].value = strdup(temp_path(scene->directory, "pass"));
  arguments.given_count = 1;
  CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = &arguments};
  load(scene, &repository, &published);
  json_t *to = json_object_get(published.targets.body, "targets");
  json_object_update(to, json_object_get(published.delegated[0].body, "targets"));
  json_object_del(published.targets.body, "delegations");
  ce_published_remove_role(&published, "archive");
  json_object_del(json_object_get(published.snapshot.body, "meta"), "archive.json");
  assert_int_equal(ce_published_load_signers(&published, temp_path(scene->directory, "keys"), &unlock,
                                             signers, &scene->err),
                   CE_OK);
  assert_int_equal(ce_publication_make(&published, signers, SCENE_NOW, &publication, &scene->err), CE_OK);
  assert_int_equal(ce_publication_write(&publication, &repository, &scene->err), CE_OK);
  ce_role_signers_clear(signers);
  free((char *)(uintptr_t)arguments.given[0].value);
}

static void arranges_a_repository_of_an_earlier_version(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  publish_version(scene, "2.0");
  make_it_old(scene);
  assert_string_equal(signer_of(scene, ONE), "targets");
  assert_int_equal(verify(scene), CE_OK);
  publish_version(scene, "3.0");
  assert_string_equal(signer_of(scene, ONE), "archive");
  assert_string_equal(signer_of(scene, TWO), "archive");
  assert_int_equal(verify(scene), CE_OK);
}

static void continues_a_full_archive_in_the_next_one(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  CE_AUTO(ce_repository) struct ce_repository repository = {0};
  CE_AUTO(ce_published) struct ce_published published = {0};
  CE_AUTO(ce_offers) struct ce_offers offers = {0};
  struct ce_digest digest = {{1}};
  load(scene, &repository, &published);
  for (int i = 0; i < 100; i++) {
    CE_AUTO(ce_free) char *path = ce_text_format("packages/certenv-env_0.%d_x86_64.tar.zst", i);
    assert_int_equal(ce_document_set_target(published.targets.body, path, 1, &digest), 0);
  }
  assert_int_equal(ce_document_set_target(published.targets.body, "packages/sub/other", 1, &digest), 0);
  assert_int_equal(ce_archive_arrange(&published, &offers, 10000, &scene->err), CE_OK);
  assert_int_equal(published.delegated_count, 3);
  assert_string_equal(ce_delegation_name(published.targets.body, 0), "archive-3");
  assert_string_equal(ce_delegation_name(published.targets.body, 2), "archive");
  size_t count = 0;
  for (size_t i = 0; i < 3; i++) {
    size_t here = json_object_size(json_object_get(published.delegated[i].body, "targets"));
    assert_in_range(here, 1, 10000 / 200);
    count += here;
  }
  assert_int_equal(count, 101);
  assert_int_equal(json_object_size(json_object_get(published.targets.body, "targets")), 2);
  assert_int_equal(ce_archive_number("archive"), 1);
  assert_int_equal(ce_archive_number("archive-12"), 12);
  assert_int_equal(ce_archive_number("archive-01"), 0);
  assert_int_equal(ce_archive_number("archives"), 0);
}

static void signs_nothing_on_top_of_a_changed_archive(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  publish_version(scene, "2.0");
  const char *bytes = temp_read(scene->directory, "repo/metadata/1.archive.json");
  char *changed = strdup(bytes);
  *strstr(changed, "1.0_x86_64") = '7';
  temp_write(scene->directory, "repo/metadata/1.archive.json", changed, 0644);
  assert_int_equal(ce_code_exit_status(publish_add(scene, "@2.0.tar.zst")), 5);
  assert_int_equal(ce_code_exit_status(verify(scene)), 5);
  temp_require(unlink(temp_path(scene->directory, "repo/metadata/1.archive.json")) == 0, "unlink");
  assert_int_equal(ce_code_exit_status(verify(scene)), 5);
  free(changed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, publish_set_up, publish_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(moves_a_package_that_no_channel_names_into_the_archive),
      TEST(keeps_a_package_that_another_channel_names),
      TEST(takes_a_package_back_that_a_channel_names_again),
      TEST(publishes_without_a_channel),
      TEST(publishes_all_packages_of_a_directory_at_once),
      TEST(removes_a_release_that_no_channel_offers),
      TEST(prunes_what_no_metadata_has_named_for_a_day),
      TEST(removes_what_a_stopped_publisher_left),
      TEST(renews_the_timestamp_when_it_is_time),
      TEST(renews_with_the_timestamps_key_alone),
      TEST(lets_a_department_publish_below_its_paths),
      TEST(gives_the_archive_keys_of_its_own),
      TEST(refuses_roles_and_paths_that_make_no_sense),
      TEST(arranges_a_repository_of_an_earlier_version),
      TEST(continues_a_full_archive_in_the_next_one),
      TEST(signs_nothing_on_top_of_a_changed_archive),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
