/* SPDX-License-Identifier: Apache-2.0
 * A tree as a tar in one zstd frame. */
#include "publish/package-writer.h"

#include "bundle/zstd-source.h"
#include "ports/hash.h"
#include "publish/tar-writer.h"

#include <string.h>
#include <zstd.h>

#define BLOCK_BYTES (256u << 10)

CE_DEFINE_AUTO(zstd_context, ZSTD_CCtx *, ZSTD_freeCCtx);

struct compressor {
  ZSTD_CCtx *frame;
  struct ce_output *output;
  uint8_t *block; /* BLOCK_BYTES */
};

static enum ce_code compress(struct compressor *compressor, const void *bytes, size_t size,
                             ZSTD_EndDirective how, struct ce_error *err) {
  ZSTD_inBuffer input = {bytes, size, 0};
  for (;;) {
    ZSTD_outBuffer block = {compressor->block, BLOCK_BYTES, 0};
    size_t left = ZSTD_compressStream2(compressor->frame, &block, &input, how);
    if (ZSTD_isError(left)) {
      return ce_fail(err, CE_INTERNAL, "compress", "package", "%s", ZSTD_getErrorName(left));
    }
    enum ce_code code = ce_output_write(compressor->output, block.dst, block.pos, err);
    if (code != CE_OK) {
      return code;
    }
    if (how == ZSTD_e_end ? left == 0 : input.pos == input.size) {
      return CE_OK;
    }
  }
}

static enum ce_code write_compressed(void *context, const void *bytes, size_t size, struct ce_error *err) {
  return compress(context, bytes, size, ZSTD_e_continue, err);
}

static enum ce_code write_bytes(const struct ce_tar_writer *tar, const char *name,
                                const struct ce_blob *bytes, struct ce_error *err) {
  enum ce_code code = ce_tar_write_file(tar, name, 0644, bytes->size, err);
  if (code == CE_OK) {
    code = tar->write(tar->context, bytes->data, bytes->size, err);
  }
  return code == CE_OK ? ce_tar_write_padding(tar, bytes->size, err) : code;
}

/* The file's bytes, which must still be those that were scanned. */
static enum ce_code write_data(const struct ce_tar_writer *tar, struct ce_fs *tree,
                               const struct ce_manifest_file *file, struct ce_error *err) {
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_hash) struct ce_hash *hash = NULL;
  CE_AUTO(ce_free) uint8_t *block = malloc(BLOCK_BYTES);
  enum ce_code code =
      block ? ce_fs_open_reader(tree, file->path, &reader, err) : ce_fail_memory(err, file->path);
  if (code == CE_OK) {
    code = ce_hash_new(&hash, err);
  }
  if (code == CE_OK && reader->size_bytes != file->size_bytes) {
    return ce_fail(err, CE_IO, "pack", file->path, "the file changed while it was packed");
  }
  for (uint64_t done = 0; code == CE_OK && done < file->size_bytes;) {
    size_t got = 0;
    code = ce_reader_read_at(reader, done, block, BLOCK_BYTES, &got, err);
    if (code == CE_OK) {
      ce_hash_update(hash, block, got);
      code = tar->write(tar->context, block, got, err);
      done += got;
    }
  }
  if (code != CE_OK) {
    return code;
  }
  struct ce_digest digest;
  ce_hash_finish(hash, &digest);
  if (!ce_digest_equal(&digest, &file->sha256)) {
    return ce_fail(err, CE_IO, "pack", file->path, "the file changed while it was packed");
  }
  return CE_OK;
}

static enum ce_code write_entry(const struct ce_tar_writer *tar, struct ce_fs *tree,
                                const struct ce_manifest_file *file, struct ce_error *err) {
  if (file->type == CE_MANIFEST_LINK) {
    return ce_tar_write_link(tar, file->path, file->link_target, err);
  }
  enum ce_code code = ce_tar_write_file(tar, file->path, file->mode, file->size_bytes, err);
  if (code == CE_OK) {
    code = write_data(tar, tree, file, err);
  }
  return code == CE_OK ? ce_tar_write_padding(tar, file->size_bytes, err) : code;
}

static enum ce_code start_frame(ZSTD_CCtx *frame, int level, struct ce_error *err) {
  if (!frame || ZSTD_isError(ZSTD_CCtx_setParameter(frame, ZSTD_c_compressionLevel, level)) ||
      ZSTD_isError(ZSTD_CCtx_setParameter(frame, ZSTD_c_windowLog, CE_ZSTD_WINDOW_LOG_MAX)) ||
      ZSTD_isError(ZSTD_CCtx_setParameter(frame, ZSTD_c_checksumFlag, 0))) {
    return ce_fail_memory(err, "package");
  }
  return CE_OK;
}

enum ce_code ce_package_write(const struct ce_package_writing *writing, struct ce_output *output,
                              struct ce_error *err) {
  CE_AUTO(zstd_context) ZSTD_CCtx *frame = ZSTD_createCCtx();
  CE_AUTO(ce_free) uint8_t *block = malloc(BLOCK_BYTES);
  enum ce_code code = block ? start_frame(frame, writing->level, err) : ce_fail_memory(err, "package");
  if (code != CE_OK) {
    return code;
  }
  struct compressor compressor = {frame, output, block};
  struct ce_tar_writer tar = {write_compressed, &compressor, writing->mtime_s};
  code = write_bytes(&tar, "manifest.json", writing->manifest_bytes, err);
  for (size_t i = 0; code == CE_OK && i < writing->manifest->file_count; i++) {
    code = write_entry(&tar, writing->tree, &writing->manifest->files[i], err);
  }
  if (code == CE_OK) {
    code = ce_tar_write_end(&tar, err);
  }
  return code == CE_OK ? compress(&compressor, NULL, 0, ZSTD_e_end, err) : code;
}
