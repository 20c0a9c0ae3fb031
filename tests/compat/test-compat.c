/* SPDX-License-Identifier: Apache-2.0
 * Reads samples of every format that older releases wrote, and checks that they still mean the same. */
#include "launcher/record.h"
#include "model/allowances.h"
#include "model/channel.h"
#include "model/plan.h"
#include "model/profile.h"
#include "txn/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define TXID "00112233445566778899aabbccddeeff"

static void read_sample(const char *name, struct ce_blob *ret) {
  char path[512];
  snprintf(path, sizeof path, "%s/%s", CE_COMPAT_SAMPLES, name);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  uint8_t chunk[4096];
  struct ce_error err = {0};
  for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;) {
    assert_int_equal(ce_blob_append(ret, chunk, got, &err), CE_OK);
  }
  fclose(file);
}

static void assert_ok(enum ce_code code, const struct ce_error *err) {
  if (code != CE_OK) {
    fail_msg("%s: %s", err->subject, err->detail);
  }
}

static void assert_manifest(const struct ce_manifest *manifest) {
  assert_string_equal(manifest->profile, "clii");
  assert_string_equal(manifest->version, "1.4.0");
  assert_string_equal(manifest->arch, "x86_64");
  assert_int_equal(manifest->file_count, 12);
  assert_int_equal(ce_manifest_find(manifest, "bin/certenv-probe")->mode, 0755);
  assert_int_equal(ce_manifest_find(manifest, "bin/certenv-probe")->size_bytes, 68144);
  assert_string_equal(ce_manifest_find(manifest, "lib/libopensc.so")->link_target, "libopensc.so.8");
  char hex[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(&ce_manifest_find(manifest, "share/说明.txt")->sha256, hex);
  assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert_int_equal(manifest->integration_count, 7);
  assert_int_equal(manifest->integration[2].kind, CE_INTEGRATION_UNIT);
  assert_string_equal(manifest->integration[2].wanted_by, "multi-user.target");
  assert_int_equal(manifest->integration[6].kind, CE_INTEGRATION_COMMAND);
  assert_int_equal(manifest->prerequisite_count, 2);
  assert_string_equal(manifest->prerequisites[0].arch[0], "pcsclite");
  assert_string_equal(manifest->sonames[0], "libpcsclite.so.1");
}

static void reads_manifests_of_format_1(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_manifest) struct ce_manifest *manifest = NULL;
  struct ce_error err = {0};
  read_sample("manifest-1.json", &bytes);
  assert_ok(ce_manifest_parse(bytes.data, bytes.size, &manifest, &err), &err);
  assert_manifest(manifest);
}

static void reads_optional_integration_of_format_1(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_manifest) struct ce_manifest *manifest = NULL;
  struct ce_error err = {0};
  read_sample("manifest-optional-1.json", &bytes);
  assert_ok(ce_manifest_parse(bytes.data, bytes.size, &manifest, &err), &err);
  assert_int_equal(manifest->integration_count, 3);
  assert_null(manifest->integration[0].module);
  assert_int_equal(manifest->integration[1].kind, CE_INTEGRATION_PCSC_DRIVER);
  assert_string_equal(manifest->integration[2].module, "gm3000");
}

static void reads_receipts_of_format_1(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  struct ce_error err = {0};
  read_sample("receipt-1.json", &bytes);
  assert_ok(ce_receipt_parse(bytes.data, bytes.size, &receipt, &err), &err);
  assert_string_equal(receipt->txid, TXID);
  assert_true(receipt->installed);
  assert_int_equal(receipt->installed_at_s, 1790000000);
  assert_string_equal(receipt->channel, "stable");
  assert_string_equal(receipt->package, "packages/certenv-env_1.4.0_x86_64.tar.zst");
  assert_int_equal(receipt->package_size_bytes, 9100000);
  assert_manifest(receipt->manifest);
  assert_int_equal(receipt->path_count, 5);
  assert_int_equal(receipt->paths[0].type, CE_PATH_DIRECTORY);
  assert_int_equal(receipt->paths[1].origin, CE_ORIGIN_ADOPTED);
  assert_int_equal(receipt->paths[2].origin, CE_ORIGIN_REPLACED);
  assert_int_equal(receipt->paths[2].prior.mode, 0600);
  assert_int_equal(receipt->paths[2].prior.gid, 7);
  assert_string_equal(receipt->paths[2].backup, "var/lib/certenv/backup/" TXID "-3");
  assert_string_equal(receipt->paths[3].prior.link_target, "../elsewhere");
  assert_string_equal(receipt->paths[4].link_target, "versions/1.4.0");
  assert_string_equal(receipt->saved[0], "var/lib/certenv/backup/saved-70-certenv.rules");
}

