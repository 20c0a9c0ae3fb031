/* SPDX-License-Identifier: Apache-2.0
 * A set of digests of trees. */
#include "memo.h"

#include "model/layout.h"
#include "ports/hash.h"

#include <stdio.h>
#include <string.h>

void memo_clear(struct memo *memo) {
  free(memo->items);
  *memo = (struct memo){0};
}

/* Where the digest is, or would be. */
static struct ce_digest *find(const struct memo *memo, const struct ce_digest *digest) {
  static const struct ce_digest none = {0};
  size_t at = 0;
  memcpy(&at, digest->bytes, sizeof at);
  for (;; at++) {
    struct ce_digest *item = &memo->items[at % memo->capacity];
    if (ce_digest_equal(item, digest) || ce_digest_equal(item, &none)) {
      return item;
    }
  }
}

static void grow(struct memo *memo) {
  struct memo grown = {.count = memo->count, .capacity = memo->capacity ? 2 * memo->capacity : 4096};
  grown.items = calloc(grown.capacity, sizeof *grown.items);
  if (!grown.items) {
    fputs("memo: out of memory\n", stderr);
    abort();
  }
  static const struct ce_digest none = {0};
  for (size_t i = 0; i < memo->capacity; i++) {
    if (!ce_digest_equal(&memo->items[i], &none)) {
      *find(&grown, &memo->items[i]) = memo->items[i];
    }
  }
  free(memo->items);
  *memo = grown;
}

bool memo_add(struct memo *memo, const struct ce_disk *disk, const char *mark) {
  static const char *const without[] = {CE_BUSY, NULL}; /* each run makes it anew, whatever is there */
  CE_AUTO(ce_blob) struct ce_blob tree = {0};
  struct ce_error err;
  struct ce_digest digest;
  if (2 * memo->count >= memo->capacity) {
    grow(memo);
  }
  ce_disk_describe(disk, without, &tree);
  if (ce_blob_printf(&tree, &err, "%s", mark) != CE_OK) {
    abort();
  }
  ce_hash_bytes(tree.data, tree.size, &digest);
  struct ce_digest *item = find(memo, &digest);
  if (ce_digest_equal(item, &digest)) {
    return false;
  }
  *item = digest;
  memo->count++;
  return true;
}
