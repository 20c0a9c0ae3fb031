/* SPDX-License-Identifier: Apache-2.0
 * The journal's records: how they are framed and how a torn tail differs from damage (docs/FORMATS.md).
 *
 * A record is a 48-byte head and a body of JSON: magic "CEJ1" (4), body length (u32, little-endian), sequence
 * number (u64, little-endian, from 0), SHA-256 of sequence number and body (32). The digest is computed by
 * the caller's function, since floor 1 rooms do not include each other. */
#ifndef CE_MODEL_RECORD_H
#define CE_MODEL_RECORD_H

#include "base/blob.h"
#include "base/digest.h"

#include <stddef.h>
#include <stdint.h>

#define CE_RECORD_HEAD_SIZE 48
#define CE_RECORD_BODY_MAX  (128u << 20)

typedef void ce_record_hash(const void *bytes, size_t size, struct ce_digest *ret); /* ce_hash_bytes */

struct ce_record {
  uint64_t sequence;
  const uint8_t *body; /* points into the journal's bytes */
  size_t body_size;
};

/* Appends one framed record to journal. */
CE_MUST_USE enum ce_code ce_record_append(struct ce_blob *journal, uint64_t sequence, const void *body,
                                          size_t body_size, ce_record_hash *hash, struct ce_error *err);

enum ce_record_end {
  CE_RECORD_END_CLEAN, /* the last byte belongs to a valid record */
  CE_RECORD_END_TORN,  /* the bytes after the last valid record hold no valid record: an unfinished append */
};

struct ce_record_list {
  struct ce_record *items;
  size_t count;
  enum ce_record_end end;
};
void ce_record_list_clear(struct ce_record_list *list);
CE_DEFINE_AUTO_IN_PLACE(ce_record_list, struct ce_record_list, ce_record_list_clear);

/* The records of a journal, in sequence from 0. JOURNAL_DAMAGED when a broken record is followed by a valid
 * one, when the first record is broken (a journal is created with its first record in it, atomically), or
 * when numbers are out of sequence. An empty journal is damaged. */
CE_MUST_USE enum ce_code ce_record_scan(const void *bytes, size_t size, ce_record_hash *hash,
                                        struct ce_record_list *ret, struct ce_error *err);

#endif
