/* SPDX-License-Identifier: Apache-2.0
 * certenv-publish sign and accept: a root that several people sign on machines of their own, and the
 * documents that nobody signs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "key-scene.h"
#include "publish/ceremony.h"
#include "publish/document.h"

/* Ann, Bob and Eve have a root key each; two of them must sign. The online machine has no root key. */
static void prepare(struct publish_scene *scene) {
  publish_prepare(scene);
  static const char *const people[] = {"@bob", "@eve"};
  key_shell(scene, "mkdir ann && mv keys/root.* ann");
  for (size_t i = 0; i < 2; i++) {
    char file[32];
    assert_int_equal(PUBLISH(scene, "key make", "--keys", people[i], "--role", "root", "--type",
                             i ? "ecdsa-p256" : "rsa", WITH_PASS),
                     CE_OK);
    snprintf(file, sizeof file, "%s/root.pem", people[i] + 1);
    publish_weaken_key(temp_path(scene->directory, file));
    snprintf(file, sizeof file, "%s/root.pub", people[i]);
    assert_int_equal(PUBLISH(scene, "key rotate", "@repo", "--keys", "@ann", "--role", "root", "--add",
                             "--new-key", file, WITH_PASS),
                     CE_OK);
  }
}

static enum ce_code propose(struct publish_scene *scene) {
  return PUBLISH(scene, "key rotate", "@repo", "--keys", "@keys", "--role", "timestamp", "--offline", "@next",
                 WITH_PASS);
}

static enum ce_code sign(struct publish_scene *scene, const char *keys) {
  return PUBLISH(scene, "sign", "@next", "--keys", keys, "--trusted", "@trusted", "--yes", WITH_PASS);
}

static enum ce_code accept(struct publish_scene *scene) {
  return PUBLISH(scene, "accept", "@repo", "--document", "@next", "--keys", "@keys", "--yes", WITH_PASS);
}

/* Threshold 2 of 3, which Ann alone may still decide. */
static void prepare_two_of_three(struct publish_scene *scene) {
  prepare(scene);
  char id[CE_DIGEST_HEX_SIZE];
  memcpy(id, key_id_of(scene, "bob/root.pub"), sizeof id);
  assert_int_equal(PUBLISH(scene, "key make", "--keys", "@extra", "--role", "root", WITH_PASS), CE_OK);
  assert_int_equal(PUBLISH(scene, "key rotate", "@repo", "--keys", "@ann", "--role", "root", "--key-id", id,
                           "--new-key", "@extra/root.pub", "--threshold", "2", "--offline", "@next",
                           WITH_PASS),
                   CE_OK);
  key_shell(scene, "cp repo/metadata/3.root.json trusted");
  assert_int_equal(sign(scene, "@eve"), CE_OK);
  key_assert_report(scene, "root: new key");
  key_assert_report(scene, "root: key removed  rsa");
  key_assert_report(scene, "root: 2 of 3 keys must sign, and not 1 as before");
  key_assert_report(scene, "targets: unchanged, 1 of 1 keys must sign");
  key_assert_report(scene, "That is enough");
  assert_int_equal(PUBLISH(scene, "accept", "@repo", "--document", "@next", "--yes"), CE_OK);
  key_shell(scene, "rm -r bob && mv extra bob && cp repo/metadata/4.root.json trusted");
}

