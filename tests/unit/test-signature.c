/* SPDX-License-Identifier: Apache-2.0
 * Tests of thresholds, keys and signature schemes. */
#include "trust/signature.h"

#include "fakes/tuf-repository.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct ce_json_context context = {CE_TRUST_FORMAT, "test"};

/* A role, its keys, and a signed body, all as JSON that the tests may spoil. */
struct scene {
  struct ce_fake_key *keys[3];
  json_t *root;     /* {"keys": ..., "role": {"keyids", "threshold"}} */
  json_t *envelope; /* signed by all keys */
};

static struct scene make_scene(const char *scheme, int threshold) {
  struct scene scene = {0};
  json_t *keys = json_object();
  json_t *ids = json_array();
  for (size_t i = 0; i < 3; i++) {
    scene.keys[i] = ce_fake_key_new(scheme);
    json_object_set_new(keys, ce_fake_key_id(scene.keys[i]), ce_fake_key_json(scene.keys[i]));
    json_array_append_new(ids, json_string(ce_fake_key_id(scene.keys[i])));
  }
  scene.root = json_pack("{s:o, s:{s:o, s:i}}", "keys", keys, "role", "keyids", ids, "threshold", threshold);
  json_t *body = json_pack("{s:s}", "what", "\xe4\xb8\xad \" \\");
  scene.envelope = ce_fake_envelope(body, scene.keys, 3);
  json_decref(body);
  return scene;
}

static void clear_scene(struct scene *scene) {
  for (size_t i = 0; i < 3; i++) {
    ce_fake_key_free(scene->keys[i]);
  }
  json_decref(scene->root);
  json_decref(scene->envelope);
}

static json_t *keys_of(const struct scene *scene) {
  return json_object_get(scene->root, "keys");
}

static json_t *ids_of(const struct scene *scene) {
  return json_object_get(json_object_get(scene->root, "role"), "keyids");
}

static json_t *signatures_of(const struct scene *scene) {
  return json_object_get(scene->envelope, "signatures");
}

static enum ce_code judge(const struct scene *scene, struct ce_error *err) {
  CE_AUTO(ce_keyring) struct ce_keyring keyring = {0};
  CE_AUTO(ce_tuf_role) struct ce_tuf_role role = {0};
  CE_AUTO(ce_envelope) struct ce_envelope envelope = {0};
  enum ce_code code = ce_keyring_parse(&context, scene->root, &keyring, err);
  if (code == CE_OK) {
    code = ce_tuf_role_parse(&context, "role", json_object_get(scene->root, "role"), &role, err);
  }
  char *text = json_dumps(scene->envelope, 0);
  if (code == CE_OK) {
    code = ce_envelope_parse(&context, text, strlen(text), 1000000, &envelope, err);
  }
  free(text);
  return code == CE_OK ? ce_signature_check(&envelope, &role, &keyring, err) : code;
}

/* Judges and clears. */
static void assert_verdict(struct scene scene, enum ce_code expected) {
  struct ce_error err = {0};
  enum ce_code code = judge(&scene, &err);
  if (code != expected) {
    fail_msg("%s where %s was expected: %s", ce_code_id(code), ce_code_id(expected), err.detail);
  }
  clear_scene(&scene);
}

static void spoil_signature(const struct scene *scene, size_t index) {
  json_t *entry = json_array_get(signatures_of(scene), index);
  char *sig = strdup(json_string_value(json_object_get(entry, "sig")));
  size_t at = strlen(sig) - 1;
  sig[at] = sig[at] == '0' ? '1' : '0';
  json_object_set_new(entry, "sig", json_string(sig));
  free(sig);
}

static void accepts_a_threshold_of_each_scheme(void **state) {
  (void)state;
  static const char *const schemes[] = {"ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                        "rsassa-pss-sha256"};
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
    assert_verdict(make_scene(schemes[i], 3), CE_OK);
  }
}

static void rejects_a_wrong_signature_of_each_scheme(void **state) {
  (void)state;
  static const char *const schemes[] = {"ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                        "rsassa-pss-sha256"};
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
    struct scene scene = make_scene(schemes[i], 3);
    spoil_signature(&scene, 1);
    assert_verdict(scene, CE_TRUST_SIGNATURE);
  }
}

static void accepts_when_others_make_up_for_a_wrong_signature(void **state) {
  (void)state;
  struct scene scene = make_scene("ed25519", 2);
  spoil_signature(&scene, 0);
  assert_verdict(scene, CE_OK);
}