static void reads_receipts_of_removed_environments_of_format_1(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_receipt) struct ce_receipt *receipt = NULL;
  struct ce_error err = {0};
  read_sample("receipt-removed-1.json", &bytes);
  assert_ok(ce_receipt_parse(bytes.data, bytes.size, &receipt, &err), &err);
  assert_false(receipt->installed);
  assert_null(receipt->manifest);
  assert_int_equal(receipt->path_count, 2);
}

static void assert_plan(const struct ce_plan *plan) {
  static const enum ce_step_kind kinds[] = {
      CE_STEP_MAKE_DIRECTORY, CE_STEP_ADD_TREE,         CE_STEP_PUT_FILE,
      CE_STEP_PUT_LINK,       CE_STEP_PUT_FILE,         CE_STEP_SET_MODE,
      CE_STEP_REMOVE_FILE,    CE_STEP_REMOVE_DIRECTORY, CE_STEP_REMOVE_TREE};
  assert_int_equal(plan->verb, CE_VERB_UPDATE);
  assert_string_equal(plan->txid, TXID);
  assert_string_equal(plan->from_version, "1.3.9");
  assert_string_equal(plan->to_version, "1.4.0");
  assert_int_equal(plan->step_count, sizeof kinds / sizeof kinds[0]);
  for (size_t i = 0; i < plan->step_count; i++) {
    assert_int_equal(plan->steps[i].kind, kinds[i]);
  }
  const struct ce_step *rules = &plan->steps[2];
  assert_int_equal(rules->precondition, CE_PRECONDITION_FOREIGN);
  assert_int_equal(rules->prior.mode, 04711);
  assert_int_equal(rules->file.content, CE_CONTENT_PACKAGE);
  assert_string_equal(rules->file.content_path, "udev/70-certenv.rules");
  assert_true(rules->file.keep_prior);
  assert_string_equal(plan->steps[3].link.target, "versions/1.4.0");
  assert_int_equal(plan->steps[4].file.content, CE_CONTENT_BACKUP);
  assert_int_equal(plan->steps[4].file.mode, 0600);
  assert_int_equal(plan->triggers, CE_TRIGGER_UDEV | CE_TRIGGER_HWDB | CE_TRIGGER_SYSTEMD_RELOAD |
                                       CE_TRIGGER_UNIT_START | CE_TRIGGER_UNIT_STOP | CE_TRIGGER_ICON_CACHE);
  assert_string_equal(plan->units_stop[0], "certenv-old.service");
  assert_true(plan->needs_package);
}

static void reads_plans_of_format_1(void **state) {
  (void)state;
  static const struct ce_json_context context = {CE_JOURNAL_DAMAGED, "plan"};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_json) json_t *json = NULL;
  CE_AUTO(ce_plan) struct ce_plan *plan = NULL;
  struct ce_error err = {0};
  read_sample("plan-1.json", &bytes);
  assert_ok(ce_json_parse(&context, bytes.data, bytes.size, bytes.size, &json, &err), &err);
  assert_ok(ce_plan_from_json(json, &plan, &err), &err);
  assert_plan(plan);
}

static void reads_plans_with_a_text_of_format_1(void **state) {
  (void)state;
  static const struct ce_json_context context = {CE_JOURNAL_DAMAGED, "plan"};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_json) json_t *json = NULL;
  CE_AUTO(ce_plan) struct ce_plan *plan = NULL;
  struct ce_error err = {0};
  read_sample("plan-inline-1.json", &bytes);
  assert_ok(ce_json_parse(&context, bytes.data, bytes.size, bytes.size, &json, &err), &err);
  assert_ok(ce_plan_from_json(json, &plan, &err), &err);
  assert_int_equal(plan->step_count, 1);
  assert_int_equal(plan->steps[0].file.content, CE_CONTENT_INLINE);
  assert_string_equal(plan->steps[0].file.text, "<plist>\n\t<string>测试 & \"Test\"</string>\n</plist>\n");
  assert_int_equal(plan->triggers, CE_TRIGGER_PCSCD);
}

