/* SPDX-License-Identifier: Apache-2.0
 * Properties under accidents: what a case says about paths is changed at random, from a fixed seed. */
#ifndef CE_GOLDEN_ACCIDENT_H
#define CE_GOLDEN_ACCIDENT_H

#include "case.h"

/* Checks count variants; false when one fails, with what was changed on stderr. ret_plans counts those
 * without conflicts. */
bool accident_check(const struct golden_case *golden, unsigned count, unsigned *ret_plans);

#endif
