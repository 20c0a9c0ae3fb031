/* SPDX-License-Identifier: Apache-2.0
 * Tests of receipts. */
#include "json-sample.h"
#include "model/receipt-path.h"
#include "model/receipt.h"

#define TXID "00112233445566778899aabbccddeeff"

static struct ce_receipt *parse_sample(json_t *json) {
  size_t size = 0;
  char *bytes = sample_bytes(json, &size);
  struct ce_receipt *receipt = NULL;
  struct ce_error err = {0};
  if (ce_receipt_parse(bytes, size, &receipt, &err) != CE_OK) {
    fail_msg("%s: %s", err.subject, err.detail);
  }
  free(bytes);
  return receipt;
}

static void assert_refused(json_t *json, enum ce_code code, const char *word) {
  size_t size = 0;
  char *bytes = sample_bytes(json, &size);
  struct ce_receipt *receipt = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_receipt_parse(bytes, size, &receipt, &err), code);
  assert_null(receipt);
  assert_says(&err, word);
  free(bytes);
}

static void reads_every_member(void **state) {
  (void)state;
  struct ce_receipt *receipt = parse_sample(sample_load("receipt.json"));
  assert_string_equal(receipt->txid, TXID);
  assert_true(receipt->installed);
  assert_int_equal(receipt->installed_at_s, 1790000000);
  assert_string_equal(receipt->channel, "stable");
  assert_string_equal(receipt->package, "packages/certenv-env_1.4.0_x86_64.tar.zst");
  assert_int_equal(receipt->package_size_bytes, 9100000);
  assert_string_equal(receipt->manifest->version, "1.4.0");
  assert_int_equal(receipt->path_count, 5);
  const struct ce_receipt_path *rules = ce_receipt_find(receipt, "etc/udev/rules.d/70-certenv.rules");
  assert_int_equal(rules->type, CE_PATH_FILE);
  assert_int_equal(rules->origin, CE_ORIGIN_REPLACED);
  assert_int_equal(rules->mode, 0644);
  assert_int_equal(rules->size_bytes, 120);
  assert_int_equal(rules->prior.type, CE_PATH_FILE);
  assert_int_equal(rules->prior.mode, 0600);
  assert_int_equal(rules->prior.gid, 7);
  assert_string_equal(rules->backup, "var/lib/certenv/backup/" TXID "-3");
  const struct ce_receipt_path *autostart = ce_receipt_find(receipt, "etc/xdg/autostart/certenv.desktop");
  assert_string_equal(autostart->prior.link_target, "../elsewhere");
  assert_null(autostart->backup);
  const struct ce_receipt_path *current = ce_receipt_find(receipt, "opt/certenv/current");
  assert_string_equal(current->link_target, "versions/1.4.0");
  assert_int_equal(current->origin, CE_ORIGIN_CREATED);
  assert_int_equal(ce_receipt_find(receipt, "etc/pkcs11")->type, CE_PATH_DIRECTORY);
  assert_int_equal(ce_receipt_find(receipt, "etc/pkcs11/modules/certenv.module")->origin, CE_ORIGIN_ADOPTED);
  assert_null(ce_receipt_find(receipt, "etc"));
  assert_string_equal(receipt->saved[0], "var/lib/certenv/backup/saved-70-certenv.rules");
  assert_null(receipt->saved[1]);
  ce_receipt_free(receipt);
}

