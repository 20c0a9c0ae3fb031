/* SPDX-License-Identifier: Apache-2.0
 * The report of a worker, which must be right although keys come and go while it is made. */
#ifndef CE_PROBE_LIST_H
#define CE_PROBE_LIST_H

#include "probe/outcome.h"

/* Fills ret->report. What was listed is listed again while it does not agree with a fresh look at what is
 * there, four times at the most; a failure that a removal could have caused waits for PC/SC to notice one.
 * before is the last report, or NULL. */
void ce_list_run(CK_FUNCTION_LIST *module, const char *path, int64_t now_s, const json_t *before,
                 struct ce_outcome *ret);
/* The report of a module that cannot be used: {format, error}. MEMORY. */
void ce_list_refuse(const struct ce_error *why, struct ce_outcome *ret);

#endif
