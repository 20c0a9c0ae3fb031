/* SPDX-License-Identifier: Apache-2.0
 * The sample icon of tests/data/model, loaded so that a test can break one thing in it. */
#ifndef CE_TESTS_UNIT_PNG_SAMPLE_H
#define CE_TESTS_UNIT_PNG_SAMPLE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct png_sample {
  uint8_t bytes[(64 << 10) + 64];
  size_t size;
};

static inline struct png_sample png_load(void) {
  struct png_sample png = {.size = 0};
  FILE *file = fopen(CE_TEST_DATA "/model/icon.png", "rb");
  if (!file) {
    abort();
  }
  png.size = fread(png.bytes, 1, sizeof png.bytes, file);
  fclose(file);
  return png;
}

static inline void png_put_u32(struct png_sample *png, size_t at, uint32_t value) {
  for (size_t i = 0; i < 4; i++) {
    png->bytes[at + i] = (uint8_t)(value >> (24 - 8 * i));
  }
}

/* The right sum for the chunk that begins there. */
static inline void png_seal(struct png_sample *png, size_t at) {
  size_t size = (size_t)png->bytes[at + 1] << 16 | (size_t)png->bytes[at + 2] << 8 | png->bytes[at + 3];
  uint32_t sum = UINT32_MAX;
  for (size_t i = at + 4; i < at + 8 + size; i++) {
    sum ^= png->bytes[i];
    for (int bit = 0; bit < 8; bit++) {
      sum = sum >> 1 ^ (sum & 1 ? 0xedb88320u : 0);
    }
  }
  png_put_u32(png, at + 8 + size, ~sum);
}

/* A chunk of zeros of that type and size at that place. */
static inline void png_insert(struct png_sample *png, size_t at, const char type[4], size_t size) {
  if (png->size + size + 12 > sizeof png->bytes) {
    abort();
  }
  memmove(png->bytes + at + 12 + size, png->bytes + at, png->size - at);
  memset(png->bytes + at, 0, size + 12);
  png_put_u32(png, at, (uint32_t)size);
  memcpy(png->bytes + at + 4, type, 4);
  png->size += size + 12;
  png_seal(png, at);
}

#endif
