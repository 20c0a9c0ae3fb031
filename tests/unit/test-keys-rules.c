/* SPDX-License-Identifier: Apache-2.0
 * Tests of the generated udev rules, hardware database and keys.json, made from the real keys.tbl. */
#include "model/key-catalogue.h"
#include "udev-rules/hwdb.h"
#include "udev-rules/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TABLE CE_TEST_DATA "/../../udev-rules/keys.tbl"

struct keys {
  struct ce_key_catalogue *catalogue;
  char *rules, *hwdb;
};

static int load(void **state) {
  static struct keys keys;
  struct ce_error err = {0};
  CE_AUTO(ce_blob) struct ce_blob rules = {0}, hwdb = {0};
  CE_AUTO(ce_free) char *text = calloc(1, CE_KEY_CATALOGUE_BYTES_MAX);
  FILE *file = fopen(TABLE, "rb");
  if (!file || !text) {
    return -1;
  }
  size_t size = fread(text, 1, CE_KEY_CATALOGUE_BYTES_MAX, file);
  fclose(file);
  if (ce_key_catalogue_parse(text, size, &keys.catalogue, &err) ||
      ce_rules_write(keys.catalogue, &rules, &err) || ce_hwdb_write(keys.catalogue, &hwdb, &err)) {
    fprintf(stderr, "%s: %s\n", err.subject, err.detail);
    return -1;
  }
  keys.rules = ce_blob_take_text(&rules);
  keys.hwdb = ce_blob_take_text(&hwdb);
  *state = &keys;
  return 0;
}

static int unload(void **state) {
  struct keys *keys = *state;
  ce_key_catalogue_free(keys->catalogue);
  free(keys->rules);
  free(keys->hwdb);
  return 0;
}

/* One `KEY{attribute}OPERATOR"value"` at *at, behind ", " unless it is the first; moves on. */
static void check_token(const char **at, const char *line) {
  static const char *const keys[] = {
      "ACTION==",
      "SUBSYSTEM==",
      "ENV{DEVTYPE}==",
      "ATTR{idVendor}==",
      "ATTR{idProduct}==",
      "ATTRS{idVendor}==",
      "ATTRS{idProduct}==",
      "TAG+=",
      "GOTO=",
      "LABEL=",
      "ENV{ID_SMARTCARD_READER}=",
      "ENV{ID_SECURITY_TOKEN}=",
      "ENV{SYSTEMD_WANTS}+=",
  };
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    size_t length = strlen(keys[i]);
    if (strncmp(*at, keys[i], length) == 0 && (*at)[length] == '"') {
      const char *end = strchr(*at + length + 1, '"');
      assert_non_null(end);
      assert_true(end > *at + length + 1);
      *at = end + 1;
      return;
    }
  }
  fail_msg("not a token that the rules use: %s in %s", *at, line);
}

static void check_line(const char *line) {
  const char *at = line;
  if (*line == '\0' || *line == '#') {
    return;
  }
  for (;;) {
    check_token(&at, line);
    if (!*at) {
      return;
    }
    assert_int_equal(strncmp(at, ", ", 2), 0);
    at += 2;
  }
}

static void writes_only_lines_that_udev_understands(void **state) {
  const struct keys *keys = *state;
  char *text = strdup(keys->rules), *rest = text;
  for (char *line; (line = strsep(&rest, "\n"));) {
    check_line(line);
  }
  free(text);
}

static void jumps_only_forward_to_labels_that_exist_once(void **state) {
  const struct keys *keys = *state;
  for (const char *at = keys->rules; (at = strstr(at, "GOTO=\"")); at++) {
    const char *name = at + strlen("GOTO=\"");
    char label[64];
    snprintf(label, sizeof label, "LABEL=\"%.*s\"\n", (int)strcspn(name, "\""), name);
    const char *found = strstr(keys->rules, label);
    assert_non_null(found);
    assert_true(found > at);
    assert_null(strstr(found + 1, label));
  }
}

/* The line of the usb section that matches the key, or NULL. */
static const char *usb_line(const char *rules, const struct ce_key *key) {
  char match[80];
  snprintf(match, sizeof match, "\nATTR{idVendor}==\"%04x\", ATTR{idProduct}==\"%04x\", ", key->vendor_id,
           key->product_id);
  return strstr(rules, match);
}

