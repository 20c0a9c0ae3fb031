/* SPDX-License-Identifier: Apache-2.0
 * The single zstd frame of a package, decompressed block by block: never more bytes than allowed, never a
 * window above CE_ZSTD_WINDOW_LOG_MAX. libarchive's own filter has neither limit, so it is fed from here.
 * Source: RFC 8878. */
#ifndef CE_BUNDLE_ZSTD_SOURCE_H
#define CE_BUNDLE_ZSTD_SOURCE_H

#include "ports/reader.h"

#define CE_ZSTD_WINDOW_LOG_MAX 23 /* 8 MiB: what bounds the memory of every install */
#define CE_ZSTD_BLOCK_BYTES    (256u << 10)

struct ce_zstd_source;

/* compressed must outlive it. Nothing is allowed yet. */
CE_MUST_USE enum ce_code ce_zstd_source_new(struct ce_reader *compressed, struct ce_zstd_source **ret,
                                            struct ce_error *err);
void ce_zstd_source_free(struct ce_zstd_source *source);
CE_DEFINE_AUTO(ce_zstd_source, struct ce_zstd_source *, ce_zstd_source_free);
/* From now on the frame may give this many bytes in all. */
void ce_zstd_source_allow(struct ce_zstd_source *source, uint64_t total_bytes);
/* The next bytes, at most CE_ZSTD_BLOCK_BYTES, valid until the next call; *ret_size is 0 at the end of the
 * frame. PACKAGE_INVALID when the frame is damaged, cut off, larger than allowed, or followed by something.
 */
CE_MUST_USE enum ce_code ce_zstd_source_read(struct ce_zstd_source *source, const void **ret_bytes,
                                             size_t *ret_size, struct ce_error *err);
/* Reads on to the end; PACKAGE_INVALID unless all bytes from position on are zero. position lies in the block
 * that was read last, or at its end. */
CE_MUST_USE enum ce_code ce_zstd_source_finish(struct ce_zstd_source *source, uint64_t position,
                                               struct ce_error *err);

#endif