static void lets_two_of_three_people_sign_one_after_the_other(void **state) {
  struct publish_scene *scene = *state;
  prepare_two_of_three(scene);
  assert_int_equal(key_client_refresh(scene), CE_OK);
  assert_int_equal(propose(scene), CE_OK);
  assert_int_equal(accept(scene), CE_TRUST_SIGNATURE);
  assert_int_equal(sign(scene, "@bob"), CE_OK);
  key_assert_report(scene, "timestamp: new key");
  key_assert_report(scene, "Signatures that count for the root that you trust: 1 of 2.");
  assert_null(strstr(scene->report, "That is enough"));
  assert_int_equal(accept(scene), CE_TRUST_SIGNATURE);
  assert_int_equal(sign(scene, "@bob"), CE_OK);
  key_assert_report(scene, "have signed it already");
  assert_int_equal(accept(scene), CE_TRUST_SIGNATURE);
  assert_int_equal(sign(scene, "@eve"), CE_OK);
  key_assert_report(scene, "Signatures that count for the new root: 2 of 2.");
  assert_int_equal(accept(scene), CE_OK);
  key_assert_report(scene, "Signed timestamp anew");
  assert_true(temp_exists(scene->directory, "keys/timestamp-2.pem"));
  assert_false(temp_exists(scene->directory, "keys/timestamp.pem"));
  assert_int_equal(key_verify(scene), CE_OK);
  assert_int_equal(key_client_refresh(scene), CE_OK);
  assert_int_equal(accept(scene), CE_TRUST_ROLLBACK);
}

static void counts_both_roots_when_root_keys_change(void **state) {
  struct publish_scene *scene = *state;
  prepare_two_of_three(scene);
  char id[CE_DIGEST_HEX_SIZE];
  memcpy(id, key_id_of(scene, "eve/root.pub"), sizeof id);
  assert_int_equal(PUBLISH(scene, "key make", "--keys", "@zoe", "--role", "root", WITH_PASS), CE_OK);
  assert_int_equal(PUBLISH(scene, "key rotate", "@repo", "--keys", "@keys", "--role", "root", "--key-id", id,
                           "--new-key", "@zoe/root.pub", "--offline", "@next", WITH_PASS),
                   CE_OK);
  assert_int_equal(sign(scene, "@ann"), CE_OK);
  assert_int_equal(sign(scene, "@zoe"), CE_OK);
  key_assert_report(scene, "Signatures that count for the root that you trust: 1 of 2.");
  key_assert_report(scene, "Signatures that count for the new root: 2 of 2.");
  assert_int_equal(accept(scene), CE_TRUST_SIGNATURE);
  assert_int_equal(sign(scene, "@eve"), CE_OK);
  assert_int_equal(accept(scene), CE_OK);
  assert_int_equal(key_verify(scene), CE_OK);
}

static void publishes_only_with_the_keys_that_must_sign_anew(void **state) {
  struct publish_scene *scene = *state;
  prepare(scene);
  key_shell(scene, "cp repo/metadata/3.root.json trusted");
  assert_int_equal(propose(scene), CE_OK);
  assert_int_equal(sign(scene, "@ann"), CE_OK);
  assert_int_equal(PUBLISH(scene, "accept", "@repo", "--document", "@next", "--yes"), CE_USAGE);
  key_assert_detail(scene, "timestamp must be signed anew, for which --keys is missing");
  assert_int_equal(
      PUBLISH(scene, "accept", "@repo", "--document", "@next", "--keys", "@eve", "--yes", WITH_PASS),
      CE_PERMISSION);
  assert_false(temp_exists(scene->directory, "repo/metadata/4.root.json"));
  assert_int_equal(accept(scene), CE_OK);
}

static void refuses_a_version_that_does_not_follow(void **state) {
  struct publish_scene *scene = *state;
  prepare(scene);
  assert_int_equal(propose(scene), CE_OK);
  static const char *const wrong[] = {"repo/metadata/1.root.json", "repo/metadata/2.root.json", "next"};
  for (size_t i = 0; i < 3; i++) {
    char command[128];
    snprintf(command, sizeof command, "cp %s trusted", wrong[i]);
    key_shell(scene, command);
    enum ce_code code = sign(scene, "@ann");
    assert_int_equal(code, i < 2 ? CE_TRUST_ROLLBACK : CE_TRUST_SIGNATURE);
  }
  assert_int_equal(PUBLISH(scene, "sign", "@next", "--keys", "@ann", "--yes", WITH_PASS), CE_USAGE);
  key_assert_detail(scene, "--trusted");
}

