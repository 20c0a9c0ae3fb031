/* SPDX-License-Identifier: Apache-2.0
 * Lists of findings. */
#include "guard/finding.h"

#include <stdlib.h>

void ce_finding_list_clear(struct ce_finding_list *list) {
  for (size_t i = 0; i < list->count; i++) {
    free(list->items[i].evidence);
  }
  free(list->items);
  *list = (struct ce_finding_list){0};
}

const char *ce_finding_level_name(enum ce_finding_level level) {
  static const char *const names[] = {
      [CE_FINDING_ADVICE] = "advice", [CE_FINDING_WARNING] = "warning", [CE_FINDING_FAULT] = "fault"};
  return names[level];
}

const char *ce_confidence_name(enum ce_confidence confidence) {
  static const char *const names[] = {
      [CE_CONFIDENCE_LOW] = "low", [CE_CONFIDENCE_MEDIUM] = "medium", [CE_CONFIDENCE_HIGH] = "high"};
  return names[confidence];
}
