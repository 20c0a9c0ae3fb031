/* SPDX-License-Identifier: Apache-2.0
 * Canonical JSON, the bytes that TUF signs. Source: http://wiki.laptop.org/go/Canonical_JSON. */
#ifndef CE_TRUST_CANONICAL_H
#define CE_TRUST_CANONICAL_H

#include "base/blob.h"

#include <jansson.h>

/* Appends value: keys sorted by their bytes, no white space, only '"' and '\' escaped, integers only
 * (TRUST_FORMAT for any other number). The result is not always JSON: control characters stand in it as they
 * are. value is as deep as ce_json_parse() lets through, or the caller made it. */
CE_MUST_USE enum ce_code ce_canonical_write(const json_t *value, struct ce_blob *blob, struct ce_error *err);

#endif
