/* SPDX-License-Identifier: Apache-2.0
 * The lines in which two texts differ. */
#ifndef CE_GOLDEN_DIFF_H
#define CE_GOLDEN_DIFF_H

#include <stdio.h>

/* "-" lines are only in expected, "+" lines only in actual, " " lines in both. */
void diff_print(FILE *to, const char *expected, const char *actual);

#endif
