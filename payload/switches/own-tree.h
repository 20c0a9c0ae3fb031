/* SPDX-License-Identifier: Apache-2.0
 * Where the running program is installed. */
#ifndef CE_PAYLOAD_OWN_TREE_H
#define CE_PAYLOAD_OWN_TREE_H

#include "base/error.h"

/* The directory of the installed tree, malloc'ed: the program lies in its bin/, links to it are followed. */
CE_MUST_USE enum ce_code ce_own_tree_find(char **ret, struct ce_error *err);

#endif
