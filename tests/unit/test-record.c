/* SPDX-License-Identifier: Apache-2.0
 * Tests of journal records: framing, torn tails, damage. */
#include "model/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* FNV-1a, spread over the digest: the rules do not depend on which hash it is. */
static void hash(const void *bytes, size_t size, struct ce_digest *ret) {
  uint64_t value = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < size; i++) {
    value = (value ^ ((const uint8_t *)bytes)[i]) * UINT64_C(1099511628211);
  }
  for (size_t i = 0; i < CE_DIGEST_SIZE; i++) {
    ret->bytes[i] = (uint8_t)(value >> (8 * (i % 8)));
  }
}

static const char *const bodies[] = {"{\"begin\":1}", "{}", "{\"text\":\"CEJ1 is the magic\"}"};

static void append(struct ce_blob *journal, uint64_t sequence, const char *body) {
  struct ce_error err = {0};
  assert_int_equal(ce_record_append(journal, sequence, body, strlen(body), hash, &err), CE_OK);
}

static void fill(struct ce_blob *journal) {
  for (uint64_t i = 0; i < 3; i++) {
    append(journal, i, bodies[i]);
  }
}

static void assert_damaged(const void *bytes, size_t size, const char *word) {
  struct ce_record_list list = {0};
  struct ce_error err = {0};
  assert_int_equal(ce_record_scan(bytes, size, hash, &list, &err), CE_JOURNAL_DAMAGED);
  assert_null(list.items);
  assert_non_null(strstr(err.detail, word));
}

static size_t scan(const void *bytes, size_t size, enum ce_record_end *ret_end) {
  CE_AUTO(ce_record_list) struct ce_record_list list = {0};
  struct ce_error err = {0};
  assert_int_equal(ce_record_scan(bytes, size, hash, &list, &err), CE_OK);
  for (size_t i = 0; i < list.count; i++) {
    assert_int_equal(list.items[i].sequence, i);
    assert_int_equal(list.items[i].body_size, strlen(bodies[i]));
    assert_memory_equal(list.items[i].body, bodies[i], strlen(bodies[i]));
  }
  *ret_end = list.end;
  return list.count;
}

static void reads_what_it_appends(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob journal = {0};
  fill(&journal);
  enum ce_record_end end = CE_RECORD_END_TORN;
  assert_int_equal(scan(journal.data, journal.size, &end), 3);
  assert_int_equal(end, CE_RECORD_END_CLEAN);
}

static void frames_as_documented(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob journal = {0};
  struct ce_error err = {0};
  assert_int_equal(ce_record_append(&journal, UINT64_C(0x0102030405060708), "abc", 3, hash, &err), CE_OK);
  static const uint8_t head[] = {'C', 'E', 'J', '1', 3, 0, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1};
  assert_int_equal(journal.size, CE_RECORD_HEAD_SIZE + 3);
  assert_memory_equal(journal.data, head, sizeof head);
  struct ce_digest digest;
  hash("\x08\x07\x06\x05\x04\x03\x02\x01"
       "abc",
       11, &digest);
  assert_memory_equal(journal.data + 16, digest.bytes, CE_DIGEST_SIZE);
  assert_memory_equal(journal.data + 48, "abc", 3);
}

static void ignores_a_tail_torn_at_any_byte(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob journal = {0};
  append(&journal, 0, bodies[0]);
  size_t first = journal.size;
  append(&journal, 1, bodies[1]);
  size_t second = journal.size;
  append(&journal, 2, bodies[2]);
  for (size_t size = first; size <= journal.size; size++) {
    uint8_t *exact = malloc(size);
    assert_non_null(exact);
    memcpy(exact, journal.data, size);
    enum ce_record_end end = CE_RECORD_END_CLEAN;
    size_t count = scan(exact, size, &end);
    assert_int_equal(count, size < second ? 1 : size < journal.size ? 2 : 3);
    bool clean = size == first || size == second || size == journal.size;
    assert_int_equal(end, clean ? CE_RECORD_END_CLEAN : CE_RECORD_END_TORN);
    free(exact);
  }
}

static void ignores_a_tail_of_zeros_or_garbage(void **state) {
  (void)state;
  for (int fill_byte = 0; fill_byte < 256; fill_byte += 51) {
    CE_AUTO(ce_blob) struct ce_blob journal = {0};
    fill(&journal);
    uint8_t tail[4096];
    memset(tail, fill_byte, sizeof tail);
    struct ce_error err = {0};
    assert_int_equal(ce_blob_append(&journal, tail, sizeof tail, &err), CE_OK);
    enum ce_record_end end = CE_RECORD_END_CLEAN;
    assert_int_equal(scan(journal.data, journal.size, &end), 3);
    assert_int_equal(end, CE_RECORD_END_TORN);
  }
}

