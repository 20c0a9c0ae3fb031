/* SPDX-License-Identifier: Apache-2.0
 * Moments as TUF writes them: "2030-01-31T23:59:59Z", always UTC, to and from seconds since 1970. */
#ifndef CE_TRUST_INSTANT_H
#define CE_TRUST_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#define CE_INSTANT_SIZE 21 /* with the NUL */

/* Exactly YYYY-MM-DDTHH:MM:SSZ and a date that exists; *ret_s is untouched otherwise. */
bool ce_instant_parse(const char *text, int64_t *ret_s);
/* Moments outside the years 0 to 9999 are written as the nearest that is inside. */
void ce_instant_format(int64_t moment_s, char ret[CE_INSTANT_SIZE]);

#endif