static void rejects_a_changed_body(void **state) {
  (void)state;
  struct scene scene = make_scene("ed25519", 1);
  json_object_set_new(json_object_get(scene.envelope, "signed"), "more", json_true());
  assert_verdict(scene, CE_TRUST_SIGNATURE);
}

static void rejects_when_the_threshold_is_not_met(void **state) {
  (void)state;
  struct scene scene = make_scene("ed25519", 3);
  json_array_remove(signatures_of(&scene), 2);
  assert_verdict(scene, CE_TRUST_SIGNATURE);
  assert_verdict(make_scene("ed25519", 4), CE_TRUST_SIGNATURE);
}

static void rejects_unsigned_metadata(void **state) {
  (void)state;
  struct scene scene = make_scene("ed25519", 1);
  json_array_clear(signatures_of(&scene));
  assert_verdict(scene, CE_TRUST_SIGNATURE);
}

static void refuses_two_signatures_under_one_key_id(void **state) {
  (void)state;
  for (int threshold = 1; threshold <= 2; threshold++) {
    struct scene scene = make_scene("ed25519", threshold);
    json_array_append(signatures_of(&scene), json_array_get(signatures_of(&scene), 0));
    assert_verdict(scene, CE_TRUST_FORMAT);
  }
}

static void counts_a_key_id_that_is_listed_twice_once(void **state) {
  (void)state;
  struct scene scene = make_scene("ed25519", 2);
  json_array_set(ids_of(&scene), 1, json_array_get(ids_of(&scene), 0));
  json_array_set(ids_of(&scene), 2, json_array_get(ids_of(&scene), 0));
  assert_verdict(scene, CE_TRUST_SIGNATURE);
}

/* Gives key 0 a second id, under which it signs as well. */
static void alias_key(const struct scene *scene, json_t *key_json) {
  json_object_set_new(keys_of(scene), "alias", key_json);
  json_array_set_new(ids_of(scene), 1, json_string("alias"));
  json_t *entry = ce_fake_key_sign(scene->keys[0], json_object_get(scene->envelope, "signed"));
  json_object_set_new(entry, "keyid", json_string("alias"));
  json_array_set_new(signatures_of(scene), 1, entry);
  json_array_remove(signatures_of(scene), 2);
}

static void counts_a_key_under_two_ids_once(void **state) {
  (void)state;
  static const char *const schemes[] = {"ed25519", "ecdsa-sha2-nistp256", "rsassa-pss-sha256"};
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
    struct scene scene = make_scene(schemes[i], 2);
    alias_key(&scene, ce_fake_key_json(scene.keys[0]));
    assert_verdict(scene, CE_TRUST_SIGNATURE);
  }
}

static void counts_a_key_in_another_spelling_once(void **state) {
  (void)state;
  struct scene scene = make_scene("ed25519", 2);
  json_t *key = ce_fake_key_json(scene.keys[0]);
  json_t *keyval = json_object_get(key, "keyval");
  char *hex = strdup(json_string_value(json_object_get(keyval, "public")));
  for (size_t i = 0; hex[i]; i++) {
    hex[i] = hex[i] >= 'a' ? (char)(hex[i] - 'a' + 'A') : hex[i];
  }
  json_object_set_new(keyval, "public", json_string(hex));
  free(hex);
  alias_key(&scene, key);
  assert_verdict(scene, CE_TRUST_SIGNATURE);
}

static void ignores_signatures_by_keys_of_other_roles(void **state) {
  (void)state;
  struct scene scene = make_scene("ed25519", 3);
  json_array_remove(ids_of(&scene), 2);
  assert_verdict(scene, CE_TRUST_SIGNATURE);
}

static void ignores_a_signature_under_another_key_s_id(void **state) {
  (void)state;
  struct scene scene = make_scene("ed25519", 3);
  json_t *first = json_array_get(signatures_of(&scene), 0);
  json_t *second = json_array_get(signatures_of(&scene), 1);
  json_object_set_new(first, "keyid", json_string(ce_fake_key_id(scene.keys[1])));
  json_object_set_new(second, "keyid", json_string(ce_fake_key_id(scene.keys[0])));
  assert_verdict(scene, CE_TRUST_SIGNATURE);
}

static void set_key_member(const struct scene *scene, const char *member, const char *value) {
  json_t *key = json_object_get(keys_of(scene), ce_fake_key_id(scene->keys[0]));
  json_object_set_new(key, member, json_string(value));
}