/* The journal of a machine: sample at CE_JOURNAL below a root of its own. */
static void read_journal(const char *sample, struct ce_journal *ret) {
  char root[] = "/tmp/certenv-compat-XXXXXX";
  assert_non_null(mkdtemp(root));
  CE_AUTO(ce_fs) struct ce_fs *fs = NULL;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_fs_file *file = NULL;
  struct ce_error err = {0};
  bool exists = false;
  read_sample(sample, &bytes);
  assert_ok(ce_fs_open_root(root, &fs, &err), &err);
  assert_ok(ce_fs_make_directories(fs, "var/lib/certenv", 0755, &err), &err);
  assert_ok(ce_fs_open(fs, "var/lib/certenv/journal", CE_FS_CREATE, 0600, &file, &err), &err);
  assert_ok(ce_fs_file_write(file, bytes.data, bytes.size, &err), &err);
  assert_ok(ce_fs_file_close(file, &err), &err);
  assert_ok(ce_journal_read(fs, &exists, ret, &err), &err);
  assert_true(exists);
  assert_ok(ce_fs_remove_tree(fs, "var", &err), &err);
  assert_int_equal(rmdir(root), 0);
}

static void reads_journals_of_format_1(void **state) {
  (void)state;
  static const char *const samples[] = {"journal-1", "journal-torn-1"};
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    CE_AUTO(ce_journal) struct ce_journal journal = {0};
    read_journal(samples[i], &journal);
    assert_plan(journal.plan);
    assert_true(journal.prepared);
    assert_false(journal.committed);
    assert_string_equal(journal.spare[0], "var/lib/certenv/backup/ffeeddccbbaa99887766554433221100-2");
  }
}

static void reads_profiles_of_format_1(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_profile) struct ce_profile *profile = NULL;
  struct ce_error err = {0};
  read_sample("profile-1.json", &bytes);
  assert_ok(ce_profile_parse(bytes.data, bytes.size, &profile, &err), &err);
  assert_string_equal(profile->organisation_zh, "轻工业办公平台");
  assert_string_equal(profile->portal_url, "http://cnlicoa.clii.com.cn/portal/staticPage");
  assert_string_equal(profile->initial_pin, "111111");
  assert_int_equal(profile->pin_tries, 10);
  assert_int_equal(profile->reminder_days, 60);
  assert_string_equal(profile->repositories[1], "http://mirror.example.cn:8080/certenv/");
}

static void reads_profiles_with_keys_of_format_1(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_profile) struct ce_profile *profile = NULL;
  struct ce_error err = {0};
  read_sample("profile-keys-1.json", &bytes);
  assert_ok(ce_profile_parse(bytes.data, bytes.size, &profile, &err), &err);
  assert_string_equal(profile->id, "clii");
  assert_true(profile->wants_driver);
  assert_int_equal(profile->keys->count, 2);
  assert_int_equal(ce_key_catalogue_find(profile->keys, 0x055c, 0xe618)->unlock, CE_KEY_UNLOCK_SO_PIN);
  assert_string_equal(ce_key_catalogue_find(profile->keys, 0xf055, 0x0001)->name_zh, "示例密钥");
}

static void reads_profiles_with_an_icon_of_format_1(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_profile) struct ce_profile *profile = NULL;
  struct ce_error err = {0};
  read_sample("profile-icon-1.json", &bytes);
  assert_ok(ce_profile_parse(bytes.data, bytes.size, &profile, &err), &err);
  assert_true(profile->has_icon);
}

