/* SPDX-License-Identifier: Apache-2.0
 * What a plan comes to, for the person who is asked to agree to it. */
#ifndef CE_CLI_SUMMARY_H
#define CE_CLI_SUMMARY_H

#include "base/json.h"
#include "cli/face.h"
#include "model/plan.h"

struct ce_summary {
  const struct ce_plan *plan; /* outlives the summary */
  size_t file_count;          /* files and links that are written */
  uint64_t size_bytes;
  const char **places; /* paths outside CE_HOME and CE_STATE that are written or removed; owned array */
  size_t place_count;
  char *const *packages; /* NULL-terminated: what the package manager would install; may be NULL */
};

/* packages must outlive the summary. MEMORY. */
CE_MUST_USE enum ce_code ce_summary_make(const struct ce_plan *plan, char *const *packages,
                                         struct ce_summary *ret, struct ce_error *err);
void ce_summary_clear(struct ce_summary *summary);
CE_DEFINE_AUTO_IN_PLACE(ce_summary, struct ce_summary, ce_summary_clear);

/* A few lines. */
void ce_summary_print(const struct ce_summary *summary, const struct ce_face *face, FILE *stream);
/* The same for a program (docs/FORMATS.md, Events); NULL when memory is out. */
json_t *ce_summary_to_json(const struct ce_summary *summary);

#endif
