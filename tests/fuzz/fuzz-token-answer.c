/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes the reading of the worker's answers and of the list that they may hold. */
#include "assistant/inventory.h"
#include "device/token-answer.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct ce_error err;
  struct ce_token_answer answer;
  json_t *report = NULL;
  if (ce_token_answer_parse(data, size, 1, &answer, &report, &err) != CE_OK) {
    return 0;
  }
  if (answer.signature_size > sizeof answer.signature ||
      !memchr(answer.message, '\0', sizeof answer.message) || !ce_token_result_name(answer.result)) {
    abort();
  }
  CE_AUTO(ce_inventory) struct ce_inventory *inventory = NULL;
  if (report && ce_inventory_read(report, 60, &inventory, &err) == CE_OK && !inventory->json) {
    abort();
  }
  return 0;
}
