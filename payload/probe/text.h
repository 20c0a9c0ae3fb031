/* SPDX-License-Identifier: Apache-2.0
 * Text as tokens give it: padded with blanks, without an end, and not always the UTF-8 that it should be. */
#ifndef CE_PROBE_TEXT_H
#define CE_PROBE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* The bytes as clean UTF-8, malloc'ed: up to the first NUL, without blanks at the end. Bytes that are no
 * UTF-8 are read as GB18030, which makers in China use. What is neither becomes '?', and so does what is
 * not seen but changes how the rest is shown. NULL: out of memory. */
char *ce_token_text(const uint8_t *bytes, size_t size);

#endif
