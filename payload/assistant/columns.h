/* SPDX-License-Identifier: Apache-2.0
 * Tables for a terminal whose cells hold Chinese text. */
#ifndef CE_ASSISTANT_COLUMNS_H
#define CE_ASSISTANT_COLUMNS_H

#include "base/blob.h"

#define CE_COLUMNS_MAX 8

/* Appends rows of `count` cells each, aligned, indented by two blanks; cells are row after row. The last
 * cell of a row is not padded. */
CE_MUST_USE enum ce_code ce_columns_write(const char *const cells[], size_t rows, size_t count,
                                          struct ce_blob *ret, struct ce_error *err);

#endif
