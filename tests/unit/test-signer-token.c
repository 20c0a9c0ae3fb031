/* SPDX-License-Identifier: Apache-2.0
 * Signing keys on tokens, with SoftHSM 2: every type, and what an operator is told when it does not work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "publish/token-signer.h"
#include "softhsm-scene.h"

#include <string.h>

static const char message[] = "what is signed";

struct scene {
  char *directory;
  struct ce_fs *fs;
  struct ce_publish_arguments arguments;
  struct ce_publish_option option;
  struct ce_unlock unlock;
  struct ce_error err;
};

/* Tokens are made once: SoftHSM's are slow to make, and the tests only read them. */
static char *tokens_directory;

static void make_tokens(void) {
  static const char *const types[] = {"EC:edwards25519", "EC:prime256v1", "EC:secp384r1", "rsa:2048"};
  tokens_directory = temp_make();
  softhsm_prepare(tokens_directory);
  softhsm_make_token("Root keys");
  softhsm_make_token("twin");
  softhsm_make_token("twin");
  for (size_t i = 0; i < 4; i++) {
    char id[8], label[16];
    snprintf(id, sizeof id, "0%zu", i + 1);
    snprintf(label, sizeof label, "key %zu", i + 1);
    softhsm_make_key("Root keys", types[i], id, label);
  }
  softhsm_make_key("Root keys", "rsa:1024", "09", "short");
  softhsm_make_key("Root keys", "EC:prime256v1", "0a", "same");
  softhsm_make_key("Root keys", "EC:prime256v1", "0b", "same");
  softhsm_make_key("Root keys", "EC:prime256v1", "0c", "alone");
  softhsm_shell("pkcs11-tool --module " SOFTHSM_MODULE " --token-label 'Root keys' --login --pin " SOFTHSM_PIN
                " --delete-object --type pubkey --id 0c >/dev/null 2>&1");
}

static int set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  temp_require(scene != NULL, "calloc");
  if (!tokens_directory) {
    make_tokens();
  }
  scene->directory = temp_make();
  temp_require(ce_fs_open_root(scene->directory, &scene->fs, &scene->err) == CE_OK, "open");
  temp_write(scene->directory, "pin", SOFTHSM_PIN "\n", 0600);
  scene->option.name = "pin-file";
  scene->arguments.language = ce_language_by_name("en");
  scene->arguments.given[0].option = &scene->option;
  scene->arguments.given[0].value = strdup(temp_path(scene->directory, "pin"));
  scene->arguments.given_count = 1;
  scene->unlock.arguments = &scene->arguments;
  *state = scene;
  return 0;
}

static int tear_down(void **state) {
  struct scene *scene = *state;
  ce_unlock_clear(&scene->unlock);
  free((char *)(uintptr_t)scene->arguments.given[0].value);
  ce_fs_free(scene->fs);
  temp_remove(scene->directory);
  free(scene);
  return 0;
}

static int drop_tokens(void **state) {
  (void)state;
  if (tokens_directory) {
    temp_remove(tokens_directory);
  }
  return 0;
}

#define URI(attributes) "pkcs11:" attributes "?module-path=" SOFTHSM_MODULE

static enum ce_code open_key(struct scene *scene, const char *uri, struct ce_signer *ret) {
  return ce_token_signer_open(uri, "root.uri", &scene->unlock, ret, &scene->err);
}

static void refuse(struct scene *scene, const char *uri, enum ce_code code, const char *words) {
  struct ce_signer signer = {0};
  assert_int_equal(open_key(scene, uri, &signer), code);
  if (!strstr(scene->err.detail, words)) {
    fail_msg("'%s' does not say: %s", scene->err.detail, words);
  }
}

