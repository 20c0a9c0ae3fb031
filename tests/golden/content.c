/* SPDX-License-Identifier: Apache-2.0
 * Texts by their digests. */
#include "content.h"

#include "ports/hash.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void content_book_clear(struct content_book *book) {
  for (size_t i = 0; i < book->count; i++) {
    free(book->entries[i].text);
  }
  book->count = 0;
}

static size_t find(const struct content_book *book, const struct ce_digest *sha256) {
  size_t i = 0;
  while (i < book->count && !ce_digest_equal(&book->entries[i].sha256, sha256)) {
    i++;
  }
  return i;
}

struct ce_digest content_digest(struct content_book *book, const char *text) {
  struct ce_digest sha256;
  ce_hash_bytes(text, strlen(text), &sha256);
  if (find(book, &sha256) == book->count) {
    assert(book->count < CONTENT_MAX);
    book->entries[book->count].sha256 = sha256;
    book->entries[book->count].text = strdup(text);
    book->count++;
  }
  return sha256;
}

const char *content_text(const struct content_book *book, const struct ce_digest *sha256) {
  size_t at = find(book, sha256);
  return at < book->count ? book->entries[at].text : "?";
}
