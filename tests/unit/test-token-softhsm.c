/* SPDX-License-Identifier: Apache-2.0
 * Tests of the worker on a real module: SoftHSM's token is listed, logged in to, given another PIN, unlocked
 * and signs. */
#include "device/token.h"
#include "softhsm-scene.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SO_PIN "87654321"

struct scene {
  char *directory;
  struct ce_token_worker *worker;
  char serial[CE_TOKEN_SERIAL_MAX + 1];
  struct ce_token_place place;
};

static void find_place(struct scene *scene) {
  struct ce_error err;
  CE_AUTO(ce_json) json_t *report = NULL;
  assert_int_equal(ce_token_worker_list(scene->worker, -1, &report, &err), CE_OK);
  const json_t *slots = json_object_get(report, "slots");
  for (size_t i = 0; i < json_array_size(slots); i++) {
    const json_t *slot = json_array_get(slots, i), *token = json_object_get(slot, "token");
    if (json_is_true(json_object_get(token, "initialized"))) {
      snprintf(scene->serial, sizeof scene->serial, "%s",
               json_string_value(json_object_get(token, "serial")));
      scene->place = (struct ce_token_place){json_integer_value(json_object_get(slot, "id")), scene->serial};
    }
  }
}

static int set_up(void **state) {
  struct scene *scene = calloc(1, sizeof *scene);
  struct ce_error err;
  *state = scene;
  if (!softhsm_is_here()) {
    return 0;
  }
  scene->directory = temp_make();
  softhsm_prepare(scene->directory);
  softhsm_make_token("key");
  softhsm_make_key("key", "rsa:2048", "01", "rsa");
  softhsm_make_key("key", "EC:prime256v1", "02", "ec");
  const struct ce_token_worker_request request = {.program = CE_TEST_PROBE, .module = SOFTHSM_MODULE};
  temp_require(ce_token_worker_open(&request, &scene->worker, &err) == CE_OK, "open");
  find_place(scene);
  return 0;
}

static int tear_down(void **state) {
  struct scene *scene = *state;
  ce_token_worker_close(scene->worker);
  if (scene->directory) {
    temp_remove(scene->directory);
  }
  free(scene);
  return 0;
}

static void need_softhsm(const struct scene *scene) {
  if (!scene->directory) {
    skip();
  }
}

static void set(struct ce_secret *secret, const char *text) {
  struct ce_error err;
  assert_int_equal(ce_secret_set(secret, text, strlen(text), &err), CE_OK);
}

static enum ce_token_result login(struct scene *scene, const char *text) {
  CE_AUTO(ce_secret) struct ce_secret pin = {0};
  struct ce_token_answer answer;
  struct ce_error err;
  set(&pin, text);
  assert_int_equal(ce_token_worker_login(scene->worker, &scene->place, &pin, &answer, &err), CE_OK);
  return answer.result;
}

static enum ce_token_result change(struct scene *scene, const char *old_text, const char *new_text) {
  CE_AUTO(ce_secret) struct ce_secret pin = {0}, new_pin = {0};
  struct ce_token_answer answer;
  struct ce_error err;
  set(&pin, old_text);
  set(&new_pin, new_text);
  assert_int_equal(ce_token_worker_change_pin(scene->worker, &scene->place, &pin, &new_pin, &answer, &err),
                   CE_OK);
  return answer.result;
}

static enum ce_token_result unlock(struct scene *scene, const char *code_text, const char *new_text) {
  CE_AUTO(ce_secret) struct ce_secret code = {0}, new_pin = {0};
  struct ce_token_answer answer;
  struct ce_error err;
  set(&code, code_text);
  set(&new_pin, new_text);
  assert_int_equal(ce_token_worker_unlock(scene->worker, &scene->place, CE_TOKEN_UNLOCK_SO_PIN, &code,
                                          &new_pin, &answer, &err),
                   CE_OK);
  return answer.result;
}

static void tells_a_right_pin_from_a_wrong_one(void **state) {
  struct scene *scene = *state;
  need_softhsm(scene);
  assert_int_equal(login(scene, SOFTHSM_PIN), CE_TOKEN_OK);
  assert_int_equal(login(scene, "999999"), CE_TOKEN_PIN_INCORRECT);
  assert_int_equal(login(scene, SOFTHSM_PIN), CE_TOKEN_OK);
}

static void changes_the_pin_and_back(void **state) {
  struct scene *scene = *state;
  need_softhsm(scene);
  assert_int_equal(change(scene, "999999", "222222"), CE_TOKEN_PIN_INCORRECT);
  assert_int_equal(change(scene, SOFTHSM_PIN, "22"), CE_TOKEN_PIN_LENGTH);
  assert_int_equal(change(scene, SOFTHSM_PIN, "222222"), CE_TOKEN_OK);
  assert_int_equal(login(scene, SOFTHSM_PIN), CE_TOKEN_PIN_INCORRECT);
  assert_int_equal(change(scene, "222222", SOFTHSM_PIN), CE_TOKEN_OK);
  assert_int_equal(login(scene, SOFTHSM_PIN), CE_TOKEN_OK);
}