static void skips_keys_of_unknown_type_or_scheme(void **state) {
  (void)state;
  static const char *const rows[][2] = {
      {"keytype", "ml-dsa"}, {"scheme", "ed448"}, {"scheme", "ecdsa-sha2-nistp256"}, {"keytype", "rsa"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct scene scene = make_scene("ed25519", 2);
    set_key_member(&scene, rows[i][0], rows[i][1]);
    assert_verdict(scene, CE_OK);
    scene = make_scene("ed25519", 3);
    set_key_member(&scene, rows[i][0], rows[i][1]);
    assert_verdict(scene, CE_TRUST_SIGNATURE);
  }
}

static void skips_an_id_without_a_key(void **state) {
  (void)state;
  struct scene scene = make_scene("ed25519", 2);
  json_object_del(keys_of(&scene), ce_fake_key_id(scene.keys[0]));
  assert_verdict(scene, CE_OK);
}

static void set_public(const struct scene *scene, const char *text) {
  json_t *key = json_object_get(keys_of(scene), ce_fake_key_id(scene->keys[0]));
  json_object_set_new(json_object_get(key, "keyval"), "public", json_string(text));
}

static void skips_keys_that_cannot_be_read(void **state) {
  (void)state;
  static const char *const schemes[] = {"ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                        "rsassa-pss-sha256"};
  static const char *const texts[] = {"", "00", "not a key",
                                      "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"};
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
      struct scene scene = make_scene(schemes[i], 3);
      set_public(&scene, texts[k]);
      assert_verdict(scene, CE_TRUST_SIGNATURE);
    }
  }
}

static void skips_an_elliptic_key_on_another_curve(void **state) {
  (void)state;
  struct scene scene = make_scene("ecdsa-sha2-nistp256", 3);
  json_t *key = json_object_get(keys_of(&scene), ce_fake_key_id(scene.keys[0]));
  const char *pem = json_string_value(json_object_get(json_object_get(key, "keyval"), "public"));
  assert_null(ce_scheme_load_key(ce_scheme_find("ecdsa", "ecdsa-sha2-nistp384"), pem));
  set_key_member(&scene, "scheme", "ecdsa-sha2-nistp384");
  assert_verdict(scene, CE_TRUST_SIGNATURE);
}

static void skips_an_rsa_key_of_1024_bits(void **state) {
  (void)state;
  static const char key[] = "-----BEGIN PUBLIC KEY-----\n"
                            "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDBG9DAjrl4fzmJUqUdcovAS5KT\n"
                            "z5ccZPWZ3oT53VKBaOUN0PO3FDD+nPnQ2Xrtifm1tUHW38Qk7uUDWEEgCnJTz7XY\n"
                            "Oy5Al28uGq5PpxnPKT1qv4FaScEC7kwK9HdECIjorfXcscI+Zv/H9TxxgjySVxew\n"
                            "fWDlrfY4juphZUMGmwIDAQAB\n"
                            "-----END PUBLIC KEY-----\n";
  assert_null(ce_scheme_load_key(ce_scheme_find("rsa", "rsassa-pss-sha256"), key));
}

static void refuses_malformed_keys_roles_and_signatures(void **state) {
  (void)state;
  struct scene scene = make_scene("ed25519", 1);
  json_object_set_new(keys_of(&scene), "x", json_string("no object"));
  assert_verdict(scene, CE_TRUST_FORMAT);
  scene = make_scene("ed25519", 1);
  json_object_set_new(keys_of(&scene), "x",
                      json_pack("{s:s, s:s}", "keytype", "ed25519", "scheme", "ed25519"));
  assert_verdict(scene, CE_TRUST_FORMAT);
  assert_verdict(make_scene("ed25519", 0), CE_TRUST_FORMAT);
  assert_verdict(make_scene("ed25519", -1), CE_TRUST_FORMAT);
  scene = make_scene("ed25519", 1);
  json_array_append_new(ids_of(&scene), json_integer(7));
  assert_verdict(scene, CE_TRUST_FORMAT);
  scene = make_scene("ed25519", 1);
  json_array_append_new(signatures_of(&scene), json_pack("{s:s}", "sig", "00"));
  assert_verdict(scene, CE_TRUST_FORMAT);
  scene = make_scene("ed25519", 1);
  json_object_set_new(scene.envelope, "signatures", json_object());
  assert_verdict(scene, CE_TRUST_FORMAT);
  scene = make_scene("ed25519", 1);
  json_object_del(scene.envelope, "signed");
  assert_verdict(scene, CE_TRUST_FORMAT);
}

