/* SPDX-License-Identifier: Apache-2.0
 * What should be there against what is there, path by path: the eyes of the planner and the text of `status`.
 */
#ifndef CE_PLAN_COMPARE_H
#define CE_PLAN_COMPARE_H

#include "model/facts.h"
#include "model/receipt.h"

enum ce_item_state {
  CE_ITEM_OK,
  CE_ITEM_MISSING,
  CE_ITEM_CHANGED, /* content, type or link target differ */
  CE_ITEM_MODE,    /* only mode or owner differ; `status` shows it as changed */
  CE_ITEM_FOREIGN, /* an unknown file below the version tree */
};

struct ce_item {
  char *path; /* below the root */
  enum ce_item_state state;
};

struct ce_item_list {
  struct ce_item *items; /* sorted by path */
  size_t count;
  size_t fault_count; /* MISSING, CHANGED and MODE */
};
void ce_item_list_clear(struct ce_item_list *list);
CE_DEFINE_AUTO_IN_PLACE(ce_item_list, struct ce_item_list, ce_item_list_clear);

/* Everything that the receipt says is installed. Files whose digest the facts do not know count as OK when
 * type, size, mode and owner are right (a shallow status). MEMORY. */
CE_MUST_USE enum ce_code ce_compare(const struct ce_receipt *receipt, const struct ce_facts *facts,
                                    struct ce_item_list *ret, struct ce_error *err);
const char *
ce_item_state_name(enum ce_item_state state); /* "ok", "missing", "changed", "changed", "foreign" */

#endif
