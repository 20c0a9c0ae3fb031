/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes the lines of USBGuard, in which devices wrote their names: a device that is read makes a rule of
 * ours. */
#include "engine/usbguard.h"
#include "model/allowances.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct ce_usbguard_device device;
  unsigned number;
  char rule[CE_ALLOWANCES_RULE_MAX];
  if (ce_usbguard_read_device((const char *)data, size, &device)) {
    snprintf(rule, sizeof rule, "allow id %04x:%04x hash \"%s\"", device.vendor_id, device.product_id,
             device.hash);
    if (ce_allowances_rule_problem(rule)) {
      abort();
    }
  }
  if (ce_usbguard_read_rule((const char *)data, size, "allow id 096e:0807 hash \"QUJD\"", &number) &&
      number > 999999999) {
    abort();
  }
  return 0;
}
