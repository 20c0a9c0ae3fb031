/* SPDX-License-Identifier: Apache-2.0
 * Owned bytes and growing text. */
#ifndef CE_BASE_BLOB_H
#define CE_BASE_BLOB_H

#include "base/cleanup.h"
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* size bytes at data, which the blob owns; always followed by a NUL that size does not count. {0} is empty.
 */
struct ce_blob {
  uint8_t *data;
  size_t size;
  size_t capacity;
};

void ce_blob_clear(struct ce_blob *blob);
CE_DEFINE_AUTO_IN_PLACE(ce_blob, struct ce_blob, ce_blob_clear);

/* Fails with MEMORY only. bytes may be NULL when size is 0. */
CE_MUST_USE enum ce_code ce_blob_append(struct ce_blob *blob, const void *bytes, size_t size,
                                        struct ce_error *err);
CE_MUST_USE enum ce_code ce_blob_printf(struct ce_blob *blob, struct ce_error *err, const char *format, ...)
    CE_PRINTF(3, 4);
/* The text of a blob that was filled with text; "" for an empty one. Lives as long as the blob is not
 * changed. */
const char *ce_blob_text(const struct ce_blob *blob);
/* The bytes as a malloc'ed string; the blob becomes empty. NULL only when memory is out. */
char *ce_blob_take_text(struct ce_blob *blob);

/* A malloc'ed string, or NULL when memory is out. */
char *ce_text_format(const char *format, ...) CE_PRINTF(1, 2);

#endif
