/* SPDX-License-Identifier: Apache-2.0
 * Framing of journal records, and the line between a torn tail and damage. */
#include "model/record.h"

#include <stdbool.h>
#include <string.h>

#define MAGIC         "CEJ1"
#define MAGIC_SIZE    4
#define SEQUENCE_SIZE 8

void ce_record_list_clear(struct ce_record_list *list) {
  free(list->items);
  *list = (struct ce_record_list){0};
}

static void put_little_endian(uint8_t *ret, uint64_t number, size_t size) {
  for (size_t i = 0; i < size; i++) {
    ret[i] = (uint8_t)(number >> (8 * i));
  }
}

static uint64_t get_little_endian(const uint8_t *bytes, size_t size) {
  uint64_t number = 0;
  for (size_t i = 0; i < size; i++) {
    number |= (uint64_t)bytes[i] << (8 * i);
  }
  return number;
}

/* The digest covers sequence number and body, which do not lie side by side in a record. */
static enum ce_code digest_record(uint64_t sequence, const void *body, size_t body_size, ce_record_hash *hash,
                                  struct ce_digest *ret, struct ce_error *err) {
  CE_AUTO(ce_free) uint8_t *joined = malloc(SEQUENCE_SIZE + body_size);
  if (!joined) {
    return ce_fail_memory(err, "journal");
  }
  put_little_endian(joined, sequence, SEQUENCE_SIZE);
  if (body_size > 0) {
    memcpy(joined + SEQUENCE_SIZE, body, body_size);
  }
  hash(joined, SEQUENCE_SIZE + body_size, ret);
  return CE_OK;
}

enum ce_code ce_record_append(struct ce_blob *journal, uint64_t sequence, const void *body, size_t body_size,
                              ce_record_hash *hash, struct ce_error *err) {
  if (body_size > CE_RECORD_BODY_MAX) {
    return ce_fail(err, CE_INTERNAL, "append", "journal", "a record of %zu bytes; at most %u are allowed",
                   body_size, CE_RECORD_BODY_MAX);
  }
  struct ce_digest digest;
  enum ce_code code = digest_record(sequence, body, body_size, hash, &digest, err);
  if (code != CE_OK) {
    return code;
  }
  uint8_t head[CE_RECORD_HEAD_SIZE];
  memcpy(head, MAGIC, MAGIC_SIZE);
  put_little_endian(head + 4, body_size, 4);
  put_little_endian(head + 8, sequence, SEQUENCE_SIZE);
  memcpy(head + 16, digest.bytes, CE_DIGEST_SIZE);
  size_t before = journal->size;
  code = ce_blob_append(journal, head, sizeof head, err);
  if (code == CE_OK) {
    code = ce_blob_append(journal, body, body_size, err);
  }
  if (code != CE_OK && journal->size > before) {
    journal->size = before;
    journal->data[before] = '\0';
  }
  return code;
}

/* What a head at bytes says; false when there is none or its body does not fit into size. */
static bool read_head(const uint8_t *bytes, size_t size, struct ce_record *ret) {
  if (size < CE_RECORD_HEAD_SIZE || memcmp(bytes, MAGIC, MAGIC_SIZE) != 0) {
    return false;
  }
  uint64_t body_size = get_little_endian(bytes + 4, 4);
  if (body_size > CE_RECORD_BODY_MAX || body_size > size - CE_RECORD_HEAD_SIZE) {
    return false;
  }
  *ret = (struct ce_record){.sequence = get_little_endian(bytes + 8, SEQUENCE_SIZE),
                            .body = bytes + CE_RECORD_HEAD_SIZE,
                            .body_size = (size_t)body_size};
  return true;
}

static enum ce_code check_digest(const struct ce_record *record, ce_record_hash *hash, bool *ret,
                                 struct ce_error *err) {
  struct ce_digest digest;
  enum ce_code code = digest_record(record->sequence, record->body, record->body_size, hash, &digest, err);
  if (code == CE_OK) {
    *ret = memcmp(digest.bytes, record->body - CE_DIGEST_SIZE, CE_DIGEST_SIZE) == 0;
  }
  return code;
}