static void writes_what_it_reads(void **state) {
  (void)state;
  struct ce_receipt *receipt = parse_sample(sample_load("receipt.json"));
  CE_AUTO(ce_blob) struct ce_blob first = {0};
  CE_AUTO(ce_blob) struct ce_blob second = {0};
  struct ce_error err = {0};
  struct ce_receipt *again = NULL;
  assert_int_equal(ce_receipt_write(receipt, &first, &err), CE_OK);
  assert_int_equal(ce_receipt_parse(first.data, first.size, &again, &err), CE_OK);
  assert_int_equal(ce_receipt_write(again, &second, &err), CE_OK);
  assert_string_equal(ce_blob_text(&first), ce_blob_text(&second));
  assert_int_equal(first.data[first.size - 1], '\n');
  json_t *written = ce_receipt_to_json(receipt);
  CE_AUTO(ce_blob) struct ce_blob whole = {0};
  assert_int_equal(ce_json_write(written, true, &whole, &err), CE_OK);
  assert_int_equal(ce_blob_append(&whole, "\n", 1, &err), CE_OK);
  assert_string_equal(ce_blob_text(&first), ce_blob_text(&whole));
  json_t *sample = sample_load("receipt.json");
  assert_true(json_equal(json_object_get(written, "paths"), json_object_get(sample, "paths")));
  assert_true(json_equal(json_object_get(written, "package"), json_object_get(sample, "package")));
  assert_true(json_equal(json_object_get(written, "saved"), json_object_get(sample, "saved")));
  json_decref(written);
  json_decref(sample);
  ce_receipt_free(receipt);
  ce_receipt_free(again);
}

static void keeps_a_receipt_of_nothing_installed(void **state) {
  (void)state;
  struct ce_receipt before = {.txid = (char *)TXID};
  CE_AUTO(ce_blob) struct ce_blob blob = {0};
  struct ce_error err = {0};
  assert_int_equal(ce_receipt_write(&before, &blob, &err), CE_OK);
  struct ce_receipt *after = NULL;
  assert_int_equal(ce_receipt_parse(blob.data, blob.size, &after, &err), CE_OK);
  assert_false(after->installed);
  assert_null(after->manifest);
  assert_string_equal(after->channel, "");
  assert_string_equal(after->package, "");
  assert_int_equal(after->path_count, 0);
  assert_null(after->saved[0]);
  ce_receipt_free(after);
}

static void refuses_newer_formats(void **state) {
  (void)state;
  json_t *json = sample_load("receipt.json");
  json_object_set_new(json, "format", json_integer(2));
  assert_refused(json, CE_STATE_FORMAT, "format 2");
  json = sample_load("receipt.json");
  json_object_set_new(json_object_get(json, "manifest"), "format", json_integer(2));
  assert_refused(json, CE_STATE_FORMAT, "format 2");
}

static void refuses_missing_members(void **state) {
  (void)state;
  static const char *const keys[] = {"format",  "txid",    "installed", "installed_at",
                                     "channel", "package", "manifest",  "paths"};
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
    json_t *json = sample_load("receipt.json");
    json_object_del(json, keys[i]);
    assert_refused(json, CE_RECEIPT_DAMAGED, keys[i]);
  }
}

static void refuses_damage(void **state) {
  (void)state;
  struct ce_receipt *receipt = NULL;
  struct ce_error err = {0};
  assert_int_equal(ce_receipt_parse("", 0, &receipt, &err), CE_RECEIPT_DAMAGED);
  assert_int_equal(ce_receipt_parse("{\"format\":1,", 12, &receipt, &err), CE_RECEIPT_DAMAGED);
  static const char zeros[4096];
  assert_int_equal(ce_receipt_parse(zeros, sizeof zeros, &receipt, &err), CE_RECEIPT_DAMAGED);
  assert_null(receipt);
}

