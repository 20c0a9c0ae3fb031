/* SPDX-License-Identifier: Apache-2.0
 * The rules for one key of the catalogue. */
#include "model/key-entry.h"

#include "model/text-rule.h"

#include <stdlib.h>
#include <string.h>

#define ID_LENGTH 9
#define HEX       "0123456789abcdef"

const char *const ce_key_class_names[CE_KEY_CLASS_COUNT] = {
    [CE_KEY_CCID] = "ccid", [CE_KEY_HID] = "hid", [CE_KEY_SCSI] = "scsi", [CE_KEY_VENDOR] = "vendor"};
const char *const ce_key_unlock_names[CE_KEY_UNLOCK_COUNT] = {
    [CE_KEY_UNLOCK_PUK] = "puk", [CE_KEY_UNLOCK_SO_PIN] = "so-pin", [CE_KEY_UNLOCK_SERVICE] = "service"};

const char *ce_key_id_problem(const char *text) {
  bool valid =
      strlen(text) == ID_LENGTH && strspn(text, HEX) == 4 && text[4] == ':' && strspn(text + 5, HEX) == 4;
  return valid ? NULL : "is not VID:PID in lower-case hexadecimal, such as 055c:e618";
}

void ce_key_read_id(const char *text, uint16_t *ret_vendor_id, uint16_t *ret_product_id) {
  *ret_vendor_id = (uint16_t)strtoul(text, NULL, 16);
  *ret_product_id = (uint16_t)strtoul(text + 5, NULL, 16);
}

uint32_t ce_key_number(const struct ce_key *key) {
  return (uint32_t)key->vendor_id << 16 | key->product_id;
}

const char *ce_key_module_problem(const char *text) {
  return strcmp(text, "-") == 0 ? NULL : ce_text_portable_name_problem(text);
}

const char *ce_key_source_problem(const char *text) {
  return text[0] ? ce_text_portable_name_problem(text) : NULL;
}

void ce_key_clear(struct ce_key *key) {
  free(key->module);
  free(key->name_zh);
  free(key->name_en);
  free(key->source);
}
