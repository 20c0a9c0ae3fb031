/* SPDX-License-Identifier: Apache-2.0
 * SHA-256 against the examples of FIPS 180-4. */
#include "ports/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DIGEST_EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define DIGEST_ABC   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define DIGEST_MILLION                                                                                       \
  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" /* a million times "a" */

static void assert_digest(const struct ce_digest *digest, const char *expected) {
  char hex[CE_DIGEST_HEX_SIZE];
  ce_digest_to_hex(digest, hex);
  assert_string_equal(hex, expected);
}

static void hashes_bytes_in_memory(void **state) {
  (void)state;
  struct ce_digest digest;
  ce_hash_bytes("abc", 3, &digest);
  assert_digest(&digest, DIGEST_ABC);
  ce_hash_bytes(NULL, 0, &digest);
  assert_digest(&digest, DIGEST_EMPTY);
}

static void hashes_a_stream_of_any_pieces(void **state) {
  (void)state;
  static char block[4099];
  memset(block, 'a', sizeof block);
  struct ce_error err;
  CE_AUTO(ce_hash) struct ce_hash *hash = NULL;
  assert_int_equal(ce_hash_new(&hash, &err), CE_OK);
  for (size_t left = 1000000; left > 0;) {
    size_t part = left < sizeof block ? left : sizeof block;
    ce_hash_update(hash, block, part);
    left -= part;
  }
  struct ce_digest digest;
  ce_hash_finish(hash, &digest);
  assert_digest(&digest, DIGEST_MILLION);
}

static void starts_over_at_any_time(void **state) {
  (void)state;
  struct ce_error err;
  CE_AUTO(ce_hash) struct ce_hash *hash = NULL;
  struct ce_digest digest;
  assert_int_equal(ce_hash_new(&hash, &err), CE_OK);
  ce_hash_update(hash, "abandoned", 9);
  ce_hash_reset(hash);
  ce_hash_update(hash, "abc", 3);
  ce_hash_finish(hash, &digest);
  assert_digest(&digest, DIGEST_ABC);
  ce_hash_reset(hash);
  ce_hash_finish(hash, &digest);
  assert_digest(&digest, DIGEST_EMPTY);
  ce_hash_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hashes_bytes_in_memory),
      cmocka_unit_test(hashes_a_stream_of_any_pieces),
      cmocka_unit_test(starts_over_at_any_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