/* Whether any valid record begins after the first byte of the tail. Heads that only look like one cost a
 * digest each, so a tail that is made of them is called damaged when it has cost as much as four readings of
 * it. */
static enum ce_code tail_has_record(const uint8_t *tail, size_t size, ce_record_hash *hash, bool *ret,
                                    struct ce_error *err) {
  uint64_t budget = 4 * (uint64_t)size + CE_RECORD_HEAD_SIZE;
  for (size_t at = 1; at < size; at++) {
    const uint8_t *magic = memmem(tail + at, size - at, MAGIC, MAGIC_SIZE);
    struct ce_record record;
    if (!magic) {
      break;
    }
    at = (size_t)(magic - tail);
    if (!read_head(magic, size - at, &record)) {
      continue;
    }
    size_t cost = CE_RECORD_HEAD_SIZE + record.body_size;
    bool valid = cost > budget;
    budget -= valid ? 0 : cost;
    enum ce_code code = valid ? CE_OK : check_digest(&record, hash, &valid, err);
    if (code != CE_OK || valid) {
      *ret = code == CE_OK;
      return code;
    }
  }
  *ret = false;
  return CE_OK;
}

static enum ce_code refuse(struct ce_error *err, size_t offset, const char *problem) {
  return ce_fail(err, CE_JOURNAL_DAMAGED, "read", "journal", "at byte %zu: %s", offset, problem);
}

static enum ce_code add_record(struct ce_record_list *list, const struct ce_record *record,
                               struct ce_error *err) {
  /* Grows at powers of two. */
  if ((list->count & (list->count - 1)) == 0) {
    struct ce_record *grown =
        reallocarray(list->items, list->count ? 2 * list->count : 1, sizeof *list->items);
    if (!grown) {
      return ce_fail_memory(err, "journal");
    }
    list->items = grown;
  }
  list->items[list->count++] = *record;
  return CE_OK;
}

/* Decides what follows the last valid record. */
static enum ce_code judge_tail(const uint8_t *bytes, size_t size, size_t offset, ce_record_hash *hash,
                               struct ce_record_list *list, struct ce_error *err) {
  if (list->count == 0) {
    return refuse(err, offset, "the first record is broken");
  }
  bool found = false;
  enum ce_code code = tail_has_record(bytes + offset, size - offset, hash, &found, err);
  if (code == CE_OK && found) {
    return refuse(err, offset, "a broken record is followed by a valid one");
  }
  list->end = CE_RECORD_END_TORN;
  return code;
}

enum ce_code ce_record_scan(const void *bytes, size_t size, ce_record_hash *hash, struct ce_record_list *ret,
                            struct ce_error *err) {
  CE_AUTO(ce_record_list) struct ce_record_list list = {.end = CE_RECORD_END_CLEAN};
  enum ce_code code = CE_OK;
  size_t offset = 0;
  while (code == CE_OK && offset < size) {
    struct ce_record record;
    bool valid = read_head((const uint8_t *)bytes + offset, size - offset, &record);
    code = valid ? check_digest(&record, hash, &valid, err) : CE_OK;
    if (code == CE_OK && !valid) {
      code = judge_tail(bytes, size, offset, hash, &list, err);
      break;
    }
    if (code == CE_OK && record.sequence != list.count) {
      return refuse(err, offset, "the record's number is out of sequence");
    }
    if (code == CE_OK) {
      code = add_record(&list, &record, err);
      offset += CE_RECORD_HEAD_SIZE + record.body_size;
    }
  }
  if (code == CE_OK && list.count == 0) {
    return refuse(err, 0, "it is empty");
  }
  if (code == CE_OK) {
    *ret = list;
    list = (struct ce_record_list){0};
  }
  return code;
}
