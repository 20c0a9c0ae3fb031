/* SPDX-License-Identifier: Apache-2.0
 * Sizes as people read them: "5.8 MB", in powers of 1000. */
#ifndef CE_BASE_SIZE_TEXT_H
#define CE_BASE_SIZE_TEXT_H

#include <stdint.h>

#define CE_SIZE_TEXT_SIZE 32

void ce_size_text(uint64_t bytes, char ret[CE_SIZE_TEXT_SIZE]);

#endif
