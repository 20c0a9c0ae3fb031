/* SPDX-License-Identifier: Apache-2.0
 * A root document in plain words, for the person who is asked to sign it. Nothing in it is printed that could
 * not be shown safely: key ids were found to be digests, types are known names. */
#ifndef CE_PUBLISH_CEREMONY_REPORT_H
#define CE_PUBLISH_CEREMONY_REPORT_H

#include "publish/ceremony.h"

/* Version, expiry, and for each role what changes against the trusted root. */
void ce_ceremony_describe(const struct ce_publish_arguments *arguments, const struct ce_ceremony *ceremony);
/* How many signatures there are, and how many are missing. */
CE_MUST_USE enum ce_code ce_ceremony_report_count(const struct ce_publish_arguments *arguments,
                                                  const struct ce_ceremony *ceremony, struct ce_error *err);

#endif
