/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes allowances: what is accepted has rules of ours only, and reads the same after it was written. */
#include "model/allowances.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_allowances) struct ce_allowances first = {0};
  CE_AUTO(ce_allowances) struct ce_allowances second = {0};
  CE_AUTO(ce_blob) struct ce_blob bytes = {0};
  struct ce_error err;
  if (ce_allowances_parse(data, size, &first, &err) != CE_OK) {
    return 0;
  }
  for (char **rule = first.usbguard_rules; rule && *rule; rule++) {
    if (ce_allowances_rule_problem(*rule)) {
      abort();
    }
  }
  if (ce_allowances_write(&first, &bytes, &err) != CE_OK ||
      ce_allowances_parse(bytes.data, bytes.size, &second, &err) != CE_OK ||
      first.fapolicyd != second.fapolicyd || first.kysec != second.kysec ||
      ce_strings_count(first.usbguard_rules) != ce_strings_count(second.usbguard_rules)) {
    abort();
  }
  return 0;
}
