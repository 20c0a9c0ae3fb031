/* SPDX-License-Identifier: Apache-2.0
 * The shape of what the probe prints: one object, format 1, described in certenv-probe(1). */
#ifndef CE_PROBE_REPORT_H
#define CE_PROBE_REPORT_H

#include "base/json.h"

#include <p11-kit/pkcs11.h>

#define CE_PROBE_FORMAT 1

/* Adds what an initialized module says to *report: module, slots, slots_left_off. CHILD, as probe/module.h;
 * then some may be missing. */
CE_MUST_USE enum ce_code ce_report_fill(CK_FUNCTION_LIST *module, const char *path, int64_t now_s,
                                        json_t *report, struct ce_error *err);
/* {stage, rv (a name or null), message} of a failure that probe/module.h describes. NULL when memory is out.
 */
json_t *ce_report_error(const struct ce_error *why);

#endif
