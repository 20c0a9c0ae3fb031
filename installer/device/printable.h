/* SPDX-License-Identifier: Apache-2.0
 * Text that a device or a driver wrote, made safe to show: USB strings, reader names, program names. */
#ifndef CE_DEVICE_PRINTABLE_H
#define CE_DEVICE_PRINTABLE_H

#include <stddef.h>

/* Copies length bytes of text to ret (size bytes with the NUL, at least 1). Control characters, backslashes
 * and bytes that are not UTF-8 become \xNN; what turns the direction of writing or is not seen becomes
 * U+FFFD; blanks at both ends are dropped. Too long a text ends after a whole character or escape. */
void ce_printable_copy(const char *text, size_t length, char *ret, size_t size);

#endif
