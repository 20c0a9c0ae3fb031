/* SPDX-License-Identifier: Apache-2.0
 * Lines out of a stream of bytes that come in pieces, with limits. Pure. */
#ifndef CE_GTK_LINE_READER_H
#define CE_GTK_LINE_READER_H

#include "base/blob.h"

#include <stdbool.h>

#define CE_LINE_BYTES_MAX  (4u << 20) /* a plan with many steps is one line */
#define CE_LINES_COUNT_MAX 500000u

struct ce_line_reader {
  struct ce_blob pending;
  size_t taken; /* bytes of pending that were handed out */
  size_t count;
};
void ce_line_reader_clear(struct ce_line_reader *reader);

/* Takes what has come. False when a line is longer or there are more lines than the limits say, or memory is
 * out: the stream is to be given up. */
CE_MUST_USE bool ce_line_reader_feed(struct ce_line_reader *reader, const void *bytes, size_t size);
/* The next whole line without its newline, NUL-terminated; NULL when there is none yet. Valid until the next
 * call of feed or clear. */
char *ce_line_reader_next(struct ce_line_reader *reader, size_t *ret_length);

#endif
