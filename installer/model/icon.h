/* SPDX-License-Identifier: Apache-2.0
 * The icon of an organisation: a PNG that is looked at before any decoder sees it (docs/FORMATS.md,
 * Profile). */
#ifndef CE_MODEL_ICON_H
#define CE_MODEL_ICON_H

#include <stddef.h>
#include <stdint.h>

#define CE_ICON_MEMBER     "share/certenv/icon.png" /* of a package, and of an installed version */
#define CE_ICON_BYTES_MAX  ((size_t)64 << 10)
#define CE_ICON_PIXELS_MIN 96u /* 48 on a screen of double density */
#define CE_ICON_PIXELS_MAX 512u

/* What may be wrong with it, and what helps: "<file> <problem>"; English. Whole chunks with right sums, from
 * the header to the end and nothing behind it; square; no larger than the limits; no animation. Nothing is
 * decompressed. NULL: it may be given to a decoder. */
const char *ce_icon_problem(const void *bytes, size_t size);

#endif
