/* SPDX-License-Identifier: Apache-2.0
 * SHA-256 values and their lower-case hexadecimal form. Computing them is ports/hash. */
#ifndef CE_BASE_DIGEST_H
#define CE_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CE_DIGEST_SIZE     32
#define CE_DIGEST_HEX_SIZE 65 /* with the NUL */

struct ce_digest {
  uint8_t bytes[CE_DIGEST_SIZE];
};

bool ce_digest_equal(const struct ce_digest *a, const struct ce_digest *b);
void ce_digest_to_hex(const struct ce_digest *digest, char ret_hex[CE_DIGEST_HEX_SIZE]);
/* Accepts exactly 64 lower-case hexadecimal digits; *ret is untouched otherwise. */
bool ce_digest_from_hex(const char *hex, struct ce_digest *ret);
/* Hexadecimal of any bytes. ret has room for 2 * size + 1. from_hex: false unless hex is exactly 2 * size
 * digits of either case. */
void ce_hex_encode(const uint8_t *bytes, size_t size, char *ret);
bool ce_hex_decode(const char *hex, uint8_t *ret, size_t size);

#endif