static void gives_every_key_its_usb_node_once_and_in_order(void **state) {
  const struct keys *keys = *state;
  const char *before = keys->rules;
  assert_true(keys->catalogue->count > 100);
  for (size_t i = 0; i < keys->catalogue->count; i++) {
    const char *line = usb_line(keys->rules, &keys->catalogue->keys[i]);
    assert_non_null(line);
    assert_true(line > before);
    assert_null(usb_line(line + 1, &keys->catalogue->keys[i]));
    before = line;
  }
}

static void lets_only_the_makers_of_keys_pass_the_first_filter(void **state) {
  const struct keys *keys = *state;
  const char *filter = strstr(keys->rules, "LABEL=\"certenv_usb\"\nATTR{idVendor}==\"");
  assert_non_null(filter);
  const char *end = strstr(filter, "GOTO=\"certenv_usb_keys\"\nGOTO=\"certenv_end\"\n");
  assert_non_null(end);
  for (size_t i = 0; i < keys->catalogue->count; i++) {
    char vendor[8];
    snprintf(vendor, sizeof vendor, "%04x", keys->catalogue->keys[i].vendor_id);
    const char *found = strstr(filter, vendor);
    assert_true(found && found < end);
  }
}

static size_t count(const char *text, const char *what) {
  size_t times = 0;
  for (const char *at = text; (at = strstr(at, what)); at++) {
    times++;
  }
  return times;
}

static void covers_the_nodes_that_a_class_needs(void **state) {
  const struct keys *keys = *state;
  size_t by_class[CE_KEY_CLASS_COUNT] = {0};
  for (size_t i = 0; i < keys->catalogue->count; i++) {
    by_class[keys->catalogue->keys[i].class]++;
  }
  const char *hidraw = strstr(keys->rules, "LABEL=\"certenv_hidraw\"");
  const char *scsi = strstr(keys->rules, "LABEL=\"certenv_scsi\"");
  assert_int_equal(count(scsi, "ATTRS{idVendor}==") + by_class[CE_KEY_HID],
                   count(hidraw, "ATTRS{idVendor}=="));
  assert_int_equal(count(scsi, "ATTRS{idVendor}=="), by_class[CE_KEY_SCSI]);
  assert_int_equal(count(keys->rules, "ENV{ID_SMARTCARD_READER}="), by_class[CE_KEY_CCID]);
  assert_int_equal(count(keys->rules, "TAG+=\"uaccess\""),
                   keys->catalogue->count + by_class[CE_KEY_HID] + by_class[CE_KEY_SCSI]);
}

static void starts_the_monitor_once_for_each_key(void **state) {
  const struct keys *keys = *state;
  const char *end = strstr(keys->rules, "LABEL=\"certenv_hidraw\"");
  assert_int_equal(count(keys->rules, "TAG+=\"systemd\", ENV{SYSTEMD_WANTS}+=\"certenv-monitor.service\"\n"),
                   keys->catalogue->count);
  assert_null(strstr(end, "systemd"));
}

static void never_sets_a_mode_group_or_owner(void **state) {
  const struct keys *keys = *state;
  assert_null(strstr(keys->rules, "MODE"));
  assert_null(strstr(keys->rules, "GROUP"));
  assert_null(strstr(keys->rules, "OWNER"));
}

/* Lines of 16 KiB are none for udev. */
static void keeps_lines_short_whatever_the_number_of_makers(void **state) {
  (void)state;
  struct ce_error err = {0};
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = NULL;
  CE_AUTO(ce_blob) struct ce_blob table = {0}, rules = {0};
  for (unsigned i = 0; i < 4000; i++) {
    assert_int_equal(ce_blob_printf(&table, &err, "%04x:0001\tccid\t-\tservice\tA\tB\tt\n", i), CE_OK);
  }
  assert_int_equal(ce_key_catalogue_parse(ce_blob_text(&table), table.size, &catalogue, &err), CE_OK);
  assert_int_equal(ce_rules_write(catalogue, &rules, &err), CE_OK);
  CE_AUTO(ce_free) char *text = ce_blob_take_text(&rules);
  assert_int_equal(count(text, "\", GOTO=\"certenv_usb_keys\"\n"), 8);
  assert_non_null(strstr(text, "ATTR{idVendor}==\"0000|0001|"));
  assert_non_null(strstr(text, "|0f9f\", GOTO=\"certenv_usb_keys\"\nGOTO=\"certenv_end\"\n"));
  char *rest = text;
  for (char *line; (line = strsep(&rest, "\n"));) {
    check_line(line);
    assert_true(strlen(line) < 4096);
  }
}

