/* SPDX-License-Identifier: Apache-2.0
 * Bytes as text in JSON: RFC 4648 section 4, padded and without line breaks. */
#ifndef CE_PORTS_BASE64_H
#define CE_PORTS_BASE64_H

#include "base/blob.h"

#include <stdbool.h>

/* Appends to *ret. Fails with MEMORY only. */
CE_MUST_USE enum ce_code ce_base64_encode(const void *bytes, size_t size, struct ce_blob *ret,
                                          struct ce_error *err);
/* Appends to *ret what the text stands for. False, with *ret untouched, for a text that no encoder writes
 * (other characters, wrong padding, bits that are lost) and when memory is out. */
CE_MUST_USE bool ce_base64_decode(const char *text, struct ce_blob *ret);

#endif