static void refuses_damage_before_a_valid_record(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob journal = {0};
  append(&journal, 0, bodies[0]);
  size_t first = journal.size;
  append(&journal, 1, bodies[1]);
  size_t second = journal.size;
  append(&journal, 2, bodies[2]);
  for (size_t i = 0; i < second; i++) {
    for (unsigned bit = 0; bit < 8; bit++) {
      journal.data[i] = (uint8_t)(journal.data[i] ^ (1u << bit));
      assert_damaged(journal.data, journal.size, i < first ? "first record" : "followed by a valid one");
      journal.data[i] = (uint8_t)(journal.data[i] ^ (1u << bit));
    }
  }
  enum ce_record_end end = CE_RECORD_END_TORN;
  assert_int_equal(scan(journal.data, journal.size, &end), 3);
}

static void refuses_a_broken_first_record(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob journal = {0};
  append(&journal, 0, bodies[0]);
  for (size_t size = 1; size < journal.size; size++) {
    assert_damaged(journal.data, size, "first record");
  }
  assert_damaged("", 0, "empty");
}

static void refuses_records_out_of_sequence(void **state) {
  (void)state;
  static const uint64_t sequences[][2] = {{1, 2}, {0, 0}, {0, 2}, {0, UINT64_MAX}};
  for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
    CE_AUTO(ce_blob) struct ce_blob journal = {0};
    append(&journal, sequences[i][0], bodies[0]);
    append(&journal, sequences[i][1], bodies[1]);
    assert_damaged(journal.data, journal.size, "sequence");
  }
}

static void refuses_lengths_beyond_the_limit(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob journal = {0};
  fill(&journal);
  memset(journal.data + 4, 0xff, 4);
  assert_damaged(journal.data, journal.size, "first record");
  struct ce_error err = {0};
  size_t before = journal.size;
  assert_int_equal(ce_record_append(&journal, 3, "", CE_RECORD_BODY_MAX + 1u, hash, &err), CE_INTERNAL);
  assert_int_equal(journal.size, before);
}

static uint64_t hashed_bytes;

static void counting_hash(const void *bytes, size_t size, struct ce_digest *ret) {
  hashed_bytes += size;
  hash(bytes, size < 64 ? size : 64, ret);
}

static void bounds_the_cost_of_a_hostile_tail(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob journal = {0};
  struct ce_error err = {0};
  assert_int_equal(ce_record_append(&journal, 0, "{}", 2, counting_hash, &err), CE_OK);
  /* 100,000 heads, each of which claims all that follows. */
  size_t start = journal.size;
  for (size_t i = 0; i < 100000; i++) {
    uint8_t head[CE_RECORD_HEAD_SIZE] = {'C', 'E', 'J', '1'};
    size_t rest = (100000 - i - 1) * sizeof head;
    for (size_t k = 0; k < 4; k++) {
      head[4 + k] = (uint8_t)(rest >> (8 * k));
    }
    assert_int_equal(ce_blob_append(&journal, head, sizeof head, &err), CE_OK);
  }
  hashed_bytes = 0;
  struct ce_record_list list = {0};
  assert_int_equal(ce_record_scan(journal.data, journal.size, counting_hash, &list, &err),
                   CE_JOURNAL_DAMAGED);
  assert_true(hashed_bytes < 6 * (journal.size - start));
}

static void keeps_empty_bodies(void **state) {
  (void)state;
  CE_AUTO(ce_blob) struct ce_blob journal = {0};
  append(&journal, 0, "");
  CE_AUTO(ce_record_list) struct ce_record_list list = {0};
  struct ce_error err = {0};
  assert_int_equal(ce_record_scan(journal.data, journal.size, hash, &list, &err), CE_OK);
  assert_int_equal(list.count, 1);
  assert_int_equal(list.items[0].body_size, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_what_it_appends),
      cmocka_unit_test(frames_as_documented),
      cmocka_unit_test(ignores_a_tail_torn_at_any_byte),
      cmocka_unit_test(ignores_a_tail_of_zeros_or_garbage),
      cmocka_unit_test(refuses_damage_before_a_valid_record),
      cmocka_unit_test(refuses_a_broken_first_record),
      cmocka_unit_test(refuses_records_out_of_sequence),
      cmocka_unit_test(refuses_lengths_beyond_the_limit),
      cmocka_unit_test(bounds_the_cost_of_a_hostile_tail),
      cmocka_unit_test(keeps_empty_bodies),
  };
  return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