static void refuses_another_repositorys_document(void **state) {
  struct publish_scene *scene = *state;
  prepare(scene);
  assert_int_equal(propose(scene), CE_OK);
  assert_int_equal(PUBLISH(scene, "init", "@other", "--keys", "@other-keys", WITH_PASS), CE_OK);
  key_shell(scene, "cp other/metadata/1.root.json trusted");
  assert_int_equal(sign(scene, "@ann"), CE_TRUST_ROOT);
  assert_int_equal(PUBLISH(scene, "accept", "@other", "--document", "@next", "--yes"), CE_TRUST_ROOT);
}

/* Changes the document by a line of Python in which `b` is the body. */
static void tamper(const struct publish_scene *scene, const char *change) {
  char command[1024];
  snprintf(command, sizeof command,
           "python3 -c 'import json; d=json.load(open(\"good\")); b=d[\"signed\"]; %s; "
           "json.dump(d,open(\"next\",\"w\"))'",
           change);
  key_shell(scene, command);
}

static void refuses_documents_that_are_not_what_they_must_be(void **state) {
  struct publish_scene *scene = *state;
  static const char *const changes[] = {
      "b[\"_type\"]=\"targets\"",
      "b[\"spec_version\"]=\"2.0.0\"",
      "b[\"version\"]=0",
      "b[\"expires\"]=\"never\"",
      "b[\"roles\"].pop(\"snapshot\")",
      "b[\"roles\"][\"snapshot\"][\"threshold\"]=2",
      "b[\"roles\"][\"snapshot\"][\"keyids\"]*=2; b[\"roles\"][\"snapshot\"][\"threshold\"]=2",
      "b[\"keys\"].popitem()",
      ("k=b[\"keys\"].popitem(); b[\"keys\"][\"0\"*64]=k[1]; "
       "b[\"roles\"][\"targets\"][\"keyids\"].append(\"0\"*64)"),
      "k=list(b[\"keys\"])[0]; b[\"keys\"][k][\"keyval\"][\"public\"]=\"\\u001b[2J\"",
      "d[\"signed\"]=[]",
  };
  prepare(scene);
  key_shell(scene, "cp repo/metadata/3.root.json trusted");
  assert_int_equal(propose(scene), CE_OK);
  key_shell(scene, "mv next good");
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    tamper(scene, changes[i]);
    if (sign(scene, "@ann") != CE_TRUST_FORMAT || !scene->err.detail[0]) {
      fail_msg("not refused: %s", changes[i]);
    }
  }
  key_shell(scene, "cp repo/metadata/2.targets.json next");
  assert_int_equal(sign(scene, "@ann"), CE_TRUST_FORMAT);
  temp_write(scene->directory, "next", "", 0600);
  assert_int_equal(sign(scene, "@ann"), CE_TRUST_FORMAT);
  assert_int_equal(PUBLISH(scene, "sign", "@good", "--keys", "@ann", "--role", "targets", "--yes", WITH_PASS),
                   CE_USAGE);
}

static void tells_what_else_changes_and_that_it_has_expired(void **state) {
  struct publish_scene *scene = *state;
  prepare(scene);
  key_shell(scene, "cp repo/metadata/3.root.json trusted");
  assert_int_equal(propose(scene), CE_OK);
  key_shell(scene, "mv next good");
  tamper(scene, "b[\"expires\"]=\"2020-01-01T00:00:00Z\"; b[\"consistent_snapshot\"]=False");
  assert_int_equal(sign(scene, "@ann"), CE_OK);
  key_assert_report(scene, "Other members change too");
  key_assert_report(scene, "it has expired");
  assert_int_equal(accept(scene), CE_TRUST_EXPIRED);
}

