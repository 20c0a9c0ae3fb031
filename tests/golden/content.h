/* SPDX-License-Identifier: Apache-2.0
 * Files of the tests are named by what is in them: "rules 1.0" stands for its length and SHA-256, both ways.
 */
#ifndef CE_GOLDEN_CONTENT_H
#define CE_GOLDEN_CONTENT_H

#include "base/digest.h"

#define CONTENT_MAX 512

struct content_book {
  struct {
    struct ce_digest sha256;
    char *text;
  } entries[CONTENT_MAX];
  size_t count;
};
void content_book_clear(struct content_book *book);

/* The digest of text, which the book remembers. */
struct ce_digest content_digest(struct content_book *book, const char *text);
/* The text with this digest, or "?". */
const char *content_text(const struct content_book *book, const struct ce_digest *sha256);

#endif
