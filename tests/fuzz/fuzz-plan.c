/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes plans as the journal holds them, with their steps and path states. */
#include "model/plan.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds) {
  if (!holds) {
    abort();
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const struct ce_json_context context = {CE_JOURNAL_DAMAGED, "plan"};
  CE_AUTO(ce_json) json_t *json = NULL;
  CE_AUTO(ce_plan) struct ce_plan *plan = NULL;
  struct ce_error err;
  if (ce_json_parse(&context, data, size, 1u << 20, &json, &err) != CE_OK ||
      ce_plan_from_json(json, &plan, &err) != CE_OK) {
    check(!plan);
    return 0;
  }
  CE_AUTO(ce_json) json_t *first = ce_plan_to_json(plan, true);
  CE_AUTO(ce_plan) struct ce_plan *again = NULL;
  check(first && ce_plan_from_json(first, &again, &err) == CE_OK);
  CE_AUTO(ce_json) json_t *second = ce_plan_to_json(again, true);
  check(json_equal(first, second));
  return 0;
}
