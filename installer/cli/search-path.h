/* SPDX-License-Identifier: Apache-2.0
 * Finding the programs that the person's own PATH offers. */
#ifndef CE_CLI_SEARCH_PATH_H
#define CE_CLI_SEARCH_PATH_H

#include "base/cleanup.h"

/* The first executable file of that name in a directory of PATH that has an absolute path; malloc'ed, or
 * NULL.
 */
char *ce_search_path_find(const char *name);

#endif
