/* SPDX-License-Identifier: Apache-2.0
 * One zstd frame as a bounded stream. */
#include "bundle/zstd-source.h"

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <zstd.h>

struct ce_zstd_source {
  struct ce_reader *compressed;
  uint64_t compressed_at;
  uint64_t produced, allowed; /* bytes of the frame's content */
  bool input_ended, ended;
  ZSTD_DCtx *frame;
  ZSTD_inBuffer input;
  size_t output_size; /* of the block handed out last */
  uint8_t input_block[CE_ZSTD_BLOCK_BYTES];
  uint8_t output_block[CE_ZSTD_BLOCK_BYTES];
};

void ce_zstd_source_free(struct ce_zstd_source *source) {
  if (source) {
    ZSTD_freeDCtx(source->frame);
    free(source);
  }
}

enum ce_code ce_zstd_source_new(struct ce_reader *compressed, struct ce_zstd_source **ret,
                                struct ce_error *err) {
  CE_AUTO(ce_zstd_source) struct ce_zstd_source *source = calloc(1, sizeof *source);
  if (!source) {
    return ce_fail_memory(err, "package");
  }
  source->compressed = compressed;
  source->input.src = source->input_block;
  source->frame = ZSTD_createDCtx();
  if (!source->frame ||
      ZSTD_isError(ZSTD_DCtx_setParameter(source->frame, ZSTD_d_windowLogMax, CE_ZSTD_WINDOW_LOG_MAX))) {
    return ce_fail_memory(err, "package");
  }
  *ret = ce_take(&source);
  return CE_OK;
}

void ce_zstd_source_allow(struct ce_zstd_source *source, uint64_t total_bytes) {
  source->allowed = total_bytes;
}

static enum ce_code refuse(struct ce_error *err, const char *why) {
  return ce_fail(err, CE_PACKAGE_INVALID, "unpack", "package", "%s", why);
}

static enum ce_code refill(struct ce_zstd_source *source, struct ce_error *err) {
  size_t got = 0;
  enum ce_code code = ce_reader_read_at(source->compressed, source->compressed_at, source->input_block,
                                        sizeof source->input_block, &got, err);
  if (code != CE_OK) {
    return code;
  }
  source->compressed_at += got;
  source->input.size = got;
  source->input.pos = 0;
  source->input_ended = got == 0;
  return CE_OK;
}

static enum ce_code check_tail(const struct ce_zstd_source *source, struct ce_error *err) {
  uint64_t used = source->compressed_at - (source->input.size - source->input.pos);
  if (used != source->compressed->size_bytes) {
    return refuse(err, "something follows its compressed data");
  }
  return CE_OK;
}

/* Fills the output block as far as the frame goes. The decoder may still hold content when all input is read.
 */
static enum ce_code fill(struct ce_zstd_source *source, ZSTD_outBuffer *output, struct ce_error *err) {
  while (!source->ended && output->pos < output->size) {
    if (source->input.pos == source->input.size && !source->input_ended) {
      enum ce_code code = refill(source, err);
      if (code != CE_OK) {
        return code;
      }
    }
    size_t before = output->pos;
    size_t hint = ZSTD_decompressStream(source->frame, output, &source->input);
    if (ZSTD_isError(hint)) {
      return refuse(err, ZSTD_getErrorName(hint));
    }
    if (hint == 0) {
      source->ended = true;
      return check_tail(source, err);
    }
    if (source->input_ended && output->pos == before) {
      return refuse(err, "its compressed data is cut off");
    }
  }
  return CE_OK;
}

static enum ce_code refuse_excess(const struct ce_zstd_source *source, struct ce_error *err) {
  return ce_fail(err, CE_PACKAGE_INVALID, "unpack", "package",
                 "it holds more than the %" PRIu64 " bytes that its manifest allows", source->allowed);
}

enum ce_code ce_zstd_source_read(struct ce_zstd_source *source, const void **ret_bytes, size_t *ret_size,
                                 struct ce_error *err) {
  if (source->produced > source->allowed) {
    return refuse_excess(source, err);
  }
  /* One byte more than allowed is asked for, so that a frame that goes on is told from one that ends there.
   */
  uint64_t room = source->allowed - source->produced + 1;
  ZSTD_outBuffer output = {source->output_block,
                           room < CE_ZSTD_BLOCK_BYTES ? (size_t)room : CE_ZSTD_BLOCK_BYTES, 0};
  enum ce_code code = fill(source, &output, err);
  if (code != CE_OK) {
    return code;
  }
  if (output.pos > source->allowed - source->produced) {
    return refuse_excess(source, err);
  }
  source->produced += output.pos;
  source->output_size = output.pos;
  *ret_bytes = source->output_block;
  *ret_size = output.pos;
  return CE_OK;
}

static bool all_zero(const uint8_t *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) {
    if (bytes[i] != 0) {
      return false;
    }
  }
  return true;
}

enum ce_code ce_zstd_source_finish(struct ce_zstd_source *source, uint64_t position, struct ce_error *err) {
  assert(position <= source->produced && source->produced - position <= source->output_size);
  size_t left = (size_t)(source->produced - position);
  const uint8_t *bytes = source->output_block + source->output_size - left;
  do {
    if (!all_zero(bytes, left)) {
      return refuse(err, "something follows the end of its tar");
    }
    const void *next = NULL;
    enum ce_code code = ce_zstd_source_read(source, &next, &left, err);
    if (code != CE_OK) {
      return code;
    }
    bytes = next;
  } while (left > 0);
  return CE_OK;
}