static void drops_signatures_of_what_was_changed_afterwards(void **state) {
  struct publish_scene *scene = *state;
  prepare(scene);
  key_shell(scene, "cp repo/metadata/3.root.json trusted");
  assert_int_equal(propose(scene), CE_OK);
  assert_int_equal(sign(scene, "@ann"), CE_OK);
  assert_int_equal(sign(scene, "@eve"), CE_OK);
  key_shell(scene, "mv next good");
  tamper(scene, "b[\"roles\"][\"root\"][\"x-more\"]=1");
  assert_int_equal(accept(scene), CE_TRUST_SIGNATURE);
  assert_int_equal(sign(scene, "@ann"), CE_OK);
  key_assert_report(scene, "Signatures that count for the new root: 0 of 1.");
  key_assert_report(scene, "Signatures that count for the new root: 1 of 1.");
  /* Eve's, which is not valid any more, is hers to replace. */
  const char *eve = key_id_of(scene, "eve/root.pub");
  assert_non_null(strstr(temp_read(scene->directory, "next"), eve));
  assert_int_equal(accept(scene), CE_OK);
}

static void signs_with_keys_that_count_only(void **state) {
  struct publish_scene *scene = *state;
  prepare(scene);
  key_shell(scene, "cp repo/metadata/3.root.json trusted");
  assert_int_equal(propose(scene), CE_OK);
  key_shell(scene, "cp next before");
  assert_int_equal(PUBLISH(scene, "key make", "--keys", "@stranger", "--role", "root", WITH_PASS), CE_OK);
  assert_int_equal(sign(scene, "@stranger"), CE_PERMISSION);
  assert_int_equal(sign(scene, "@keys"), CE_PERMISSION);
  temp_write(scene->directory, "pass", "wrong horse\n", 0600);
  assert_int_equal(sign(scene, "@ann"), CE_PERMISSION);
  key_shell(scene, "cmp next before");
}

static int sign_without_terminal(void *context) {
  struct publish_scene *scene = context;
  TEMP_CHECK(setsid() >= 0);
  TEMP_CHECK(PUBLISH(scene, "sign", "@next", "--keys", "@ann", "--trusted", "@trusted", WITH_PASS) ==
             CE_USAGE);
  TEMP_CHECK(strstr(scene->err.detail, "--yes"));
  return 0;
}

static void signs_nothing_without_consent(void **state) {
  struct publish_scene *scene = *state;
  prepare(scene);
  key_shell(scene, "cp repo/metadata/3.root.json trusted");
  assert_int_equal(propose(scene), CE_OK);
  key_shell(scene, "cp next before");
  assert_int_equal(temp_in_child(sign_without_terminal, scene), 0);
  key_shell(scene, "cmp next before");
}

static void signs_the_first_root_of_a_repository(void **state) {
  struct publish_scene *scene = *state;
  publish_prepare(scene);
  key_shell(scene, "cp repo/metadata/1.root.json good");
  tamper(scene, "d[\"signatures\"]=[]");
  assert_int_equal(PUBLISH(scene, "sign", "@next", "--keys", "@keys", "--yes", WITH_PASS), CE_OK);
  key_assert_report(scene, "It is the first of its repository");
  key_assert_report(scene, "root: new key");
  key_assert_report(scene, "Signatures that count for the new root: 1 of 1.");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, publish_set_up, publish_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(lets_two_of_three_people_sign_one_after_the_other),
      TEST(counts_both_roots_when_root_keys_change),
      TEST(publishes_only_with_the_keys_that_must_sign_anew),
      TEST(refuses_a_version_that_does_not_follow),
      TEST(refuses_another_repositorys_document),
      TEST(refuses_documents_that_are_not_what_they_must_be),
      TEST(tells_what_else_changes_and_that_it_has_expired),
      TEST(drops_signatures_of_what_was_changed_afterwards),
      TEST(signs_with_keys_that_count_only),
      TEST(signs_nothing_without_consent),
      TEST(signs_the_first_root_of_a_repository),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
