/* SPDX-License-Identifier: Apache-2.0
 * What people want to know of an X.509 certificate (RFC 5280), as JSON. */
#ifndef CE_PROBE_CERTIFICATE_H
#define CE_PROBE_CERTIFICATE_H

#include "base/json.h"

#include <stdint.h>

#define CE_CERTIFICATE_BYTES_MAX 65536

/* A new object: subject, issuer (RFC 4514), subject_name, issuer_name (the common name, or else the whole),
 * serial, not_before, not_after ("2026-11-22T08:00:00Z"), not_yet_valid, days_left (whole days until
 * not_after, negative when it has passed), key_type ("RSA", "EC", "SM2" ...), key_bits, sha256 (of the DER
 * bytes). Bytes after the certificate are ignored. CHILD when der is no certificate. */
CE_MUST_USE enum ce_code ce_certificate_describe(const uint8_t *der, size_t size, int64_t now_s, json_t **ret,
                                                 struct ce_error *err);

#endif
