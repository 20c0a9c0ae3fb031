/* SPDX-License-Identifier: Apache-2.0
 * When the metadata of a repository expires, role by role, and which of it soon. */
#ifndef CE_PUBLISH_DEADLINE_H
#define CE_PUBLISH_DEADLINE_H

#include "publish/published.h"

#define CE_DEADLINE_WARN_DAYS     30
#define CE_DEADLINE_WARN_DAYS_MAX 3650
#define CE_DEADLINE_DAY_S         86400

/* The days of --warn-days; -1 without that option: CE_DEADLINE_WARN_DAYS, or a third of a role's validity
 * where that is less. USAGE. */
CE_MUST_USE enum ce_code ce_deadline_warn_days(const struct ce_publish_arguments *arguments, int64_t *ret,
                                               struct ce_error *err);
/* Reports each role whose metadata expires within so many days (see above) of arguments->now_s, and returns
 * how many. */
size_t ce_deadline_report(const struct ce_publish_arguments *arguments, const struct ce_published *published,
                          int64_t days);

#endif
