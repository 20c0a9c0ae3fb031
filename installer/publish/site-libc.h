/* SPDX-License-Identifier: Apache-2.0
 * The version of the GNU C library that a program needs, from the symbol versions that it asks for. Source:
 * Linux Standard Base, "Symbol Versioning" (SHT_GNU_verneed). */
#ifndef CE_PUBLISH_SITE_LIBC_H
#define CE_PUBLISH_SITE_LIBC_H

#include "ports/reader.h"

/* "2.34", malloc'ed; "" for a program that asks for none, and for a 32-bit one, which is not looked into. The
 * program is one that ce_elf_read() accepted. BUNDLE_DAMAGED when its version section makes no sense. */
CE_MUST_USE enum ce_code ce_site_libc_read(struct ce_reader *program, const char *name, char **ret,
                                           struct ce_error *err);

#endif
