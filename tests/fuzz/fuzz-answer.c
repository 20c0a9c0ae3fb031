/* SPDX-License-Identifier: Apache-2.0
 * Any line as the answer to a question. */
#include "cli/answer.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  (void)ce_answer_parse((const char *)data, size, "proceed");
  return 0;
}
