/* SPDX-License-Identifier: Apache-2.0
 * Canonical JSON: its result, where it is JSON again, must be its own canonical form. */
#include "base/json.h"
#include "trust/canonical.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LIMIT 65536

static void check(int good) {
  if (!good) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const struct ce_json_context context = {CE_TRUST_FORMAT, "input"};
  CE_AUTO(ce_json) json_t *value = NULL;
  CE_AUTO(ce_json) json_t *again = NULL;
  CE_AUTO(ce_blob) struct ce_blob first = {0};
  CE_AUTO(ce_blob) struct ce_blob second = {0};
  struct ce_error err;
  if (ce_json_parse(&context, data, size, LIMIT, &value, &err) != CE_OK) {
    return 0;
  }
  check(ce_canonical_write(value, &first, &err) == CE_OK);
  /* Not where a control character stands in a string. */
  if (ce_json_parse(&context, first.data, first.size, 2 * LIMIT, &again, &err) == CE_OK) {
    check(json_equal(value, again));
    check(ce_canonical_write(again, &second, &err) == CE_OK);
    check(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
  }
  return 0;
}