static void refuses_wrong_heads(void **state) {
  (void)state;
  static const char *const wrong[][2] = {{"txid", "short"},
                                         {"txid", "../../../../etc/0000"},
                                         {"txid", "00112233445566778899AABBCCDDEEFF"},
                                         {"channel", "a/b"},
                                         {"channel", "Stable"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    json_t *json = sample_load("receipt.json");
    json_object_set_new(json, wrong[i][0], json_string(wrong[i][1]));
    assert_refused(json, CE_RECEIPT_DAMAGED, wrong[i][0]);
  }
  json_t *json = sample_load("receipt.json");
  json_object_set_new(json_object_get(json, "package"), "path", json_string("../p"));
  assert_refused(json, CE_RECEIPT_DAMAGED, "path");
  json = sample_load("receipt.json");
  json_object_set_new(json, "installed", json_false());
  assert_refused(json, CE_RECEIPT_DAMAGED, "manifest");
  json = sample_load("receipt.json");
  json_object_set_new(json, "saved", json_pack("[s]", "/etc/passwd"));
  assert_refused(json, CE_RECEIPT_DAMAGED, "saved");
}

static void refuses_wrong_paths(void **state) {
  (void)state;
  static const char *const wrong[][2] = {{"path", "../etc"},       {"type", "other"},    {"type", "absent"},
                                         {"origin", "stolen"},     {"mode", "99"},       {"sha256", "00"},
                                         {"backup", "etc/shadow"}, {"prior", "a string"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    json_t *json = sample_load("receipt.json");
    json_object_set_new(sample_entry(json, "paths", 2), wrong[i][0], json_string(wrong[i][1]));
    assert_refused(json, CE_RECEIPT_DAMAGED, "paths[2]");
  }
  json_t *json = sample_load("receipt.json");
  json_array_append(json_object_get(json, "paths"), sample_entry(json, "paths", 4));
  assert_refused(json, CE_RECEIPT_DAMAGED, "twice");
  json = sample_load("receipt.json");
  json_array_append(json_object_get(json, "paths"), sample_entry(json, "paths", 0));
  assert_refused(json, CE_RECEIPT_DAMAGED, "out of order");
}

static void refuses_unsafe_manifests(void **state) {
  (void)state;
  json_t *json = sample_load("receipt.json");
  json_t *file = json_array_get(json_object_get(json_object_get(json, "manifest"), "files"), 0);
  json_object_set_new(file, "path", json_string("../../etc/passwd"));
  assert_refused(json, CE_RECEIPT_DAMAGED, "files[0]");
}

static void sorts_its_paths(void **state) {
  (void)state;
  struct ce_receipt_path paths[] = {{.path = (char *)"b"}, {.path = (char *)"a/b"}, {.path = (char *)"a"}};
  struct ce_receipt receipt = {.paths = paths, .path_count = 3};
  ce_receipt_sort(&receipt);
  assert_string_equal(paths[0].path, "a");
  assert_string_equal(paths[2].path, "b");
  assert_ptr_equal(ce_receipt_find(&receipt, "a/b"), &paths[1]);
  struct ce_receipt empty = {0};
  ce_receipt_sort(&empty);
  assert_null(ce_receipt_find(&empty, "a"));
}

static void copies_paths_deeply(void **state) {
  (void)state;
  struct ce_receipt *receipt = parse_sample(sample_load("receipt.json"));
  for (size_t i = 0; i < receipt->path_count; i++) {
    struct ce_receipt_path copy = {0};
    struct ce_error err = {0};
    assert_int_equal(ce_receipt_path_copy(&receipt->paths[i], &copy, &err), CE_OK);
    json_t *a = ce_receipt_path_to_json(&receipt->paths[i]);
    json_t *b = ce_receipt_path_to_json(&copy);
    assert_true(json_equal(a, b));
    assert_ptr_not_equal(copy.path, receipt->paths[i].path);
    json_decref(a);
    json_decref(b);
    ce_receipt_path_clear(&copy);
  }
  ce_receipt_free(receipt);
}

static void knows_valid_transaction_ids(void **state) {
  (void)state;
  assert_true(ce_txid_is_valid(TXID));
  assert_true(ce_txid_is_valid("0123456789abcdef"));
  assert_false(ce_txid_is_valid("0123456789abcde"));
  assert_false(ce_txid_is_valid("0123456789abcdeg"));
  assert_false(ce_txid_is_valid(TXID TXID "0"));
  assert_false(ce_txid_is_valid(""));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_every_member),
      cmocka_unit_test(writes_what_it_reads),
      cmocka_unit_test(keeps_a_receipt_of_nothing_installed),
      cmocka_unit_test(refuses_newer_formats),
      cmocka_unit_test(refuses_missing_members),
      cmocka_unit_test(refuses_damage),
      cmocka_unit_test(refuses_wrong_heads),
      cmocka_unit_test(refuses_wrong_paths),
      cmocka_unit_test(refuses_unsafe_manifests),
      cmocka_unit_test(sorts_its_paths),
      cmocka_unit_test(copies_paths_deeply),
      cmocka_unit_test(knows_valid_transaction_ids),
  };
  return cmocka_run_group_tests_name("receipt", tests, NULL, NULL);
}