static void reads_key_catalogues_of_format_1(void **state) {
  (void)state;
  /* The first releases said neither how a key is unlocked nor where it is known from. */
  static const struct {
    const char *sample;
    enum ce_key_unlock unlock;
    const char *source;
  } samples[] = {{"keys-1.json", CE_KEY_UNLOCK_SERVICE, ""},
                 {"keys-unlock-1.json", CE_KEY_UNLOCK_PUK, "ccid+opensc"}};
  for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
    CE_AUTO(ce_blob) struct ce_blob bytes = {0};
    CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = NULL;
    struct ce_error err = {0};
    read_sample(samples[i].sample, &bytes);
    assert_ok(ce_key_catalogue_parse_json(bytes.data, bytes.size, &catalogue, &err), &err);
    assert_int_equal(catalogue->count, 2);
    assert_int_equal(catalogue->keys[0].class, CE_KEY_SCSI);
    const struct ce_key *key = ce_key_catalogue_find(catalogue, 0x08e6, 0x3438);
    assert_string_equal(key->module, "opensc");
    assert_int_equal(key->unlock, samples[i].unlock);
    assert_string_equal(key->source, samples[i].source);
  }
}

static void reads_channels_of_format_1(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_channel) struct ce_channel *channel = NULL;
  struct ce_error err = {0};
  read_sample("channel-1.json", &bytes);
  assert_ok(ce_channel_parse(bytes.data, bytes.size, &channel, &err), &err);
  assert_string_equal(channel->name, "stable");
  assert_string_equal(channel->version, "1.4.0");
  assert_string_equal(channel->package, "packages/certenv-env_1.4.0_x86_64.tar.zst");
}

static void reads_allowances_of_format_1(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  CE_AUTO(ce_allowances) struct ce_allowances allowances = {0};
  struct ce_error err = {0};
  read_sample("allowances-1.json", &bytes);
  assert_ok(ce_allowances_parse(bytes.data, bytes.size, &allowances, &err), &err);
  assert_true(allowances.fapolicyd);
  assert_true(allowances.kysec);
  assert_string_equal(allowances.usbguard_rules[0],
                      "allow id 096e:0807 hash \"Kj0eyVqHyIKm+qCqqzqZqzqZqzqZqzqZqzqZqzqZqzo=\"");
}

static void reads_launcher_records_of_format_1(void **state) {
  (void)state;
  static const char *const samples[] = {"launcher-1.json", "launcher-replacing-1.json"};
  for (int i = 0; i < 2; i++) {
    CE_AUTO(ce_blob) struct ce_blob bytes = {0};
    CE_AUTO(ce_launcher_record) struct ce_launcher_record *record = NULL;
    struct ce_error err = {0};
    read_sample(samples[i], &bytes);
    assert_ok(ce_launcher_record_parse(bytes.data, bytes.size, &record, &err), &err);
    assert_string_equal(record->path, i == 0 ? "/home/zhang/桌面/certenv-assistant.desktop"
                                             : "/home/smith/Desktop/certenv-assistant.desktop");
    assert_string_equal(record->version, i == 0 ? "0.1.0" : "0.2.0");
    assert_true(record->placed);
    assert_int_equal(record->trusted, i == 0);
    assert_int_equal(record->sha256.bytes[0], 0xe3);
    assert_int_equal(record->previous.bytes[0], i == 0 ? 0xe3 : 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_launcher_records_of_format_1),
      cmocka_unit_test(reads_manifests_of_format_1),
      cmocka_unit_test(reads_optional_integration_of_format_1),
      cmocka_unit_test(reads_receipts_of_format_1),
      cmocka_unit_test(reads_receipts_of_removed_environments_of_format_1),
      cmocka_unit_test(reads_plans_of_format_1),
      cmocka_unit_test(reads_plans_with_a_text_of_format_1),
      cmocka_unit_test(reads_journals_of_format_1),
      cmocka_unit_test(reads_profiles_of_format_1),
      cmocka_unit_test(reads_profiles_with_keys_of_format_1),
      cmocka_unit_test(reads_profiles_with_an_icon_of_format_1),
      cmocka_unit_test(reads_key_catalogues_of_format_1),
      cmocka_unit_test(reads_channels_of_format_1),
      cmocka_unit_test(reads_allowances_of_format_1),
  };
  return cmocka_run_group_tests_name("compat", tests, NULL, NULL);
}
