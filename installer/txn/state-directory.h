/* SPDX-License-Identifier: Apache-2.0
 * CE_STATE comes into being durably, before anything in it is relied on. */
#ifndef CE_TXN_STATE_DIRECTORY_H
#define CE_TXN_STATE_DIRECTORY_H

#include "ports/fs.h"

/* Makes CE_STATE and its parents. sync: their names are durable when it returns, whoever made them. */
CE_MUST_USE enum ce_code ce_state_directory_make(struct ce_fs *fs, bool sync, struct ce_error *err);

#endif