static void signs_with_keys_of_every_type(void **state) {
  struct scene *scene = *state;
  static const char *const uris[] = {
      URI("token=Root%20keys;id=%01"), URI("token=Root%20keys;object=key%202;type=private"),
      URI("token=Root%20keys;id=%03;object=key%203"), URI("token=Root%20keys;object=key%204")};
  for (size_t i = 0; i < 4; i++) {
    CE_AUTO(ce_signer) struct ce_signer signer = {0};
    CE_AUTO(ce_blob) struct ce_blob signature = {0};
    assert_int_equal(open_key(scene, uris[i], &signer), CE_OK);
    assert_ptr_equal(signer.public_key.type, &ce_key_types()[i]);
    assert_int_equal(ce_signer_sign(&signer, message, sizeof message, &signature, &scene->err), CE_OK);
    assert_true(ce_public_key_verify(&signer.public_key, &signature, message, sizeof message));
  }
  assert_int_equal(scene->unlock.tokens.count, 1);
}

static void signs_after_what_opened_it_is_gone(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_signer) struct ce_signer first = {0}, second = {0};
  CE_AUTO(ce_blob) struct ce_blob signature = {0};
  assert_int_equal(open_key(scene, URI("token=Root%20keys;id=%01"), &first), CE_OK);
  assert_int_equal(open_key(scene, URI("token=Root%20keys;id=%02"), &second), CE_OK);
  ce_unlock_clear(&scene->unlock);
  ce_signer_clear(&first);
  assert_int_equal(ce_signer_sign(&second, message, sizeof message, &signature, &scene->err), CE_OK);
}

static void registers_a_key_in_a_directory_and_finds_it_again(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_signer) struct ce_signer made = {0}, again = {0};
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  const char *uri = URI("token=Root%20keys;id=%01");
  assert_int_equal(ce_signer_register(scene->fs, "root", 1, uri, &scene->unlock, &made, &scene->err), CE_OK);
  assert_int_equal(strncmp(temp_read(scene->directory, "root-2.uri"), uri, strlen(uri)), 0);
  assert_true(temp_exists(scene->directory, "root-2.pub"));
  assert_int_equal(ce_signer_register(scene->fs, "root", 1, uri, &scene->unlock, &again, &scene->err),
                   CE_CONFLICT);
  assert_int_equal(ce_signers_load(&signers, scene->fs, "root", NULL, &scene->unlock, &scene->err), CE_OK);
  assert_int_equal(signers.count, 1);
  assert_string_equal(signers.items[0].public_key.key_id, made.public_key.key_id);
  assert_false(scene->unlock.has_passphrase);
}

static void passes_over_a_token_that_is_not_there(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  temp_write(scene->directory, "root.uri", URI("token=Lost;id=%01") "\n", 0600);
  temp_write(scene->directory, "root-2.uri", "pkcs11:id=%01?module-path=/nowhere/module.so\n", 0600);
  temp_write(scene->directory, "root-3.uri", URI("token=Root%20keys;id=%02") "\n", 0600);
  assert_int_equal(ce_signers_load(&signers, scene->fs, "root", NULL, &scene->unlock, &scene->err), CE_OK);
  assert_int_equal(signers.count, 1);
  assert_string_equal(signers.items[0].name, "root-3.uri");
  ce_fail(&scene->err, CE_PERMISSION, "load keys", "root", "too few");
  ce_unlock_explain(&scene->unlock, &scene->err);
  assert_string_equal(scene->err.detail, "too few; /nowhere/module.so: there is no such file");
}

static bool wants_nothing(const void *context, const char *key_id) {
  (void)context;
  (void)key_id;
  return false;
}

static void opens_no_key_that_nobody_wants(void **state) {
  struct scene *scene = *state;
  struct ce_signer_filter filter = {wants_nothing, NULL};
  CE_AUTO(ce_signer) struct ce_signer made = {0};
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  assert_int_equal(ce_signer_register(scene->fs, "root", 0, URI("token=Root%20keys;id=%01"), &scene->unlock,
                                      &made, &scene->err),
                   CE_OK);
  ce_signer_clear(&made);
  ce_unlock_clear(&scene->unlock);
  scene->unlock.arguments = &scene->arguments;
  temp_write(scene->directory, "pin", "000000\n", 0600);
  assert_int_equal(ce_signers_load(&signers, scene->fs, "root", &filter, &scene->unlock, &scene->err), CE_OK);
  assert_int_equal(signers.count, 0);
  assert_int_equal(scene->unlock.tokens.count, 0);
}

