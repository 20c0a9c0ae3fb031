/* SPDX-License-Identifier: Apache-2.0
 * The one sentence to people before an installation beside what was found: the guide's warning where products
 * are at work that can be disabled for a while, else that something needs attention. What a rule of the
 * kernel asks for is told by its own finding. */
#ifndef CE_GUARD_WARNING_H
#define CE_GUARD_WARNING_H

#include "base/blob.h"

#include <stdbool.h>

/* Whether that finding is about a product that the warning names. */
bool ce_warning_names(const char *id);
/* One more name behind those in names; separated as Chinese or English does it. */
CE_MUST_USE enum ce_code ce_warning_add(struct ce_blob *names, const char *name, bool chinese,
                                        struct ce_error *err);
/* A msgid: with one %s for the names where there are any. */
const char *ce_warning_sentence(const struct ce_blob *names);

#endif
