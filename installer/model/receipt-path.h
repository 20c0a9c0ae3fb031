/* SPDX-License-Identifier: Apache-2.0
 * One path of a receipt: its clean-up and its JSON. */
#ifndef CE_MODEL_RECEIPT_PATH_H
#define CE_MODEL_RECEIPT_PATH_H

#include "model/receipt.h"

void ce_receipt_path_clear(struct ce_receipt_path *path);
/* Deep copy; *ret must be empty. MEMORY. */
CE_MUST_USE enum ce_code ce_receipt_path_copy(const struct ce_receipt_path *path, struct ce_receipt_path *ret,
                                              struct ce_error *err);
/* *ret must be empty. */
CE_MUST_USE enum ce_code ce_receipt_path_from_json(const json_t *json, const struct ce_json_context *context,
                                                   struct ce_receipt_path *ret, struct ce_error *err);
/* A new reference. NULL only when memory is out. */
json_t *ce_receipt_path_to_json(const struct ce_receipt_path *path);
const char *ce_origin_name(enum ce_origin origin); /* "created" */

#endif
