/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes launcher.json: what is read is written as something that reads as the same. */
#include "launcher/record.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
  if (!holds) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  CE_AUTO(ce_launcher_record) struct ce_launcher_record *record = NULL;
  CE_AUTO(ce_launcher_record) struct ce_launcher_record *again = NULL;
  CE_AUTO(ce_blob) struct ce_blob text = {0};
  struct ce_error err;
  if (ce_launcher_record_parse(data, size, &record, &err)) {
    return 0;
  }
  check(ce_launcher_record_write(record, &text, &err) == CE_OK);
  check(text.size > CE_LAUNCHER_RECORD_BYTES_MAX ||
        ce_launcher_record_parse(text.data, text.size, &again, &err) == CE_OK);
  if (again) {
    check(strcmp(record->path, again->path) == 0 && strcmp(record->version, again->version) == 0);
    check(ce_launcher_record_knows(again, &record->sha256) &&
          ce_launcher_record_knows(again, &record->previous));
    check(record->placed == again->placed && record->trusted == again->trusted);
  }
  return 0;
}
