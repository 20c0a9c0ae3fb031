/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes the ids of a driver bundle: what is refused leaves nothing, what is taken is sorted and found again.
 */
#include "device/drivers.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_driver_list) struct ce_driver_list list = {0};
  struct ce_error err;
  enum ce_code code = ce_driver_list_add_plist(&list, (const char *)data, size, &err);
  if ((code == CE_OK) != (list.bundle_count == 1) || (code != CE_OK && list.count > 0)) {
    abort();
  }
  for (size_t i = 0; i < list.count; i++) {
    const struct ce_driver_id *id = &list.ids[i];
    if (ce_driver_list_find(&list, id->vendor_id, id->product_id) != id ||
        strnlen(id->name, sizeof id->name) == sizeof id->name) {
      abort();
    }
  }
  return 0;
}
