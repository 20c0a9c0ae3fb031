/* SPDX-License-Identifier: Apache-2.0
 * The chunks of a PNG (W3C, Portable Network Graphics, third edition, sections 5 and 11.2). */
#include "model/icon.h"

#include <stdbool.h>
#include <string.h>

#define CHUNK_FRAME_SIZE 12u /* length, type and sum around the data */
#define HEADER_SIZE      13u
#define TYPE(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

#define TOO_LARGE "is larger than 64 KiB; save it with fewer pixels or colours"
#define NO_PNG    "is no PNG file; save it as PNG"
#define CUT_OFF   "is cut off, or has something behind its end; save it again"
#define DAMAGED   "is damaged; save it again"
#define NOT_STILL "is an animation; save it as one picture"
#define MISSHAPEN "is not square, with 96 to 512 pixels a side; scale it"

struct chunk {
  uint32_t type;
  const uint8_t *data;
  size_t size;
};

static uint32_t read_u32(const uint8_t *at) {
  return TYPE(at[0], at[1], at[2], at[3]);
}

/* CRC-32 as ISO 3309 has it, a bit at a time: an icon is small. */
static uint32_t sum_of(const uint8_t *bytes, size_t size) {
  uint32_t sum = UINT32_MAX;
  for (size_t i = 0; i < size; i++) {
    sum ^= bytes[i];
    for (int bit = 0; bit < 8; bit++) {
      sum = sum & 1 ? sum >> 1 ^ 0xedb88320u : sum >> 1;
    }
  }
  return ~sum;
}

static const char *read_chunk(const uint8_t *bytes, size_t size, struct chunk *ret) {
  if (size < CHUNK_FRAME_SIZE || read_u32(bytes) > size - CHUNK_FRAME_SIZE) {
    return CUT_OFF;
  }
  *ret = (struct chunk){.type = read_u32(bytes + 4), .data = bytes + 8, .size = read_u32(bytes)};
  return sum_of(bytes + 4, ret->size + 4) == read_u32(ret->data + ret->size) ? NULL : DAMAGED;
}

/* Whether the colour type has that bit depth. */
static bool is_depth(uint8_t colour, uint8_t depth) {
  bool whole_bytes = depth == 8 || depth == 16;
  switch (colour) {
  case 0:
    return whole_bytes || depth == 1 || depth == 2 || depth == 4;
  case 3:
    return depth == 8 || depth == 1 || depth == 2 || depth == 4;
  case 2:
  case 4:
  case 6:
    return whole_bytes;
  default:
    return false;
  }
}

static const char *header_problem(const struct chunk *chunk) {
  if (chunk->type != TYPE('I', 'H', 'D', 'R') || chunk->size != HEADER_SIZE) {
    return DAMAGED;
  }
  const uint8_t *data = chunk->data;
  uint32_t width = read_u32(data), height = read_u32(data + 4);
  if (width != height || width < CE_ICON_PIXELS_MIN || width > CE_ICON_PIXELS_MAX) {
    return MISSHAPEN;
  }
  bool known = is_depth(data[9], data[8]) && data[10] == 0 && data[11] == 0 && data[12] <= 1;
  return known ? NULL : DAMAGED;
}

/* Those between the header and the end. */
static const char *chunks_problem(const uint8_t *bytes, size_t size) {
  bool has_picture = false;
  while (size > 0) {
    struct chunk chunk;
    const char *problem = read_chunk(bytes, size, &chunk);
    if (problem) {
      return problem;
    }
    size_t taken = chunk.size + CHUNK_FRAME_SIZE;
    if (chunk.type == TYPE('I', 'E', 'N', 'D')) {
      return !has_picture || chunk.size > 0 ? DAMAGED : size == taken ? NULL : CUT_OFF;
    }
    if (chunk.type == TYPE('I', 'H', 'D', 'R')) {
      return DAMAGED;
    }
    if (chunk.type == TYPE('a', 'c', 'T', 'L')) {
      return NOT_STILL;
    }
    has_picture = has_picture || chunk.type == TYPE('I', 'D', 'A', 'T');
    bytes += taken;
    size -= taken;
  }
  return CUT_OFF;
}

const char *ce_icon_problem(const void *bytes, size_t size) {
  static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  if (size > CE_ICON_BYTES_MAX) {
    return TOO_LARGE;
  }
  if (size < sizeof signature || memcmp(bytes, signature, sizeof signature) != 0) {
    return NO_PNG;
  }
  const uint8_t *rest = (const uint8_t *)bytes + sizeof signature;
  size -= sizeof signature;
  struct chunk header;
  const char *problem = read_chunk(rest, size, &header);
  problem = problem ? problem : header_problem(&header);
  size_t taken = problem ? 0 : header.size + CHUNK_FRAME_SIZE;
  return problem ? problem : chunks_problem(rest + taken, size - taken);
}
