/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes the look at an icon: what it lets through ends with its last chunk, and is no larger than it may be;
 * as base64 it comes back as it was. */
#include "model/icon.h"
#include "ports/base64.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const uint8_t end[] = {0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82};
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  CE_AUTO(ce_blob) struct ce_blob back = {0};
  struct ce_error err;
  if (ce_icon_problem(data, size)) {
    return 0;
  }
  if (size > CE_ICON_BYTES_MAX || size < sizeof end ||
      memcmp(data + size - sizeof end, end, sizeof end) != 0) {
    abort();
  }
  if (ce_icon_problem(data, size - 1) == NULL || ce_base64_encode(data, size, &text, &err) != CE_OK ||
      !ce_base64_decode(ce_blob_text(&text), &back) || back.size != size ||
      memcmp(back.data, data, size) != 0) {
    abort();
  }
  return 0;
}
