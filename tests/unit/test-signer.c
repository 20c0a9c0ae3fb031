/* SPDX-License-Identifier: Apache-2.0
 * Signing keys of every type in files, and what is in a key directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "publish/key-file.h"
#include "publish/signer.h"
#include "temp-tree.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

static const char message[] = "what is signed";

struct scene {
  char *directory;
  struct ce_fs *fs;
  struct ce_publish_arguments arguments;
  struct ce_publish_option option;
  struct ce_error err;
};

static int set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  temp_require(scene != NULL, "calloc");
  scene->directory = temp_make();
  temp_require(ce_fs_open_root(scene->directory, &scene->fs, &scene->err) == CE_OK, "open");
  temp_write(scene->directory, "pass", "correct horse\n", 0600);
  scene->option.name = "passphrase-file";
  scene->arguments.language = ce_language_by_name("en");
  scene->arguments.given[0].option = &scene->option;
  scene->arguments.given[0].value = strdup(temp_path(scene->directory, "pass"));
  scene->arguments.given_count = 1;
  *state = scene;
  return 0;
}

static int tear_down(void **state) {
  struct scene *scene = *state;
  free((char *)(uintptr_t)scene->arguments.given[0].value);
  ce_fs_free(scene->fs);
  temp_remove(scene->directory);
  free(scene);
  return 0;
}

static void assert_signs(const struct ce_signer *signer) {
  CE_AUTO(ce_blob) struct ce_blob signature = {0};
  struct ce_error err;
  assert_int_equal(ce_signer_sign(signer, message, sizeof message, &signature, &err), CE_OK);
  assert_true(ce_public_key_verify(&signer->public_key, &signature, message, sizeof message));
  assert_false(ce_public_key_verify(&signer->public_key, &signature, message, sizeof message - 1));
}

static void makes_and_opens_keys_of_every_type(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = &scene->arguments};
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  char ids[8][CE_DIGEST_HEX_SIZE];
  size_t count = 0;
  for (const struct ce_key_type *type = ce_key_types(); type->name; type++) {
    CE_AUTO(ce_signer) struct ce_signer signer = {0};
    assert_int_equal(ce_signer_make(scene->fs, "root", count, type, &unlock, &signer, &scene->err), CE_OK);
    assert_ptr_equal(signer.public_key.type, type);
    assert_signs(&signer);
    memcpy(ids[count++], signer.public_key.key_id, CE_DIGEST_HEX_SIZE);
  }
  assert_int_equal(ce_signers_load(&signers, scene->fs, "root", NULL, &unlock, &scene->err), CE_OK);
  assert_int_equal(signers.count, count);
  for (size_t i = 0; i < count; i++) {
    assert_string_equal(signers.items[i].public_key.key_id, ids[i]);
    assert_signs(&signers.items[i]);
  }
  assert_string_equal(signers.items[0].name, "root.pem");
  assert_string_equal(signers.items[3].name, "root-4.pem");
  assert_int_equal(temp_mode(scene->directory, "root-4.pem"), 0600);
}

static void writes_the_public_half_beside_each(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = &scene->arguments};
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  assert_int_equal(ce_signers_generate(&signers, scene->fs, "targets", 2, &unlock, &scene->err), CE_OK);
  CE_AUTO(ce_blob) struct ce_blob pem = {0};
  CE_AUTO(ce_public_key) struct ce_public_key key = {0};
  const char *text = temp_read(scene->directory, "targets-2.pub");
  assert_int_equal(ce_blob_append(&pem, text, strlen(text), &scene->err), CE_OK);
  assert_int_equal(ce_public_key_parse(&pem, "targets-2.pub", &key, &scene->err), CE_OK);
  assert_string_equal(key.key_id, signers.items[1].public_key.key_id);
  assert_string_not_equal(key.key_id, signers.items[0].public_key.key_id);
}

static void takes_a_key_that_is_there_twice_once(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = &scene->arguments};
  CE_AUTO(ce_signers) struct ce_signers made = {0}, loaded = {0};
  assert_int_equal(ce_signers_generate(&made, scene->fs, "root", 1, &unlock, &scene->err), CE_OK);
  char *pem = strdup(temp_read(scene->directory, "root.pem"));
  temp_write(scene->directory, "root-2.pem", pem, 0600);
  free(pem);
  assert_int_equal(ce_signers_load(&loaded, scene->fs, "root", NULL, &unlock, &scene->err), CE_OK);
  assert_int_equal(loaded.count, 1);
}

static void replaces_no_key(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = &scene->arguments};
  CE_AUTO(ce_signer) struct ce_signer signer = {0};
  static const char *const names[] = {"root.pem", "root.pub", "root.uri"};
  for (size_t i = 0; i < 3; i++) {
    size_t next = 0;
    temp_write(scene->directory, names[i], "mine", 0600);
    assert_int_equal(ce_signer_make(scene->fs, "root", 0, ce_key_types(), &unlock, &signer, &scene->err),
                     CE_CONFLICT);
    assert_string_equal(scene->err.subject, names[i]);
    assert_int_equal(ce_key_file_next(scene->fs, "root", &next, &scene->err), CE_OK);
    assert_int_equal(next, 1);
    assert_string_equal(temp_read(scene->directory, names[i]), "mine");
    temp_require(unlink(temp_path(scene->directory, names[i])) == 0, names[i]);
  }
}

static void write_foreign_key(const struct scene *scene, EVP_PKEY *key) {
  FILE *file = fopen(temp_path(scene->directory, "root.pem"), "w");
  assert_non_null(key);
  assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
  fclose(file);
  EVP_PKEY_free(key);
}

static void refuses_keys_that_clients_cannot_use(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = &scene->arguments};
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  EVP_PKEY *keys[] = {EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024),
                      EVP_PKEY_Q_keygen(NULL, NULL, "EC", "secp256k1"),
                      EVP_PKEY_Q_keygen(NULL, NULL, "X25519"), EVP_PKEY_Q_keygen(NULL, NULL, "ED448")};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    write_foreign_key(scene, keys[i]);
    assert_int_equal(ce_signers_load(&signers, scene->fs, "root", NULL, &unlock, &scene->err), CE_USAGE);
    assert_string_equal(scene->err.subject, "root.pem");
  }
  assert_int_equal(signers.count, 0);
}

static void names_files_after_roles_that_can_have_one(void **state) {
  struct scene *scene = *state;
  CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = &scene->arguments};
  CE_AUTO(ce_signers) struct ce_signers signers = {0};
  static const char *const wrong[] = {"", "a/b", "..", ".hidden"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(ce_signers_load(&signers, scene->fs, wrong[i], NULL, &unlock, &scene->err), CE_USAGE);
  }
  assert_int_equal(ce_signers_load(&signers, scene->fs, "archive", NULL, &unlock, &scene->err), CE_OK);
  assert_false(unlock.has_passphrase);
}

static enum ce_code sign_wrongly(const struct ce_signer *signer, const void *text, size_t size,
                                 struct ce_blob *signature, struct ce_error *err) {
  (void)signer;
  (void)text;
  (void)size;
  return ce_blob_append(signature, "0123456789012345678901234567890123456789012345678901234567890123", 64,
                        err);
}

static void free_nothing(void *context) {
  (void)context;
}

static void gives_out_no_signature_that_is_not_valid(void **state) {
  struct scene *scene = *state;
  static const struct ce_signer_ops ops = {sign_wrongly, free_nothing};
  CE_AUTO(ce_unlock) struct ce_unlock unlock = {.arguments = &scene->arguments};
  CE_AUTO(ce_signer) struct ce_signer signer = {0};
  CE_AUTO(ce_blob) struct ce_blob signature = {0};
  assert_int_equal(ce_signer_make(scene->fs, "root", 0, ce_key_types(), &unlock, &signer, &scene->err),
                   CE_OK);
  struct ce_signer broken = {.public_key = signer.public_key, .name = signer.name, .ops = &ops};
  assert_int_equal(ce_signer_sign(&broken, message, sizeof message, &signature, &scene->err), CE_IO);
  assert_int_equal(signature.size, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(makes_and_opens_keys_of_every_type),       TEST(writes_the_public_half_beside_each),
      TEST(takes_a_key_that_is_there_twice_once),     TEST(replaces_no_key),
      TEST(refuses_keys_that_clients_cannot_use),     TEST(names_files_after_roles_that_can_have_one),
      TEST(gives_out_no_signature_that_is_not_valid),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