static void takes_the_pin_from_the_file_that_the_uri_names(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_signer) struct ce_signer signer = {0};
  char uri[PATH_MAX + 256];
  scene->arguments.given_count = 0;
  snprintf(uri, sizeof uri, "%s&pin-source=file:%s", URI("token=Root%20keys;id=%01"),
           temp_path(scene->directory, "pin"));
  assert_int_equal(open_key(scene, uri, &signer), CE_OK);
}

static void tells_a_wrong_pin_and_tries_it_once(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_signer) struct ce_signer signer = {0};
  temp_write(scene->directory, "pin", "000000\n", 0600);
  refuse(scene, URI("token=Root%20keys;id=%01"), CE_PERMISSION, "the PIN is wrong");
  assert_string_equal(scene->err.subject, "Root keys");
  temp_write(scene->directory, "pin", SOFTHSM_PIN "\n", 0600);
  assert_int_equal(open_key(scene, URI("token=Root%20keys;id=%01"), &signer), CE_OK);
}

static void tells_which_token_or_key_is_missing(void **state) {
  struct scene *scene = *state;
  refuse(scene, URI("token=Lost;id=%01"), CE_NOT_FOUND, "no such token");
  refuse(scene, URI("token=Root;id=%01"), CE_NOT_FOUND, "no such token");
  refuse(scene, URI("token=Root%20keys;id=%77"), CE_PERMISSION, "no such private key");
  refuse(scene, URI("token=Root%20keys;object=lost"), CE_PERMISSION, "no such private key");
}

static void asks_for_more_when_several_match(void **state) {
  struct scene *scene = *state;
  refuse(scene, URI("token=twin;id=%01"), CE_PERMISSION, "2 tokens match");
  refuse(scene, URI("token=Root%20keys;object=same"), CE_PERMISSION, "several private keys");
}

static void refuses_keys_that_it_cannot_use(void **state) {
  struct scene *scene = *state;
  refuse(scene, URI("token=Root%20keys;object=short"), CE_USAGE, "2048");
  refuse(scene, URI("token=Root%20keys;object=alone"), CE_PERMISSION,
         "neither its public key nor a certificate");
}

static void tells_what_is_wrong_with_a_module(void **state) {
  struct scene *scene = *state;
  char uri[PATH_MAX + 64];
  refuse(scene, "pkcs11:id=%01?module-path=/nowhere/module.so", CE_NOT_FOUND, "no such file");
  temp_write(scene->directory, "module.so", "not an object", 0600);
  snprintf(uri, sizeof uri, "pkcs11:id=%%01?module-path=%s", temp_path(scene->directory, "module.so"));
  refuse(scene, uri, CE_PERMISSION, "module.so");
  refuse(scene, "pkcs11:id=%01?module-path=libc.so.6", CE_PERMISSION, "not a PKCS#11 module");
}

static void reads_only_a_uri_from_a_key_file(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  static const char *const wrong[] = {"", "nonsense\n", "pkcs11:token=x\n"};
  for (size_t i = 0; i < 3; i++) {
    temp_write(scene->directory, "root.uri", wrong[i], 0600);
    assert_int_equal(ce_signers_load(&signers, scene->fs, "root", NULL, &scene->unlock, &scene->err),
                     CE_USAGE);
    assert_non_null(strstr(scene->err.detail, "root.uri"));
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  if (!softhsm_is_here()) {
    puts("skipped: softhsm2 and opensc are not installed");
    return 77;
  }
  const struct CMUnitTest tests[] = {
      TEST(signs_with_keys_of_every_type),
      TEST(signs_after_what_opened_it_is_gone),
      TEST(registers_a_key_in_a_directory_and_finds_it_again),
      TEST(passes_over_a_token_that_is_not_there),
      TEST(opens_no_key_that_nobody_wants),
      TEST(takes_the_pin_from_the_file_that_the_uri_names),
      TEST(tells_a_wrong_pin_and_tries_it_once),
      TEST(tells_which_token_or_key_is_missing),
      TEST(asks_for_more_when_several_match),
      TEST(refuses_keys_that_it_cannot_use),
      TEST(tells_what_is_wrong_with_a_module),
      TEST(reads_only_a_uri_from_a_key_file),
  };
  return cmocka_run_group_tests(tests, NULL, drop_tokens);
}