static void the_security_officer_unlocks(void **state) {
  struct scene *scene = *state;
  need_softhsm(scene);
  assert_int_equal(unlock(scene, "00000000", "333333"), CE_TOKEN_PIN_INCORRECT);
  assert_int_equal(unlock(scene, SO_PIN, "333333"), CE_TOKEN_OK);
  assert_int_equal(login(scene, "333333"), CE_TOKEN_OK);
}

/* The token's public key of that id. */
static EVP_PKEY *public_key(const struct scene *scene, const char *id) {
  softhsm_shell(
      "cd '%s' && pkcs11-tool --module " SOFTHSM_MODULE " --token-label key --read-object --type pubkey "
      "--id %s -o key.der >/dev/null 2>&1 && openssl pkey -pubin -inform DER -in key.der -out key.pem",
      scene->directory, id);
  FILE *file = fopen(temp_path(scene->directory, "key.pem"), "r");
  EVP_PKEY *key = file ? PEM_read_PUBKEY(file, NULL, NULL, NULL) : NULL;
  temp_require(key != NULL, "public key");
  fclose(file);
  return key;
}

static bool verifies(EVP_PKEY *key, const EVP_MD *hash, const uint8_t *digest, size_t digest_size,
                     const uint8_t *signature, size_t size) {
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
  bool good = EVP_PKEY_verify_init(context) == 1 && EVP_PKEY_CTX_set_signature_md(context, hash) == 1 &&
              EVP_PKEY_verify(context, signature, size, digest, digest_size) == 1;
  EVP_PKEY_CTX_free(context);
  return good;
}

static struct ce_token_answer sign(struct scene *scene, const char *id, enum ce_token_hash hash,
                                   const uint8_t *digest) {
  CE_AUTO(ce_secret) struct ce_secret pin = {0};
  struct ce_token_answer answer;
  struct ce_error err;
  const struct ce_token_digest what = {hash, digest};
  set(&pin, SOFTHSM_PIN);
  assert_int_equal(ce_token_worker_sign(scene->worker, &scene->place, id, &what, &pin, &answer, &err), CE_OK);
  return answer;
}

static void signs_with_rsa(void **state) {
  struct scene *scene = *state;
  need_softhsm(scene);
  static const uint8_t digest[64] = {1, 2, 3};
  const struct {
    enum ce_token_hash hash;
    const EVP_MD *md;
  } hashes[] = {
      {CE_TOKEN_SHA256, EVP_sha256()}, {CE_TOKEN_SHA384, EVP_sha384()}, {CE_TOKEN_SHA512, EVP_sha512()}};
  EVP_PKEY *key = public_key(scene, "01");
  for (size_t i = 0; i < 3; i++) {
    struct ce_token_answer answer = sign(scene, "01", hashes[i].hash, digest);
    assert_int_equal(answer.result, CE_TOKEN_OK);
    assert_true(verifies(key, hashes[i].md, digest, ce_token_hash_size(hashes[i].hash), answer.signature,
                         answer.signature_size));
  }
  EVP_PKEY_free(key);
}

static void signs_with_ec(void **state) {
  struct scene *scene = *state;
  need_softhsm(scene);
  static const uint8_t digest[32] = {9, 8, 7};
  struct ce_token_answer answer = sign(scene, "02", CE_TOKEN_SHA256, digest);
  assert_int_equal(answer.result, CE_TOKEN_OK);
  assert_int_equal(answer.signature_size, 64);
  ECDSA_SIG *pair = ECDSA_SIG_new();
  ECDSA_SIG_set0(pair, BN_bin2bn(answer.signature, 32, NULL), BN_bin2bn(answer.signature + 32, 32, NULL));
  unsigned char *der = NULL;
  int size = i2d_ECDSA_SIG(pair, &der);
  EVP_PKEY *key = public_key(scene, "02");
  assert_true(size > 0 && verifies(key, EVP_sha256(), digest, sizeof digest, der, (size_t)size));
  EVP_PKEY_free(key);
  OPENSSL_free(der);
  ECDSA_SIG_free(pair);
}

static void says_what_cannot_sign(void **state) {
  struct scene *scene = *state;
  need_softhsm(scene);
  static const uint8_t digest[32] = {0};
  assert_int_equal(sign(scene, "77", CE_TOKEN_SHA256, digest).result, CE_TOKEN_NO_KEY);
  scene->place.serial = "another";
  assert_int_equal(sign(scene, "01", CE_TOKEN_SHA256, digest).result, CE_TOKEN_REMOVED);
  scene->place = (struct ce_token_place){12345, NULL};
  assert_int_equal(sign(scene, "01", CE_TOKEN_SHA256, digest).result, CE_TOKEN_NO_TOKEN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(tells_a_right_pin_from_a_wrong_one),
      TEST(changes_the_pin_and_back),
      TEST(the_security_officer_unlocks),
      TEST(signs_with_rsa),
      TEST(signs_with_ec),
      TEST(says_what_cannot_sign),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