static void skips_signatures_that_are_no_signatures(void **state) {
  (void)state;
  json_t *const values[] = {NULL, json_string(""), json_integer(7), json_object(), json_null()};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    struct scene scene = make_scene("ed25519", 2);
    json_t *entry = json_array_get(signatures_of(&scene), 0);
    if (values[i]) {
      json_object_set_new(entry, "sig", values[i]);
    } else {
      json_object_del(entry, "sig");
    }
    assert_verdict(scene, CE_OK);
  }
}

static void skips_a_signature_longer_than_any_that_is_known(void **state) {
  (void)state;
  struct scene scene = make_scene("ed25519", 2);
  char *digits = calloc(1, 100001);
  memset(digits, 'a', 100000);
  json_object_set_new(json_array_get(signatures_of(&scene), 0), "sig", json_string(digits));
  free(digits);
  assert_verdict(scene, CE_OK);
}

static void survives_signatures_of_odd_length(void **state) {
  (void)state;
  static const char *const texts[] = {"", "0", "zz", "abc", "00"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct scene scene = make_scene("ed25519", 3);
    json_object_set_new(json_array_get(signatures_of(&scene), 0), "sig", json_string(texts[i]));
    assert_verdict(scene, CE_TRUST_SIGNATURE);
  }
}

static void refuses_more_keys_or_signatures_than_the_limits(void **state) {
  (void)state;
  struct scene scene = make_scene("ed25519", 1);
  for (int i = 0; i < CE_TUF_KEYS_MAX; i++) {
    char id[16];
    snprintf(id, sizeof id, "%d", i);
    json_object_set_new(keys_of(&scene), id, ce_fake_key_json(scene.keys[0]));
  }
  assert_verdict(scene, CE_TRUST_FORMAT);
  scene = make_scene("ed25519", 1);
  for (int i = 0; i < CE_ENVELOPE_SIGNATURES_MAX; i++) {
    json_array_append(signatures_of(&scene), json_array_get(signatures_of(&scene), 0));
  }
  assert_verdict(scene, CE_TRUST_FORMAT);
}

static void keeps_signatures_valid_when_text_is_laid_out_anew(void **state) {
  (void)state;
  struct scene scene = make_scene("ed25519", 3);
  char *text = json_dumps(scene.envelope, JSON_INDENT(7) | JSON_ENSURE_ASCII);
  json_decref(scene.envelope);
  scene.envelope = json_loads(text, 0, NULL);
  free(text);
  assert_verdict(scene, CE_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(accepts_a_threshold_of_each_scheme),
      cmocka_unit_test(rejects_a_wrong_signature_of_each_scheme),
      cmocka_unit_test(accepts_when_others_make_up_for_a_wrong_signature),
      cmocka_unit_test(rejects_a_changed_body),
      cmocka_unit_test(rejects_when_the_threshold_is_not_met),
      cmocka_unit_test(rejects_unsigned_metadata),
      cmocka_unit_test(refuses_two_signatures_under_one_key_id),
      cmocka_unit_test(counts_a_key_id_that_is_listed_twice_once),
      cmocka_unit_test(counts_a_key_under_two_ids_once),
      cmocka_unit_test(counts_a_key_in_another_spelling_once),
      cmocka_unit_test(ignores_signatures_by_keys_of_other_roles),
      cmocka_unit_test(ignores_a_signature_under_another_key_s_id),
      cmocka_unit_test(skips_keys_of_unknown_type_or_scheme),
      cmocka_unit_test(skips_an_id_without_a_key),
      cmocka_unit_test(skips_keys_that_cannot_be_read),
      cmocka_unit_test(skips_an_elliptic_key_on_another_curve),
      cmocka_unit_test(skips_an_rsa_key_of_1024_bits),
      cmocka_unit_test(refuses_malformed_keys_roles_and_signatures),
      cmocka_unit_test(skips_signatures_that_are_no_signatures),
      cmocka_unit_test(skips_a_signature_longer_than_any_that_is_known),
      cmocka_unit_test(survives_signatures_of_odd_length),
      cmocka_unit_test(refuses_more_keys_or_signatures_than_the_limits),
      cmocka_unit_test(keeps_signatures_valid_when_text_is_laid_out_anew),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
