/* SPDX-License-Identifier: Apache-2.0
 * One case of the planner: a request and facts from cases/NAME.json. */
#ifndef CE_GOLDEN_CASE_H
#define CE_GOLDEN_CASE_H

#include "content.h"
#include "plan/planner.h"

struct golden_case {
  char *name;
  struct content_book book;
  struct ce_plan_request request; /* points to what follows */
  struct ce_manifest *manifest;   /* NULL for uninstall */
  struct ce_receipt *receipt;     /* may be NULL */
  struct ce_facts *facts;
  struct ce_selection selection; /* of "selection": {"modules": [...], "driver": {"directory", "content"}} */
};

/* Ends the program with a message when the case is not right. */
struct golden_case *golden_case_load(const char *directory, const char *name);
void golden_case_free(struct golden_case *golden);
CE_DEFINE_AUTO(golden_case, struct golden_case *, golden_case_free);

/* The names of all cases, sorted. */
char **golden_case_names(const char *directory);

#endif
