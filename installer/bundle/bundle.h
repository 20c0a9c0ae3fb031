/* SPDX-License-Identifier: Apache-2.0
 * The bundle: a TUF repository as an uncompressed tar, appended to a program and read in place
 * (docs/FORMATS.md).
 *
 * Layout after the program: padding to 4096; a 64-byte head (magic, format, length of the tar); the tar
 * (ustar, regular files only, names "metadata/..." and "targets/..."); a 64-byte footer that points back. The
 * head tells a truncated download from a program that never had a bundle. Nothing in the bundle is trusted
 * here: trust/ verifies it like any other source. */
#ifndef CE_BUNDLE_BUNDLE_H
#define CE_BUNDLE_BUNDLE_H

#include "ports/fetch.h"
#include "ports/reader.h"

/* The bundle in `program` (which must outlive *ret) as a source of repository files. NO_SOURCE when the
 * program has none; BUNDLE_DAMAGED when it is truncated, empty or does not add up. name is used in messages.
 */
CE_MUST_USE enum ce_code ce_bundle_open(struct ce_reader *program, const char *name, struct ce_fetch **ret,
                                        struct ce_error *err);

/* Offset at which the program without its bundle ends: the ELF's own length. program_size when it has no
 * bundle. */
CE_MUST_USE enum ce_code ce_bundle_program_size(struct ce_reader *program, uint64_t *ret_size_bytes,
                                                struct ce_error *err);

#endif
