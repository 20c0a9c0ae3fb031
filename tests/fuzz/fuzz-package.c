/* SPDX-License-Identifier: Apache-2.0
 * Any bytes as a package; bytes that are not zstd's are put into a frame first, so that the tar inside
 * is reached.
 */
#include "bundle/package.h"

#include <string.h>

#define BLOCK_MAX 65536 /* smaller than any frame's limit */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct walk {
  const struct ce_manifest_file *file;
  uint64_t size_bytes;
};

static enum ce_code begin(void *context, const struct ce_manifest_file *file, bool *ret_wanted,
                          struct ce_error *err) {
  (void)err;
  *(struct walk *)context = (struct walk){.file = file};
  *ret_wanted = file->mode != 0755;
  return CE_OK;
}

static enum ce_code take(void *context, const void *bytes, size_t size, struct ce_error *err) {
  struct walk *walk = context;
  (void)bytes, (void)err;
  walk->size_bytes += size;
  if (walk->size_bytes > walk->file->size_bytes) {
    abort();
  }
  return CE_OK;
}

static enum ce_code finish(void *context, const struct ce_manifest_file *file, struct ce_error *err) {
  struct walk *walk = context;
  (void)err;
  if (walk->file != file || walk->size_bytes != file->size_bytes) {
    abort();
  }
  return CE_OK;
}

static void walk_package(const uint8_t *bytes, size_t size) {
  CE_AUTO(ce_reader) struct ce_reader *reader = NULL;
  CE_AUTO(ce_package) struct ce_package *package = NULL;
  struct walk walk = {0};
  struct ce_package_visitor visitor = {.begin = begin, .data = take, .end = finish, .context = &walk};
  struct ce_error err;
  if (ce_reader_of_bytes(bytes, size, &reader, &err) != CE_OK ||
      ce_package_open(reader, &package, &err) != CE_OK || ce_package_walk(package, &visitor, &err) != CE_OK) {
    return;
  }
}

/* A frame of raw blocks (RFC 8878, section 3.1.1): nothing is searched for, so that many inputs a second go
 * through. */
static size_t frame_raw(const uint8_t *data, size_t size, uint8_t *frame) {
  static const uint8_t head[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38};
  memcpy(frame, head, sizeof head);
  size_t at = sizeof head, done = 0;
  do {
    size_t block = size - done < BLOCK_MAX ? size - done : BLOCK_MAX;
    size_t header = block << 3 | (done + block == size);
    frame[at++] = (uint8_t)header;
    frame[at++] = (uint8_t)(header >> 8);
    frame[at++] = (uint8_t)(header >> 16);
    if (block > 0) {
      memcpy(frame + at, data + done, block);
    }
    at += block;
    done += block;
  } while (done < size);
  return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const uint8_t frame_magic[] = {0x28, 0xb5, 0x2f, 0xfd};
  if (size >= sizeof frame_magic && memcmp(data, frame_magic, sizeof frame_magic) == 0) {
    walk_package(data, size);
    return 0;
  }
  CE_AUTO(ce_free) uint8_t *frame = malloc(size + size / BLOCK_MAX * 3 + 16);
  if (frame) {
    walk_package(frame, frame_raw(data, size, frame));
  }
  return 0;
}