static void keeps_names_from_meaning_anything(void **state) {
  (void)state;
  static const char table[] = "f055:0001\tccid\t-\tservice\tA\tKey # 1\\\tt\n";
  struct ce_error err = {0};
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = NULL;
  CE_AUTO(ce_blob) struct ce_blob rules = {0}, hwdb = {0};
  assert_int_equal(ce_key_catalogue_parse(table, sizeof table - 1, &catalogue, &err), CE_OK);
  assert_int_equal(ce_rules_write(catalogue, &rules, &err), CE_OK);
  assert_int_equal(ce_hwdb_write(catalogue, &hwdb, &err), CE_OK);
  assert_non_null(strstr(ce_blob_text(&rules), "\n# Key - 1-\n"));
  assert_non_null(strstr(ce_blob_text(&hwdb), "\n ID_MODEL_FROM_DATABASE=Key - 1-\n"));
}

static void tells_the_hardware_database_each_name_and_who_stays_awake(void **state) {
  const struct keys *keys = *state;
  size_t awake = 0;
  for (size_t i = 0; i < keys->catalogue->count; i++) {
    const struct ce_key *key = &keys->catalogue->keys[i];
    char record[400];
    snprintf(record, sizeof record, "\n\nusb:v%04Xp%04X*\n ID_MODEL_FROM_DATABASE=%s\n%s", key->vendor_id,
             key->product_id, key->name_en, key->class == CE_KEY_CCID ? "" : " ID_AUTOSUSPEND=0\n");
    assert_int_equal(count(keys->hwdb, record), 1);
    awake += key->class != CE_KEY_CCID;
  }
  assert_true(awake > 20);
  assert_int_equal(count(keys->hwdb, "\n ID_AUTOSUSPEND=0\n"), awake);
  assert_int_equal(count(keys->hwdb, "\nusb:"), keys->catalogue->count);
}

static void claims_no_chip_and_no_dongle(void **state) {
  const struct keys *keys = *state;
  assert_null(ce_key_catalogue_find(keys->catalogue, 0x04b4, 0x1234)); /* Cypress */
  assert_null(ce_key_catalogue_find(keys->catalogue, 0x096e, 0x0006)); /* ROCKEY */
  assert_null(ce_key_catalogue_find(keys->catalogue, 0x096e, 0x0850)); /* FIDO only */
  assert_null(ce_key_catalogue_find(keys->catalogue, 0x096f, 0x0001)); /* a network key's virtual id */
  assert_non_null(ce_key_catalogue_find(keys->catalogue, 0x055c, 0xe618));
  assert_non_null(ce_key_catalogue_find(keys->catalogue, 0x096e, 0x0309));
}

static void writes_the_same_keys_as_json(void **state) {
  const struct keys *keys = *state;
  struct ce_error err = {0};
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *again = NULL;
  assert_int_equal(ce_rules_write_json(keys->catalogue, &text, &err), CE_OK);
  assert_int_equal(ce_key_catalogue_parse_json(text.data, text.size, &again, &err), CE_OK);
  assert_int_equal(again->count, keys->catalogue->count);
  for (size_t i = 0; i < again->count; i++) {
    const struct ce_key *wrote = &keys->catalogue->keys[i], *read = &again->keys[i];
    assert_int_equal(read->vendor_id, wrote->vendor_id);
    assert_int_equal(read->product_id, wrote->product_id);
    assert_int_equal(read->class, wrote->class);
    assert_int_equal(read->unlock, wrote->unlock);
    assert_string_equal(read->module, wrote->module);
    assert_string_equal(read->name_zh, wrote->name_zh);
    assert_string_equal(read->name_en, wrote->name_en);
    assert_string_equal(read->source, wrote->source);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes_only_lines_that_udev_understands),
      cmocka_unit_test(jumps_only_forward_to_labels_that_exist_once),
      cmocka_unit_test(gives_every_key_its_usb_node_once_and_in_order),
      cmocka_unit_test(lets_only_the_makers_of_keys_pass_the_first_filter),
      cmocka_unit_test(covers_the_nodes_that_a_class_needs),
      cmocka_unit_test(starts_the_monitor_once_for_each_key),
      cmocka_unit_test(keeps_lines_short_whatever_the_number_of_makers),
      cmocka_unit_test(keeps_names_from_meaning_anything),
      cmocka_unit_test(tells_the_hardware_database_each_name_and_who_stays_awake),
      cmocka_unit_test(never_sets_a_mode_group_or_owner),
      cmocka_unit_test(claims_no_chip_and_no_dongle),
      cmocka_unit_test(writes_the_same_keys_as_json),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
