/* SPDX-License-Identifier: Apache-2.0
 * How long a program's ELF file is by its own headers, and for which machine it is. What lies behind that
 * length was appended. Source: System V ABI, chapter 4 (object files); 32-bit and 64-bit, little-endian. */
#ifndef CE_BUNDLE_ELF_H
#define CE_BUNDLE_ELF_H

#include "ports/reader.h"

#include <stdbool.h>

struct ce_elf {
  uint64_t size_bytes; /* end of the last segment, section or header table; never beyond the file's end */
  uint16_t machine;    /* e_machine */
  bool is_64;
};

/* BUNDLE_DAMAGED when the file is no such ELF or is shorter than its headers say; name is used in the
 * message. */
CE_MUST_USE enum ce_code ce_elf_read(struct ce_reader *file, const char *name, struct ce_elf *ret,
                                     struct ce_error *err);
/* The machine as `uname -m` says it ("x86_64"), or NULL for one that certenv is not built for. */
const char *ce_elf_arch(const struct ce_elf *elf);

#endif
