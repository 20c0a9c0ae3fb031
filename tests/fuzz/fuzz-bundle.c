/* SPDX-License-Identifier: Apache-2.0
 * Any bytes as a program with a bundle, and as the tar of one. */
#include "bundle/bundle.h"
#include "bundle/tar-index.h"
#include "bundle/ustar.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum ce_code count_bytes(void *context, const void *bytes, size_t size, struct ce_error *err) {
  (void)bytes, (void)err;
  *(size_t *)context += size;
  return CE_OK;
}

static void open_bundle(struct ce_reader *reader) {
  CE_AUTO(ce_fetch) struct ce_fetch *fetch = NULL;
  struct ce_error err;
  size_t total = 0;
  if (ce_bundle_open(reader, "input", &fetch, &err) == CE_OK &&
      ce_fetch_get(fetch, "metadata/1.root.json", 0, 1000, count_bytes, &total, &err) == CE_OK &&
      total > 1000) {
    abort();
  }
}

/* Right checksums for all blocks that may be headers, so that what lies behind the check is reached. */
static void seal_headers(uint8_t *bytes, size_t size) {
  for (size_t at = 0; at + CE_USTAR_BLOCK <= size; at += CE_USTAR_BLOCK) {
    struct ce_ustar_header *header = (struct ce_ustar_header *)(bytes + at);
    if (memcmp(header->magic, CE_USTAR_MAGIC, CE_USTAR_MAGIC_SIZE) == 0) {
      snprintf(header->checksum, sizeof header->checksum, "%06o", ce_ustar_checksum(header));
      header->checksum[7] = ' ';
    }
  }
}

static void read_index(struct ce_reader *reader, size_t size) {
  CE_AUTO(ce_tar_index) struct ce_tar_index index = {0};
  struct ce_error err;
  if (ce_tar_index_read(reader, &index, &err) != CE_OK) {
    return;
  }
  for (size_t i = 0; i < index.count; i++) {
    const struct ce_tar_member *member = &index.members[i];
    if (member->offset > size || member->size_bytes > size - member->offset ||
        ce_tar_index_find(&index, member->name) != member) {
      abort();
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct ce_error err;
  CE_AUTO(ce_reader) struct ce_reader *program = NULL;
  CE_AUTO(ce_reader) struct ce_reader *tar = NULL;
  CE_AUTO(ce_free) uint8_t *copy = malloc(size + 1);
  if (!copy) {
    return 0;
  }
  if (ce_reader_of_bytes(data, size, &program, &err) == CE_OK) {
    open_bundle(program);
  }
  memcpy(copy, data, size);
  seal_headers(copy, size);
  if (ce_reader_of_bytes(copy, size, &tar, &err) == CE_OK) {
    read_index(tar, size);
  }
  return 0;
}
