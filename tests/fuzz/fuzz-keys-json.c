/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes keys.json: every key that is accepted must be found again, merge with the program's own catalogue,
 * and give rules and a hardware database in which its name starts no line and no comment. */
#include "model/key-catalogue.h"
#include "udev-rules/hwdb.h"
#include "udev-rules/rules.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
  if (!holds) {
    abort();
  }
}

/* Lines that begin with start. No line ends with a backslash, which would join it to the next. */
static size_t count_lines(struct ce_blob *blob, const char *start) {
  CE_AUTO(ce_free) char *text = ce_blob_take_text(blob);
  char *rest = text;
  size_t lines = 0;
  for (char *line; (line = strsep(&rest, "\n"));) {
    size_t length = strlen(line);
    lines += strncmp(line, start, strlen(start)) == 0;
    require(length == 0 || line[length - 1] != '\\');
  }
  return lines;
}

static void check_files(const struct ce_key_catalogue *catalogue) {
  CE_AUTO(ce_blob) struct ce_blob rules = {0}, hwdb = {0}, json = {0};
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *again = NULL;
  struct ce_error err;
  require(ce_rules_write(catalogue, &rules, &err) == CE_OK);
  require(ce_hwdb_write(catalogue, &hwdb, &err) == CE_OK);
  require(ce_rules_write_json(catalogue, &json, &err) == CE_OK);
  require(ce_key_catalogue_parse_json(json.data, json.size, &again, &err) == CE_OK);
  require(again->count == catalogue->count);
  require(count_lines(&hwdb, "usb:v") == catalogue->count);
  require(count_lines(&rules, "# ") >= catalogue->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_key_catalogue) struct ce_key_catalogue *catalogue = NULL, *builtin = NULL, *merged = NULL;
  struct ce_error err;
  enum ce_code code = ce_key_catalogue_parse_json(data, size, &catalogue, &err);
  require((code == CE_OK) == (catalogue != NULL));
  if (!catalogue) {
    return 0;
  }
  require(ce_key_catalogue_builtin(&builtin, &err) == CE_OK);
  code = ce_key_catalogue_merge(builtin, catalogue, &merged, &err);
  if (code == CE_USAGE && catalogue->count + builtin->count > CE_KEY_CATALOGUE_MAX) {
    return 0;
  }
  require(code == CE_OK);
  for (size_t i = 0; i < catalogue->count; i++) {
    const struct ce_key *key = &catalogue->keys[i];
    require(ce_key_catalogue_find(catalogue, key->vendor_id, key->product_id) == key);
    const struct ce_key *copy = ce_key_catalogue_find(merged, key->vendor_id, key->product_id);
    require(copy && strcmp(copy->name_zh, key->name_zh) == 0);
  }
  check_files(catalogue);
  return 0;
}
