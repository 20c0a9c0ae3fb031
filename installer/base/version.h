/* SPDX-License-Identifier: Apache-2.0
 * Version strings of packages: compared like dpkg's upstream versions (digits as numbers, ~ before
 * everything). A valid version is 1..64 characters of [0-9A-Za-z.+~], starts with a digit: it is also a
 * directory name. */
#ifndef CE_BASE_VERSION_H
#define CE_BASE_VERSION_H

#include <stdbool.h>

#define CE_VERSION_MAX 64

bool ce_version_is_valid(const char *text);
/* <0, 0, >0 as a is older than, equal to, newer than b. Source: deb-version(7), "sorting algorithm". */
int ce_version_compare(const char *a, const char *b);

#endif
