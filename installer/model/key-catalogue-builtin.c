/* SPDX-License-Identifier: Apache-2.0
 * The key catalogue that every program carries: udev-rules/keys.tbl as it was when the program was built. */
#include "model/key-catalogue.h"

extern const unsigned char ce_key_table[];
extern const size_t ce_key_table_size;

enum ce_code ce_key_catalogue_builtin(struct ce_key_catalogue **ret, struct ce_error *err) {
  return ce_key_catalogue_parse((const char *)ce_key_table, ce_key_table_size, ret, err);
}
