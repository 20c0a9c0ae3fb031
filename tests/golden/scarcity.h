/* SPDX-License-Identifier: Apache-2.0
 * Planning while memory runs out: every allocation fails once. */
#ifndef CE_GOLDEN_SCARCITY_H
#define CE_GOLDEN_SCARCITY_H

#include "case.h"

/* False when a failed allocation ends in anything but MEMORY or success; leaks are the sanitizer's to find.
 */
bool scarcity_check(const struct golden_case *golden, unsigned *ret_points);

#endif
