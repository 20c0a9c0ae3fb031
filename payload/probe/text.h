/* SPDX-License-Identifier: Apache-2.0
 * Text as tokens give it: padded with blanks, without an end, and not always the UTF-8 that PKCS#11 asks for.
 */
#ifndef CE_PROBE_TEXT_H
#define CE_PROBE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* The bytes as clean UTF-8, malloc'ed: up to the first NUL, without blanks at the end; bytes that are no
 * UTF-8 are read as GB18030, which makers in China use; what is neither, and control characters, become '?'.
 * NULL: out of memory. */
char *ce_token_text(const uint8_t *bytes, size_t size);

#endif
